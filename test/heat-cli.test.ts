/** heat, trace2heatmap, scope, hist -o and --range as they are used: on real captures, through files and pipes. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bpfview } from './command.ts'

const CAPTURES = 'fixtures/captures'
const STALL = `${CAPTURES}/periodic-stall/perf.script.txt.gz`
const BIOLATENCY = `${CAPTURES}/disk-biolatency/biolatency.txt.gz`
const BIOSNOOP = `${CAPTURES}/disk-biosnoop/biosnoop.txt.gz`
const folder = mkdtempSync(join(tmpdir(), 'bpfview-heat-'))

interface Map {
  readonly key: string
  readonly total: number
  readonly x: { readonly unit: string; readonly edges: readonly number[] }
  readonly y: { readonly unit: string; readonly edges: readonly number[]; readonly labels?: readonly string[] }
  readonly counts: readonly (readonly (number | null)[])[]
  readonly exclusions: readonly { readonly reason: string; readonly count: number }[]
}

async function maps(...args: string[]): Promise<readonly Map[]> {
  const { stdout, stderr, status } = await bpfview(['heat', ...args, '--json'])
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout) as Map[]
}

function drawn(map: Map): number {
  return map.counts.flat().reduce<number>((sum, count) => sum + (count ?? 0), 0)
}

describe('heat', () => {
  test('every request of biosnoop is in a cell or a counted exclusion', async () => {
    const requests = gunzipSync(readFileSync(BIOSNOOP))
      .toString()
      .split('\n')
      .filter(line => /^ *\d+\.\d+ .* loop0 /.test(line)).length
    const [whole] = await maps(BIOSNOOP)
    expect(drawn(whole!)).toBe(requests)
    expect(whole!.y.unit).toBe('ms')
    const [cut] = await maps(BIOSNOOP, '--max-latency', '5ms', '--range', '5..+20')
    expect(drawn(cut!) + cut!.exclusions.reduce((sum, { count }) => sum + count, 0)).toBe(requests)
    expect(cut!.exclusions.map(({ reason }) => reason).sort()).toEqual(['LAT above 5 ms', 'outside the time range'])
    expect((await bpfview(['heat', BIOSNOOP, '--split', 'DISK'])).stdout).toMatch(
      /· 1 panel by DISK<[^]*V?90\.5H[^]*y="117"[^>]*>loop0</,
    )
    const panels = await maps(BIOSNOOP, '--split', 'COMM', '--panels', '3')
    expect(panels.map(map => map.key)).toEqual(['dd', 'jbd2/loop0-8', '3 others'])
    expect(panels.reduce((sum, map) => sum + drawn(map), 0)).toBe(requests)
    expect((await maps(BIOSNOOP, '--column', 'SECTOR'))[0]!.y.unit).toBe('sectors')
  })

  test("biolatency keeps its own buckets, bpftrace's cumulative prints add up to the last", async () => {
    const counts = [
      ...gunzipSync(readFileSync(BIOLATENCY))
        .toString()
        .matchAll(/^ *\d+ -> \d+ +: (\d+) /gm),
    ].reduce((sum, match) => sum + Number(match[1]), 0)
    const [whole] = await maps(BIOLATENCY)
    expect(drawn(whole!)).toBe(counts)
    for (const edge of whole!.y.edges) expect(Math.log2(edge) % 1).toBe(0)
    expect((await maps(BIOLATENCY, '--split', 'disk')).map(map => map.key).sort()).toEqual(['loop0', 'vda'])
    const last = readFileSync(`${CAPTURES}/disk-bpftrace-hist/bpftrace.txt`, 'utf8').trim().split('@usecs:').pop()!
    const total = [...last.matchAll(/\) +(\d+) \|/g)].reduce((sum, match) => sum + Number(match[1]), 0)
    expect(drawn((await maps(`${CAPTURES}/disk-bpftrace-hist/bpftrace.txt`))[0]!)).toBe(total)
  })

  test('of inputs of several kinds, what is not drawn is said', async () => {
    const { status, stderr } = await bpfview(['heat', BIOSNOOP, BIOLATENCY, STALL, '--json'])
    expect(status).toBe(0)
    expect(stderr).toBe(
      'bpfview: left out: table "biosnoop", samples "cpu-clock:ppp"; choose with --column NAME, or draw the inputs one by one\n',
    )
  })

  test('a table that no heat map can be drawn of is not missed', async () => {
    const { status, stderr } = await bpfview(['heat', 'fixtures/event-table/argdist-both.txt', '--json'])
    expect([status, stderr]).toEqual([
      0,
      'bpfview: left out: table "p:c:open(char *p):char*:p"; choose with --column NAME, or draw the inputs one by one\n',
    ])
    const totals = join(folder, 'totals.txt')
    writeFileSync(
      totals,
      'Tracing 1 functions for "x"... Hit Ctrl-C to end.\n     usecs               : count     distribution\n         0 -> 1          : 3        |****|\n\navg = 1 usecs, total: 3 usecs, count: 3\n',
    )
    expect((await bpfview(['info', totals])).stdout).toContain('totals')
    expect(await bpfview(['heat', totals, '--json'])).toMatchObject({ status: 0, stderr: '' })
    expect((await bpfview(['heat', BIOSNOOP, BIOLATENCY, '--column', 'LAT', '--json'])).stderr).toBe('')
  })

  test('mpstat by CPU, samples by CPU', async () => {
    const [map] = await maps(`${CAPTURES}/cpu-mpstat/mpstat.txt`)
    expect(map!.y.labels).toEqual(['0', '1'])
    for (const level of map!.counts.flat()) expect(level! >= 0 && level! <= 100).toBe(true)
    const samples = gunzipSync(readFileSync(STALL))
      .toString()
      .match(/ cpu-clock:ppp: /g)!.length
    expect(drawn((await maps(STALL))[0]!)).toBe(samples)
  })

  test('svg and html', async () => {
    for (const name of ['out.svg', 'out.html']) {
      expect(
        (await bpfview(['heat', BIOSNOOP, '-o', join(folder, name), '--rows', 'log2', '--colours', 'rank'])).status,
      ).toBe(0)
      expect(readFileSync(join(folder, name), 'utf8')).toMatch(name.endsWith('html') ? /^<!doctype html>/ : /^<svg/)
    }
  })

  test.each([
    [
      ['heat', `${CAPTURES}/same-profile-folded`],
      /expected histograms per interval, events with a time and a latency, or samples with times/,
    ],
    [['heat', BIOSNOOP, '--column', 'NOPE'], /no column "NOPE"; expected one of "TIME", "COMM"/],
    [['heat', BIOSNOOP, '--split', 'NOPE'], /no column "NOPE" to split by/],
    [['heat', BIOSNOOP, '--from', 'soon'], /the time "soon"; expected seconds as printed/],
    [['heat', BIOSNOOP, '--from', '900'], /no event to draw \(17793 outside the time range\)/],
    [['heat', BIOSNOOP, '--rows', '0'], /Expected a number of rows/],
    [['scope', BIOSNOOP], /only events; expected samples with times, as perf script prints them/],
    [['flame', STALL, '--range', '1..2'], /no sample in the range; expected one within 825\.273889\.\.855/],
    [['flame', STALL, '--range', '2..1'], /a range from 2 to 1; expected one that ends after it starts/],
    [['flame', `${CAPTURES}/same-profile-folded`, '--range', '1..2'], /has no times to choose by/],
  ])('%j says what was found and what was expected', async (args, message) => {
    const { stderr, status } = await bpfview(args as string[])
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n').length).toBe(1)
  })
})

describe('trace2heatmap', () => {
  test('from standard input, with every option', async () => {
    const { stdout, status } = await bpfview(
      [
        'trace2heatmap',
        '--title',
        'T',
        '--unitstime',
        'us',
        '--unitslabel',
        'us',
        '--minlat',
        '0',
        '--maxlat',
        '2000',
        '--rows',
        '20',
        '--steplat',
        '100',
        '--stepsec',
        '0.5',
        '--maxcol',
        '100',
        '--fonttype',
        'Arial',
        '--fontsize',
        '11',
        '--boxsize',
        '6',
        '--grid',
        '--accstats',
        '--no-script',
      ],
      'TIMEus DELTAus\n1000000 150\n1400000 250\n2600000 1999\n2600001 9999\n',
    )
    expect(status).toBe(0)
    expect([...stdout.matchAll(/data-count="(\d+)"/g)].length).toBe(3)
    expect(stdout).toContain('not drawn: 1: latency above 2000')
    expect(stdout).toMatch(/up to here/)
  })
})

describe('scope and --range', () => {
  test('one page, nothing fetched, its own policy', async () => {
    const out = join(folder, 'scope.html')
    expect((await bpfview(['scope', STALL, '-o', out, '--rows', '25'])).status).toBe(0)
    const page = readFileSync(out, 'utf8')
    expect(page).toContain("default-src 'none'; script-src 'sha256-")
    expect(page).not.toMatch(/(?:src|href)="http/)
    expect(existsSync(out)).toBe(true)
  })

  test('ranges add up to the whole; a boundary belongs to one side', async () => {
    const sum = async (...args: string[]): Promise<number> =>
      (await bpfview(['fold', STALL, ...args])).stdout
        .trimEnd()
        .split('\n')
        .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' '))), 0)
    const whole = await sum()
    const first = gunzipSync(readFileSync(STALL))
      .toString()
      .match(/ (8\d\d\.\d{6}): /g)!
      .map(text => Number(text.slice(1, -2)))[2000]!
    expect((await sum('--range', `0..${first}`)) + (await sum('--range', `${first}..`))).toBe(whole)
    expect(await sum('--range', `0..${first},${first}..1000`)).toBe(whole)
    expect(await sum('--range', '+0..+31')).toBe(whole)
    expect(await sum('--range', '830..831')).toBe(await sum('--range', '+5..+6'))
  })

  test('the flame graph of a range is that of its folded stacks', async () => {
    const { stdout } = await bpfview(['flame', STALL, '--range', '841.6..845.4'])
    const folded = (await bpfview(['fold', STALL, '--range', '841.6..845.4'])).stdout
      .trimEnd()
      .split('\n')
      .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' '))), 0)
    expect(stdout).toContain(`data-total="${folded}"`)
  })
})

describe('hist -o', () => {
  test('draws where the name says so', async () => {
    const out = join(folder, 'hist.svg')
    expect((await bpfview(['hist', BIOLATENCY, '-o', out, '--y-axis', 'log'])).status).toBe(0)
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg/)
    expect((await bpfview(['hist', BIOLATENCY, '--svg', '--layout', 'trails'])).stdout).toContain('bd-trail')
    expect((await bpfview(['hist', BIOLATENCY])).stdout).not.toContain('<svg')
    const refused = async (...args: string[]): Promise<string> => {
      const { status, stdout, stderr } = await bpfview(['hist', BIOLATENCY, ...args])
      expect([status, stdout]).toEqual([2, ''])
      return stderr
    }
    expect(await refused('--layout', 'trails')).toBe(
      'bpfview: --layout is only used with a picture; expected -o FILE.svg, or --to svg\n',
    )
    expect(await refused('--svg', '--json')).toBe(
      'bpfview: two formats are asked for (json and svg); expected one, or -o FILE for each\n',
    )
  })
})
