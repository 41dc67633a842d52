/** The smallest inputs of what stack readers once read wrongly, each asserted by value. The shared ones are skipped where they are not there. */
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from '../parsers/parse.ts'
import { flameGraph } from '../renderers/flame/flame.ts'
import { foldedLines } from '../renderers/listing/folded.ts'
import type { Parsed, Profile } from '../src/model/index.ts'
import { kindCode } from '../src/model/index.ts'
import { clockText } from '../src/model/text/clock.ts'
import { foldSamples } from '../src/ops/stacks/fold.ts'

const CASES = '../shared/cases/'
const shared = (path: string): boolean => existsSync(CASES + path)

function read(path: string): Parsed {
  return parse(readFileSync(CASES + path), { source: path })
}

/** Folded lines of the first dataset of stacks with this name, or of the first. */
function stacks(parsed: Parsed, name?: string): string[] {
  const found = parsed.datasets.find(
    set => (set.kind === 'profile' || set.kind === 'samples') && (name === undefined || set.name === name),
  )
  if (found?.kind === 'profile') return foldedLines(found)
  if (found?.kind === 'samples') return foldedLines(foldSamples(found))
  throw new Error(`no stacks in ${parsed.datasets.map(set => `${set.kind} ${set.name}`).join(', ')}`)
}

const total = (profile: Profile): number => profile.self.reduce((sum, value) => sum + value, 0)
const codes = (parsed: Parsed): string[] => parsed.diagnostics.map(diagnostic => diagnostic.code)

const PERF_LINES = ['a 1 [000] 1.000001:          1 cpu-clock: ', '\t          400000 main+0x0 (/bin/app)', '']
const CUT = ['truncated-by-author']

describe('banners and marks of a cut', () => {
  it.runIf(shared('text')).each([
    ['banner-folded.txt', 'folded', []],
    ['banner-table.txt', 'event-table', []],
    ['banner-bcc.txt', 'bcc-stacks', []],
    ['cut-folded.txt', 'folded', CUT],
    ['cut-bcc.txt', 'bcc-stacks', CUT],
    ['cut-table.txt', 'event-table', CUT],
    ['cut-perf.txt', 'perf-script', CUT],
  ])('%s', (file, format, notes) => {
    const parsed = read(`text/${file}`)
    expect(parsed).toMatchObject({ format, skippedLines: 0 })
    expect(codes(parsed)).toEqual(notes)
    for (const { message } of parsed.diagnostics) expect(message).toBe('the author of this copy left lines out')
  })

  const BCC = ['    do_syscall_64', '    -                cksum (1234)', '        5', '']
  const INPUTS = {
    'perf-script': PERF_LINES,
    folded: ['a;main 1'],
    'bcc-stacks': BCC,
    'event-table': [
      'TIME     COMM             PID    T BYTES   OFF_KB   LAT(ms) FILENAME',
      '06:35:01 cron           16464  R 1249    0          16.05 common-auth',
    ],
  }
  const MARKS = ['[...]', '...', '[snip]', '\u2026', '(...)', '[..]', '<snip>', '[... truncated ...]']
  const TALK = ['Terminated', 'Killed', '[1]+  Done                    perf record', 'root@host:~# perf script']

  it.each(Object.entries(INPUTS))(
    '%s: a mark between records is noted, a shell line is none of theirs',
    (format, lines) => {
      const plain = parse(`${[...lines, ...lines].join('\n')}\n`)
      for (const mark of MARKS) {
        const parsed = parse(`${[...lines, mark, ...lines].join('\n')}\n`)
        expect(parsed.format, mark).toBe(format)
        expect(parsed.datasets, mark).toEqual(plain.datasets)
        expect(codes(parsed), mark).toContain('truncated-by-author')
        expect(parsed.skippedLines, mark).toBe(0)
      }
      for (const line of TALK) {
        const parsed = parse(`${[...lines, line, ...lines].join('\n')}\n`)
        expect(parsed.datasets, line).toEqual(plain.datasets)
        expect(codes(parsed), line).toEqual(codes(plain))
      }
    },
  )
})

describe('clock', () => {
  it('carries a second that rounds up to a minute', () => {
    expect(clockText(3599.9999999)).toBe('01:00:00')
    expect(clockText(86_399.9999999)).toBe('00:00:00')
    expect(clockText(25_199.5)).toBe('06:59:59.5')
  })
})

