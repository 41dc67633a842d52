/** Fields of perf script beside time, task and call chain: what stands behind an event's colon is attributes, and a frame only where no call chain follows. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ParseOptions } from '../parsers/index.ts'
import { parse } from '../parsers/index.ts'
import { perfScript, plainPerfScript } from '../parsers/perf-script/format.ts'
import { jitName, parseJitMap } from '../parsers/stacks/jit-map.ts'
import { foldedLines } from '../renderers/index.ts'
import { readInput } from '../src/cli/input/input.ts'
import type { Dataset, Parsed, Profile, SampleTable } from '../src/model/index.ts'
import { checkDataset } from '../src/model/index.ts'
import { dump } from './dump.ts'

const CASES = '../shared/cases'

function read(path: string, options: ParseOptions = {}): Parsed {
  const parsed = parse(readFileSync(path), { source: path, ...options })
  for (const dataset of parsed.datasets) checkDataset(dataset)
  return parsed
}

function folded(parsed: Parsed): Record<string, string[]> {
  return Object.fromEntries(parsed.datasets.map(dataset => [dataset.name, foldedLines(dataset as Profile)]))
}

function valueText(dataset: Dataset | undefined): string {
  return dataset?.kind === 'profile' ? `${dataset.value.name} [${dataset.value.unit}]` : ''
}

function notes(parsed: Parsed): Record<string, number> {
  return Object.fromEntries(parsed.diagnostics.map(({ code, count }) => [code, count]))
}

/** Case, what fold prints of each event, lines that are known but not read. */
const EXPECTED: readonly [file: string, stacks: Record<string, string[]>, unread?: number][] = [
  [
    'stacks/perf-offcpu-time.txt',
    { 'offcpu-time': ['app;main;log_it;schedule 1000000', 'app;main;wait_db;schedule 9000000000'] },
  ],
  [
    'stacks/perf-addr-page-faults-real.txt',
    {
      'page-faults': [
        'worker;[unknown];[unknown];__GI___tunables_init 1',
        'worker;_dl_start_user;_dl_sysdep_start;dl_main 3',
      ],
    },
  ],
  ['stacks/perf-mem-no-callchain.txt', { 'cpu/mem-loads,ldlat=30/P': ['app;foo 3'] }],
  [
    'stacks/perf-insn-real.txt',
    {
      'cpu-clock': [
        'worker;__libc_start_call_main;main;leaf_hot 3',
        'worker;__libc_start_call_main;main;leaf_hot;asm_sysvec_apic_timer_interrupt;sysvec_apic_timer_interrupt;__irq_exit_rcu;handle_softirqs 1',
      ],
    },
    4,
  ],
  ['stacks/perf-brstackinsn-g.txt', { 'cycles:u': ['app;__libc_start_call_main;main;foo 3'] }, 21],
  ['stacks/perf-intel-pt-branches.txt', { 'branches:uH': ['app;main;foo 6'] }],
  ['stacks/perf-metric.txt', { 'cycles:u': ['app;__libc_start_call_main;main;foo 3'] }, 3],
  ['stacks/perf-tod-real.txt', { 'cpu-clock': ['worker;__libc_start_call_main;main;leaf_hot 2'] }],
  ['stacks/perf-iregs.txt', { 'cycles:u': ['app;__libc_start_call_main;main;foo 3'] }, 3],
  ['stacks/perf-bpf-output.txt', { evt: ['app 3'] }, 9],
  ['stacks/perf-probe-malloc-bytes.txt', { 'probe_libc:malloc': ['a.out;big;malloc 1', 'a.out;small;malloc 1'] }],
  [
    'exchange/offcpu-thresh.perf.txt',
    { 'offcpu-time': ['browser;app::wait;syscall_end 3000104705'], 'cycles:P': ['swapper;read_tsc 1'] },
  ],
  [
    'values/perf-script-nocomm.txt',
    {
      'context-switches': [
        'start_thread;clock_nanosleep@GLIBC_2.2.5;entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_clock_nanosleep;common_nsleep;hrtimer_nanosleep;do_nanosleep;schedule 3',
      ],
    },
  ],
]

