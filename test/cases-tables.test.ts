/** Tables and histograms as real tools print them, read value by value; the inputs are short and say in their names what is odd in them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import type { Dataset, EventTable, HistogramSeries, Parsed, Profile } from '../src/model/index.ts'

const CASES = '../shared/cases'

/** Rows of a table as objects. */
function rowsOf(table: EventTable): Record<string, string | number>[] {
  return Array.from({ length: table.length }, (_, row) =>
    Object.fromEntries(table.columns.map(column => [column.name, column.values[row]!])),
  )
}

function tables(parsed: Parsed): EventTable[] {
  return parsed.datasets.filter((dataset): dataset is EventTable => dataset.kind === 'events')
}

function histograms(parsed: Parsed): HistogramSeries[] {
  return parsed.datasets.filter((dataset): dataset is HistogramSeries => dataset.kind === 'histograms')
}

function profiles(parsed: Parsed): Profile[] {
  return parsed.datasets.filter((dataset): dataset is Profile => dataset.kind === 'profile')
}

function unitsOf(dataset: Dataset): Record<string, string> {
  if (dataset.kind !== 'events') return {}
  return Object.fromEntries(
    dataset.columns.flatMap(column => (column.type === 'number' ? [[column.name, column.unit]] : [])),
  )
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((all, value) => all + value, 0)
}

function read(text: string): Parsed {
  return parse(text, { source: 'text' })
}

/** A case that lies beside the project, or a test that says it was not there. */
function shared(name: string, check: (parsed: Parsed, text: string) => void): void {
  const path = join(CASES, name)
  test.skipIf(!existsSync(path))(name, () => {
    const bytes = readFileSync(path)
    check(parse(bytes, { source: name }), bytes.toString())
  })
}

describe('lines under rows', () => {
  shared('bpf/11-annotated-table.txt', parsed => {
    expect(profiles(parsed)).toEqual([])
    expect(rowsOf(tables(parsed)[0]!).map(row => row['ARGS'])).toEqual(['/bin/sh -c true', '/usr/bin/gcc -c a.c'])
    expect(tables(parsed)[0]!.columns.map(({ name }) => name)).not.toContain('STACK')
    expect(parsed.diagnostics.map(({ code }) => code)).toEqual(['author-mark'])
  })

  test('further words under a row of a tool that prints no stacks stay words', () => {
    const parsed = read(
      'TIME(s)  COMM  PID  COUNT\n1.5      psql  12   3\n    SELECT name FROM t\n    WHERE x = 1\n2.5      psql  12   4\n',
    )
    expect(profiles(parsed)).toEqual([])
    expect(rowsOf(tables(parsed)[0]!).map(row => row['MORE'])).toEqual(['SELECT name FROM t\nWHERE x = 1', ''])
  })

  test('frames of an unknown tool are a stack where they show what they are', () => {
    const parsed = read(
      'TIME(s)  COMM  PID  COUNT\n1.5      psql  12   3\n    vfs_read+0x8e [kernel]\n    ksys_read+0x12 [kernel]\n',
    )
    expect(rowsOf(tables(parsed)[0]!)[0]!['STACK']).toBe('vfs_read+0x8e [kernel];ksys_read+0x12 [kernel]')
    expect(profiles(parsed)).toHaveLength(1)
  })

  test('the owner under the stacks of capable -UK is no frame', () => {
    const parsed = read(
      'TIME      UID    PID    COMM             CAP  NAME                 AUDIT\n15:32:21  1000   10708  fetchmail        7    CAP_SETUID           1\n        cap_capable+0x1 [kernel]\n        setuid+0x7 [libc.so.6]\n        -                fetchmail (10708)\n',
    )
    const [profile] = profiles(parsed)
    expect(profile!.stacks.frames.name).not.toContain('-                fetchmail (10708)')
    expect(sum(profile!.self)).toBe(1)
  })
})

