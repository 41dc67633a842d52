/** Each rule on a capture written for it, and all of them on the incidents and on an idle machine, whose findings are golden. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import type { EventTable, Parsed } from '../src/model/index.ts'
import { compareReports, verdictOf } from '../src/ops/report/compare.ts'
import { doubtsOf } from '../src/ops/report/doctor.ts'
import { comparisonDoubts } from '../src/ops/report/doctor-compare.ts'
import type { Finding } from '../src/ops/report/finding.ts'
import { modesOf } from '../src/ops/report/latency.ts'
import type { ReportInput } from '../src/ops/report/report-input.ts'
import { reportOf } from '../src/ops/report/rules.ts'
import { bpfview } from './command.ts'

function input(text: string, source = 'in'): ReportInput {
  return { source, parsed: parse(text, { timeline: true, perf: { weight: 'period', waits: true } }) }
}

/** A table as a capture has it: with the seconds that were observed. */
function timed(text: string, seconds: number, tool?: string): ReportInput {
  const parsed = parse(text, {})
  const datasets = parsed.datasets.map(dataset => ({
    ...dataset,
    meta: { ...dataset.meta, duration: seconds, ...(tool !== undefined && { tool }) },
  }))
  return { source: 'in', parsed: { ...parsed, datasets } as Parsed }
}

function rulesOf(...inputs: readonly ReportInput[]): string[] {
  return reportOf(inputs).findings.map(({ rule }) => rule)
}

function found(rule: string, ...inputs: readonly ReportInput[]): Finding {
  const finding = reportOf(inputs).findings.find(each => each.rule === rule)
  expect(finding, rule).toBeDefined()
  return finding!
}

const sentence = (finding: Finding): string => JSON.stringify(finding.sentence)

/** perf script at 100 Hz of one thread: what runs in each hundredth of a second, '' = nothing. */
function sampled(comm: string, seconds: number, at: (tick: number) => string): string {
  const records: string[] = []
  for (let tick = 0; tick < seconds * 100; tick++) {
    const name = at(tick)
    if (name !== '')
      records.push(
        `${comm} 7/7 [000] ${(100 + tick / 100).toFixed(6)}: 10000000 cpu-clock:ppp: \n\t  1234 ${name}+0x1 (/opt/app)\n\t  1200 main+0x1 (/opt/app)\n`,
      )
  }
  return records.join('\n')
}

const STAT = (misses: number, instructions: number): string => `
 Performance counter stats for './share':

     9,812,345,678      cycles                    #    2.446 GHz
     ${instructions.toLocaleString('en')}      instructions              #    0.22  insn per cycle
       412,345,678      cache-references          #  102.774 M/sec
       ${misses.toLocaleString('en')}      cache-misses              #   51.50% of all cache refs

     2.008123456 seconds time elapsed
`

const VMSTAT = (rows: readonly string[]): string =>
  `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
${rows.join('\n')}
`
const QUIET = ' 1  0      0 19817980  80260 3337364    0    0   279  1642 1158 3250  5  2 93  0  0'

