import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FastFolded } from '../parsers/folded/fast-reader.ts'
import { foldedPlainReader } from '../parsers/folded/reader.ts'
import type { Reader } from '../parsers/reading/format.ts'
import type { Parsed } from '../src/model/index.ts'

function read(reader: Reader, bytes: Uint8Array, chunk = Infinity): Parsed {
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.slice(at, at + chunk))
  return reader.end()
}

function same(bytes: Uint8Array): void {
  const plain = read(foldedPlainReader({ source: 'x' }), bytes)
  for (const chunk of [Infinity, 4096, 61, 7, 1]) {
    if (bytes.length / chunk > 40_000) continue
    expect(read(new FastFolded({ source: 'x' }), bytes, chunk), `in chunks of ${chunk}`).toEqual(plain)
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const NAMES = [
  'main',
  'a',
  'ab',
  'abc',
  'abcd',
  'abcde',
  'entry_SYSCALL_64',
  'do_syscall_64',
  'tcp_sendmsg',
  '-',
  '--',
  'java',
  '[unknown]',
  '7f12aa00bbcc',
  'foo_[k]',
  'Lcom/x/Y;',
  'swapper',
  'Tracing',
  '[sudo] password',
  'operator<',
  'fn [T; _]',
  '[Missed User Stack]',
  'für',
  '😀',
  '__proto__',
  'constructor',
  '',
  ' x',
  'a b',
  '#',
  'x 12',
]

describe('the fast reader of folded stacks gives what the plain one gives', () => {
  it.each([
    ['CRLF and no final newline', 'a;b 1\r\na;b;c 2\r\na 3'],
    [
      'comments, banners and an interrupt',
      '# note\na;b 1\n^Ca;b 2\n// x\nTracing off-CPU time 5\nTraced;b 3\n--- x\n-;b 2\n\n   \n',
    ],
    [
      'decimals, exponents, bad and huge values',
      'a;b 1.5\na;b 1e3\na;b -1\na;b x\na;b 0x10\na;b 99999999999999999999\na;b 999999999999999\na;b 0007\na;b',
    ],
    ['blanks', 'a;b  1\na;b 1 \na;b\t1\n a;b 1\na; b 1\na;[x; y] 2\n;a 1\na; 1\n 5\n5\n'],
    ['two columns', 'a;b 1 2\na;c 3 4\n'],
    ['two columns until a line has one', 'a;b 1 2\na;c 3 4\na;b 5\na;b 6 7\n'],
    [
      'kernel entry, waker and marks',
      'c;m;entry_SYSCALL_64;do_it 1\nc;m;do_it 2\nc;m;--;w 3\nc;m;entry_SYSCALL_64;x;--;w;entry_SYSCALL_64;y 4\nc;x_[k];y 5\nc;m;-;k 6\n',
    ],
    ['bad UTF-8 names', 'a;\u00e9;b 1\na;\u00e9;c 2\n'],
    ['signs of off-CPU and wake-up tools', 'a;b;finish_task_switch 1\na;c;finish_task_switch 2\na;d;schedule_[k] 2\n'],
    ['wake-ups', 'a;try_to_wake_up;b 1\na;x;wake_up;c 2\na;x;y;complete;d 2\n'],
    ['a comm broken in two', 'x;y 1\nhal\nves;b 1\nhal\n^C\nq;b 2\nzz'],
    ['a name with a semicolon behind a frame that the line before has too', 'a;x<;main 1\na;x<; y>;main 2\na;x<;b 3\n'],
    ['one frame only', 'a 1\na;b 2\na 3\nentry_SYSCALL_64 4\n'],
  ])('%s', (_, text) => same(encode(text)))

  it('bytes that are no UTF-8', () =>
    same(Uint8Array.from([97, 59, 0xff, 0xfe, 32, 49, 10, 97, 59, 0xff, 32, 50, 10, 0xc3, 59, 98, 32, 51])))

  it('any lines in any chunks', () => {
    const line = fc.tuple(
      fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 9 }),
      fc.constantFrom('1', '22', '333', '4.5', '1 2', '', 'x', '9007199254740993'),
      fc.constantFrom('\n', '\r\n'),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), lines => {
        same(encode(lines.map(([names, value, end]) => `${names.join(';')} ${value}${end}`).join('')))
      }),
      { numRuns: 300 },
    )
  })

  describe('at the borders of the window', () => {
    const WINDOW = 256 << 10
    const lines = (count: number, from = 0): string =>
      Array.from(
        { length: count },
        (_, i) => `app;main;f${(from + i) % 700};g${(from + i) % 31};${'h'.repeat(i % 40)}x ${i}\n`,
      ).join('')

    it.each([0, 1, 2, 15, 16, 17, 63, 64, 65])('moved by %i bytes', shift =>
      same(encode(`${'x'.repeat(shift)};y 1\n${lines(20_000)}`)),
    )

    it.each([WINDOW - 12, WINDOW - 11, WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW])(
      'a name of %i bytes between lines',
      length => {
        same(encode(`${lines(500)}app;${'n'.repeat(length)};z 3\n${lines(500, 7)}app;${'n'.repeat(length)};z 4\n`))
      },
    )

    it('deep stacks, some of more frames than the kernel follows', () => {
      const deep = (frames: number): string => Array.from({ length: frames }, (_, i) => `f${i % 9}`).join(';')
      same(
        encode(
          `${lines(300)}${[100, 30_000, 65_535, 65_536, 65_537, 80_000].map(frames => `c;${deep(frames)} 2\n`).join('')}${lines(300)}`,
        ),
      )
    })

    it('more names than the tables start with, many children, plain lines between', () => {
      same(
        encode(
          Array.from(
            { length: 30_000 },
            (_, i) =>
              `app;name_${i};entry_SYSCALL_64;k${i % 50} ${i}${i % 1000 === 7 ? '.5' : ''}\n${i % 900 === 3 ? '# note\nalone 4\n' : ''}`,
          ).join(''),
        ),
      )
    })

    it('a kernel that was given back starts anew', () => {
      for (let round = 0; round < 3; round++) same(encode(lines(5000, round * 3)))
    })
  })

  it('any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...encode('ab;;  19\n\r\t#-.^C\u00e9')), { maxLength: 200 }), bytes =>
        same(Uint8Array.from(bytes)),
      ),
      { numRuns: 300 },
    )
  })

  it('a line longer than the limit is skipped, a stack of 100,000 frames is not', () => {
    const deep = encode(`c;${Array.from({ length: 100_000 }, (_, i) => `a_frame_with_a_name_${i}`).join(';')} 7\n`)
    const result = read(new FastFolded({}), deep, 65536)
    expect(result.datasets[0]).toMatchObject({ kind: 'profile', meta: { samples: 7 } })
    expect(result.skippedLines).toBe(0)
    const long = new Uint8Array(17 << 20).fill(97)
    long.set(encode('\na;b 1'), long.length - 6)
    expect(read(new FastFolded({}), long, 1 << 20)).toMatchObject({
      skippedLines: 1,
      datasets: [{ meta: { samples: 1 } }],
    })
  })
})

const corpus = '../shared/corpus'
describe.skipIf(!existsSync(corpus))('the same over real folded files', () => {
  it.each(existsSync(corpus) ? readdirSync(corpus).filter(name => /fold/.test(name)) : [])('%s', name =>
    same(readFileSync(`${corpus}/${name}`)),
  )
})