describe('headings and rows that stand elsewhere', () => {
  shared('bpf/04-tcpdrop-bt.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!)).toMatchObject([
      {
        PID: 29529,
        COMM: 'swapper/2',
        'SADDR:SPORT': '127.0.0.1:3306',
        'DADDR:DPORT': '127.0.0.2:50552',
        STATE: 'ESTABLISHE',
      },
    ])
  })

  shared('bpf/07-ig-trace_exec.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!).map(({ ARGS, ERROR, USER }) => [ARGS, ERROR, USER])).toEqual([
      ['/bin/true', '', 'root'],
      ['/bin/sleep 3', '', 'root'],
    ])
  })

  shared('bpf/13-free-s.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!).map(({ INTERVAL, NAME, used }) => [INTERVAL, NAME, used])).toEqual([
      [0, 'Mem:', 1930832],
      [0, 'Swap:', 0],
      [1, 'Mem:', 1940768],
      [1, 'Swap:', 0],
    ])
  })

  shared('bpf/15-traceloop.txt', parsed => {
    expect(
      rowsOf(tables(parsed)[0]!).map(({ COMM, SYSCALL, PARAMETERS, RET }) => [COMM, SYSCALL, PARAMETERS, RET]),
    ).toEqual([
      ['sh', 'execve', 'filename="/bin/ls", a…', 0],
      ['ls', 'write', 'fd=1, buf="\\x1b[1;34m…', 201],
    ])
  })

  shared('bpf/20-opensnoop-bt-errname.txt', parsed => {
    expect(parsed.skippedLines).toBe(0)
    expect(rowsOf(tables(parsed)[0]!)).toMatchObject([
      { PID: 3041, COMM: 'pmproxy', FD: 17, ERR: 'Success', PATH: '/etc/hosts' },
      { PID: 3042, COMM: 'Web Content', FD: -1, ERR: 'No such file or directory', PATH: '/etc/x y' },
      { PID: 3042, COMM: 'cat', FD: -1, ERR: 'Permission denied', PATH: '/root/a' },
    ])
  })

  test('a line that fits no schema is no reason to give the schema up', () => {
    const parsed = read(
      'PID    COMM               FD ERR PATH\nsomething else 1\n12     a                   3   0 /x\n',
    )
    expect(rowsOf(tables(parsed)[0]!)).toMatchObject([{ PID: 12, COMM: 'a', FD: 3, ERR: 0, PATH: '/x' }])
    expect(parsed.skippedLines).toBe(1)
  })

  shared('bpf/24-biosnoop-bt-new.txt', parsed => {
    expect(parsed.skippedLines).toBe(0)
    expect(rowsOf(tables(parsed)[0]!)).toEqual([
      { TIME: 65362, MAJOR: 8, MINOR: 0, COMM: 'kworker/1:1', PID: 846284, LAT: 0 },
      { TIME: 65614, MAJOR: 259, MINOR: 13, COMM: 'Web Content', PID: 839313, LAT: 148 },
    ])
  })

  shared('bpf/29-ig-dotted-heading.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!)).toEqual([
      { 'RUNTIME.CONTAINERNAME': 'c1', SRC: ':::80', DST: ':::0', STATE: 10 },
      { 'RUNTIME.CONTAINERNAME': 'c1', SRC: '0.0.0.0:80', DST: '0.0.0.0:0', STATE: 10 },
    ])
  })

  test('values with a unit are one value', () => {
    const parsed = read(
      'NAME           SIZE   USED  STATE\nroot          15 GB   3 MB  ok\nhome data    200 GB  10 MB  not ok\n',
    )
    expect(rowsOf(tables(parsed)[0]!)).toEqual([
      { NAME: 'root', SIZE: 15 * 2 ** 30, USED: 3 * 2 ** 20, STATE: 'ok' },
      { NAME: 'home data', SIZE: 200 * 2 ** 30, USED: 10 * 2 ** 20, STATE: 'not ok' },
    ])
    expect(unitsOf(tables(parsed)[0]!)).toEqual({ SIZE: 'bytes', USED: 'bytes' })
  })
})

