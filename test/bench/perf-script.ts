/**
 * Reading perf script: MB/s and peak memory of a newline scan (the yardstick: chunked read and Buffer.indexOf), the plain reader, the fast one, the command
 * on one and on all cores, and the peers found on PATH. Each runs in a process of its own, three times; the best counts.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { FLAMEGRAPH_PL } from '../flamegraph-pl.ts'

const ROUNDS = 3
const SMALL = 270e6
const LARGE = 2 * 1024 ** 3
const MEASURE = fileURLToPath(new URL('./perf-script-measure.js', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../../bin/main.js', import.meta.url))
const SOURCES = ['../shared/bench/real.perf.gz', 'fixtures/captures/cpu-multi/perf.script.txt.gz']

interface Cost {
  readonly seconds: number
  /** CPU seconds of all threads: on a busy machine the fairer figure. NaN = not known. */
  readonly cpu: number
  /** MB; NaN = not known. */
  readonly memory: number
}

/** Prints the table for a file of 270 MB, and for one of 2 GiB when `large`. */
export async function benchPerfScript(large: boolean): Promise<void> {
  const source = SOURCES.find(path => existsSync(path))
  if (source === undefined) throw new Error(`none of ${SOURCES.join(', ')} exists`)
  const directory = mkdtempSync(join(tmpdir(), 'bpfview-bench-'))
  try {
    const file = join(directory, 'perf.txt')
    const piece = Buffer.concat([gunzipSync(readFileSync(source)), Buffer.from('\n')])
    writeFileSync(file, piece)
    measureAll(file, piece.length, source, false)
    let size = grow(file, piece, piece.length, SMALL)
    measureAll(file, size, source, true)
    if (!large) return
    size = grow(file, piece, size, LARGE)
    measureAll(file, size, source, false)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function grow(file: string, piece: Uint8Array, from: number, to: number): number {
  let size = from
  for (; size + piece.length / 2 < to; size += piece.length) appendFileSync(file, piece)
  return size
}

function measureAll(file: string, size: number, source: string, peers: boolean): void {
  const cores = availableParallelism()
  console.log(
    `\nperf script, ${(size / 1e6).toFixed(0)} MB (${source} repeated), ${cores} cores, Node ${process.version}\n`,
  )
  console.log(
    `${'reader'.padEnd(34)}${'seconds'.padStart(9)}${'MB/s'.padStart(8)}${'x scan'.padStart(9)}${'CPU s'.padStart(9)}${'x scan'.padStart(9)}${'peak MB'.padStart(9)}`,
  )
  const scan = best(() => inNode('scan', file))
  const row = (name: string, cost: Cost | undefined): void => {
    if (cost === undefined) return
    const { seconds, cpu, memory } = cost
    const cells = [
      shown(seconds, 2),
      shown(size / 1e6 / seconds, 0).slice(1),
      shown(seconds / scan.seconds, 1),
      shown(cpu, 2),
      shown(cpu / scan.cpu, 1),
      shown(memory, 0),
    ]
    console.log(name.padEnd(34) + cells.join(''))
  }
  row('newline scan', scan)
  if (size < 1e9) row('plain reader', inNode('plain', file))
  row(
    'fast reader, one thread',
    best(() => inNode('fast', file)),
  )
  row(
    `fast reader, ${Math.min(cores, 4)} threads`,
    best(() => inNode('cores', file)),
  )
  row(
    'bpfview fold, start to end',
    best(() => program(process.execPath, [PROGRAM, 'fold', file])!),
  )
  if (!peers) return
  row('stackcollapse-perf.pl', program('stackcollapse-perf.pl', [file]))
  row('inferno-collapse-perf', program('inferno-collapse-perf', [file]))
  drawers(file)
}

/** Drawing: the folded file of the same capture into an SVG. */
function drawers(file: string): void {
  const folded = `${file}.folded`
  spawnSync(process.execPath, [PROGRAM, 'fold', file, '-o', folded])
  console.log(`\n${'drawing the folded stacks'.padEnd(34)}${'seconds'.padStart(9)}`)
  const row = (name: string, cost: Cost | undefined): void => {
    if (cost !== undefined) console.log(`${name.padEnd(34)}${cost.seconds.toFixed(2).padStart(9)}`)
  }
  row('bpfview flame', program(process.execPath, [PROGRAM, 'flame', folded]))
  if (FLAMEGRAPH_PL !== undefined) row('flamegraph.pl', program('perl', [FLAMEGRAPH_PL, folded]))
  row('inferno-flamegraph', program('inferno-flamegraph', [folded]))
}

function shown(value: number, decimals: number): string {
  return (Number.isNaN(value) ? '-' : value.toFixed(decimals)).padStart(9)
}

function best(run: () => Cost): Cost {
  let found = run()
  for (let round = 1; round < ROUNDS; round++) {
    const next = run()
    found = {
      seconds: Math.min(found.seconds, next.seconds),
      cpu: Math.min(found.cpu, next.cpu),
      memory: Math.max(found.memory, next.memory),
    }
  }
  return found
}

function inNode(what: string, file: string): Cost {
  const { stdout, stderr, status } = spawnSync(process.execPath, [MEASURE, what, file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Cost
}

/** Wall time of a program from start to end; undefined when it is not installed. */
function program(command: string, args: readonly string[]): Cost | undefined {
  const start = performance.now()
  const { error, status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] })
  return error === undefined && status === 0
    ? { seconds: (performance.now() - start) / 1000, cpu: NaN, memory: NaN }
    : undefined
}
