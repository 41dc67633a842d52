import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { shapeOf } from '../parsers/perf-script/fields.ts'
import { perfShapeOf } from '../parsers/perf-script/part-reader.ts'
import { classifyPerfLine } from '../parsers/perf-script/shape.ts'
import { foldedLines } from '../renderers/index.ts'
import type { Parsed, Profile, SampleTable } from '../src/model/index.ts'
import { BpfviewError, checkDataset } from '../src/model/index.ts'
import { mutated, randomOf } from './mutate.ts'

function read(text: string, options: Parameters<typeof parse>[1] = {}): Parsed {
  const parsed = parse(text, { format: 'perf-script', ...options })
  for (const dataset of parsed.datasets) checkDataset(dataset)
  return parsed
}

function fold(text: string, options: Parameters<typeof parse>[1] = {}): string[][] {
  return read(text, options).datasets.map(dataset => foldedLines(dataset as Profile))
}

const TWO_EVENTS = `# ========
# hostname : vm
# os release : 6.18.0
# perf version : 6.1.192
# nrcpus online : 2
# cmdline : /usr/bin/perf record -F 99 -g ./app
# event : name = cpu-clock, , id = { 1 }, type = 1, { sample_period, sample_freq } = 99, freq = 1, task = 1
# sample duration :    694.916 ms
# ========
#
app 25074/25075 [001]   872.571378:    5025125 cpu-clock:
	            1b8c work(int, char const*)+0x99c (/srv/bin/app)
	           27249 main+0x79 (/srv/bin/app)

app 25074/25075 [001]   872.581378:          1 context-switches:
	ffffffff821f8c03 schedule+0x23 ([kernel.kallsyms])
	           27249 main+0x71 (/srv/bin/app)

app 25074/25076 [000]   872.591378:    5025125 cpu-clock:
	            1b80 work(int, char const*)+0x990 (/srv/bin/app)
	           27249 main+0x79 (/srv/bin/app)

`

describe('perf script', () => {
  test('each event is a dataset of its own and offsets do not split frames', () => {
    expect(fold(TWO_EVENTS)).toEqual([['app;main;work(int, char const*) 2'], ['app;main;schedule 1']])
  })

  test('comments become metadata', () => {
    expect(read(TWO_EVENTS).datasets[0]!.meta).toEqual({
      tool: 'perf',
      toolVersion: '6.1.192',
      command: '/usr/bin/perf record -F 99 -g ./app',
      event: 'cpu-clock',
      frequency: 99,
      duration: 0.694916,
      cpus: 2,
      host: 'vm',
      kernel: '6.18.0',
      samples: 2,
    })
  })

  test('a timeline keeps every sample with its task', () => {
    const table = read(TWO_EVENTS, { timeline: true }).datasets[0] as SampleTable
    expect([...table.time]).toEqual([872.571378, 872.591378])
    expect([table.cpu, table.pid, table.tid].map(column => [...column!])).toEqual([
      [1, 0],
      [25074, 25074],
      [25075, 25076],
    ])
    expect(table.comms).toEqual(['app'])
  })

  test('periods weigh when asked for', () => {
    const parsed = read(TWO_EVENTS, { perf: { weight: 'period' } })
    expect(
      parsed.datasets.map(dataset => [
        dataset.kind === 'profile' && dataset.value.unit,
        foldedLines(dataset as Profile),
      ]),
    ).toEqual([
      ['ns', ['app;main;work(int, char const*) 10050250']],
      ['context-switches', ['app;main;schedule 1']],
    ])
  })
})

/** What is read of a text; nothing where it says that it holds no sample. */
function readOrNothing(text: string, options: Parameters<typeof parse>[1]): Parsed {
  try {
    return read(text, options)
  } catch (error) {
    if (!(error instanceof BpfviewError) || error.code !== 'E_NO_DATA') throw error
    return { format: 'perf-script', datasets: [], diagnostics: [], skippedLines: 0, lost: 0 }
  }
}

/** Diagnostics that stand for samples which are in no dataset. */
const LEFT_OUT = new Set(['frames-without-header', 'filtered-samples', 'samples-without-frames', 'dropped-last-record'])