describe.skipIf(!existsSync(CASES))('cases', () => {
  test.each(EXPECTED)('%s', (file, stacks, unread = 0) => {
    const parsed = read(join(CASES, file))
    expect(folded(parsed)).toEqual(stacks)
    expect(parsed.skippedLines).toBe(0)
    expect(notes(parsed)).toEqual(unread === 0 ? {} : { 'not-read': unread })
  })

  test('a comm that ends in a number keeps it', () => {
    const parsed = read(join(CASES, 'values/perf-script-notime-comm-number.txt'), { perf: { weight: 'period' } })
    const comms = parsed.datasets.flatMap(dataset => foldedLines(dataset as Profile)).map(line => line.split(';')[0])
    expect(comms).toEqual(['w', 'HTTP 12 7', 'Web Content', 'a 1 2/3', 'pool 3'])
  })

  test('off-CPU time says so', () => {
    expect(valueText(read(join(CASES, 'stacks/perf-offcpu-time.txt')).datasets[0])).toBe('off-CPU time [ns]')
    const counted = read(join(CASES, 'stacks/perf-offcpu-time.txt'), { perf: { weight: 'samples' } })
    expect(valueText(counted.datasets[0])).toBe('offcpu-time [samples]')
    expect(folded(counted)['offcpu-time']).toEqual(['app;main;log_it;schedule 1', 'app;main;wait_db;schedule 1'])
  })

  test('a header without samples is named', () => {
    expect(() => read(join(CASES, 'stacks/perf-header-only.txt'))).toThrow(/header of perf script and no sample/)
  })

  test('weighed by an argument of a probe', () => {
    const parsed = read(join(CASES, 'stacks/perf-probe-malloc-bytes.txt'), { perf: { weight: 'bytes' } })
    expect(folded(parsed)).toEqual({
      'probe_libc:malloc': ['a.out;big;malloc 1048576', 'a.out;small;malloc 64'],
    })
    expect(valueText(parsed.datasets[0])).toBe('bytes [bytes]')
    expect(() => read(join(CASES, 'stacks/perf-probe-malloc-bytes.txt'), { perf: { weight: 'size' } })).toThrow(
      'no sample has the number "size"; expected one of "samples", "period", "bytes"',
    )
  })
})

const chained = (tail: string, more = ''): string =>
  `app  1234 [002]  100.000100:    1000003 mem: ${tail}\n\t          401136 foo+0x10 (/usr/bin/app)\n\t          401180 main+0x20 (/usr/bin/app)\n${more}\n`
const alone = (tail: string): string => `             app  1234 [002]  100.000100:    1000003 mem: ${tail}\n`
const SOURCE = '1e05080021 |OP LOAD|LVL L1 hit|SNP None|TLB L1 or L2 hit|LCK No|BLK  N/A'
const PLACE = '    7ffd301cfbab buffer+0x8 (/usr/lib/data.so)'
const IP = '          401136 foo+0x10 (/usr/bin/app)'

/** Attributes that a reader of single samples finds. */
function attributesOf(text: string): Record<string, number> {
  const table = parse(text, { format: 'perf-script', timeline: true }).datasets[0] as SampleTable
  return Object.fromEntries((table.attributes ?? []).map(({ name, values }) => [name, values[0]!]))
}

/** What stands before and behind a frame, and what it is. */
const TAILS: readonly [before: string, values: Record<string, number>][] = [
  ['', {}],
  [PLACE, { addr: 0x7ffd301cfbab }],
  ['    7ffd301cfbab', { addr: 0x7ffd301cfbab }],
  ['              37', { weight: 37 }],
  [`    7ffd301cfbab               37`, { addr: 0x7ffd301cfbab, weight: 37 }],
  [`      ${SOURCE}`, { data_src: 0x1e05080021 }],
  [`${PLACE}      ${SOURCE}              37`, { addr: 0x7ffd301cfbab, data_src: 0x1e05080021, weight: 37 }],
  [
    `    7ffd301cfbab      ${SOURCE}              37              12               5`,
    { addr: 0x7ffd301cfbab, data_src: 0x1e05080021, weight: 37, ins_lat: 12, retire_lat: 5 },
  ],
]

describe.each(TAILS)('the tail %j', (before, values) => {
  test('is no frame before a call chain', () => {
    const parsed = parse(chained(before).repeat(3), { format: 'perf-script' })
    expect(folded(parsed)).toEqual({ mem: ['app;main;foo 3'] })
    expect(attributesOf(chained(before))).toEqual(values)
  })

  test('leaves the frame behind it', () => {
    const parsed = parse(alone(`${before}${IP}`).repeat(3), { format: 'perf-script' })
    expect(folded(parsed)).toEqual({ mem: ['app;foo 3'] })
    expect(attributesOf(alone(`${before}${IP}`))).toEqual(values)
  })

  test('with what stands behind the frame', () => {
    const expected = { ...values, phys_addr: 0x1d046d5f8, data_page_size: 4096, code_page_size: 2 ** 21 }
    expect(attributesOf(alone(`${before}${IP}        1d046d5f8 4K 2M`))).toEqual(expected)
    expect(attributesOf(chained(before, '       1d046d5f8 4K 2M\n'))).toEqual(expected)
    const bare = parse(alone(`${before}${IP.replace(/ \(.*/, '')}        1d046d5f8 4K 2M`), { format: 'perf-script' })
    if (!before.includes('(')) expect(folded(bare)).toEqual({ mem: ['app;foo 1'] })
    const registers = ' ABI:2    AX:0x2f5e5ce4bcaa    BX:0x7f84a949e6c0 '
    const behind = parse(alone(`${before}${IP}${registers}`), { format: 'perf-script' })
    expect(folded(behind)).toEqual({ mem: ['app;foo 1'] })
  })
})