describe('CPU', () => {
  test('a stall among other work is told by the function that has the period', () => {
    // busy half of the time all along, and for 0.2 s of each second in collect
    const text = sampled('server', 6, tick => (tick % 100 < 20 ? 'collect' : tick % 2 === 0 ? 'serve' : ''))
    const finding = found('regular-stall', input(text))
    expect(finding.subject).toBe('server')
    expect(sentence(finding)).toContain('collect')
  })

  test('the same work without a period is no stall', () => {
    const text = sampled('server', 6, tick => ((tick * 7919) % 101 < 20 ? 'collect' : tick % 2 === 0 ? 'serve' : ''))
    expect(rulesOf(input(text))).not.toContain('regular-stall')
  })

  test('caches that miss are told from counters, and not where they hit', () => {
    expect(sentence(found('cache-misses', input(STAT(212_345_678, 2_112_345_678))))).toContain('wait for memory')
    expect(rulesOf(input(STAT(4_123_456, 19_112_345_678)))).toEqual([])
  })

  test('interrupts that fill a CPU', () => {
    const mpstat = (soft: number): string => `Linux 6.18.0 (web1) \t11/30/26 \t_x86_64_\t(2 CPU)

Average:     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
Average:     all    2.00    0.00    5.00    0.00    0.00   ${(soft / 2).toFixed(2)}    0.00    0.00    0.00   ${(93 - soft / 2).toFixed(2)}
Average:       0    2.00    0.00    5.00    0.00    0.00   ${soft.toFixed(2)}    0.00    0.00    0.00   ${(93 - soft).toFixed(2)}
Average:       1    2.00    0.00    5.00    0.00    0.00    0.00    0.00    0.00    0.00   93.00
`
    expect(sentence(found('interrupts', input(mpstat(60))))).toContain('on CPU 0')
    expect(rulesOf(input(mpstat(3)))).toEqual([])
  })
})

describe('disk', () => {
  const histogram = (slow: number): string => `     usecs               : count    distribution
        16 -> 31         : 9000     |****************************************|
        32 -> 63         : 800      |***                                     |
        64 -> 127        : 0        |                                        |
       128 -> 255        : 0        |                                        |
       256 -> 511        : 0        |                                        |
       512 -> 1023       : 0        |                                        |
      1024 -> 2047       : 0        |                                        |
      2048 -> 4095       : 0        |                                        |
      4096 -> 8191       : ${slow}      |****                                    |
      8192 -> 16383      : ${Math.floor(slow / 3)}      |*                                       |
`
  test('two kinds of I/O, and one kind', () => {
    expect(sentence(found('disk-latency', timed(histogram(600), 10, 'biolatency')))).toContain('two kinds')
    expect(rulesOf(timed(histogram(0), 10, 'biolatency'))).toEqual([])
  })

  test('peaks are parted by valleys', () => {
    const edges = [1, 2, 4, 8, 16, 32, 64]
    expect(modesOf(edges, [0, 100, 20, 0, 50, 10]).map(({ low, share }) => [low, share])).toEqual([
      [2, 120 / 180],
      [16, 60 / 180],
    ])
    expect(modesOf(edges, [10, 20, 40, 30, 20, 10])).toHaveLength(1)
    expect(modesOf(edges, [0, 0, 0, 0, 0, 0])).toEqual([])
  })

  test('a file that is slow', () => {
    const table = (latency: string): string => `TIME     COMM           PID    T BYTES   OFF_KB   LAT(ms) FILENAME
06:35:01 cp             1234   R 65536   0         ${latency} big.log
06:35:02 cp             1234   R 65536   64        ${latency} big.log
06:35:03 bash           1111   R 1024    0          0.50 small
`
    expect(found('slow-file', timed(table('400.00'), 3))).toMatchObject({ subject: 'big.log' })
    expect(rulesOf(timed(table(' 12.00'), 3))).toEqual([])
  })

  test('a page cache that misses', () => {
    const table = (
      hits: number,
      misses: number,
    ): string => `TIME     HITS   MISSES  DIRTIES  READ_HIT%  WRITE_HIT%   BUFFERS_MB  CACHED_MB
23:59:35 ${hits} ${misses}       20     60.0%       0.0%            8        320
23:59:36 ${hits} ${misses}       20     60.0%       0.0%            8        320
`
    found('page-cache-misses', input(table(12_000, 8000)))
    expect(rulesOf(input(table(1_200_000, 8000)))).toEqual([])
    expect(rulesOf(input(table(12, 8)))).toEqual([])
  })
})

