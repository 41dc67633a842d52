/** Rows of tables chosen, grouped and ordered; and lines that fit a terminal. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutMiddle, textTable } from '../renderers/markup/text-table.ts'
import type { EventTable } from '../src/model/index.ts'
import { selectRows } from '../src/ops/tables/select-rows.ts'
import { bpfview } from './command.ts'

const TABLE: EventTable = {
  kind: 'events',
  name: 'io',
  tool: 'x',
  length: 4,
  meta: {},
  columns: [
    { name: 'COMM', type: 'text', values: ['dd', 'nginx', 'dd', 'kworker/0'] },
    { name: 'PID', type: 'number', unit: '', values: Float64Array.of(1, 2, 3, 4) },
    { name: 'LAT', type: 'number', unit: 'ms', values: Float64Array.of(5, 0.5, NaN, 20) },
  ],
}
const comms = (choice: Parameters<typeof selectRows>[1]): readonly string[] =>
  selectRows(TABLE, choice).columns[0]!.values as readonly string[]

describe('selectRows', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['equal', ['COMM=dd'], ['dd', 'dd']],
    ['glob, any case of the column', ['comm=*o*'], ['kworker/0']],
    ['not, by expression', ['COMM!=/^(dd|k)/'], ['nginx']],
    ['a number', ['PID=2'], ['nginx']],
    ['at least, with a unit', ['LAT>=500us'], ['dd', 'nginx', 'kworker/0']],
    ['all hold', ['LAT > 1', 'LAT<0.01s'], ['dd']],
    ['none', ['PID>9'], []],
  ])('%s', (_, where, wanted) => expect(comms({ where })).toEqual(wanted))

  test('sorted: numbers by size, words by letters, both turned around, absent last', () => {
    expect(comms({ sort: 'LAT' })).toEqual(['kworker/0', 'dd', 'nginx', 'dd'])
    expect(selectRows(TABLE, { sort: '-LAT' }).columns[1]!.values).toEqual(Float64Array.of(2, 1, 4, 3))
    expect(comms({ sort: 'COMM' })).toEqual(['dd', 'dd', 'kworker/0', 'nginx'])
    expect(comms({ sort: '-COMM' })[0]).toBe('nginx')
  })

  test('grouped: counts, and sums of amounts but not of ids', () => {
    const { columns } = selectRows(TABLE, { by: 'COMM' })
    expect(columns.map(({ name }) => name)).toEqual(['COMM', 'count', 'LAT'])
    expect(columns.map(({ values }) => [...values])).toEqual([
      ['dd', 'nginx', 'kworker/0'],
      [2, 1, 1],
      [5, 0.5, 20],
    ])
  })

  test.each<[Parameters<typeof selectRows>[1], RegExp]>([
    [{ where: ['nonsense'] }, /expected COLUMN=VALUE/],
    [{ where: ['X=1'] }, /no column "X"; expected one of "COMM", "PID", "LAT"/],
    [{ where: ['COMM>1'] }, /holds text; expected = or !=/],
    [{ where: ['LAT>1MiB'] }, /expected a number in ms or a unit that measures the same/],
    [{ where: ['PID>1ms'] }, /expected a number without a unit/],
    [{ where: ['LAT>much'] }, /expected a number, alone or with its unit/],
    [{ sort: 'X' }, /no column "X"/],
    [{ by: 'X' }, /no column "X"/],
  ])('%j is refused', (choice, message) => expect(() => selectRows(TABLE, choice)).toThrow(message))

  test('groups hold every row once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 99 }))), rows => {
        const table: EventTable = {
          ...TABLE,
          length: rows.length,
          columns: [
            { name: 'K', type: 'text', values: rows.map(([key]) => key) },
            { name: 'V', type: 'number', unit: '', values: Float64Array.from(rows, ([, value]) => value) },
          ],
        }
        const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0)
        const { columns } = selectRows(table, { by: 'K', sort: 'count' })
        expect(sum(columns[1]!.values as Float64Array)).toBe(rows.length)
        expect(sum(columns[2]!.values as Float64Array)).toBe(sum(rows.map(([, value]) => value)))
      }),
    )
  })
})

describe('on the command line', () => {
  const biosnoop = 'fixtures/captures/disk-biosnoop/biosnoop.txt.gz'

  test('table', async () => {
    const all = JSON.parse((await bpfview(['table', biosnoop, '--json'])).stdout) as Record<string, unknown>[]
    const few = JSON.parse(
      (await bpfview(['table', biosnoop, '--json', '--where', 'COMM=dd', '--where', 'LAT>1ms', '--sort', 'LAT']))
        .stdout,
    ) as Record<string, number>[]
    const latencies = all.filter(row => row['COMM'] === 'dd').map(row => Number(row['LAT(ms)']))
    expect(few.map(row => row['LAT(ms)'])).toEqual(latencies.filter(each => each > 1).sort((a, b) => b - a))
    const grouped = (await bpfview(['table', biosnoop, '--by', 'COMM', '--rows', '2'])).stdout
    expect(grouped).toMatch(/^COMM +count /)
    expect((await bpfview(['table', biosnoop, '--sort', 'NOPE'])).status).toBe(2)
  })

  test('top', async () => {
    const { stdout } = await bpfview([
      'top',
      'fixtures/captures/shop',
      '--csv',
      '--where',
      'module=*/store',
      '--sort',
      'total',
    ])
    const rows = stdout.trim().split('\n').slice(1)
    expect(rows.length).toBeGreaterThan(2)
    for (const row of rows) expect(row).toContain('/opt/demo/store')
  })
})

describe('lines fit a terminal', () => {
  test('columns of text are cut in the middle, the widest first; numbers never', () => {
    const name = 'std::vector<int>::push_back(int const&)'
    const lines = textTable(['n', 'function', 'module'], [['123456789', name, 'libfoo.so']], 'rll', { width: 40 })
    expect(lines[1]).toBe('123456789  std::vect… const&)  libfoo.so')
    expect(textTable(['n'], [['123456789']], 'r', { width: 4 })[1]).toBe('123456789')
  })

  test('no line is wider, and the same text comes where there is room', () => {
    const cell = fc.string({ maxLength: 60, unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { maxLength: 5 }),
        fc.integer({ min: 30, max: 200 }),
        (rows, width) => {
          const lines = textTable(['a', 'b'], rows, 'll', { width })
          for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(width)
          if (width >= 130) expect(lines).toEqual(textTable(['a', 'b'], rows, 'll'))
        },
      ),
    )
  })

  test('cutMiddle keeps both ends', () => {
    expect(cutMiddle('abcdefgh', 5)).toBe('ab…gh')
    expect(cutMiddle('abcdefgh', 8)).toBe('abcdefgh')
    expect(cutMiddle('𝒳𝒴𝒵𝒲', 3)).toBe('𝒳…𝒲')
  })
})
