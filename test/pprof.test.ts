/** pprof in every form that the wire allows, held against a plain reading of the same samples; what leads nowhere is refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import type { Dataset } from '../src/model/index.ts'
import { BpfviewError, framesOf } from '../src/model/index.ts'
import type { Field } from './proto-writer.ts'
import { bytes, list, number, text } from './proto-writer.ts'

interface Sample {
  /** Functions, leaf first. */
  readonly stack: readonly string[]
  readonly values: readonly number[]
  readonly comm: string
  readonly form: 'packed' | 'single' | 'both'
}

const name = fc.string({ maxLength: 6, unit: 'grapheme' })
const sample = (types: number): fc.Arbitrary<Sample> =>
  fc.record({
    stack: fc.array(name, { maxLength: 6 }),
    values: fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: types, maxLength: types }),
    comm: fc.oneof(fc.constant(''), name),
    form: fc.constantFrom<Sample['form']>('packed', 'single', 'both'),
  })

/** A profile of the samples. `spread`: ids are as far apart as 64 bits allow; `stringsFirst`: the strings stand before what points to them. */
function profile(samples: readonly Sample[], types: number, spread: boolean, stringsFirst: boolean): Uint8Array {
  const strings = ['', 'comm']
  const textOf = (of: string): number => {
    if (!strings.includes(of)) strings.push(of)
    return strings.indexOf(of)
  }
  const functions = new Map<string, bigint>()
  const idOf = (of: string): bigint => {
    if (!functions.has(of))
      functions.set(of, spread ? 2n ** 64n - 1n - BigInt(functions.size) : BigInt(functions.size + 1))
    return functions.get(of)!
  }
  const kinds = Array.from({ length: types }, (_, i) =>
    bytes(1, [...number(1, textOf(`type${i}`)), ...number(2, textOf('count'))]),
  )
  const body = samples.map(({ stack, values, comm, form }) =>
    bytes(2, [
      ...list(1, stack.map(idOf), form),
      ...list(2, values, form),
      ...(comm === '' ? [] : bytes(3, [...number(1, 1), ...number(2, textOf(comm))])),
    ]),
  )
  const places = [...functions].flatMap(([of, id]): Field[] => [
    bytes(4, [...number(1, id), ...bytes(4, number(1, id))]),
    bytes(5, [...number(1, id), ...number(2, textOf(of))]),
  ])
  const table = strings.map(each => text(6, each))
  return Uint8Array.from(
    (stringsFirst ? [...table, ...kinds, ...places, ...body] : [...kinds, ...body, ...places, ...table]).flat(),
  )
}

function sums(dataset: Dataset): Map<string, number> {
  const found = new Map<string, number>()
  if (dataset.kind !== 'profile') throw new Error(dataset.kind)
  dataset.self.forEach((value, node) => {
    if (value !== 0)
      found.set(
        framesOf(dataset.stacks, node)
          .map(f => dataset.stacks.frames.name[f])
          .join('\0'),
        value,
      )
  })
  return found
}

test('any samples: stacks, values of every type, tasks', () => {
  const any = fc
    .integer({ min: 1, max: 3 })
    .chain(types => fc.tuple(fc.constant(types), fc.array(sample(types), { minLength: 1, maxLength: 12 })))
  fc.assert(
    fc.property(
      any,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 64 }),
      ([types, samples], spread, first, step) => {
        const file = profile(samples, types, spread, first)
        const chunks = Array.from({ length: Math.ceil(file.length / step) }, (_, i) =>
          file.subarray(i * step, (i + 1) * step),
        )
        const { datasets } = parse(chunks, { format: 'pprof' })
        expect(datasets).toHaveLength(types)
        for (let type = 0; type < types; type++) {
          const expected = new Map<string, number>()
          for (const { stack, values, comm } of samples) {
            const names = [...(comm === '' ? [] : [comm]), ...[...stack].reverse().map(each => each || '[unknown]')]
            const key = names.join('\0')
            if (values[type] !== 0) expected.set(key, (expected.get(key) ?? 0) + values[type]!)
          }
          const dataset = datasets.find(one => one.kind === 'profile' && one.value.name === `type${type}`)!
          expect(sums(dataset)).toEqual(expected)
        }
      },
    ),
  )
})