describe('folded stacks', () => {
  it.runIf(shared('stacks'))('messages of stackcollapse are counted, not drawn', () => {
    const parsed = read('stacks/folded-with-stackcollapse-warnings.txt')
    expect(total(parsed.datasets[0] as Profile)).toBe(45)
    expect(parsed.skippedLines).toBe(9)
  })
  it.runIf(shared('stacks'))('lines without a semicolon', () => {
    expect(stacks(read('stacks/folded-without-semicolon.txt'))).toEqual(['thread 1 120', 'thread 2 30'])
  })
  it.runIf(shared('hostile'))('tasks named like banners and comments count', () => {
    const parsed = read('hostile/folded-banner-comms.folded')
    expect(total(parsed.datasets[0] as Profile)).toBe(162)
    expect(stacks(parsed)).toContain('//w;x 2')
  })
  it.runIf(shared('stacks'))('marks of async-profiler are kinds', () => {
    const parsed = read('stacks/async-profiler-collapsed.txt')
    expect(stacks(parsed)).toEqual([
      '[Execution profile];java/lang/Thread.run;com/acme/Work.spin:12 900',
      '[main tid=4242];com/acme/Work.main;java/util/HashMap.get 300',
    ])
  })
})

describe('dumps and stacks of other tracers', () => {
  it.runIf(shared('stacks')).each([
    ['stacks/dtrace-header.txt', 'dtrace', ['idle;mach_cpu_idle 4000', 'trap;segvn_fault 25']],
    [
      'stacks/jstack.txt',
      'jstack',
      [
        'main;[RUNNABLE];com.acme.Work.main;com.acme.Work.spin 1',
        'pool-1-thread-2;[WAITING (parking)];java.lang.Thread.run;jdk.internal.misc.Unsafe.park 1',
      ],
    ],
    ['stacks/gdb.txt', 'gdb', ['app;main;poll 1', 'worker;start_thread;consume;pthread_cond_wait 1']],
    [
      'stacks/pprof-raw.txt',
      'pprof-raw',
      [
        'runtime.main;main.run;main.hot 1',
        'runtime.main;main.run;main.warm 2',
        'runtime.main;runtime.gcBgMarkWorker 4',
      ],
    ],
    [
      'stacks/pmcstat-G.txt',
      'pmcstat',
      [
        'amd64_syscall;sys_poll;selfdfree;__mtx_unlock_flags;witness_unlock 2',
        'sopoll_generic;selrecord;witness_unlock 5',
        'vm_pageout;pmap_ts_referenced;__mtx_unlock_flags;witness_unlock 10',
      ],
    ],
    ['stacks/simpleperf-report-sample.txt', 'simpleperf', ['com.example.app;foo;memcpy 1', 'com.example.app;memcpy 1']],
    [
      'stacks/bcc-mallocstacks.txt',
      'malloc-stacks',
      ['main;Unsafe_allocateMemory;UnmanagedMemory_malloc 380928', 'main;strdup 1024'],
    ],
    ['exchange/austin.txt', 'austin', ['W1;T7;main.py:main:3;work.py:hot:9 100']],
  ])('%s', (file, format, lines) => {
    const parsed = read(file)
    expect(parsed).toMatchObject({ format, skippedLines: 0 })
    expect(stacks(parsed)).toEqual(lines)
  })

  it.runIf(shared('stacks'))('austin: three values are time, time that was not idle, and memory', () => {
    const parsed = read('stacks/austin-full.txt')
    expect(parsed.datasets.map(set => [set.name, (set as Profile).value.unit, total(set as Profile)])).toEqual([
      ['wall time', 'us', 300],
      ['not idle time', 'us', 190],
      ['allocated memory', 'bytes', 4096],
      ['freed memory', 'bytes', 2048],
    ])
    const { frames } = (parsed.datasets[0] as Profile).stacks
    expect(frames.kind[frames.name.indexOf('P4242')]).toBe(kindCode('task'))
  })
})

