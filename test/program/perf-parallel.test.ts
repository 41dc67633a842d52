/** A file read in parts, by one thread or by several, gives what it gives as a whole. */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { ParseOptions } from '../../parsers/index.ts'
import { perfScript } from '../../parsers/perf-script/format.ts'
import type { PerfShape } from '../../parsers/perf-script/part-reader.ts'
import { PerfPartReader, perfShapeOf, recordStart } from '../../parsers/perf-script/part-reader.ts'
import type { PerfSumsPart } from '../../parsers/perf-script/sums-reader.ts'
import { PerfSumsReader } from '../../parsers/perf-script/sums-reader.ts'
import { LARGE_BYTES } from '../../src/cli/input/input.ts'
import type { Parsed } from '../../src/model/index.ts'
import { spawnBpfview as bpfview, scratch } from '../command.ts'
import { dump } from '../dump.ts'
import { chunked, mutated, randomOf } from '../mutate.ts'

const BASE = readFileSync('fixtures/captures/cpu-multi/perf.script.txt.gz')
const capture = new Uint8Array(gunzipSync(BASE))

function whole(bytes: Uint8Array, options: ParseOptions): Parsed {
  const reader = perfScript.reader(options)
  reader.push(bytes)
  return reader.end()
}

function inParts(bytes: Uint8Array, options: ParseOptions, cuts: readonly number[], sums: boolean): Parsed | undefined {
  const shape = perfShapeOf(bytes)
  if (shape === undefined) return undefined
  const starts = [0]
  for (const cut of cuts) {
    const found = recordStart(bytes.subarray(cut))
    if (found >= 0 && cut + found > starts[starts.length - 1]!) starts.push(cut + found)
  }
  const [first, ...others] = starts.map((start, i) => bytes.subarray(start, starts[i + 1] ?? bytes.length))
  const reader = partReader(first!, options, shape)
  for (const part of others) {
    const known = sums && reader.wantsSums ? sumsOf(part, shape) : undefined
    if (known !== undefined) reader.absorbSums(structuredClone(known))
    const rest = part.subarray(known?.bytes ?? 0)
    if (rest.length > 0) reader.absorb(structuredClone(partReader(rest, options, shape).part()))
  }
  return reader.end()
}

function partReader(bytes: Uint8Array, options: ParseOptions, shape: PerfShape): PerfPartReader {
  const reader = new PerfPartReader(options, shape)
  reader.push(bytes)
  reader.finish()
  return reader
}

/** What a kernel alone makes of the start of a part. */
function sumsOf(bytes: Uint8Array, shape: PerfShape): PerfSumsPart {
  const reader = new PerfSumsReader(shape)
  for (const chunk of chunked(bytes, randomOf(bytes.length), 200_000)) if (!reader.push(chunk)) break
  return reader.finish()
}

const options: readonly ParseOptions[] = [
  {},
  { timeline: true },
  { perf: { weight: 'period', root: 'tid' } },
  { perf: { keep: { cpus: [0] } }, timeline: true },
]

const inputs: (readonly [string, Uint8Array])[] = [['cpu-multi', capture]]
for (const folder of ['../shared/captures', '../shared/corpus']) {
  if (existsSync(folder))
    for (const name of readdirSync(folder))
      if (name.startsWith('perf-script')) inputs.push([name, new Uint8Array(readFileSync(join(folder, name)))])
}

describe.each([
  ['in parts', false],
  ['in sums of parts', true],
] as const)('%s', (_, sums) => {
  test.each(inputs)('%s', (_, bytes) => {
    const random = randomOf(bytes.length)
    for (let round = 0; round < 6; round++) {
      const input = round < 2 ? bytes : mutated(bytes.subarray(0, 60_000), random)
      const option = options[round % options.length]!
      const cuts = [0.2, 0.5, 0.7].map(share => Math.floor(input.length * share))
      const parts = inParts(input, option, cuts, sums)
      if (parts !== undefined) expect(dump(parts)).toBe(dump(whole(input, option)))
    }
  })

  test('made-up files: odd names, several events, periods now and then, stacks without frames, odd lines', () => {
    const all: readonly ParseOptions[] = [
      ...options,
      { perf: { weight: 'period' } },
      { perf: { root: 'none', weight: 'period' } },
      { perf: { keep: { comms: ['cc1', 'a b'] } } },
      { perf: { keep: { pids: [1, 2], cpus: [0, 1] } } },
      { addrs: true },
    ]
    let parted = 0
    for (let seed = 0; seed < 150; seed++) {
      const input = madeUp(seed)
      const option = all[seed % all.length]!
      const parts = inParts(
        input,
        option,
        [0.3, 0.6].map(share => Math.floor(input.length * share)),
        sums,
      )
      if (parts === undefined) continue
      parted++
      expect(dump(parts), `seed ${seed}`).toBe(dump(whole(input, option)))
    }
    expect(parted).toBeGreaterThan(100)
  })
})

