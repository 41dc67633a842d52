/** Readers of stacks and maps under cuts, splices and flipped bytes: a result that keeps every invariant, or one BpfviewError; never anything else. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formats } from '../parsers/index.ts'
import { chunked, outcome } from './mutate.ts'

const FOLDERS = [
  'folded',
  'bcc-stacks',
  'wake-stacks',
  'memleak',
  'lock-stats',
  'critical-sections',
  'deadlock',
  'stack-hist',
  'bpftrace',
  'bpftrace-json',
  'event-table',
]
const SEEDS = FOLDERS.flatMap(folder =>
  readdirSync(join('fixtures', folder))
    .filter(name => !name.endsWith('.golden'))
    .map(name => ({ folder, name, bytes: readFileSync(join('fixtures', folder, name)) })),
)
const ROUNDS = Number(process.env['BPFVIEW_FUZZ_ROUNDS'] ?? 8)

/** Numbers in [0, 1), the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    state ^= state >>> 12
    return (state >>> 0) / 2 ** 32
  }
}

const TOKENS = [
  '\n',
  '@[',
  ']: ',
  ', ',
  '@x: ',
  '"',
  '{',
  '}',
  '\t',
  '    ',
  '-',
  '--',
  '9',
  '-1',
  '1e999',
  '99999999999999999999',
  '__proto__',
  '\u0000',
  '\u00ff',
  '^C',
  '[...]',
  '12:00:01\n',
  '|',
  'waker:',
  ';',
]

function mutate(bytes: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  const at = (length: number): number => Math.floor(random() * length)
  let text = Buffer.from(bytes)
  for (let n = 1 + at(4); n > 0; n--) {
    const from = at(text.length + 1)
    switch (at(6)) {
      case 0:
        text = text.subarray(0, from)
        break
      case 1:
        text = Buffer.concat([text.subarray(0, from), text.subarray(from + at(40))])
        break
      case 2:
        text = Buffer.concat([text.subarray(0, from), other.subarray(at(other.length))])
        break
      case 3:
        text = Buffer.concat([
          text.subarray(0, from),
          Buffer.from(TOKENS[at(TOKENS.length)]!, 'latin1'),
          text.subarray(from),
        ])
        break
      case 4: {
        const copy = Buffer.from(text)
        if (copy.length > 0) copy[at(copy.length)] = at(256)
        text = copy
        break
      }
      default: {
        const lines = text.toString('latin1').split('\n')
        lines.splice(at(lines.length), 1, ...lines.slice(at(lines.length)).slice(0, at(5)))
        text = Buffer.from(lines.join('\n'), 'latin1')
      }
    }
  }
  return text
}

describe.each(SEEDS)('$folder/$name', ({ folder, bytes }) => {
  test('damaged', () => {
    const random = randomOf(bytes.length * 31 + folder.length)
    const own = formats.find(format => format.id === folder)!
    for (let round = 0; round < ROUNDS; round++) {
      const damaged = mutate(bytes, SEEDS[Math.floor(random() * SEEDS.length)]!.bytes, random)
      const detected = outcome(damaged, undefined)
      expect(outcome(chunked(damaged, random, 60), undefined), damaged.toString()).toBe(detected)
      const forced = outcome(damaged, own.id)
      expect(outcome(chunked(damaged, random, 60), own.id), damaged.toString()).toBe(forced)
    }
  })
})

/** Shapes on which a pattern that backtracks, or a step that copies what it has, takes minutes; a hanging test fails by its time limit. */
const LONG = 400_000
const WALLS: readonly (readonly [name: string, text: string])[] = [
  ['blanks after a dash', `    -${' '.repeat(LONG)}x\n    1\n`],
  ['blanks in the middle', `a${' '.repeat(LONG)}b\n`],
  ['blanks under a map', `Attaching 1 probe...\na${' '.repeat(LONG)}b\n\tx+1\n\n@x: 1\n`],
  ['brackets and colons', `@[${']: '.repeat(LONG / 3)}x\n`],
  ['open brackets', `@[${'['.repeat(LONG)}\n]: 1\n`],
  ['parts of a key', `@[${'a, '.repeat(LONG / 3)}b]: 1\n@[a, b]: 2\n@[c, d]: 3\n`],
  ['pluses', `@[\n    ${'+1 ('.repeat(LONG / 4)}\n]: 1\n`],
  ['dots', `@[\n    a ${'.'.repeat(LONG)}:x\n]: 1\n`],
  ['digits', `@x: ${'1'.repeat(LONG)}\n`],
  [
    'keys that print alike',
    `{"type": "hist", "data": {"@h": {${'"": [{"min": 4, "max": 7, "count": 1}], '.repeat(20_000)}"z": [{"min": 4, "max": 7, "count": 1}]}}}\n`,
  ],
  ['backslashes', `{"type": "map", "data": {"@x": "${'\\uffffffc3'.repeat(LONG / 10)}"}}\n`],
  ['nesting', `{"type": "map", "data": ${'['.repeat(LONG)}\n`],
  ['prints of one map', `Attaching 1 probe...\n${'@x: 1\n'.repeat(100_000)}`],
  ['prints of one stack', `Attaching 1 probe...\n${'@[\n    main+1\n]: 1\ntext\n'.repeat(20_000)}`],
  ['a deep stack', `@[\n${'    f+1\n'.repeat(200_000)}]: 1\n`],
  ['a deep stack of BCC', `${'    f\n'.repeat(200_000)}    -                x (1)\n        1\n`],
  [
    'a deep chain',
    `    waker:           a 1\n${'    f\n'.repeat(100_000)}    --               --\n${'    g\n'.repeat(100_000)}    target:          b 2\n        1\n`,
  ],
  [
    'snapshots',
    `${'[11:16:33] Top 2 stacks with outstanding allocations:\n\t16 bytes in 1 allocations from stack\n\t\tmain\n'.repeat(20_000)}`,
  ],
  ['a lock table', `  Caller   Avg Spin  Count   Max spin Total spin\n a${' '.repeat(LONG)}b\n`],
]

test.each(WALLS)('%s', (_, text) => {
  for (const format of [undefined, ...FOLDERS]) outcome(new TextEncoder().encode(text), format)
})
