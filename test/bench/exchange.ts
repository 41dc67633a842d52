/**
 * Files of other profilers: reading and writing the same hundred thousand samples in each format, in one run. Beside them what a reader cannot do without:
 * JSON.parse of the text, and the decoder of npm's pprof-format where `.ci/peers` has installed it.
 */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from '../../parsers/parse.ts'
import { firefoxFile } from '../../renderers/exchange/firefox.ts'
import { otlpFile } from '../../renderers/exchange/otlp.ts'
import { pprofFile } from '../../renderers/exchange/pprof.ts'
import { speedscopeFile } from '../../renderers/exchange/speedscope.ts'
import { stackRows } from '../../renderers/exchange/stack-rows.ts'
import { bigPprof, bigSpeedscope } from '../big-profiles.ts'

const SIZE = 7e6
const RUNS = 3
const PEERS = process.env['BPFVIEW_PEERS'] ?? join(tmpdir(), 'bpfview-peers')

/** Prints a line per format and peer. */
export async function benchExchange(): Promise<void> {
  const pprof = Buffer.concat([...bigPprof(SIZE)])
  const speedscope = Buffer.concat([...bigSpeedscope(SIZE)])
  const base = best(() => parse(pprof, { format: 'pprof' }))
  const line = (what: string, took: number, bytes: number): void =>
    console.log(
      `  ${what.padEnd(36)} ${took.toFixed(0).padStart(6)} ms  ${(bytes / 1e6).toFixed(1).padStart(5)} MB  x${(took / base).toFixed(2)}`,
    )
  line('read pprof', base, pprof.length)
  const decoder = join(PEERS, 'node_modules/pprof-format/dist/commonjs/index.js')
  if (existsSync(decoder)) {
    const { Profile } = (await import(pathToFileURL(decoder).href)) as {
      Profile: { decode(bytes: Uint8Array): unknown }
    }
    line(
      '  pprof-format: decode',
      best(() => Profile.decode(pprof)),
      pprof.length,
    )
  } else console.log('  pprof-format: not installed (.ci/peers)')
  line(
    'read speedscope',
    best(() => parse(speedscope, { format: 'speedscope' })),
    speedscope.length,
  )
  line(
    '  JSON.parse',
    best(() => JSON.parse(speedscope.toString()) as unknown),
    speedscope.length,
  )
  const dataset = parse(speedscope, { format: 'speedscope', timeline: true }).datasets[0]!
  if (dataset.kind !== 'profile' && dataset.kind !== 'samples') throw new Error(dataset.kind)
  const rows = stackRows(dataset)
  const silent = (): void => undefined
  const writers = [
    ['pprof', () => pprofFile(rows, undefined, silent)],
    ['speedscope', () => [...speedscopeFile(rows, '0', silent)].join('')],
    ['firefox', () => [...firefoxFile(rows, undefined, '0', silent)].join('')],
    ['otlp', () => otlpFile(rows, undefined, '0', silent)],
  ] as const
  for (const [format, write] of writers) {
    const file = write()
    line(`write ${format}`, best(write), file.length)
    line(
      `read ${format} back`,
      best(() => parse(file, { format })),
      file.length,
    )
  }
}

function best(run: () => unknown): number {
  let least = Infinity
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now()
    run()
    least = Math.min(least, performance.now() - start)
  }
  return least
}