/** Records of perf script as far from plain as they come. */
function madeUp(seed: number): Uint8Array {
  const random = randomOf(seed)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!
  const [odd, events, threads] = [pick([0, 0.01, 0.05]), pick([1, 2, 14]), pick(['', '7/'])]
  let text = ''
  for (let i = 0; i < 150; i++) {
    const task = pick([
      'cc1',
      'a b',
      ':-1',
      'a 12 [000] 1.5:',
      'x: y',
      '\xff\xfe',
      '\xc3\xa9',
      'kworker/0:1',
      '123456789012345',
    ])
    const event = pick(
      ['cpu-clock:ppp', 'sched:sched_switch', ...Array.from({ length: 12 }, (_, at) => `e${at}`)].slice(0, events),
    )
    text += `${random() < 0.5 ? task.padStart(16) : task} ${threads}${pick([1, 2, 3])} [00${pick([0, 1, 2])}] ${(100 + (i / 1000) * pick([1, 1, 0.5])).toFixed(6)}: ${pick(['', '333444 ', '1 ', '0 '])}${event}: \n`
    for (let depth = pick([0, 1, 2, 3, 5]); depth > 0; depth--) {
      text += `\t${pick(['    7f4e0aef2ad7', 'ffffffff81000130'])} ${pick(['main', 'f', 'operator()', 'x: y', '[unknown]', '\xff', 'h (a) (b)', 'LazyCompile:*f /x.js:1'])}${pick(['', '+0x1', '+0x2f'])} ${pick(['(/bin/cc1)', '([kernel.kallsyms])', '([unknown])', '(//anon)', '()', '(inlined)'])}\n`
    }
    if (random() < 0.9) text += '\n'
    if (random() < odd) text += pick(['odd line\n', '# comment\n', '\n\n', 'x 1 1.000000: PERF_RECORD_LOST lost 3\n'])
  }
  return Buffer.from(seed % 4 === 0 ? text.replaceAll('\n', '\r\n') : text, 'latin1')
}

test('the capture is really parted', () => expect(recordStart(capture.subarray(capture.length / 2))).toBeGreaterThan(0))

describe('sums of a part', () => {
  const header = (task: string, time: number): string => `${task} [000]  ${time.toFixed(6)}: cpu-clock:\n`
  const record = (i: number, task = 'cc1 15590'): string =>
    `${header(task, i)}\t    7f4e0aef2ad7 f${i}+0x27 (/bin/cc1)\n\t    7f4e0aef2ad8 main+0x27 (/bin/cc1)\n\n`
  const shape: PerfShape = {
    modules: true,
    headers: true,
    comms: true,
    tids: true,
    tabs: true,
    addresses: false,
    chains: ['cpu-clock'],
  }
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

  test('all of the capture is in them', () =>
    expect(sumsOf(capture, perfShapeOf(capture)!).bytes).toBeGreaterThan(capture.length * 0.9))

  test('they end before the first record that is not for the kernel', () => {
    const plain = Array.from({ length: 100 }, (_, i) => record(i)).join('')
    expect(sumsOf(bytes(`${plain}odd line\n${plain}`), shape)).toMatchObject({ bytes: plain.length, lines: 400 })
    expect(sumsOf(bytes(plain.slice(0, -1)), shape)).toMatchObject({
      bytes: plain.length - record(99).length,
      lines: 396,
    })
  })

  test.each([
    ['stacks', (i: number) => record(i)],
    ['tasks', (i: number) => record(0, `cc1 ${i + 1}`)],
  ])(
    'more %s than a kernel has room for',
    (_, record) => {
      const head = Array.from({ length: 64 }, (_, i) => record(i)).join('')
      const most = (1 << 16) - 30
      const parts = [0, most / 2, most].map(from =>
        bytes((from === 0 ? head : '') + Array.from({ length: most }, (_, i) => record(from + i)).join('')),
      )
      const all = Buffer.concat(parts)
      const starts = parts
        .slice(0, 2)
        .map((_, i) => parts.slice(0, i + 1).reduce((sum, part) => sum + part.length, 0) - 1)
      expect(sumsOf(parts[2]!, shape).bytes).toBe(parts[2]!.length)
      expect(dump(inParts(all, {}, starts, true)!)).toBe(dump(whole(all, {})))
    },
    60_000,
  )
})

test('the command reads a large file by threads and says the same', () => {
  const directory = scratch()
  try {
    const small = join(directory, 'small.txt')
    const large = join(directory, 'large.txt')
    const piece = capture.subarray(0, recordStart(capture.subarray(capture.length - 20_000)) + capture.length - 20_000)
    const copies = Math.ceil(LARGE_BYTES / piece.length)
    writeFileSync(small, piece)
    for (let i = 0; i < copies; i++)
      appendFileSync(
        large,
        i === copies - 2 ? Buffer.concat([Buffer.from('neither a header nor a frame\n\n'), piece]) : piece,
      )
    const lines = (path: string): [string, number][] =>
      bpfview(['fold', path])
        .stdout.trimEnd()
        .split('\n')
        .map(line => {
          const blank = line.lastIndexOf(' ')
          return [line.slice(0, blank), Number(line.slice(blank + 1))]
        })
    const expected = lines(small).map(([stack, value]) => [stack, value * copies])
    expect(expected.length).toBeGreaterThan(100)
    expect(lines(large)).toEqual(expected)
    const odd = (copies - 2) * piece.filter(byte => byte === 10).length + 1
    expect(bpfview(['info', large]).stdout).toContain(`line ${odd}`)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
