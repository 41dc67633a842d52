/** speedscope files of any names, order of keys and chunks, held against a plain reading; long lists are taken as they come. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonLists } from '../parsers/exchange/json-lists.ts'
import { parse } from '../parsers/parse.ts'
import type { Dataset } from '../src/model/index.ts'
import { BpfviewError, framesOf } from '../src/model/index.ts'

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json'
const name = fc.oneof(
  fc.string({ maxLength: 6, unit: 'grapheme' }),
  fc.constantFrom('"]', '[{', 'a,b', '\\', '\\"', 'samples'),
)

interface Written {
  readonly stacks: readonly (readonly number[])[]
  readonly weights: readonly number[]
  readonly evented: boolean
}

/** A profile as samples, or as events that open and close the same stacks. */
function profileOf({ stacks, weights, evented }: Written, i: number): Record<string, unknown> {
  const endValue = weights.reduce((all, weight) => all + weight, 0)
  const facts = { name: `thread ${i}`, unit: 'none', startValue: 0, endValue }
  if (!evented) return { type: 'sampled', ...facts, samples: stacks, weights }
  let at = 0
  const events = stacks.flatMap((stack, row) => {
    const from = at
    at += weights[row]!
    return [
      ...stack.map(frame => ({ type: 'O', frame, at: from })),
      ...[...stack].reverse().map(frame => ({ type: 'C', frame, at })),
    ]
  })
  return { type: 'evented', ...facts, events }
}

/** The same object with its keys turned around when asked. */
function ordered(value: Record<string, unknown>, turned: boolean): Record<string, unknown> {
  return turned ? Object.fromEntries(Object.entries(value).reverse()) : value
}

function chunked(text: string, step: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text)
  return Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => bytes.subarray(i * step, (i + 1) * step))
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

test('any profiles, sampled and evented, in any order of keys', () => {
  const written = fc
    .array(fc.tuple(fc.array(fc.nat(4), { maxLength: 5 }), fc.integer({ min: 1, max: 1000 })), {
      minLength: 1,
      maxLength: 10,
    })
    .chain(rows =>
      fc.record({
        stacks: fc.constant(rows.map(([stack]) => stack)),
        weights: fc.constant(rows.map(([, weight]) => weight)),
        evented: fc.boolean(),
      }),
    )
  const frames = fc.array(name, { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(
      frames,
      fc.array(written, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 99 }),
      (names, all, turned, step) => {
        const document = {
          $schema: SCHEMA,
          shared: { frames: names.map(each => ordered({ name: each, file: '"[' }, turned)) },
          profiles: all.map((one, i) => ordered(profileOf(one, i), turned)),
        }
        const text = JSON.stringify(ordered(document, turned), undefined, step % 2)
        const { datasets } = parse(chunked(text, step), { format: 'speedscope' })
        all.forEach(({ stacks, weights }, i) => {
          const expected = new Map<string, number>()
          stacks.forEach((stack, row) => {
            if (stack.length === 0) return
            const key = stack.map(frame => names[frame]).join('\0')
            expected.set(key, (expected.get(key) ?? 0) + weights[row]!)
          })
          expect(sums(datasets.find(one => one.name === `thread ${i}`)!)).toEqual(expected)
        })
      },
    ),
  )
})

test('a document and its lists together are what JSON.parse gives, whatever the chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ rows: fc.array(fc.jsonValue()), more: fc.jsonValue() })),
      fc.integer({ min: 1, max: 50 }),
      (all, step) => {
        const found = new Map<number, unknown[]>()
        const lists = new JsonLists(new Set(['all[].rows']), (_, owner, items) => {
          found.set(owner, [...(found.get(owner) ?? []), ...items])
        })
        const text = JSON.stringify({ more: { rows: [1] }, all })
        for (const chunk of chunked(text, step)) lists.push(chunk)
        const rest = lists.end() as { all: { rows: unknown[] }[] }
        rest.all.forEach((one, i) => {
          expect(one.rows).toEqual([])
          one.rows = found.get(i) ?? []
        })
        expect(rest).toEqual(JSON.parse(text))
      },
    ),
  )
})

describe('refused', () => {
  const file = (profile: object, frames: unknown = [{ name: 'a' }]): string =>
    JSON.stringify({
      $schema: SCHEMA,
      profiles: [{ type: 'sampled', unit: 'none', name: '', ...profile }],
      shared: { frames },
    })
  test.each([
    ['a frame that does not exist', file({ samples: [[1]], weights: [1] }), /1 where a number below 1/],
    ['a frame of 2^40', file({ samples: [[2 ** 40]], weights: [1] }), /samples\[0\]/],
    ['fewer weights', file({ samples: [[0], [0]], weights: [1] }), /2 samples and 1 weights/],
    ['a negative weight', file({ samples: [[0]], weights: [-1] }), /negative/],
    ['text for a weight', file({ samples: [[0]], weights: ['1'] }), /weights\[0\]/],
    ['no samples', file({ weights: [] }), /samples is missing/],
    ['another unit', file({ unit: 'parsecs', samples: [], weights: [] }), /parsecs/],
    [
      'events backwards',
      file({
        type: 'evented',
        events: [
          { type: 'O', frame: 0, at: 2 },
          { type: 'C', frame: 0, at: 1 },
        ],
      }),
      /before 2/,
    ],
    ['another frame closed', file({ type: 'evented', events: [{ type: 'C', frame: 0, at: 1 }] }), /innermost/],
    ['a cut file', file({ samples: [[0]], weights: [1] }).slice(0, 120), /broken JSON/],
    ['a comma too many', file({ samples: [[0]], weights: [1] }).replace('[1]', '[1,]'), /broken JSON/],
  ])('%s', (_, text, words) => {
    expect(() => parse(text, { format: 'speedscope' })).toThrow(BpfviewError)
    expect(() => parse(text, { format: 'speedscope' })).toThrow(words)
  })
})

test('a stack of 100,000 frames, and a million samples', () => {
  const deep = Array.from({ length: 100_000 }, (_, i) => i % 2)
  const frames = [{ name: 'a' }, { name: 'b' }]
  const many = `[[0,1]${',[0,1]'.repeat(999_999)},${JSON.stringify(deep)}]`
  const text = `{"$schema":"${SCHEMA}","profiles":[{"type":"sampled","unit":"none","name":"","samples":${many},"weights":[1${',1'.repeat(1_000_000)}]}],"shared":{"frames":${JSON.stringify(frames)}}}`
  const [dataset] = parse(text).datasets
  expect(dataset!.kind === 'profile' && [dataset!.stacks.parent.length, dataset!.self[2]]).toEqual([100_001, 1_000_000])
})
