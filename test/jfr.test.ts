/** Recordings of Java Flight Recorder: what is written by hand is read back, of any names, threads and times; broken ones are refused. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import type { Dataset, SampleTable } from '../src/model/index.ts'
import { BpfviewError, framesOf } from '../src/model/index.ts'
import type { WrittenType } from './jfr-writer.ts'
import { Bytes, jfrChunk } from './jfr-writer.ts'

const pooled = (name: string, type: string): WrittenType['fields'][number] => ({ name, type, pool: true })
const plain = (name: string, type: string): WrittenType['fields'][number] => ({ name, type })

/** Types like the JDK's, with fields that a reader has to go over. */
const TYPES: readonly WrittenType[] = [
  ...['boolean', 'byte', 'short', 'char', 'int', 'long', 'float', 'double', 'java.lang.String'].map(name => ({
    name,
    fields: [],
  })),
  { name: 'jdk.types.Symbol', fields: [plain('string', 'java.lang.String')] },
  { name: 'java.lang.Class', fields: [plain('hidden', 'boolean'), pooled('name', 'jdk.types.Symbol')] },
  { name: 'jdk.types.Method', fields: [pooled('type', 'java.lang.Class'), pooled('name', 'jdk.types.Symbol')] },
  { name: 'jdk.types.FrameType', fields: [plain('description', 'java.lang.String')] },
  {
    name: 'jdk.types.StackFrame',
    fields: [pooled('method', 'jdk.types.Method'), plain('lineNumber', 'int'), pooled('type', 'jdk.types.FrameType')],
  },
  {
    name: 'jdk.types.StackTrace',
    fields: [plain('truncated', 'boolean'), { name: 'frames', type: 'jdk.types.StackFrame', array: true }],
  },
  {
    name: 'java.lang.Thread',
    fields: [plain('osName', 'java.lang.String'), plain('osThreadId', 'long'), plain('javaName', 'java.lang.String')],
  },
  {
    name: 'jdk.ExecutionSample',
    fields: [
      plain('startTime', 'long'),
      pooled('sampledThread', 'java.lang.Thread'),
      plain('odd', 'double'),
      { name: 'list', type: 'short', array: true },
      pooled('stackTrace', 'jdk.types.StackTrace'),
    ],
  },
  {
    name: 'jdk.ObjectAllocationSample',
    fields: [
      plain('startTime', 'long'),
      pooled('eventThread', 'java.lang.Thread'),
      pooled('stackTrace', 'jdk.types.StackTrace'),
      pooled('objectClass', 'java.lang.Class'),
      plain('weight', 'long'),
    ],
  },
  {
    name: 'jdk.JavaMonitorEnter',
    fields: [
      plain('startTime', 'long'),
      plain('duration', 'long'),
      pooled('eventThread', 'java.lang.Thread'),
      pooled('stackTrace', 'jdk.types.StackTrace'),
      pooled('monitorClass', 'java.lang.Class'),
    ],
  },
]

interface Sample {
  readonly thread: string
  readonly frames: readonly string[]
  readonly micros: number
}

/** Pools and events for samples: threads and stacks are numbered as they come. */
function recording(samples: readonly Sample[], encoding: 3 | 4): Uint8Array {
  const symbols = new Map<string, number>()
  const threads = new Map<string, number>()
  const of = (map: Map<string, number>, key: string): number => map.get(key) ?? map.set(key, map.size + 1).size
  const stacks = samples.map(({ frames }) =>
    frames.reduceRight(
      (bytes, name) => bytes.long(of(symbols, name)).long(-5).long(1),
      new Bytes().raw(0).long(frames.length),
    ),
  )
  const events = samples.map(({ thread, micros }, i): [string, Bytes] => [
    'jdk.ExecutionSample',
    new Bytes()
      .long(1000 + micros)
      .long(of(threads, thread))
      .raw(...new Array<number>(8).fill(9))
      .long(2)
      .long(-1)
      .long(7)
      .long(i + 1),
  ])
  const names = [...symbols.keys()]
  return jfrChunk(
    TYPES,
    {
      'jdk.types.StackTrace': stacks.map((bytes, i) => [i + 1, bytes] as const),
      'jdk.types.Method': names.map((_, i) => [i + 1, new Bytes().long(0).long(i + 1)] as const),
      'jdk.types.Symbol': names.map((name, i) => [i + 1, new Bytes().text(name, encoding)] as const),
      'jdk.types.FrameType': [[1, new Bytes().text('JIT compiled')]],
      'java.lang.Thread': [...threads].map(
        ([name, id]) =>
          [
            id,
            new Bytes()
              .text('os')
              .long(1000 + id)
              .text(name, encoding),
          ] as const,
      ),
    },
    events,
  )
}

function samplesOf(dataset: Dataset): { thread: string; frames: string[]; micros: number; tid: number }[] {
  const { stacks, stack, time, tid } = dataset as SampleTable
  return Array.from(stack, (node, row) => {
    const [thread, ...frames] = framesOf(stacks, node).map(frame => stacks.frames.name[frame]!)
    return { thread: thread!, frames, micros: Math.round((time[row]! - 1_764_000_000) * 1e6), tid: tid![row]! }
  })
}