describe('units', () => {
  shared('bpf/06-dcsnoop-bt-ms.txt', parsed => {
    expect(unitsOf(tables(parsed)[0]!)['TIME']).toBe('ms')
    expect(rowsOf(tables(parsed)[0]!).map(row => row['TIME'])).toEqual([427, 1427])
  })

  shared('values/bt-dcsnoop-time.txt', parsed => expect(unitsOf(tables(parsed)[0]!)['TIME']).toBe('ms'))

  shared('bpf/09-ig-hist.txt', parsed => {
    const [histogram] = histograms(parsed)
    expect(histogram!.unit).toBe('us')
    expect([...histogram!.edges]).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128])
    expect([...histogram!.counts]).toEqual([0, 0, 0, 786, 57788, 39060, 1513, 36])
    expect(parsed.diagnostics).toEqual([])
  })

  test('ends that BCC prints belong to their buckets', () => {
    const [histogram] = histograms(
      read(
        '     usecs               : count     distribution\n         0 -> 1          : 2        |*  |\n         2 -> 3          : 4        |** |\n         4 -> 7          : 1        |   |\n',
      ),
    )
    expect([...histogram!.edges]).toEqual([0, 2, 4, 8])
  })

  shared('values/table-decimal-comma-3.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!).map(row => row['LAT'])).toEqual([1.234, 12.5, 0.75])
  })

  test('a comma before three digits is of thousands where nothing shows a decimal comma, and that is said', () => {
    const parsed = read('PID    COMM             BYTES\n1      dd               1,234\n2      dd               5,678\n')
    expect(rowsOf(tables(parsed)[0]!).map(row => row['BYTES'])).toEqual([1234, 5678])
    expect(parsed.diagnostics.map(({ code }) => code)).toEqual(['thousands-assumed'])
  })
})

describe('kernel traces', () => {
  for (const [name, stacks] of [
    [
      'bpf/22-ftrace-stack.txt',
      ['trace_event_raw_event_kmem_cache_alloc;kmem_cache_alloc;getname_flags', 'kmem_cache_alloc;vm_area_dup'],
    ],
    ['bpf/33-tracecmd-stack.txt', ['schedule;do_wait;kernel_wait4', 'schedule;pipe_read']],
  ] as const)
    shared(name, parsed => {
      expect(parsed.skippedLines).toBe(0)
      expect(rowsOf(tables(parsed)[0]!).map(row => row['STACK'])).toEqual(stacks)
      expect(profiles(parsed).map(({ self }) => sum(self))).toEqual([2])
    })

  shared('bpf/35-funcgraph.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!).map(row => [row['FUNCTION'], row['DURATION']])).toEqual([
      ['hrtimer_start', 0.31],
      ['do_nanosleep', 1000.5],
    ])
    expect(profiles(parsed)[0]!.value).toEqual({ name: 'self time', unit: 'us' })
    expect(sum(profiles(parsed)[0]!.self), 'self times add up to the outermost call').toBeCloseTo(1000.5, 9)
  })

  test('calls that began or ended outside of the file are counted, and weigh nothing', () => {
    const parsed = parse(readFileSync('fixtures/function-graph/tasks.txt'))
    expect(parsed.diagnostics.map(({ code }) => code)).toEqual(['call-without-start', 'call-without-end'])
    expect(sum(profiles(parsed)[0]!.self)).toBeCloseTo(12, 9)
  })

  shared('bpf/32-blkparse.txt', parsed => {
    const [events, summary] = tables(parsed)
    expect(rowsOf(events!).map(row => [row['ACTION'], row['SECTOR'], row['BLOCKS'], row['COMM']])).toEqual([
      ['G', 223490, 8, 'kjournald'],
      ['P', NaN, NaN, 'kjournald'],
      ['Q', 223490, 8, 'kjournald'],
      ['M', 223498, 8, 'kjournald'],
      ['D', 223490, 16, 'kjournald'],
      ['C', 223490, 16, '0'],
    ])
    expect(rowsOf(summary!).find(row => row['NAME'] === 'Writes Queued')).toEqual({
      SECTION: 'CPU0 (8,0)',
      NAME: 'Writes Queued',
      COUNT: 22,
      SIZE: 88,
    })
  })

  test('btt: no row of one table is a stack of another', () => {
    const parsed = parse(readFileSync('fixtures/btt/two-tables.txt'))
    expect(profiles(parsed)).toEqual([])
    expect(tables(parsed).map(({ name, length }) => [name, length])).toEqual([
      ['All Devices', 2],
      ['Device Merge Information', 3],
    ])
    expect(rowsOf(tables(parsed)[1]!)[1]).toEqual({
      DEV: '(259,1)',
      '#Q': 10,
      '#D': 10,
      Ratio: 1,
      BLKmin: 8,
      BLKavg: 8,
      BLKmax: 8,
      Total: 80,
    })
  })
})

