/** `bpfview hist` and `bpfview table` as a user runs them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bpfview, scratch } from './command.ts'

const INTERVALS = 'fixtures/bcc-hist/empty-interval.txt'

interface Bucket {
  readonly from: number | null
  readonly to: number | null
  readonly count: number
}

describe('hist', () => {
  test('--json holds exactly name, key, unit, time and half-open buckets, an object per interval', async () => {
    const { status, stdout } = await bpfview(['hist', INTERVALS, '--json'])
    expect(status).toBe(0)
    const all = JSON.parse(stdout) as {
      name: string
      key: string
      unit: string
      time: number | null
      buckets: Bucket[]
    }[]
    expect(all).toHaveLength(6)
    expect(all[0]).toEqual({
      name: 'xfsdist',
      key: 'operation = read',
      unit: 'ms',
      time: 86398,
      buckets: [
        { from: 0, to: 2, count: 7 },
        { from: 2, to: 4, count: 0 },
      ],
    })
    expect(
      all[1]!.buckets.map(({ count }) => count),
      'an interval that printed nothing is zero',
    ).toEqual([0, 0])
    expect(
      all.map(({ time }) => time),
      'time goes on over midnight',
    ).toEqual([86398, 86399, 86400, 86398, 86399, 86400])
  })

  test('text adds intervals up and names the bucket a quantile lies in', async () => {
    const { stdout } = await bpfview(['hist', INTERVALS])
    expect(stdout).toContain('xfsdist [operation = read] in ms (3 intervals added up)')
    expect(stdout).toMatch(/\[2, 4\) +16 +\|\*{40}\|/)
    expect(stdout).toMatch(/count 25, p50 [\d.]+ \[2, 4\), p90 [\d.]+ \[2, 4\), p99 [\d.]+ \[2, 4\), max < 4/)
  })

  test('of an open bucket text tells the side that is known', async () => {
    const path = join(scratch(), 'open.txt')
    writeFileSync(
      path,
      '@d: \n(..., 0)               2 |@@|\n[0]                    1 |@|\n\n@l: \n[0, 10)                1 |@|\n[10, ...)              9 |@@|\n',
    )
    const { stdout } = await bpfview(['hist', path])
    expect(stdout).toContain('count 3, p50 < 0, p90 0.7 [0, 1), p99 0.97 [0, 1), max < 1')
    expect(stdout).toContain('count 10, p50 >= 10, p90 >= 10, p99 >= 10, max >= 10')
  })

  test('--intervals prints each by its time, --name chooses', async () => {
    const { stdout } = await bpfview(['hist', INTERVALS, '--intervals', '--name', 'write'])
    expect(stdout.match(/^xfsdist .*$/gm)).toEqual([
      'xfsdist [operation = write] in ms (23:59:58)',
      'xfsdist [operation = write] in ms (23:59:59)',
      'xfsdist [operation = write] in ms (00:00:00)',
    ])
    expect(stdout).toContain('nothing counted')
  })

  test('info counts what is in the buckets and claims no sum of it', async () => {
    expect((await bpfview(['info', INTERVALS])).stdout).toMatch(/histograms +xfsdist operation = read +25 +- ms/)
    const [info] = JSON.parse((await bpfview(['info', '--json', INTERVALS])).stdout).datasets as {
      samples: number
      total: number | null
    }[]
    expect(info).toMatchObject({ samples: 25, total: null, unit: 'ms' })
  })

  test('--cumulative shows the last interval, not a sum', async () => {
    expect((await bpfview(['hist', INTERVALS, '--cumulative', '--name', 'read'])).stdout).toContain(
      '(last of 3 intervals)',
    )
    expect((await bpfview(['hist', INTERVALS, '--cumulative', '--name', 'read'])).stdout).toContain('count 18,')
  })

  test('open ends are null', async () => {
    const { stdout } = await bpfview(['hist', 'fixtures/prometheus/ebpf_exporter.txt', '--json'])
    const [first] = JSON.parse(stdout) as { buckets: Bucket[] }[]
    expect(first!.buckets.at(-1)).toEqual({ from: 0.000004, to: null, count: 29 })
  })

  test('a file without histograms is said so', async () => {
    const { status, stderr } = await bpfview(['hist', 'fixtures/event-table/lines.txt'])
    expect(status).toBe(2)
    expect(stderr).toBe(
      "bpfview: fixtures/event-table/lines.txt: holds tables but no histograms; try 'bpfview table fixtures/event-table/lines.txt'\n",
    )
  })
})

describe('table', () => {
  const hostile = join(scratch(), 'hostile.txt')
  writeFileSync(
    hostile,
    'PID    COMM               FD ERR PATH\n1      =cmd|\'/C calc\'      3   0 @SUM(A1),"x"\n2      \u001b[2Jx\u202e            -1   2 /a\n',
  )

  test('--csv is safe in a spreadsheet and quoted where it must be; numbers stay numbers', async () => {
    const { stdout } = await bpfview(['table', hostile, '--csv'])
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'PID,COMM,FD,ERR,PATH',
      '1,\'=cmd|\'/C calc\',3,0,"\'@SUM(A1),""x"""',
    ])
    expect(stdout.split('\n')[2]).toContain(',-1,2,/a')
  })

  test('--csv-raw leaves cells as they are', async () => {
    expect((await bpfview(['table', hostile, '--csv-raw'])).stdout.split('\n')[1]).toBe(
      '1,=cmd|\'/C calc\',3,0,"@SUM(A1),""x"""',
    )
  })

  test('text shows control and bidirectional characters and prints none', async () => {
    const { stdout } = await bpfview(['table', hostile])
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(stdout).toContain('\\u{202e}')
  })

  test('--json is one array of rows under the labels of the tool', async () => {
    const { stdout } = await bpfview(['table', 'fixtures/event-table/empty-cells.txt', '--json'])
    expect(JSON.parse(stdout)).toEqual([
      { 'TIME(s)': 0, COMM: '?', PID: 0, DISK: '', T: 'R', SECTOR: 0, BYTES: 8, 'LAT(ms)': 4.04 },
      {
        'TIME(s)': 3.740882,
        COMM: 'jbd2/sda1-8',
        PID: 184,
        DISK: 'sda',
        T: 'W',
        SECTOR: 2694656,
        BYTES: 12288,
        'LAT(ms)': 6.72,
      },
    ])
  })

  test('several tables: rows say of which they are, CSV has a heading each, --table chooses one', async () => {
    const file = 'fixtures/event-table/screens.txt'
    const rows = JSON.parse((await bpfview(['table', file, '--json'])).stdout) as { table: string; TIME: string }[]
    expect(rows.map(row => `${row.table} ${row.TIME}`)).toEqual([
      'filetop 23:59:59',
      'filetop 23:59:59',
      'loadavg 23:59:59',
      'loadavg 00:00:00',
    ])
    expect((await bpfview(['table', file, '--csv'])).stdout).toBe(
      [
        'TIME,PID,COMM,READS,WRITES,R_Kb,W_Kb,T,FILE',
        '23:59:59,32672,cksum,5006,0,320384,0,R,data 1',
        '23:59:59,809,run,2,0,8,0,R,nsswitch.conf',
        '',
        'TIME,LOAD1,LOAD5,LOAD15,RUNNABLE,TASKS,LASTPID',
        '23:59:59,0.75,0.35,0.25,3,285,822',
        '00:00:00,0.75,0.35,0.25,3,285,845',
        '',
      ].join('\n'),
    )
    expect(JSON.parse((await bpfview(['table', file, '--json', '--table', 'loadavg'])).stdout)).toHaveLength(2)
    expect((await bpfview(['table', file, '--table', 'nope'])).stderr).toContain(
      'no table "nope"; expected one of "filetop", "loadavg"',
    )
  })

  test('absent numbers are null, times are text', async () => {
    const rows = JSON.parse((await bpfview(['table', 'fixtures/table/unknown-tool.txt', '--json'])).stdout) as unknown
    expect(rows).toEqual([
      { 'WHEN(s)': 0.1, WHO: 'first', WIDGETS: 12, 'SPEED(ms)': 1.5, NOTE: 'all well' },
      { 'WHEN(s)': 0.2, WHO: 'second', WIDGETS: null, 'SPEED(ms)': 2.25, NOTE: '' },
    ])
  })

  test('--interval gives intervals without stamps a time; -o writes a file', async () => {
    const input = join(scratch(), 'funccount.txt')
    writeFileSync(
      input,
      'Tracing 1 functions for "x"... Hit Ctrl-C to end.\n\nFUNC                                    COUNT\nmalloc                                     98\n\nFUNC                                    COUNT\nmalloc                                     99\n',
    )
    const output = join(scratch(), 'out.csv')
    expect((await bpfview(['table', input, '--csv', '--interval', '5', '-o', output])).status).toBe(0)
    expect(readFileSync(output, 'utf8')).toBe('TIME(s),FUNC,COUNT\n0,malloc,98\n5,malloc,99\n')
    expect((await bpfview(['table', input, '--csv'])).stdout).toBe('INTERVAL,FUNC,COUNT\n0,malloc,98\n1,malloc,99\n')
  })

  test('one cell of 50 kB does not make thousands of rows as wide', async () => {
    const path = join(scratch(), 'execsnoop.txt')
    writeFileSync(
      path,
      `PCOMM            PID    PPID   RET ARGS\n${'z'.repeat(50_000)}  5      1        0 /bin/z\n${'cat              7      1        0 /bin/cat\n'.repeat(2000)}`,
    )
    const { status, stdout } = await bpfview(['table', path])
    expect(status).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2003)
    expect(stdout.length).toBeLessThan(1_000_000)
  })

  test('--rows cuts the text and says so', async () => {
    expect(
      (await bpfview(['table', 'fixtures/event-table/screens.txt', '--rows', '1', '--table', 'filetop'])).stdout,
    ).toContain('(1 more row)')
    const printed = (await bpfview(['table', 'fixtures/captures/disk-biosnoop/biosnoop.txt.gz', '--rows', '3'])).stdout
      .split('\n')
      .slice(1, 4)
    expect(
      printed.map(line => [line.slice(0, 8), line.slice(-5)]),
      'decimals as the tool prints them',
    ).toEqual([
      ['0.790593', '8.150'],
      ['0.791021', '0.205'],
      ['0.791660', '0.148'],
    ])
  })
})