test('any samples are read back, with names, threads and times', () => {
  const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  const sample = fc.record({
    thread: name,
    frames: fc.array(name, { minLength: 1, maxLength: 8 }),
    micros: fc.nat(1_000_000),
  })
  fc.assert(
    fc.property(
      fc.array(sample, { minLength: 1, maxLength: 20 }),
      fc.constantFrom<3 | 4>(3, 4),
      (samples, encoding) => {
        const { datasets } = parse(recording(samples, encoding), { timeline: true })
        expect(datasets).toHaveLength(1)
        const found = samplesOf(datasets[0]!)
        expect(found.map(({ thread, frames }) => ({ thread, frames }))).toEqual(
          samples.map(({ thread, frames }) => ({ thread, frames })),
        )
        // seconds since 1970 are good to a quarter of a microsecond as doubles
        found.forEach(({ micros }, i) => void expect(Math.abs(micros - samples[i]!.micros)).toBeLessThanOrEqual(1))
      },
    ),
  )
})

describe('measures', () => {
  const pools = {
    'jdk.types.StackTrace': [
      [1, new Bytes().raw(1).long(1).long(1).long(3).long(2)],
      [2, new Bytes().raw(0).long(0)],
    ],
    'jdk.types.Method': [[1, new Bytes().long(1).long(2)]],
    'java.lang.Class': [
      [1, new Bytes().raw(0).long(1)],
      [2, new Bytes().raw(0).long(3)],
      [3, new Bytes().raw(0).long(4)],
    ],
    'jdk.types.Symbol': [
      [1, new Bytes().text('app/Main')],
      [2, new Bytes().text(7)],
      [3, new Bytes().text('[[J')],
      [4, new Bytes().text('[Lapp/Row;')],
    ],
    'java.lang.String': [[7, new Bytes().text('work', 5)]],
    'jdk.types.FrameType': [[2, new Bytes().text('Inlined')]],
    'java.lang.Thread': [[9, new Bytes().text('os-9').long(99).raw(0)]],
  } as const
  const events: readonly [string, Bytes][] = [
    ['jdk.ObjectAllocationSample', new Bytes().long(2000).long(9).long(1).long(2).long(4096)],
    [
      'jdk.ObjectAllocationSample',
      new Bytes()
        .long(3000)
        .long(9)
        .long(1)
        .long(3)
        .long(2n ** 40n),
    ],
    ['jdk.JavaMonitorEnter', new Bytes().long(2500).long(1500).long(9).long(2).long(0)],
  ]
  const read = (bytes: Uint8Array) => parse(bytes, { timeline: true })

  test('bytes by class, lock time in ns, cut and missing stacks said', () => {
    const { datasets, diagnostics } = read(jfrChunk(TYPES, pools, events))
    const [alloc, lock] = datasets as SampleTable[]
    expect([alloc!.name, lock!.name]).toEqual(['alloc', 'lock'])
    const names = (table: SampleTable): string[] =>
      Array.from(table.stack, node =>
        framesOf(table.stacks, node)
          .map(f => table.stacks.frames.name[f])
          .join(';'),
      )
    expect(names(alloc!)).toEqual(['os-9;app/Main.work;long[][]', 'os-9;app/Main.work;app/Row[]'])
    expect([...alloc!.weight]).toEqual([4096, 2 ** 40])
    expect([...alloc!.tid!]).toEqual([99, 99])
    expect(names(lock!)).toEqual(['os-9'])
    expect([...lock!.weight]).toEqual([1_500_000])
    expect(diagnostics.map(({ code, count }) => `${code} ${count}`).sort()).toEqual([
      'no-stack 1',
      'truncated-stacks 2',
    ])
  })

  test('chunks follow each other, each with its own numbers; an unfinished one is said', () => {
    const one = jfrChunk(TYPES, pools, events)
    const twice = read(Uint8Array.from([...one, ...one]))
    expect([...(twice.datasets[0] as SampleTable).weight]).toEqual([4096, 2 ** 40, 4096, 2 ** 40])
    const cut = read(Uint8Array.from([...one, ...one.subarray(0, one.length - 5)]))
    expect((cut.datasets[0] as SampleTable).weight).toHaveLength(2)
    expect(cut.diagnostics.some(({ code }) => code === 'truncated-input')).toBe(true)
  })

  test.each([
    ['version 1', (bytes: Uint8Array) => void (bytes[5] = 1), /version 1/],
    ['no chunk behind the first', (bytes: Uint8Array) => void (bytes[15]! -= 7), /no chunk at byte|left/],
    ['a size of 0', (bytes: Uint8Array) => void bytes.fill(0, 68, 72), /an event of 0 bytes/],
    ['a metadata event elsewhere', (bytes: Uint8Array) => void (bytes[31] = 68), /no metadata/],
  ])('%s is refused', (_, change, words) => {
    const bytes = jfrChunk(TYPES, pools, events)
    change(bytes)
    expect(() => read(bytes)).toThrow(BpfviewError)
    expect(() => read(bytes)).toThrow(words)
  })

  test('a type that holds itself is refused', () => {
    const types = [...TYPES, { name: 'jdk.types.Loop', fields: [plain('inner', 'jdk.types.Loop')] }]
    const bytes = jfrChunk(types, { ...pools, 'jdk.types.Loop': [[1, new Bytes().raw(0)]] }, events)
    expect(() => read(bytes)).toThrow(/unknown type/)
  })
})

test('a recording of the JDK holds what `jfr print` says', () => {
  const { datasets } = parse(gunzipSync(readFileSync('fixtures/jfr/app.jfr.gz')), { timeline: true })
  const facts = datasets.map(one => `${one.name} ${(one as SampleTable).weight.length}`)
  expect(facts).toEqual(['cpu 21', 'native 1', 'alloc 20', 'lock 2', 'park 1', 'sleep 12', 'exceptions 1'])
})