describe('histograms of perf-tools', () => {
  shared('bpf/34-perftools-iolatency.txt', parsed => {
    const [histogram] = histograms(parsed)
    expect(histogram!.unit).toBe('ms')
    expect([...histogram!.edges]).toEqual([0, 1, 2, 4, 8, 16])
    expect([...histogram!.counts]).toEqual([43, 9, 0, 0, 0, 40, 0, 0, 0, 1])
    expect([...histogram!.time], 'an interval of the banner').toEqual([0, 1])
  })

  test('ends that are left out are open', () => {
    const [histogram] = histograms(parse(readFileSync('fixtures/perf-tools-hist/bitesize.txt')))
    expect(histogram!.unit).toBe('KiB')
    expect([...histogram!.edges]).toEqual([-Infinity, 1, 8, 64, 128, Infinity])
    expect([...histogram!.counts]).toEqual([0, 38, 10, 13, 1])
  })
})

describe('system tools', () => {
  shared('bpf/10-pidstat-h-epoch.txt', parsed => {
    const [tasks] = tables(parsed)
    expect(parsed.skippedLines).toBe(0)
    expect(unitsOf(tasks!)['TIME']).toBe('date')
    expect(rowsOf(tasks!).map(row => [row['TIME'], row['PID'], row['Command']])).toEqual([
      [1767348001, 123, 'Web Content'],
      [1767348001, 9, 'kworker/0:1-events'],
      [1767348001, 777, 'python3 -c print(1 2)'],
      [1767348002, 123, 'Web Content'],
    ])
  })

  shared('bpf/21-turbostat.txt', parsed => {
    expect(parsed.skippedLines).toBe(0)
    expect(rowsOf(tables(parsed)[0]!)[2]).toEqual({
      INTERVAL: 0,
      Core: '0',
      CPU: '2',
      Avg_MHz: 46,
      'Busy%': 1.53,
      Bzy_MHz: 3000,
      TSC_MHz: 2400,
      IPC: 0.8,
      IRQ: 250,
      C1: 6,
      'C6%': 90,
      CoreTmp: NaN,
      PkgWatt: NaN,
    })
  })

  shared('bpf/25-prometheus-no-type.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!).map(row => row['VALUE'])).toEqual([10, 1])
    expect(rowsOf(tables(parsed)[0]!)[1]!['LABELS']).toBe('function = commit_timeout\t[jbd2]')
  })

  test('an exposition without TYPE is not taken for folded stacks, nor they for it', () => {
    expect(read('main;read{x} 12\nmain;write 3\n').format).toBe('folded')
  })

  shared('exchange/openmetrics-2.txt', parsed => {
    expect(parsed.skippedLines).toBe(0)
    expect(histograms(parsed).map(({ key, unit, counts }) => [key, unit, sum(counts)])).toEqual([
      ['key = disk = loop0', 's', 27013],
      ['key = disk = vda', 's', 69337],
    ])
  })

  shared('bpf/26-proc-uptime.txt', parsed => {
    expect(parsed.format).toBe('proc')
    expect(rowsOf(tables(parsed)[0]!)).toEqual([{ UP: 12345.67, IDLE: 23456.78 }])
  })

  shared('bpf/28-psi.txt', parsed => {
    expect(rowsOf(tables(parsed)[0]!).map(row => [row['KIND'], row['avg10'], row['total']])).toEqual([
      ['some', 98.84, 1272792133],
      ['full', 0, 0],
    ])
  })

  test('snapshots give their differences, exact beyond 2^53', () => {
    const parsed = parse(readFileSync('fixtures/proc/snapshots.txt'))
    const named = new Map(tables(parsed).map(table => [table.name, rowsOf(table)]))
    expect(named.get('pressure differences')!.map(row => row['total'])).toEqual([90000, 20000])
    expect(named.get('cpu ticks differences')![0]).toMatchObject({ CPU: 'cpu', user: 80, system: 20, idle: 0 })
    expect(named.get('stat differences')).toEqual([{ NAME: 'ctxt', VALUE: 3 }])
  })
})