describe('memory, network, kernel', () => {
  const vmstat = (rows: readonly string[]): ReportInput => input(VMSTAT([QUIET, ...rows]))

  test('swapping, steal', () => {
    const swap = QUIET.replace('3337364    0    0', '3337364  900 1200')
    found('swapping', vmstat([swap, swap]))
    const steal = QUIET.replace('93  0  0', '68  0 25')
    found('steal', vmstat([steal, steal]))
    expect(rulesOf(vmstat([QUIET, QUIET]))).toEqual([])
    // the first row is a mean since boot
    expect(rulesOf(input(VMSTAT([swap, QUIET, QUIET])))).toEqual([])
  })

  test('memory that is nearly gone', () => {
    const free = (available: number): ReportInput =>
      input(`               total        used        free      shared  buff/cache   available
Mem:        24683520    1767424    19792896        8192     3447808    ${available}
Swap:              0          0           0
`)
    expect(sentence(found('memory-pressure', free(300_000)))).toContain('0.98')
    expect(rulesOf(free(12_000_000))).toEqual([])
  })

  const sar = (retrans: string, failed: string): ReportInput =>
    input(`Linux 6.18.0 (web1) \t11/30/26 \t_x86_64_\t(2 CPU)

00:00:12     atmptf/s  estres/s retrans/s isegerr/s   orsts/s
00:00:13         ${failed}      0.00     ${retrans}      0.00      0.00
00:00:14         ${failed}      0.00     ${retrans}      0.00      0.00
Average:         ${failed}      0.00     ${retrans}      0.00      0.00
`)
  test('segments sent again, connections that fail', () => {
    found('retransmits', sar('12.00', '0.00'))
    found('connect-failures', sar(' 0.00', '8.00'))
    expect(rulesOf(sar(' 0.00', '0.00'))).toEqual([])
  })

  test('what dmesg says went wrong', () => {
    const log = (message: string): ReportInput =>
      input(`[    0.484700] random: crng init done
[    1.360772] EXT4-fs (vda): mounted filesystem r/w with ordered data mode.
[ 1694.681531] ${message}
`)
    const trouble = [
      'Out of memory: Killed process 812 (node) total-vm:9123kB, anon-rss:8000kB',
      'blk_update_request: I/O error, dev sda, sector 12345 op 0x0:(READ)',
      'INFO: task jbd2/sda1-8:231 blocked for more than 120 seconds.',
      'app[812]: segfault at 0 ip 0000 sp 0000 error 4 in app[400000+1000]',
      'nf_conntrack: nf_conntrack: table full, dropping packet',
      'mce: [Hardware Error]: Machine check events logged',
    ]
    for (const message of trouble)
      expect(sentence(found('kernel-errors', log(message)))).toContain(message.slice(0, 20))
    expect(rulesOf(log('NOTICE: Automounting of tracing to debugfs is deprecated'))).toEqual([])
  })
})