describe('values under 0', () => {
  const VALUE = '7'
  const INPUTS = {
    'bcc-stacks': (value: string) => `    do_syscall_64\n    -                cksum (1)\n        ${value}\n\n`,
    'wake-stacks': (value: string) =>
      `\ttarget:          a\n\tffffffff00000001 try_to_wake_up\n\t          waker: b\n\t${value}\n\n`,
    dtrace: (value: string) =>
      `\n              unix\`idle+0x10\n              unix\`start+0x2\n             ${value}\n`,
    'pprof-text': (value: string) =>
      `File: a\nType: samples\n-----------+-----\n       ${value}   leaf\n             main\n-----------+-----\n`,
    'bpftrace-text': (value: string) => `@[\n    leaf+1\n    main+2\n]: ${value}\n`,
  }
  it.each(Object.entries(INPUTS))('%s: the picture says what is left out', (format, write) => {
    const parsed = parse(write(`-5`) + write(VALUE).replaceAll('leaf', 'other').replaceAll('idle', 'other'))
    expect(codes(parsed), format).toContain('negative-value')
    const profile = parsed.datasets.find((set): set is Profile => set.kind === 'profile')!
    expect(total(profile)).toBe(7)
    expect(profile.meta.notes?.join()).toMatch(/^1 negative value left out \(-5( \w+)?\)$/)
    expect(flameGraph(profile)).toContain('⚠ 1 negative value left out (-5')
    const plain = parse(write(VALUE)).datasets.find((set): set is Profile => set.kind === 'profile')!
    expect(plain.meta.notes).toBeUndefined()
  })
})

describe('line ends, sums and refusals', () => {
  it.runIf(shared('hostile'))('lines that end in a carriage return alone', () => {
    expect(stacks(read('hostile/cr-only.folded'))).toEqual(['a;b 3', 'a;c 3'])
  })
  it('carriage returns alone give what line feeds give, in any chunks', () => {
    const text = `${PERF_LINES.join('\n')}\n`
    const bytes = new TextEncoder().encode(text.replaceAll('\n', '\r'))
    const chunks = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1))
    expect(parse(bytes).datasets).toEqual(parse(text).datasets)
    expect(parse(chunks).datasets).toEqual(parse(text).datasets)
  })
  it.runIf(shared('hostile'))('a sum above 2^53 is noted', () => {
    expect(codes(read('hostile/sum-over-2-53.folded'))).toEqual(['inexact-sum'])
  })
  it('a sum up to 2^53 - 1 is exact and not noted', () => {
    const parsed = parse('a;b 9007199254740990\na;b 1\n')
    expect(stacks(parsed)).toEqual(['a;b 9007199254740991'])
    expect(parsed.diagnostics).toEqual([])
  })

  it('half of a folded file may be noise; above that the noise is quoted, not a stack', () => {
    const half = parse('main;work 10\nsome words here\nmain;x 3\nmore words there\n')
    expect(half).toMatchObject({ format: 'folded', skippedLines: 2 })
    expect(stacks(half)).toEqual(['main;work 10', 'main;x 3'])
    expect(() =>
      parse('main;work 10\nsome words here\nmore words, of course\nmain;x 3\nagain nothing at all\n', { source: 'f' }),
    ).toThrow(/^f:2: "some words here" is no line of folded stacks, the nearest format \(2 of 5 lines are\)/)
  })
  it.each([
    '[2026-01-05T10:00:00Z WARN  inferno] Weird event line: foo 5',
    '10:00:01 folded 12',
    'WARNING stackcollapse: lines dropped: 7',
    'x.py: no symbols at folder.pl line 7, <> line 50.',
  ])('a message that ends in a number is no stack: %s', message => {
    const parsed = parse(`main;work 10\n${message}\nmain;x 3\n`)
    expect(parsed).toMatchObject({ format: 'folded', skippedLines: 1 })
    expect(stacks(parsed)).toEqual(['main;work 10', 'main;x 3'])
    expect(parsed.diagnostics[0]).toMatchObject({ line: 2, text: message })
  })
  it('the first line of data is blamed by its own number', () => {
    expect(() => parse('Press Ctrl-C to stop.\n\nnothing that anybody prints\n', { source: 'f' })).toThrow(
      /^f:3: "nothing that anybody prints" is of no known format/,
    )
  })

  it('a line with a stack and a value counts, whatever its task is called', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'Tracing x',
        'WARNING: x',
        '//w',
        '# x',
        '#x',
        '---',
        '--- x',
        'Lost 5 events',
        'Attaching 1 p',
        '[...]',
        '$ perf x',
      ),
      fc.stringMatching(/^[A-Za-z#/:.$%@-][A-Za-z0-9#/:. $%@-]{0,12}[A-Za-z]$/),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.integer({ min: 1, max: 1e6 })), { minLength: 1, maxLength: 30 }), rows => {
        const text = rows.map(([task, value]) => `${task};main ${value}\n`).join('')
        const parsed = parse(text, { format: 'folded' })
        expect(total(parsed.datasets[0] as Profile)).toBe(rows.reduce((sum, [, value]) => sum + value, 0))
        expect(parsed.skippedLines).toBe(0)
      }),
      { numRuns: 200 },
    )
  })
})