/** A fixture of the project, read. */
function fixture(name: string): Parsed {
  return parse(readFileSync(join('fixtures', name)), { source: name })
}

describe('more tools of the kernel', () => {
  test('hist triggers: keys in powers of two are histograms, stacks a profile, what did not fit is lost', () => {
    const keys = fixture('hist-trigger/keys.txt')
    expect(keys.lost).toBe(2)
    expect(rowsOf(tables(keys)[0]!).map(row => row['hitcount'])).toEqual([1, 12, 26])
    expect(histograms(keys).map(({ edges, counts }) => [[...edges], [...counts]])).toEqual([
      [
        [33, 65, 129, 257],
        [1, 0, 12],
      ],
      [[513, 1025], [26]],
    ])
    const stacks = fixture('hist-trigger/stacks.txt')
    expect(stacks.skippedLines).toBe(0)
    expect(sum(profiles(stacks)[0]!.self)).toBe(29)
    expect(rowsOf(tables(stacks)[0]!).map(row => row['bytes_req'])).toEqual([213, 18200])
  })

  test('cyclictest and rtla: a histogram per thread, what is above it in a bucket without an end', () => {
    const rtla = histograms(fixture('latency-test/rtla-timerlat.txt'))
    expect(rtla.map(({ key, counts }) => [key, sum(counts)])).toEqual([
      ['IRQ-000', 10000],
      ['Thr-000', 10000],
      ['IRQ-001', 10000],
      ['Thr-001', 10000],
    ])
    expect([...rtla[1]!.edges]).toEqual([0, 1, 2, 3, Infinity])
    const cyclic = fixture('latency-test/cyclictest-histogram.txt')
    expect(cyclic.skippedLines).toBe(0)
    expect(histograms(cyclic).map(({ unit, counts }) => [unit, counts[counts.length - 1]])).toEqual([
      ['us', 200],
      ['us', 200],
    ])
    expect(rowsOf(tables(fixture('latency-test/cyclictest.txt'))[0]!)[0]).toMatchObject({
      TID: 31026,
      MIN: 22,
      AVG: 111,
      MAX: 6243,
    })
  })

  test('bpftool: run times, and a map of 64 counts as the log2 histogram it is', () => {
    expect(rowsOf(tables(fixture('bpftool/programs.txt'))[0]!)[0]).toMatchObject({
      id: 498,
      type: 'tracepoint',
      name: 'sys_enter_read',
      run_time: 7050377,
      run_cnt: 9910,
      memlock: 4096,
    })
    const map = fixture('bpftool/log2-map.txt')
    const [histogram] = histograms(map)
    expect([...histogram!.edges]).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256])
    expect([...histogram!.counts]).toEqual([0, 0, 0, 0, 12, 15, 18, 21, 24])
    expect(rowsOf(tables(fixture('bpftool/map-of-comms.txt'))[0]!).slice(0, 2)).toEqual([
      { KEY: 'npm exec tsc --', VALUE: 4, CPUS: 2 },
      { KEY: 'sleep', VALUE: 10, CPUS: 2 },
    ])
  })

  test('retsnoop: stacks root first', () => {
    const parsed = fixture('retsnoop/failures.txt')
    expect(rowsOf(tables(parsed)[0]!).map(row => [row['COMM'], row['ERROR'], row['LAT'], row['FUNC']])).toEqual([
      ['simfail', '-EINVAL', 20, 'do_check_common'],
      ['web worker', '-ENOENT', 1500, 'do_sys_openat2'],
    ])
    expect(profiles(parsed)[0]!.stacks.frames.name).toContain('bpf_check')
  })

  test('xdp-monitor: every number of every block', () => {
    const [rates] = tables(fixture('xdp-monitor/summary.txt'))
    expect(rates!.length).toBe(26)
    expect(rowsOf(rates!)[13]).toEqual({ INTERVAL: 1, GROUP: 'Summary', NAME: 'Summary', RATE: 'rx/s', VALUE: 2100000 })
  })

  test('ip -s and tc -s', () => {
    const [ip] = tables(fixture('link-stats/ip.txt'))
    expect(
      rowsOf(ip!)
        .filter(row => row['GROUP'] === 'RX errors')
        .map(row => row['NAME']),
    ).toEqual(['length', 'crc', 'frame', 'fifo', 'overrun'])
    const [tc] = tables(fixture('link-stats/tc.txt'))
    expect(rowsOf(tc!).find(row => row['IFACE'] === 'eth0' && row['NAME'] === 'bytes')!['VALUE']).toBe(1191323)
  })

  test('dstat: sizes with their suffixes, columns by group', () => {
    const [rows] = tables(fixture('dstat/default.txt'))
    expect(rows!.length).toBe(3)
    expect(rowsOf(rows!)[0]).toMatchObject({
      'total-cpu-usage usr': 38,
      'dsk/total read': 762 * 1024,
      'dsk/total writ': 2094 * 1024,
    })
  })

  test('numastat: a column per node', () => {
    expect(rowsOf(tables(fixture('numastat/process.txt'))[0]!).map(row => [row['NAME'], row['Node 0']])).toEqual([
      ['Huge', 0],
      ['Heap', 0.02],
      ['Stack', 0.02],
      ['Private', 1.77],
      ['Total', 1.8],
    ])
  })

  test('vmstat of old kernels and of disks, softirqslower', () => {
    expect(rowsOf(tables(fixture('event-table/vmstat-old.txt'))[0]!)[1]).toMatchObject({
      r: 32,
      in: 13284,
      cs: 4282,
      wa: 0,
    })
    expect(rowsOf(tables(fixture('event-table/vmstat-d.txt'))[0]!).find(row => row['DISK'] === 'vda')).toMatchObject({
      reads: 90304,
      'sectors read': 4106434,
      writes: 198876,
      'io sec': 27,
    })
    expect(
      rowsOf(tables(fixture('event-table/softirqslower.txt'))[0]!).map(row => [row['STAGE'], row['LAT'], row['COMM']]),
    ).toEqual([
      ['irq(hard) to softirq', 230, 'swapper/2'],
      ['softirq runtime', 1041, 'Web Content'],
      ['raise softirq', 150, 'a'],
    ])
  })

  test('kern_stack of inspektor-gadget is a profile', () => {
    const [profile] = profiles(fixture('table/ig-kern-stack.txt'))
    expect(sum(profile!.self)).toBe(2)
    expect(profile!.stacks.frames.name).toContain('entry_SYSCALL_64_after_hwframe')
  })

  test('every block of sar -A', () => {
    const parsed = fixture('sysstat/sar-all.txt')
    expect(parsed.skippedLines).toBe(0)
    expect(tables(parsed).map(({ name }) => name)).toContain('interrupts by cpu')
  })
})

