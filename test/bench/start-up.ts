/** From start to end for a small file: `bpfview fold` of 1 MB of perf script, against `node -e 0`. The best of several runs each, taken in turn. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const RUNS = 15
const PROGRAM = fileURLToPath(new URL('../../bin/main.js', import.meta.url))
const SOURCES = ['../shared/bench/real.perf.gz', 'fixtures/captures/cpu-multi/perf.script.txt.gz']

/** Prints both times and their ratio. */
export async function benchStartUp(): Promise<void> {
  const source = SOURCES.find(path => existsSync(path))
  if (source === undefined) throw new Error(`none of ${SOURCES.join(', ')} exists`)
  const directory = mkdtempSync(join(tmpdir(), 'bpfview-bench-'))
  try {
    const file = join(directory, 'perf.txt')
    const bytes = gunzipSync(readFileSync(source))
    writeFileSync(file, bytes.subarray(0, bytes.lastIndexOf('\n\n', 1e6) + 2))
    let node = Infinity
    let fold = Infinity
    for (let run = 0; run < RUNS; run++) {
      node = Math.min(node, time(['-e', '0']))
      fold = Math.min(fold, time([PROGRAM, 'fold', file]))
    }
    console.log(
      `start to end: node -e 0 ${node.toFixed(0)} ms, bpfview fold of 1 MB ${fold.toFixed(0)} ms, ratio ${(fold / node).toFixed(2)}`,
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function time(args: readonly string[]): number {
  const start = performance.now()
  spawnSync(process.execPath, args, { stdio: 'ignore' })
  return performance.now() - start
}