const BRANCHES: readonly [flags: string, stack: string][] = [
  ['call  ', 'app;main;foo 1'],
  ['tr end  call  ', 'app;main;foo 1'],
  ['return ', 'app;foo;main 1'],
  ['jcc   ', 'app;main 1'],
  ['', 'app;main;foo 1'],
]

test.each(BRANCHES)('a branch %j', (flags, stack) => {
  const tail = `  ${flags}                  401144 main+0x4 (/usr/bin/app) =>           401126 foo+0x0 (/usr/bin/app)`
  const text = `             app  1234 [002]   100.000100123:          1        branches:uH: ${tail}\n`
  expect(folded(parse(text, { format: 'perf-script' }))).toEqual({ 'branches:uH': [stack] })
})

test('a call trace is refused with the way out', () => {
  const text =
    '       app  1234 [002]   100.000100123:  (/usr/bin/app)\tmain\n       app  1234 [002]   100.000100223:  (/usr/bin/app)\t    foo\n'
  expect(() => parse(text, { format: 'perf-script' })).toThrow(/call trace, which has no samples; .*--itrace/)
})

describe('which fields of the task a file prints', () => {
  const frames = '\t            1169 leaf_hot\n\t            11ad th\n\n'
  const of = (...headers: string[]): string[] =>
    folded(parse(headers.map(header => `${header}\n${frames}`).join(''), { format: 'perf-script' }))['cpu-clock'] ?? []

  test.each<[headers: string[], comms: string[]]>([
    [
      ['HTTP 12 7 cpu-clock: ', 'a 1 2/3 cpu-clock: ', 'pool 3 cpu-clock: '],
      ['HTTP 12 7', 'a 1 2/3', 'pool 3'],
    ],
    [
      ['HTTP 12 7  1801.798388: cpu-clock: ', 'w  1801.798389: cpu-clock: '],
      ['HTTP 12 7', 'w'],
    ],
    [
      ['HTTP 12 7  1427 cpu-clock: ', 'pool 3  1428 cpu-clock: '],
      ['HTTP 12 7', 'pool 3'],
    ],
    [
      ['HTTP 12 7  1427   10101010 cpu-clock: ', 'pool 3  1428          1 cpu-clock: '],
      ['HTTP 12 7', 'pool 3'],
    ],
    [
      ['HTTP 12 7 16462        cpu-clock: ', 'pool 3 16463        cpu-clock: '],
      ['HTTP 12 7', 'pool 3'],
    ],
    [
      ['w          1 cpu-clock: ', 'HTTP 12 7    2000000   cpu-clock: ', 'pool 3    2000000   cpu-clock: '],
      ['HTTP 12 7', 'pool 3', 'w'],
    ],
    [
      ['w K     cpu-clock: ', 'HTTP 12 7 U       cpu-clock: ', 'pool 3 U       cpu-clock: '],
      ['HTTP 12 7', 'pool 3', 'w'],
    ],
    [
      ['w K      2410.532123: cpu-clock: ', 'pool 3 U      2410.532124: cpu-clock: '],
      ['pool 3', 'w'],
    ],
    [['a 1 2/3  2388 2026-11-29 23:15:19.649329 cpu-clock: '], ['a 1 2/3']],
    [['VM:13376 VCPU:003 a 1  2388 [001] 19.649329:          1 cpu-clock: '], ['a 1']],
  ])('%j', (headers, comms) => {
    expect(of(...headers)).toEqual(comms.map(comm => `${comm};th;leaf_hot 1`))
  })

  test.each([
    [' 1427 cpu-clock: '],
    ['16459/16464  6723.282298: cpu-clock: '],
    [' 1424/1427  6723.282298: cpu-clock: '],
  ])('no comm in %j', header => expect(of(header)).toEqual(['th;leaf_hot 1']))
})

