/** 300 MB of another profiler in 512 MiB of memory: the built program, its largest resident size as the system counts it. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bigPprof, bigSpeedscope } from '../big-profiles.ts'

const SIZE = 300e6
const LIMIT_KIB = 512 * 1024

it.each([
  ['big.pb', bigPprof],
  ['big.speedscope.json', bigSpeedscope],
] as const)(
  '%s',
  (name, make) => {
    const folder = mkdtempSync(join(tmpdir(), 'bpfview-big-'))
    try {
      const path = join(folder, name)
      const file = openSync(path, 'w')
      const pieces = make(SIZE)
      let piece = pieces.next()
      for (; piece.done !== true; piece = pieces.next()) writeSync(file, piece.value)
      closeSync(file)
      const report = join(folder, 'report.cjs')
      writeFileSync(
        report,
        "process.on('exit', () => process.stderr.write(`\\nmaxRSS ${process.resourceUsage().maxRSS}\\n`))",
      )
      const args = ['-r', report, 'dist/bin/main.js', 'fold', path]
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
      expect(status, stderr).toBe(0)
      const total = stdout
        .trimEnd()
        .split('\n')
        .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
      expect(total).toBe(piece.value * (name === 'big.pb' ? 10_000_000 : 1))
      const used = Number(/maxRSS (\d+)/.exec(stderr)![1])
      console.log(`${name}: ${Math.round(used / 1024)} MiB`)
      expect(used).toBeLessThan(LIMIT_KIB)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  1_200_000,
)
