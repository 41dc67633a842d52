/** Stacks of bpftrace maps read from their bytes are those of the plain reader, alone and in parts. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bpftraceText, plainBpftraceReader } from '../parsers/bpftrace/text.ts'
import { parse } from '../parsers/index.ts'
import type { Reader } from '../parsers/reading/format.ts'
import { StackStore } from '../parsers/stacks/stack-store.ts'
import { StackTable } from '../parsers/stacks/symbol-table.ts'
import type { Parsed } from '../src/model/index.ts'
import { dump } from './dump.ts'
import { mutated, randomOf } from './mutate.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function read(reader: Reader, bytes: Uint8Array, chunk = Infinity): Parsed {
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.slice(at, at + chunk))
  return reader.end()
}

function same(bytes: Uint8Array, offsets: boolean): void {
  const options = { source: 'x', offsets }
  const plain = dump(read(plainBpftraceReader(options), bytes))
  for (const chunk of [Infinity, 61, 7])
    expect(dump(read(bpftraceText.reader(options), bytes, chunk)), `in chunks of ${chunk}`).toBe(plain)
}

const HEADS = [
  'main',
  'do_sys_open',
  'operator+',
  'a+1',
  '_x',
  '__proto__',
  '0x7f12',
  'f\u00fcr',
  '[unknown]',
  'x y',
  'Lost 3',
  '12:00:00',
  '@a',
  '[1, 2)',
  'ffffffff81000130 vfs',
  '#1 0x12',
  '-',
  'n:12',
  'Sampling at 99',
]
const OFFSETS = [
  '',
  '+0',
  '+1',
  '+12',
  '+012',
  '+0x1f',
  '+268435455',
  '+268435456',
  '+99999999999',
  '+',
  '+1+2',
  '+12:3',
  '+5 [kernel]',
  '+5 ',
]
const frame = fc
  .tuple(
    fc.constantFrom('    ', '\t', ' ', '', '  \t'),
    fc.constantFrom(...HEADS),
    fc.constantFrom(...OFFSETS),
    fc.constantFrom('', '', '', '\r', ' '),
  )
  .map(([blank, head, offset, end]) => `${blank}${head}${offset}${end}`)
const line = fc.oneof(
  { weight: 6, arbitrary: frame },
  { weight: 2, arbitrary: fc.constantFrom('@[', '@x[node, ', ', sh]: 3', ']: 1', ', ', ',', ', main, 4]: 12', '') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '@: 3',
      '12:00:01',
      'Lost 5 events',
      'x',
      '   ',
      '@y: ',
      '[1]  3 |@@|',
      '... 3 lines ...',
      'at 99',
      '^C',
    ),
  },
)

describe('frames from bytes', () => {
  it('are those of the plain reader', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.boolean(), (lines, offsets) =>
        same(encode(`@[\n${lines.join('\n')}\n`), offsets),
      ),
      { numRuns: Number(process.env['BPFVIEW_FUZZ_ROUNDS'] ?? 400) },
    )
  })

  it('are those of the plain reader in every fixture, whole and damaged', () => {
    for (const name of readdirSync('fixtures/bpftrace')) {
      if (name.endsWith('.golden')) continue
      const bytes = new Uint8Array(readFileSync(`fixtures/bpftrace/${name}`))
      if (bytes.length > 200_000) continue
      same(bytes, true)
      const random = randomOf(bytes.length)
      for (let round = 0; round < 4; round++) same(mutated(bytes, random), false)
    }
  })

  it.each(OFFSETS)('whatever offset stands behind a known name: %s', offset => {
    for (const end of ['', ' ', '\r'])
      same(
        encode(`@[\n    main+12\n    _x+1\n    main${offset}${end}\n    _x${offset}\n]: 1\n@[\n    main+12\n]: 2\n`),
        true,
      )
  })

  it('of one function at any offset are one entry, and need no text', () => {
    const reader = bpftraceText.reader({ source: 'x' })
    const lines = Array.from({ length: 3000 }, (_, i) => `@[\n    main+${i}\n    start+${i * 2}\n]: 1`)
    reader.push(encode(`${lines.join('\n')}\n`))
    expect(reader.end().datasets[0]).toMatchObject({ self: Float64Array.of(0, 0, 3000) })
  })
})

it('keys of JSON maps read from their bytes are those read as text, which a letter beyond ASCII asks for', () => {
  const key = fc.array(
    fc.oneof({ weight: 5, arbitrary: frame }, { weight: 1, arbitrary: fc.constantFrom(',', ',,', ',x', '', '1,2') }),
    {
      maxLength: 12,
    },
  )
  fc.assert(
    fc.property(fc.array(key, { maxLength: 8 }), keys => {
      const json = (comm: string): string =>
        dump(
          parse(
            keys
              .map((lines, i) =>
                JSON.stringify({
                  type: 'map',
                  data: { '@': { [`${[`x${i},`, ...lines].join('\n')}\n,${comm}`]: i + 1 } },
                }),
              )
              .concat('{"type": "map", "data": {"@z": 1}}')
              .join('\n'),
            { format: 'bpftrace-json', offsets: true },
          ),
        )
      const [letter, other] = ['shq', 'sh\u00e9']
      expect(json(other!).replaceAll(other!, letter!)).toBe(json(letter!))
    }),
    { numRuns: 300 },
  )
})

it('equal stacks have equal numbers, and keep their symbols', () => {
  const stack = fc.array(
    fc.oneof(
      fc.nat(3),
      fc.nat(2 ** 30).map(n => n * 2 ** 20 + 7),
    ),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(fc.array(stack, { maxLength: 300 }), stacks => {
      const store = new StackStore()
      const numbers = new Map<string, number>([['', 0]])
      for (const symbols of stacks) {
        const number = store.of(symbols)
        const key = symbols.join()
        expect(number).toBe(numbers.get(key) ?? numbers.size)
        numbers.set(key, number)
        expect(Array.from({ length: store.length(number) }, (_, i) => store.at(number, i))).toEqual(symbols)
      }
    }),
  )
  const table = new StackTable()
  const long = Array.from({ length: 70_000 }, (_, i) => table.symbols.of(`    f${i % 9}+${i}`))
  const stack1 = table.of(long)
  expect(table.of([...long])).toBe(stack1)
  expect(table.frames(stack1)).toEqual(long)
  expect(table.of(long.slice(1))).not.toBe(stack1)
})
