/** Laws and definitions that one changed token would break: units, label widths, cuts, time selection, tidying, order of siblings. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layoutStacks } from '../renderers/flame/stack-layout.ts'
import { mergedCsv } from '../renderers/listing/merged-profile.ts'
import { cut } from '../renderers/markup/escape.ts'
import { textWidth, WIDTHS } from '../renderers/words/label.ts'
import type { SampleTable } from '../src/model/index.ts'
import { conversion, isCount, unitFact } from '../src/model/index.ts'
import { TIDY_STEPS, tidyName } from '../src/ops/stacks/tidy-names.ts'
import { selectTime } from '../src/ops/time/scope.ts'
import { parseTimeRanges } from '../src/ops/time/time-range.ts'
import { bpfview } from './command.ts'
import { profileOf } from './synthetic.ts'

/** Every unit by its definition in the base unit of its dimension. */
const UNITS = {
  time: { s: 1, ms: 0.001, us: 0.000001, ns: 0.000000001, min: 60, h: 3600, clock: 1, date: 1 },
  bytes: { bytes: 1, KiB: 1024, MiB: 1048576, GiB: 1073741824, sectors: 512, pages: 4096 },
  frequency: { Hz: 1, MHz: 1_000_000, GHz: 1_000_000_000 },
  ratio: { '%': 0.01 },
  count: { count: 1, samples: 1, events: 1 },
} as const

describe('units', () => {
  const rows = Object.entries(UNITS).flatMap(([dimension, units]) =>
    Object.entries(units).map(([unit, scale]) => [unit, dimension, scale] as const),
  )
  test.each(rows)('%s is of %s, %d of its base', (unit, dimension, scale) => {
    expect(unitFact(unit)).toEqual({ dimension, scale })
    expect(isCount(unit)).toBe(dimension === 'count')
  })
  test('conversions invert and chain within a dimension, and there are none across', () => {
    for (const [a, of, one] of rows)
      for (const [b, other, two] of rows) {
        const factor = conversion(a, b)
        if (of !== other) expect(factor).toBeUndefined()
        else {
          expect(factor! * conversion(b, a)!).toBeCloseTo(1, 12)
          expect(factor! * two).toBeCloseTo(one, 12)
        }
      }
    expect(conversion('1 hour', 's')).toBeUndefined()
    expect(conversion('parsecs', 'parsecs')).toBe(1)
  })
})

test('widths of texts are those of the table, in hundredths of the font size', () => {
  expect(textWidth('', WIDTHS)).toBe(0)
  expect(textWidth(' ', WIDTHS)).toBe(32)
  expect(textWidth('main', WIDTHS)).toBe(97 + 61 + 28 + 63)
  expect(textWidth('WWW', WIDTHS)).toBe(3 * 99)
  expect(textWidth('il.', WIDTHS)).toBe(28 + 28 + 32)
  expect(textWidth('~', WIDTHS)).toBe(84)
  // a character of two halves counts once, and no known one is narrower than nothing
  expect(textWidth('😀', WIDTHS)).toBeGreaterThan(0)
  expect(textWidth('😀😀', WIDTHS)).toBe(2 * textWidth('😀', WIDTHS))
})

test('cut keeps a text of exactly n characters and shortens a longer one to n', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'é', '火', '😀'), { minLength: 1, maxLength: 30 }), points => {
      const text = points.join('')
      expect(cut(text, points.length)).toBe(text)
      expect(cut(text, points.length + 1)).toBe(text)
      if (points.length < 2) return
      const shorter = cut(text, points.length - 1)
      expect(Array.from(shorter)).toHaveLength(points.length - 1)
      expect(shorter).toBe([...points.slice(0, points.length - 2), '…'].join(''))
    }),
  )
})

