import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bigFolded } from './big-folded.ts'

const MAIN = 'dist/bin/main.js'
const SCAN =
  'const fs=require("fs");const f=fs.openSync(process.argv[1]),b=Buffer.alloc(1<<20);let n=0;for(let r;(r=fs.readSync(f,b))>0;)for(let i=b.indexOf(10);i>=0&&i<r;i=b.indexOf(10,i+1))n++;console.log(n)'

/** Rows of the bench table about flame graphs: what, time, and what it is held against. */
export function flameBench(): string[][] {
  const big = bigFolded(join(tmpdir(), 'bpfview-bench-150MB.folded'))
  const size = statSync(big).size
  const scan = best(5, ['-e', SCAN, big])
  const draw = best(5, [MAIN, 'flame', big])
  const empty = best(9, ['-e', '0'])
  const small = best(9, [MAIN, 'flame', 'fixtures/captures/same-profile-folded/profile.txt'])
  return [
    [`newline scan of ${(size / 1e6).toFixed(0)} MB`, seconds(scan.time), ''],
    [
      'folded to flame graph, same file',
      seconds(draw.time),
      `${(draw.time / scan.time).toFixed(1)}x the scan (promise: 5x), ${(draw.rss / 1024).toFixed(0)} MB (promise: under 400)`,
    ],
    ['node -e 0', seconds(empty.time), ''],
    [
      'small file to flame graph',
      seconds(small.time),
      `${(small.time / empty.time).toFixed(2)}x node -e 0 (promise: 2.5x)`,
    ],
  ]
}

function best(runs: number, args: readonly string[]): { time: number; rss: number } {
  let time = Infinity
  let rss = 0
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint()
    const report =
      'process.on("exit",()=>process._rawDebug("rss="+process.resourceUsage().maxRSS));import(require("url").pathToFileURL(process.argv[1]))'
    const { status, stderr } = spawnSync(
      process.execPath,
      i === 0 && args[0] !== '-e' ? ['-e', report, ...args] : [...args],
      { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
    )
    const took = Number(process.hrtime.bigint() - start) / 1e9
    if (i === 0) rss = Number(/rss=(\d+)/.exec(stderr)?.[1] ?? 0)
    else if (status !== 0) throw new Error(stderr)
    else time = Math.min(time, took)
  }
  return { time, rss }
}

function seconds(time: number): string {
  return time < 1 ? `${(time * 1000).toFixed(0)} ms` : `${time.toFixed(2)} s`
}