describe('waiting', () => {
  const wait = (calls: readonly string[], seconds: number): ReportInput => {
    const lines: string[] = []
    for (let i = 0; i < 10; i++) {
      const start = 50 + i
      lines.push(
        `app 10/10 [000] ${start.toFixed(6)}: sched:sched_switch: prev_comm=app prev_pid=10 prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120`,
        ...['schedule', 'poll_schedule_timeout', 'do_sys_poll'].map(
          name => `\t  ffffffff81000000 ${name}+0x1 ([kernel.kallsyms])`,
        ),
        ...calls.map(name => `\t  1234 ${name}+0x1 (/lib/libc.so.6)`),
        '\t  1200 handle+0x1 (/opt/app)',
        '',
        `swapper 0/0 [000] ${(start + seconds).toFixed(6)}: sched:sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=app next_pid=10 next_prio=120`,
        '',
      )
    }
    return input(lines.join('\n'))
  }

  test('polling for the answer of a name server is no idle waiting', () => {
    const finding = found('answer-wait', wait(['__poll', '__res_context_send', 'getaddrinfo'], 0.8))
    expect(finding.subject).toBe('app')
    expect(rulesOf(wait(['__poll', 'event_loop'], 0.8))).toEqual([])
  })

  test('a thread that polls for another one, by who wakes it', () => {
    const lines: string[] = []
    const frames = (names: readonly string[]) =>
      names.map(name => `\t  ffffffff81000000 ${name}+0x1 ([kernel.kallsyms])`)
    const record = (wakers: (i: number) => number, kernel: readonly string[]): ReportInput => {
      lines.length = 0
      for (let i = 0; i < 10; i++) {
        const start = 50 + i
        const waker = wakers(i)
        lines.push(
          `app 10/10 [000] ${start.toFixed(6)}: sched:sched_switch: prev_comm=app prev_pid=10 prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120`,
          ...frames(['schedule', ...kernel]),
          '',
          `srv ${waker}/${waker} [001] ${(start + 0.9).toFixed(6)}: sched:sched_waking: comm=app pid=10 prio=120 target_cpu=000`,
          ...frames(['try_to_wake_up']),
          '',
          `swapper 0/0 [000] ${(start + 0.9001).toFixed(6)}: sched:sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=app next_pid=10 next_prio=120`,
          '',
        )
      }
      return input(lines.join('\n'))
    }
    expect(
      found(
        'peer-wait',
        record(() => 77, ['poll_schedule_timeout', 'do_sys_poll']),
      ).subject,
    ).toBe('app')
    // woken by whoever was interrupted: a timer; or in an event loop: it waits for work
    expect(rulesOf(record(i => 70 + i, ['poll_schedule_timeout', 'do_sys_poll']))).toEqual([])
    expect(rulesOf(record(() => 77, ['ep_poll', 'do_epoll_wait']))).toEqual([])
  })

  test('sums of offcputime tell it too', () => {
    const text = `
    finish_task_switch
    schedule
    io_schedule
    jbd2_log_wait_commit
    ext4_sync_file
    do_fsync
    --
    fsync
    append_record
    main
    -                writer (812)
        4200000
`
    const finding = found('disk-wait', timed(text, 5, 'offcputime'))
    expect(finding.subject).toBe('writer')
    expect(sentence(finding)).toContain('fsync')
  })
})

describe('two captures', () => {
  const busy = (share: number): ReportInput =>
    input(
      sampled('app', 10, tick => ((tick * 37) % 100 < share ? 'work' : '')),
      `at${share}`,
    )

  test('what became of a finding', () => {
    const [before, after] = [reportOf([busy(100)]), reportOf([busy(10)])]
    expect(compareReports(before, after)).toMatchObject([
      { finding: { rule: 'busy-task' }, gone: true, verdict: 'better' },
    ])
    expect(compareReports(after, before)).toMatchObject([
      { finding: { rule: 'busy-task' }, fresh: true, verdict: 'worse' },
    ])
    expect(compareReports(before, reportOf([busy(96)]))).toMatchObject([{ verdict: 'same', fresh: false, gone: false }])
  })

  test('verdicts', () => {
    expect(verdictOf(1, 1.1)).toBe('same')
    expect(verdictOf(1, 1.5)).toBe('worse')
    expect(verdictOf(1, 1.5, 0.3)).toBe('same')
    expect(verdictOf(1, 0)).toBe('better')
    expect(verdictOf(undefined, 1)).toBe('unknown')
    expect(verdictOf(0, 0)).toBe('same')
  })

  test('a capture with itself is unusable', () => {
    const codes = comparisonDoubts([busy(100)], [{ ...busy(100), source: 'copy' }]).map(({ code, trust }) => [
      code,
      trust,
    ])
    expect(codes).toContainEqual(['comparison-same', 'unusable'])
    expect(comparisonDoubts([busy(100)], [busy(50)]).map(({ code }) => code)).not.toContain('comparison-same')
  })

  test('every section has both, in every form', async () => {
    const args = ['report', 'fixtures/incidents/lookup/cpu', '--before', 'fixtures/incidents/crowd/cpu']
    const json = JSON.parse((await bpfview([...args, '--json'])).stdout)
    expect(json.changes[0]).toMatchObject({ rule: 'busy-task', subject: 'crowd', gone: true, verdict: 'better' })
    expect(json.before.cpu.busy).toBeGreaterThan(json.cpu.busy)
    const { stdout } = await bpfview(args)
    expect(stdout).toContain('Before: **crowd**')
    expect((await bpfview([...args, '--to', 'html'])).stdout).toContain('→')
  })
})

