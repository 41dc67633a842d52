/** A terminal's commands in recorded text: colours, titles, the cursor. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import { hasTerminalCommands, TerminalFilter } from '../parsers/reading/terminal.ts'
import { isShellLine } from '../parsers/words/banners.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function shown(chunks: readonly Uint8Array[]): string {
  const filter = new TerminalFilter()
  return Buffer.concat([...chunks.map(chunk => filter.push(chunk).slice()), filter.end()]).toString()
}

test.each([
  ['a\u001b[31mb\u001b[m', 'ab'],
  ['\u001b[?2004l\rPID COMM\r\r\n', 'PID COMM\r\n'],
  ['\u001b]0;root@host: ~\u0007# ', '# '],
  ['\u001b]0;title\u001b\\x', 'x'],
  ['\u001b(Bplain\u001bc', 'plain'],
  ['no command: \u001b\n', 'no command: \u001b\n'],
  ['\u001b[31\u001b[0mx', '\u001b[31x'],
  ['cut \u001b[3', 'cut \u001b[3'],
  ['50 %\r100 %\n', '50 %\r100 %\n'],
])('%j is shown as %j', (text, expected) => {
  expect(shown([bytes(text)])).toBe(expected)
  expect(shown([...bytes(text)].map(byte => Uint8Array.of(byte)))).toBe(expected)
})

test('lines keep their numbers, whatever the bytes and chunks', () => {
  const part = fc.constantFrom('\u001b', '[', ']', '3', 'm', '\u0007', '\\', '\r', '\n', 'a', '(')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.nat(30), (parts, at) => {
      const input = bytes(parts.join(''))
      const whole = shown([input])
      expect(whole.split('\n').length).toBe(parts.filter(text => text === '\n').length + 1)
      expect(shown([input.subarray(0, at), input.subarray(at)])).toBe(whole)
    }),
  )
})

test('text without commands is not touched', () => {
  expect(hasTerminalCommands(bytes('main;a\u001bb 1\n'))).toBe(false)
  expect(parse('main;a\u001bb 1\n').datasets.length).toBe(1)
})

test('a name that holds a command keeps it', () => {
  const comm = '\u001b[31mapp\u001b[m'
  const records = Array.from(
    { length: 5 },
    (_, i) => `${comm} 12 [000] 1.00000${i}: cpu-clock:\n\t  400000 main+0x1 (/bin/app)\n\n`,
  ).join('')
  for (const text of [records, `${comm};main 4\nb;main 3\n`]) {
    const [profile] = parse(text).datasets
    expect(profile?.kind === 'profile' && profile.stacks.frames.name).toContain(comm)
  }
  const [profile] = parse(`Script started on 2026-11-21\n${records}`).datasets
  expect(profile?.kind === 'profile' && profile.stacks.frames.name).toContain('app')
})

test.each(['uptime', 'time', 'dd'])('what %s prints after a profile does not make it a table', aside => {
  const after = {
    uptime: ' 10:00:00 up 33 min,  0 users,  load average: 1.83, 3.06, 2.53\n',
    time: '\nreal\t0m2.034s\nuser\t0m0.012s\nsys\t0m0.034s\n',
    dd: '5+0 records in\n5+0 records out\n',
  }[aside]!
  const stacks =
    '    do_nanosleep\n    main\n    -                a (12)\n        4\n\n    main\n    -                a (12)\n        3\n\n'
  expect(parse(stacks + after).format).toBe('bcc-stacks')
  expect(parse('a;main 4\nb;main 3\n'.repeat(8) + after).format).toBe('folded')
  expect(parse(after).format).toBe('event-table')
})

test.each([
  'root@host:~# perf script',
  'me@host:/srv/app$ ls',
  '[me@host dir]$ ./profile 5',
  '[root@host ~]#',
  '$ sudo ./profile',
  '# perf report',
])('%j is a prompt', line => expect(isShellLine(line)).toBe(true))

test.each(['malloc@plt 33%', 'memcpy@GLIBC_2.14 12%', 'web@1:main;Foo$ 5', 'main 5%'])('%j is data', line =>
  expect(isShellLine(line)).toBe(false),
)

test('a row whose name holds an @ and whose value is a percentage is a row', () => {
  const [table] = parse('COMM PID LOAD\nmain 1 5%\nfoo@plt 33%\n').datasets
  expect(table).toMatchObject({ kind: 'events', length: 2 })
})