/** Samples that an input must account for: its header lines, and the stacks that have none. */
function samplesIn(parsed: Parsed, text: string): number {
  const lines = text.split('\n').map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const shape = perfShapeOf(new TextEncoder().encode(`${text}\n\n`)) ?? shapeOf(lines.map(line => ({ text: line })))
  const headers = lines.filter(line => {
    const found = classifyPerfLine(line, shape, shape.tabs)
    return found.kind === 'header' && !(found.header.event ?? found.header.tail).startsWith('PERF_RECORD_')
  }).length
  return headers + countOf(parsed, code => code === 'frames-without-header')
}

function countOf(parsed: Parsed, wanted: (code: string) => boolean): number {
  return parsed.diagnostics.filter(({ code }) => wanted(code)).reduce((sum, { count }) => sum + count, 0)
}

function samplesOut(parsed: Parsed): number {
  return (
    parsed.datasets.reduce((sum, dataset) => sum + (dataset.meta.samples ?? NaN), 0) +
    countOf(parsed, code => LEFT_OUT.has(code))
  )
}

const variants: readonly Parameters<typeof parse>[1][] = [
  {},
  { timeline: true },
  { perf: { keep: { cpus: [1], from: 872.5 } } },
  { perf: { compat: 'flamegraph' } },
  { perf: { compat: 'inferno' } },
]
const folders = ['fixtures/perf-script', '../shared/captures', '../shared/corpus'].filter(folder => existsSync(folder))
const files = folders.flatMap(folder =>
  readdirSync(folder)
    .filter(
      name =>
        (folder.startsWith('fixtures') || name.startsWith('perf-script')) &&
        name.endsWith('.txt') &&
        !/fields-(?:ip|bare)\.|phys-addrs|no-events/.test(name),
    )
    .map(name => join(folder, name)),
)

describe('no sample is lost without a count', () => {
  test.each(files)('%s', path => {
    const bytes = new Uint8Array(readFileSync(path))
    const random = randomOf(bytes.length)
    const head = bytes.subarray(0, 30_000)
    const inputs = [bytes, ...Array.from({ length: 20 }, () => mutated(head, random))]
    inputs.forEach((input, round) => {
      const text = new TextDecoder().decode(input)
      const options = variants[round % variants.length]!
      const parsed = readOrNothing(text, options)
      const expected = samplesIn(parsed, text)
      if (expected === 0) return
      const shapeless = parsed.datasets.some(({ name }) => name === 'samples')
      if (round === 0 || !shapeless) expect(samplesOut(parsed), `injury ${round}`).toBe(expected)
    })
  })

  test('the header lines of real captures, counted by a pattern of their own', () => {
    for (const path of files.filter(path => path.includes('captures'))) {
      const text = readFileSync(path, 'latin1')
      const headers = text
        .split('\n')
        .filter(
          line => /\s(?:-?\d+\/)?-?\d+\s+(?:\[\d+\]\s+)?\d+\.\d{6,9}:\s/.test(line) && !line.includes('PERF_RECORD_'),
        ).length
      expect(samplesOut(read(text)), path).toBe(headers)
    }
  })
})

describe('choosing samples', () => {
  const chosen = (keep: object): number =>
    read(TWO_EVENTS, { perf: { keep } }).datasets.reduce((sum, { meta }) => sum + meta.samples!, 0)

  test('by time, task and CPU; what is left out is counted', () => {
    expect(chosen({ from: 872.58 })).toBe(2)
    expect(chosen({ from: 872.571378, to: 872.581378 })).toBe(1)
    expect(chosen({ comms: ['app'] })).toBe(3)
    expect(chosen({ comms: ['ap'] })).toBe(0)
    expect(chosen({ pids: [25074] })).toBe(3)
    expect(chosen({ tids: [25076] })).toBe(1)
    expect(chosen({ cpus: [1] })).toBe(2)
    expect(read(TWO_EVENTS, { perf: { keep: { cpus: [1] } } }).diagnostics).toEqual([
      expect.objectContaining({ code: 'filtered-samples', severity: 'info', count: 1 }),
    ])
  })

  test('the task at the root', () => {
    const root = (root: 'comm' | 'pid' | 'tid' | 'none'): string => fold(TWO_EVENTS, { perf: { root } })[1]![0]!
    expect([root('comm'), root('pid'), root('tid'), root('none')]).toEqual([
      'app;main;schedule 1',
      'app-25074;main;schedule 1',
      'app-25074/25075;main;schedule 1',
      'main;schedule 1',
    ])
  })

  test('names with offsets, addresses and source lines', () => {
    const srcline = readFileSync('fixtures/perf-script/srcline.txt', 'utf8')
    expect(fold(srcline, { perf: { srcline: true } })[0]).toEqual([
      'app;start;__libc_start_call_main;main:app.cpp:137;inlined_mid:app.cpp:12;elf_load 1',
    ])
    expect(fold(TWO_EVENTS, { offsets: true })[1]).toEqual(['app;main+0x71;schedule+0x23 1'])
    const unknown = readFileSync('fixtures/perf-script/unknown-frames.txt', 'utf8')
    expect(fold(unknown, { addrs: true })[0]![0]).toContain('[unknown <7f1e2215d058>]')
  })
})

