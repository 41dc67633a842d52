/** Every kind of job against a newline scan of its input, in CPU time and memory, with the peers that are on PATH beside. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InputName } from './inputs.ts'
import { INPUTS, writeInput } from './inputs.ts'
import type { Cost } from './measured.ts'
import { bpfviewCost, cheapest, measured } from './measured.ts'

const SCAN = fileURLToPath(new URL('./scan.js', import.meta.url))
const RUNS = 2

interface Job {
  readonly input: InputName
  readonly args: readonly string[]
  /** Times a scan that is aimed at. */
  readonly reach: number
  /** Other programs that do the same. */
  readonly peers?: readonly (readonly [string, ...string[]])[]
}

const AWK = ['awk', '{ n[$2]++ } END { for (k in n) print n[k], k }'] as const

const JOBS: readonly Job[] = [
  { input: 'perf', args: ['fold'], reach: 2.5, peers: [['inferno-collapse-perf'], ['stackcollapse-perf.pl']] },
  { input: 'perf-addresses', args: ['fold'], reach: 4, peers: [['inferno-collapse-perf'], ['stackcollapse-perf.pl']] },
  { input: 'perf', args: ['flame', '--chart', '-o', 'OUT.svg'], reach: 6 },
  { input: 'folded', args: ['fold'], reach: 4 },
  { input: 'opensnoop', args: ['info'], reach: 5, peers: [AWK] },
  { input: 'opensnoop', args: ['table', '--csv'], reach: 5 },
  { input: 'biosnoop', args: ['heat', '-o', 'OUT.svg'], reach: 5 },
  { input: 'execsnoop', args: ['info'], reach: 5, peers: [AWK] },
  { input: 'bpftrace', args: ['fold'], reach: 6, peers: [['stackcollapse-bpftrace.pl']] },
  { input: 'bpftrace-distinct', args: ['fold'], reach: 6, peers: [['stackcollapse-bpftrace.pl']] },
  { input: 'bpftrace-json', args: ['fold'], reach: 6 },
  { input: 'bcc-stacks', args: ['fold'], reach: 6 },
  { input: 'histogram-series', args: ['info'], reach: 10 },
  { input: 'perf-json', args: ['fold'], reach: 10 },
  { input: 'csv', args: ['info'], reach: 10 },
]

/** Prints the table for inputs of `megabytes` each. */
export function benchJobs(megabytes: number): void {
  const directory = mkdtempSync(join(tmpdir(), 'bpfview-bench-'))
  try {
    console.log(`inputs of ${megabytes} MB, Node ${process.version}; the cheapest of ${RUNS} runs, CPU seconds\n`)
    console.log(`${'job'.padEnd(40)}${cells('CPU s', 'x scan', 'reach', 'peak MB')}`)
    const files = new Map<InputName, string>()
    for (const job of JOBS) {
      const path = files.get(job.input) ?? join(directory, `${job.input}.${INPUTS[job.input].ending}`)
      if (!files.has(job.input)) writeInput(path, job.input, megabytes * 1e6)
      files.set(job.input, path)
      printJob(job, path, directory)
    }
    printDiff(directory, Math.min(megabytes, 20))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function printJob({ input, args, reach, peers = [] }: Job, path: string, directory: string): void {
  const scan = cheapest(RUNS, () => measured(process.execPath, [SCAN, path]))!
  const words = args.map(word => word.replace('OUT', join(directory, 'out')))
  print(`${input}: ${args.filter(word => !word.includes('OUT') && word !== '-o').join(' ')}`, scan, reach, () =>
    bpfviewCost([...words, path]),
  )
  for (const [command, ...rest] of peers)
    print(`  ${command}`, scan, undefined, () => measured(command, [...rest, path]))
}

/** Two captures of the same program, to a picture and to text. */
function printDiff(directory: string, megabytes: number): void {
  const [before, after] = ['before', 'after'].map(name => join(directory, `${name}.folded`)) as [string, string]
  writeInput(before, 'folded', megabytes * 1e6, 1)
  writeInput(after, 'folded', megabytes * 1e6, 2)
  const one = cheapest(RUNS, () => measured(process.execPath, [SCAN, before]))!
  const scan: Cost = { ...one, cpu: 2 * one.cpu }
  const name = `diff of 2 x ${(statSync(before).size / 1e6).toFixed(0)} MB`
  print(`${name}, SVG`, scan, 10, () => bpfviewCost(['diff', before, after, '-o', join(directory, 'diff.svg')]))
  print(`${name}, folded`, scan, 4, () => bpfviewCost(['diff', before, after, '--to', 'folded']))
  print('  inferno-diff-folded', scan, undefined, () => measured('inferno-diff-folded', [before, after]))
  print('  difffolded.pl', scan, undefined, () => measured('difffolded.pl', [before, after]))
}

function print(name: string, scan: Cost, reach: number | undefined, run: () => Cost | undefined): void {
  const cost = cheapest(RUNS, run)
  if (cost === undefined) return
  const failed = cost.status === 0 ? '' : `  exit ${cost.status}: ${cost.said.slice(0, 100)}`
  const shown = [
    cost.cpu.toFixed(2),
    (cost.cpu / scan.cpu).toFixed(1),
    reach === undefined ? '' : `${reach}`,
    cost.memory.toFixed(0),
  ]
  console.log(`${name.padEnd(40)}${cells(...shown)}${failed}`)
}

function cells(...texts: readonly string[]): string {
  return texts.map(text => text.padStart(9)).join('')
}