describe('perf inject -s', () => {
  const switched = (period: number): string =>
    `app  1234/1234  [002]   200.000100: ${String(period).padStart(10)} sched:sched_switch: \n\tffffffff81000010 schedule+0x10 ([kernel.kallsyms])\n\n`

  test('puts the length of a sleep into the period of the switch', () => {
    const parsed = parse(switched(2_000_000) + switched(5_000_000), {})
    expect(folded(parsed)).toEqual({ 'sched:sched_switch': ['app;schedule 7000000'] })
    expect(valueText(parsed.datasets[0])).toBe('off-CPU time [ns]')
  })

  test('and without it they are counted', () => {
    const parsed = parse(switched(1) + switched(1), {})
    expect(folded(parsed)).toEqual({ 'sched:sched_switch': ['app;schedule 2'] })
    expect(valueText(parsed.datasets[0])).toBe('sched:sched_switch [samples]')
  })
})

test('a sum beyond 2^53 is noted', () => {
  const record = `app  1234 [002]   200.000100: ${2 ** 51} offcpu-time: \n\tffffffff81000010 schedule+0x10 ([kernel.kallsyms])\n\n`
  expect(notes(parse(record.repeat(2), {}))).toEqual({})
  expect(notes(parse(record.repeat(5), {}))).toEqual({ 'inexact-sum': 1 })
})

test('off-CPU samples whose period was not printed say that only samples are counted', () => {
  const record = 'app  1234 [002]   200.000100: offcpu-time: \n\tffffffff81000010 schedule+0x10 ([kernel.kallsyms])\n\n'
  const parsed = parse(record.repeat(2), {})
  expect(notes(parsed)).toEqual({ 'no-period': 2 })
  expect(valueText(parsed.datasets[0])).toBe('offcpu-time [samples]')
})

describe('names of compiled code', () => {
  const line = (start: number, size: number, name: string): string =>
    `${start.toString(16)} ${size.toString(16)} ${name}\n`

  test('the newest entry that covers an address names it', () => {
    const entry = fc.record({ start: fc.nat(60), size: fc.nat(20) })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), entries => {
        const map = parseJitMap(entries.map(({ start, size }, i) => line(start, size, `f${i}`)).join(''))
        for (let address = 0; address < 85; address++) {
          const newest = entries.findLastIndex(({ start, size }) => start <= address && address < start + size)
          expect(jitName(map, address)).toBe(newest < 0 ? undefined : `f${newest}`)
        }
      }),
    )
  })

  const jitMaps = { 'perf-100.map': parseJitMap(line(0x400100, 0x100, 'old one') + line(0x400110, 0x80, 'new two')) }
  const record = (address: number, name: string): string =>
    `node   100/100     10.000000:    1000000 cpu-clock: \n\t${address.toString(16).padStart(16)} ${name}+0x20 (/tmp/perf-100.map)\n\t          401000 main+0x10 (/usr/bin/node)\n\n`

  test.each([[perfScript.reader], [plainPerfScript]])('frames are renamed and counted', reader => {
    const text = record(0x400120, 'old one').repeat(40) + record(0x400104, 'old one').repeat(40)
    const named = (perf: ParseOptions['perf']): Parsed => {
      const it = reader.call(perfScript, perf === undefined ? {} : { perf })
      it.push(new TextEncoder().encode(text))
      return it.end()
    }
    expect(folded(named({ jitMaps }))).toEqual({ 'cpu-clock': ['node;main;new two 40', 'node;main;old one 40'] })
    expect(notes(named({ jitMaps }))).toEqual({ 'renamed-jit-frames': 1 })
    expect(folded(named(undefined))).toEqual({ 'cpu-clock': ['node;main;old one 80'] })
  })

  const CAPTURE = join(CASES, 'use/jit-stale')
  test.skipIf(!existsSync(CAPTURE))('a capture brings its map', async () => {
    const parsed = await readInput(CAPTURE)
    expect(folded(parsed)).toEqual({ 'cpu-clock': ['shop-web;main;JS:*newName shop.js:9:1 1'] })
    const printed = await readInput(CAPTURE, { offsets: true })
    expect(folded(printed)).toEqual({ 'cpu-clock': ['shop-web;main+0x10;oldName shop.js:1+0x20 1'] })
  })
})

describe.skipIf(!existsSync(CASES))('fast equals plain', () => {
  test.each([
    ['hostile/perf-inferno-inlined-plain-vs-fast.txt', { perf: { compat: 'inferno' } }],
    ['hostile/perf-fast-filter-diag.txt', { perf: { keep: { comms: ['swapper', 'a b'] } } }],
  ] as const)('%s', (file, options) => {
    const bytes = readFileSync(join(CASES, file))
    const plain = plainPerfScript(options)
    const fast = perfScript.reader(options)
    plain.push(bytes)
    fast.push(bytes)
    expect(dump(fast.end())).toBe(dump(plain.end()))
  })
})