describe('a line of a megabyte is read', () => {
  const families: readonly (readonly [string, (n: number) => string])[] = [
    ['digits', n => '1'.repeat(n)],
    ['digits and slashes', n => '1/'.repeat(n / 2)],
    ['blanks', n => ' '.repeat(n)],
    ['blanks before a header', n => `${' '.repeat(n)}app 1 1.000000: e:`],
    ['times', n => 'a 1 1.000000: '.repeat(n / 14)],
    ['times without a task', n => `${' '.repeat(n / 2)}${'1.000000: '.repeat(n / 20)}`],
    ['events', n => 'a 1 e: '.repeat(n / 7)],
    ['brackets', n => `\tffff ${'('.repeat(n)}`],
    ['closed brackets', n => `\tffff ${')'.repeat(n)}`],
    ['modules', n => `\tffff ${' (/a'.repeat(n / 4)}`],
    ['offsets', n => `\tffff ${'+0x1'.repeat(n / 4)} (x)`],
    ['arrows', n => `\tffff ${'a->'.repeat(n / 3)} (/x)`],
    [
      'one address, many symbols',
      n => Array.from({ length: n / 30 }, (_, i) => `\tffffffff81000130 s${i}+0x1 (/x)\n`).join(''),
    ],
    [
      'one name, many modules',
      n =>
        Array.from({ length: n / 30 }, (_, i) => `\tffffffff8100${i.toString(16)} [unknown] (/${i})\n`)
          .join('')
          .repeat(3),
    ],
    [
      'many events',
      n => Array.from({ length: n / 30 }, (_, i) => `app 1 1.000000: e${i}:\n\tffff f${i}+0x1 (/x)\n\n`).join(''),
    ],
    ['pending lines', n => 'x\n'.repeat(n / 2)],
  ]
  /** A quadratic reader takes minutes for one of these, so that the test's own time limit catches it. */
  test.each(families)('%s', (_, line) => {
    const text = `app 1 1.000000: cycles: \n\tffff main+0x1 (/x)\n\n${line(900_000)}\n`
    expect(parse(text, { format: 'perf-script' }).datasets.length).toBeGreaterThan(0)
  })
})

describe('perf data convert --to-json', () => {
  const json = readFileSync('fixtures/perf-json/convert.json', 'utf8')

  test('the same stacks as text would give', () => {
    const parsed = parse(json)
    expect(foldedLines(parsed.datasets[0] as Profile)).toEqual([
      '__proto__ 1',
      'a "{[;[unknown];main;posix_cpu_clock_get 1',
      'a "{[;fib 1',
    ])
    expect((parse(json, { timeline: true }).datasets[0] as SampleTable).time[0]).toBe(911.415509349)
    expect(parse(JSON.stringify(JSON.parse(json))).datasets).toEqual(parsed.datasets)
  })

  test('injured, nothing but our own errors come out, and a cut is said', () => {
    const random = randomOf(7)
    const bytes = new TextEncoder().encode(json)
    for (let round = 0; round < 300; round++) {
      const parsed = parse(mutated(bytes, random), { format: 'perf-json' })
      for (const dataset of parsed.datasets) checkDataset(dataset)
    }
    for (let length = json.indexOf('"samples"'); length < json.length - 2; length += 13) {
      expect(parse(json.slice(0, length), { format: 'perf-json' }).diagnostics.map(({ code }) => code)).toEqual([
        expect.stringMatching(/^truncated-/),
      ])
    }
  })
})