test('a time selection cuts every column alike', () => {
  const rows = 40
  const numbers = (step: number): number[] => Array.from({ length: rows }, (_, row) => row * step)
  const { stacks } = profileOf(numbers(1).map((row): [string, number] => [`app;f${row}`, 1]))
  const samples: SampleTable = {
    kind: 'samples',
    name: 'cycles',
    value: { name: 'cycles', unit: 'count' },
    stacks,
    time: Float64Array.from(numbers(0.25), time => 100 + time),
    stack: Int32Array.from(numbers(1)),
    weight: Float64Array.from(numbers(3)),
    cpu: Int32Array.from(numbers(5)),
    pid: Int32Array.from(numbers(7)),
    tid: Int32Array.from(numbers(11)),
    comm: Int32Array.from(numbers(13)),
    comms: ['app'],
    attributes: [{ name: 'bytes', type: 'number', unit: 'bytes', values: Float64Array.from(numbers(17)) }],
    meta: { samples: rows },
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 1, max: 20 }), (from, length) => {
      const start = 100 + from / 2
      const cutOut = selectTime(samples, parseTimeRanges(`${start}..${start + length / 2}`))
      const kept = [...samples.time.keys()].filter(
        row => samples.time[row]! >= start && samples.time[row]! <= start + length / 2,
      )
      // whether the end belongs to the range is the range's own rule; the columns must agree with the times
      const first = samples.time.indexOf(cutOut.time[0]!)
      const own = [...cutOut.time].map(time => samples.time.indexOf(time))
      expect(first).toBe(kept[0])
      expect(Math.abs(own.length - kept.length)).toBeLessThanOrEqual(1)
      for (const [name, step] of [
        ['stack', 1],
        ['weight', 3],
        ['cpu', 5],
        ['pid', 7],
        ['tid', 11],
        ['comm', 13],
      ] as const)
        expect([...cutOut[name]!], name).toEqual(own.map(row => row * step))
      expect([...(cutOut.attributes![0]!.values as Float64Array)]).toEqual(own.map(row => row * 17))
      expect(cutOut.meta.samples).toBe(own.length)
    }),
  )
})

test('tidying twice changes nothing more', () => {
  const part = fc.constantFrom(
    ...[
      'main',
      'do_sys_open',
      '_ZN3app4loopEv',
      'f.isra.0',
      'g.constprop.12',
      ' [clone .cold]',
      '+0x1f',
      '@@GLIBC_2.17',
    ],
    ...[
      '::h0123456789abcdef',
      '(int, char*)',
      'JS:*fib',
      'Interpreter:~x',
      '.llvm.123',
      '<T>',
      '::',
      'a',
      '~',
      '.part.7',
    ],
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), parts => {
      const once = tidyName(parts.join(''))
      expect(once).not.toBe('')
      expect(tidyName(once)).toBe(once)
      for (const step of TIDY_STEPS) expect(tidyName(tidyName(once, [step]), [step])).toBe(tidyName(once, [step]))
    }),
  )
  for (const name of [
    'main',
    'f.isra.0',
    'JS:*fib',
    '_ZN3app4loopEv',
    'memcpy@@GLIBC_2.17',
    'x+0x1f',
    'r::h0123456789abcdef',
  ])
    expect(tidyName(tidyName(name))).toBe(tidyName(name))
})

test('--sort value: siblings fall from left to right, names decide among equals', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), values => {
      const profile = profileOf(
        values.map((value, i): [string, number] => [`app;f${String(i).padStart(2, '0')}`, value]),
      )
      const { boxes } = layoutStacks(profile.stacks, profile.self, { sort: 'value' })
      const leaves = boxes.filter(box => box.depth === 2).sort((a, b) => a.start - b.start)
      for (let i = 1; i < leaves.length; i++) {
        expect(leaves[i]!.total <= leaves[i - 1]!.total).toBe(true)
        if (leaves[i]!.total === leaves[i - 1]!.total) expect(leaves[i]!.node > leaves[i - 1]!.node).toBe(true)
      }
    }),
  )
})

describe('merged CSV', () => {
  test('keeps values of stacks without frames: the column adds up to the total', () => {
    const profile = profileOf({ 'a;b': 2, a: 3 })
    const self = profile.self.slice()
    self[0] = 5
    const rows = [...mergedCsv({ ...profile, self, runs: [{ label: 'r', self }] })]
    expect(rows).toEqual(['stack,sum,r\n', '[no stack],5,5\n', 'a,3,3\n', 'a;b,2,2\n'])
  })
})

describe('several inputs of different events', () => {
  test.each(['fold', 'flame', 'top'])('%s refuses them, as merge does', async command => {
    const { mkdtempSync, writeFileSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const { join } = await import('node:path')
    const folder = mkdtempSync(join(tmpdir(), 'bpfview-events-'))
    const files = ['cycles', 'page-faults'].map(event => {
      const file = join(folder, `${event}.stacks`)
      writeFileSync(file, `app 7 [000] 1.000000: 5 ${event}:\n\t1000 main (/bin/app)\n\n`)
      return file
    })
    const { status, stderr } = await bpfview(
      [command, ...files, '-o', join(folder, 'out.txt')].slice(0, command === 'flame' ? 3 : 5),
    )
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /page-faults\.stacks.*event "page-faults", but "cycles" in .*cycles\.stacks; expected one event/,
    )
    const chosen = await bpfview([command, ...files, '--event', 'cycles'])
    expect(chosen.status).toBe(0)
  })
})