describe('doctor', () => {
  const codes = (...inputs: ReportInput[]): string[] => doubtsOf(inputs).map(({ code }) => code)
  const stacks = (frames: readonly string[], count = 1200): ReportInput =>
    input(
      Array.from(
        { length: count },
        (_, i) =>
          `app 7/7 [000] ${(100 + i * 0.010103).toFixed(6)}: 10101010 cpu-clock:ppp: \n${frames.map(frame => `\t  1234 ${frame}`).join('\n')}\n`,
      ).join('\n'),
    )

  test.each([
    [
      'interpreter-only',
      ['_PyEval_EvalFrameDefault+0x1 (/usr/bin/python3.12)', 'Py_RunMain+0x1 (/usr/bin/python3.12)'],
    ],
    ['skipped-caller', ['__memmove_avx+0x1 (/usr/lib/libc.so.6)']],
    ['mangled-names', ['_ZN4core3ptr13drop_in_placeE+0x1 (/opt/app)', 'main+0x1 (/opt/app)']],
    ['unknown-frames', ['[unknown] (/opt/app)', 'main+0x1 (/opt/app)']],
    ['kernel-names', ['[unknown] ([kernel.kallsyms])', 'main+0x1 (/opt/app)']],
    ['cut-stacks', [...Array.from({ length: 127 }, (_, i) => `deep${i}+0x1 (/opt/app)`)]],
  ])('says %s, and nothing of it in a good profile', (code, frames) => {
    expect(codes(stacks(frames))).toContain(code)
    expect(codes(stacks(['work+0x1 (/opt/app)', 'step+0x1 (/opt/app)', 'main+0x1 (/opt/app)']))).not.toContain(code)
  })

  test('sampling in step, the observer, and a thread in none', () => {
    const step = sampled('app', 5, () => 'work')
    expect(codes(input(step))).toContain('lockstep-sampling')
    const perf = sampled('perf', 5, tick => (tick % 2 === 0 ? 'record' : '')) + sampled('app', 5, () => 'work')
    expect(codes(input(perf))).toContain('observer')
    expect(codes(input(step))).not.toContain('observer')
  })

  test('biosnoop that saw nothing while biolatency did', () => {
    const hist = timed(
      '     usecs               : count    distribution\n        16 -> 31         : 9000     |***|\n',
      3,
      'biolatency',
    )
    const columns: EventTable['columns'] = [{ name: 'LAT', type: 'number', unit: 'ms', values: new Float64Array(0) }]
    const none: EventTable = { kind: 'events', name: 'biosnoop', tool: 'biosnoop', length: 0, columns, meta: {} }
    const parsed = { format: 'event-table', datasets: [none], diagnostics: [], skippedLines: 0, lost: 0 }
    expect(codes(hist, { source: 'b', parsed })).toContain('contradiction')
  })
})

const CAPTURES = ['cpu', 'offcpu-events', 'checklist', 'syscalls', 'sixty']

test.each(['reclog', 'stall', 'crowd', 'healthd', 'tailer', 'lookup', 'idle'])(
  'findings of %s',
  async name => {
    const paths = CAPTURES.map(capture => join('fixtures/incidents', name, capture)).filter(path => existsSync(path))
    const { stdout } = await bpfview(['report', ...paths, '--json'])
    const { findings, trust } = JSON.parse(stdout)
    const golden = { findings, trust: trust.map((doubt: { code: string }) => doubt.code) }
    await expect(`${JSON.stringify(golden, undefined, 2)}\n`).toMatchFileSnapshot(
      `../fixtures/incidents/${name}.findings.json`,
    )
  },
  60_000,
)