describe('what only looks like another', () => {
  test('the times of a runqlat that saw nothing are no probes', () => {
    expect(read('Tracing run queue latency... Hit Ctrl-C to end.\n06:35:01\n06:35:02\n').format).toBe('bcc-hist')
    expect(read('kprobe:vfs_read\nkprobe:vfs_write\n').format).toBe('probe-list')
  })

  test('two decimals on one line are /proc/uptime, two on each of many are a time and a latency', () => {
    expect(read('12345.67 23456.78\n').format).toBe('proc')
    expect(read('12345.67 23456.78\n12346.67 23456.78\n').format).toBe('pairs')
  })
})

describe('CSV', () => {
  shared('exchange/pmrep.csv', parsed => {
    expect(parsed.format).toBe('csv-table')
    expect(rowsOf(tables(parsed)[0]!).map(row => [row['kernel.all.load-1 minute'], row['disk.all.total']])).toEqual([
      [0.25, 12],
      [0.3, 20],
    ])
  })

  test('what papaparse writes is read back, whatever the fields hold', () => {
    // no CR: it belongs to the line end; `x` keeps cells from being numbers, comments or banners
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', ';', '\u00e9') }).map(text => `x${text}x`)
    const rows = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(rows, own => {
        const parsed = parse(Papa.unparse([['ONE', 'TWO', 'THREE'], ...own], { newline: '\n' }), {
          format: 'csv-table',
        })
        expect(parsed.skippedLines).toBe(0)
        expect(rowsOf(tables(parsed)[0]!).map(row => Object.values(row))).toEqual(own)
      }),
      { numRuns: 200 },
    )
  })

  test('blocks of records end outside of quotes', () => {
    const own = Array.from({ length: 2000 }, (_, i) => [String(i), i % 7 === 0 ? `a\n"b",${i}` : `c${i}`, 'x'])
    const [table] = tables(parse(Papa.unparse([['N', 'TEXT', 'REST'], ...own], { newline: '\n' })))
    expect(table!.length).toBe(2000)
    expect(rowsOf(table!)[1400]).toEqual({ N: 1400, TEXT: 'a\n"b",1400', REST: 'x' })
  })

  test('a quote that never closes costs its own lines only', () => {
    const rest = Array.from({ length: 60 }, (_, i) => `${i},b,c`).join('\n')
    const parsed = read(`N,TEXT,REST\n1,"open,x\n${rest}\n`)
    expect(parsed.skippedLines + tables(parsed)[0]!.length).toBe(61)
    expect(tables(parsed)[0]!.length).toBeGreaterThan(0)
  })

  test('a cell that is no number where numbers stand is not dropped in silence', () => {
    const parsed = read('TIME,PID,LAT(ms)\n1,2,3\n2,3,odd\n')
    expect(tables(parsed)[0]!.length + parsed.skippedLines).toBe(2)
    expect(parsed.skippedLines).toBe(1)
  })
})

describe('lines that took quadratic time', () => {
  // a quadratic reader needs minutes for these
  test('a rule of a mebibyte that ends as something else', { timeout: 20_000 }, () => {
    const rows = '1      abc              2.5\n'.repeat(4)
    const parsed = read(`PID    COMM             LAT(ms)\n${rows}${'*'.repeat(1_000_000)}x\n${rows}`)
    expect(tables(parsed)[0]!.length).toBe(8)
  })

  test('a frame of a mebibyte of brackets', { timeout: 20_000 }, () => {
    const parsed = read(
      `PID     TID     COMM            FUNC             -\n1     1     app            do_sys_open      x\n        f+0x1 [kernel]\n        1${'('.repeat(1_000_000)}\u2028 x\n`,
    )
    expect(tables(parsed)[0]!.length).toBe(1)
  })

  test('a section of a histogram with a mebibyte of tabs', { timeout: 20_000 }, () => {
    const rows = '     usecs               : count     distribution\n         0 -> 1          : 2        |*  |\n'
    const parsed = read(`${rows}\ndisk = a${'\t'.repeat(1_000_000)}b\n${rows}`)
    expect(histograms(parsed).map(({ counts }) => sum(counts))).toEqual([2, 2])
  })
})