const one = (more: readonly Field[]): Uint8Array =>
  Uint8Array.from(
    [bytes(1, [...number(1, 1), ...number(2, 2)]), ...more, ...['', 'cpu', 'count'].map(each => text(6, each))].flat(),
  )

describe('refused', () => {
  test.each([
    [
      'a location that does not exist',
      [bytes(2, [...list(1, [7], 'packed'), ...list(2, [1], 'packed')])],
      /location 7/,
    ],
    ['two values for one type', [bytes(2, list(2, [1, 2], 'packed'))], /2 values for 1 sample types/],
    ['values of another number later', [bytes(2, list(2, [1], 'packed')), bytes(2, [])], /sample 1 has 0 values/],
    ['the id 0', [bytes(4, number(1, 0))], /id 0/],
    ['an id twice', [bytes(4, number(1, 3)), bytes(4, number(1, 3))], /two locations with the id 3/],
    ['a function that does not exist', [bytes(4, [...number(1, 1), ...bytes(4, number(1, 2 ** 40))])], /function/],
    ['a string that does not exist', [bytes(5, [...number(1, 1), ...number(2, 2n ** 63n)])], /string/],
  ] as const)('%s', (_, fields, words) => {
    expect(() => parse(one(fields), { format: 'pprof' })).toThrow(BpfviewError)
    expect(() => parse(one(fields), { format: 'pprof' })).toThrow(words)
  })

  test.each([
    ['a length of 2^31', [0x12, 0x80, 0x80, 0x80, 0x80, 0x08]],
    ['a length of 2^63', [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a number without an end', [0x48, ...new Array<number>(11).fill(0xff)]],
    ['a group', [0x13]],
    ['a field that is cut', [0x12, 0x05, 0x00]],
  ])('%s', (_, tail) => {
    const file = Uint8Array.from([...one([bytes(2, list(2, [1], 'packed'))]), ...tail])
    expect(() => parse(file, { format: 'pprof' })).toThrow(/broken protobuf/)
  })
})

test('a stack of 100,000 frames and a million strings', () => {
  const deep = Array.from({ length: 100_000 }, (_, i) => (i % 2) + 1)
  const file = one([
    bytes(2, [...list(1, deep, 'packed'), ...list(2, [3], 'packed')]),
    ...[1, 2].flatMap(id => [
      bytes(4, [...number(1, id), ...bytes(4, number(1, id))]),
      bytes(5, [...number(1, id), ...number(2, 1)]),
    ]),
  ])
  const more = new Uint8Array(file.length + 3_000_000)
  more.set(file)
  for (let at = file.length; at < more.length; at += 3) more.set([0x32, 1, 97], at)
  const [dataset] = parse(more, { format: 'pprof' }).datasets
  expect(dataset!.kind === 'profile' && dataset!.stacks.parent.length).toBe(100_001)
})

test('times make samples of their own, and values under 0 a difference', () => {
  const stamped = (time: bigint, value: number): Field =>
    bytes(2, [...list(2, [value], 'packed'), ...bytes(3, [...number(1, 3), ...number(3, time)])])
  const file = (values: readonly number[]): Uint8Array =>
    Uint8Array.from([
      ...one(values.map((value, i) => stamped(10n ** 9n * BigInt(i), value))),
      ...text(6, 'timestamp_ns'),
    ])
  const timed = parse(file([1, 2]), { timeline: true }).datasets[0]!
  expect(timed.kind === 'samples' && [...timed.time, ...timed.weight]).toEqual([0, 1, 1, 2])
  const signed = parse(file([5, -3, 2])).datasets[0]!
  expect(signed.kind === 'profile-diff' && [signed.before[0], signed.after[0]]).toEqual([3, 7])
})
