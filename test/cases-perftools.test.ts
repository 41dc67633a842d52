/** Inputs of perf's other tools and of other profilers: ours in fixtures/, and the small cases of ../shared where they are there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ParseOptions } from '../parsers/parse.ts'
import { detect, parse } from '../parsers/parse.ts'
import { foldedLines } from '../renderers/listing/folded.ts'
import type { EventTable, Parsed, Profile } from '../src/model/index.ts'
import { BpfviewError, checkDataset } from '../src/model/index.ts'
import { mutated, randomOf } from './mutate.ts'

const CASES = join('..', 'shared', 'cases')

function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(path)
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

function read(path: string, options: ParseOptions = {}): Parsed {
  const parsed = parse(bytesOf(path), options)
  for (const dataset of parsed.datasets) checkDataset(dataset)
  return parsed
}

function fold(parsed: Parsed, at = 0): string[] {
  return [...foldedLines(parsed.datasets[at] as Profile)].sort()
}

const given = existsSync(CASES)

describe.skipIf(!given)('cases of ../shared', () => {
  test.each([
    ['exchange/mini.speedscope.json', 'speedscope', ['a 5', 'a;b 5']],
    ['exchange/mini.cpuprofile', 'cpuprofile', ['hot 2000']],
    ['exchange/perf-flamegraph.json', 'flame-json', ['app;main;do_sys 1', 'app;main;hot 9']],
    ['exchange/chrome-trace.json', 'chrome-trace', ['a 10']],
    ['stacks/speedscope-pretty.json', 'speedscope', ['a 30']],
    ['stacks/cpuprofile-pretty.json', 'cpuprofile', ['fib 9']],
    ['stacks/perf-script-flamegraph.json', 'flame-json', ['app;main 1', 'app;main;foo 2']],
  ])('%s', (file, format, lines) => {
    const parsed = read(join(CASES, file))
    expect(parsed.format).toBe(format)
    expect(fold(parsed)).toEqual(lines)
  })

  test('a sample of pprof without a place counts for the whole', () => {
    const { datasets } = read(join(CASES, 'exchange/no-frames.pb.gz'))
    expect((datasets[0] as Profile).self.reduce((a, b) => a + b)).toBe(6)
  })

  test.each(['unknown-location', 'two-values-one-type'])('pprof: %s is refused', name => {
    expect(() => read(join(CASES, 'exchange', `${name}.pb.gz`))).toThrow(BpfviewError)
  })

  test('a list of integers is no stack', () => {
    expect(read(join(CASES, 'stacks/json-integers.json')).format).toBe('json-table')
  })
})

describe("perf's other tools", () => {
  test.skipIf(!given).each([
    ['stacks/perf-lock-contention.txt', 'perf-lock', 3, 'TOTAL WAIT', 2210],
    ['stacks/perf-lock-contention-real.txt', 'perf-lock', 5, 'TOTAL WAIT', 1620],
    ['stacks/perf-kvm-stat.txt', 'perf-kvm-stat', 2, 'SAMPLES', 134],
    ['values/perf-stat-de-real.txt', 'perf-stat', 4, 'VALUE', 335.72],
  ])('%s', (file, format, rows, name, first) => {
    const parsed = read(join(CASES, file))
    expect([parsed.format, parsed.skippedLines]).toEqual([format, 0])
    const table = parsed.datasets[0] as EventTable
    expect(table.length).toBe(rows)
    expect(table.columns.find(column => column.name === name)!.values[0]).toBe(first)
  })

  test.skipIf(!given)('a bucket of 1 ms follows the one that ends at 1024 us', () => {
    const [histogram] = read(join(CASES, 'stacks/perf-ftrace-latency.txt')).datasets
    expect(histogram).toMatchObject({ kind: 'histograms', unit: 'us' })
    if (histogram?.kind !== 'histograms') throw new Error('no histogram')
    expect(Array.from(histogram.edges).slice(-2)).toEqual([1024, 2048])
    expect(histogram.counts.reduce((a, b) => a + b)).toBe(1821)
  })

  test('decimal commas: one sign for the file', () => {
    const values = (name: string): ArrayLike<number | string> =>
      (read('fixtures/perf-stat/decimal-comma.txt').datasets[0] as EventTable).columns.find(each => each.name === name)!
        .values
    expect(Array.from(values('VALUE'))).toEqual([335.72, 1067, 276, 336.07])
    expect(Array.from(values('METRIC'))).toEqual([0.86, 3.177, 821.683, 0.861])
    expect(() => read('fixtures/malformed/perf-stat-x-comma.txt')).toThrow(/decimal comma is also the separator.*-x\\;/)
  })

  test('a drawn call graph has the same stacks in every order', () => {
    const rounded = (file: string): string[] =>
      fold(read(join('fixtures/perf-report', file))).map(line =>
        line.replace(/\d+\.\d+$/, value => Number(value).toFixed(2)),
      )
    const stacks = rounded('graph-caller.txt')
    expect(stacks).toContain('work;__libc_start_call_main;main;leaf 77.90')
    for (const file of ['graph-callee.txt', 'graph-children.txt', 'graph-fractal.txt'])
      expect(rounded(file), file).toEqual(stacks)
  })

  test('a wait belongs to the stack in which its task left the CPU', () => {
    const row = (time: string, wait: string, chain: string): string =>
      `    ${time} [0000]  app[7]                              ${wait}      0.000      0.100    ${chain}\n`
    const parsed = parse(
      row('1.000000', '0.000', 'futex_wait <- do_futex') +
        row('1.100000', '99.900', 'pipe_read <- vfs_read') +
        row('1.200000', '3.000', 'futex_wait <- do_futex'),
    )
    expect(fold(parsed)).toEqual(['app;do_futex;futex_wait 99.9', 'app;vfs_read;pipe_read 3'])
    const table = parsed.datasets.find(dataset => dataset.kind === 'events') as EventTable
    expect(table.columns.find(({ name }) => name === 'STACK')!.values[1]).toBe('pipe_read <- vfs_read')
  })

  test('lock stacks add up to the waits of the table', () => {
    const [waits, counts, table] = read('fixtures/perf-lock/stacks-verbose.txt').datasets as [
      Profile,
      Profile,
      EventTable,
    ]
    const sum = (name: string): number =>
      (table.columns.find(column => column.name === name)!.values as Float64Array).reduce((a, b) => a + b)
    expect(waits.self.reduce((a, b) => a + b)).toBeCloseTo(sum('TOTAL WAIT'), 6)
    expect(counts.self.reduce((a, b) => a + b)).toBe(sum('CONTENDED'))
  })
})

/** Each reader of a whole file, with a file of its own. */
const FILES = [
  'pprof/cpu.pb.gz',
  'pprof/difference.pb',
  'speedscope/sampled-idle.json',
  'speedscope/evented-active.json',
  'cpuprofile/deltas.cpuprofile',
  'cpuprofile/old-head.cpuprofile',
  'heapprofile/node.heapprofile',
  'firefox/v60-shared.json',
  'firefox/v75-flags.json',
  'firefox/gecko-perf.json',
  'chrome-trace/spans.json',
  'chrome-trace/profile-chunks-cut.json',
  'flame-json/perf.json',
  'otlp/profile.json',
  'otlp/binary.pb',
  'pyinstrument/session.json',
  'stackprof/wall.json',
]

describe('files of other profilers', () => {
  test('--all-threads gives one profile with a frame for each thread', () => {
    const options = { allThreads: true }
    expect(fold(read('fixtures/speedscope/evented-active.json', options))).toEqual(['t;a 4', 't;a;b 5', 't;b 1'])
    const firefox = read('fixtures/firefox/v60-shared.json', options)
    expect(firefox.datasets.map(({ name }) => name)).toEqual(['all threads', 'all threads'])
    expect(fold(firefox, 1)).toEqual(['app;main 2.5'])
  })

  test('times become samples where they are wanted', () => {
    const timeline = { timeline: true }
    const of = (file: string): (readonly number[])[] =>
      read(join('fixtures', file), timeline).datasets.map(dataset =>
        dataset.kind === 'samples' ? Array.from(dataset.time) : [],
      )
    expect(of('pprof/cpu.pb.gz')[0]).toEqual([1.5, 2.5, NaN])
    expect(of('speedscope/sampled-idle.json')).toEqual([[0, 0.003, 0.004], []])
    expect(of('firefox/v60-shared.json')).toEqual([[0, 0.0015, 0.002], [0.001]])
    expect(of('firefox/v75-flags.json')).toEqual([[0.005, 0.006, 0.007]])
    expect(of('cpuprofile/parents-hits.cpuprofile')).toEqual([[]])
  })

  test.each(FILES)('%s, broken in any way: a result that holds together, or a BpfviewError', file => {
    const whole = bytesOf(join('fixtures', file))
    const format = detect(whole)!.id
    fc.assert(
      fc.property(fc.integer(), seed => {
        const broken = mutated(whole, randomOf(seed))
        for (const options of [{}, { format }, { format, timeline: true, allThreads: true }]) {
          try {
            for (const dataset of parse(broken, options).datasets) checkDataset(dataset)
          } catch (error) {
            if (!(error instanceof BpfviewError)) throw error
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  test('OTLP in both forms; an older form is named', () => {
    const timeline = read('fixtures/otlp/binary.pb', { timeline: true }).datasets[0]
    expect(timeline).toMatchObject({ kind: 'samples', weight: Float64Array.of(3, 4) })
    expect(fold(read('fixtures/otlp/binary.pb'))).toEqual(['app;main;inlined 3', 'main;inlined;do_sys 4'])
    expect(fold(read('fixtures/otlp/profile.json'), 1)).toEqual(['main;inlined 2'])
    const old = '{"resourceProfiles":[{"scopeProfiles":[{"profiles":[{"sampleType":[{}],"stringTable":[""]}]}]}]}'
    expect(() => parse(old)).toThrow(/proto 1\.9 or older/)
  })

  test('a pprof file that is cut is refused as one', () => {
    expect(() => parse(bytesOf('fixtures/pprof/cpu.pb.gz').subarray(0, 150))).toThrow(
      /broken protobuf.*a pprof profile/,
    )
  })

  test('100,000 frames deep', () => {
    const deep = 100_000
    const tree = `${'{"n":"f","v":0,"c":['.repeat(deep)}{"n":"leaf","v":3,"c":[]}${']}'.repeat(deep)}`
    expect((parse(tree).datasets[0] as Profile).self.reduce((a, b) => a + b)).toBe(3)
    const frames = Array.from({ length: deep }, () => 0).join(',')
    const scope = `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[{"name":"f"}]},"profiles":[{"type":"sampled","name":"","unit":"none","startValue":0,"endValue":1,"samples":[[${frames}]],"weights":[1]}]}`
    expect((parse(scope).datasets[0] as Profile).stacks.parent.length).toBe(deep + 1)
  })

  test.each([
    [
      'a caller that is called by itself',
      '{"nodes":[{"id":1,"parent":2,"callFrame":{}},{"id":2,"parent":1,"callFrame":{}}],"samples":[1],"timeDeltas":[1]}',
    ],
    ['a Firefox profile of a version to come', '{"meta":{"preprocessedProfileVersion":99},"threads":[]}'],
    ['a Firefox profile of an old version', '{"meta":{"preprocessedProfileVersion":12},"threads":[]}'],
    [
      'a stack that is its own caller',
      '{"meta":{"preprocessedProfileVersion":60},"shared":{"stackTable":{"length":1,"frame":[0],"prefix":[0]},"frameTable":{"func":[0]},"funcTable":{"name":[0]},"stringArray":["a"]},"threads":[{"name":"a","samples":{"stack":[0],"time":[0]}}]}',
    ],
    [
      'speedscope with a frame that does not exist',
      '{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[]},"profiles":[{"type":"sampled","name":"","unit":"none","startValue":0,"endValue":1,"samples":[[3]],"weights":[1]}]}',
    ],
  ])('%s is refused', (_, text) => {
    expect(() => parse(text)).toThrow(BpfviewError)
  })

  test.each([
    ['\xfd7zXZ\0\0', /xz-compressed.*xz -dc/],
    ['\x28\xb5\x2f\xfd\0\0', /zstd-compressed.*zstd -dc/],
    ['BZh91AY&SY\0\0', /bzip2.*bzip2 -dc/],
    ['PK\x03\x04\0\0', /zip archive.*unzip -p/],
    ['\x0a\x03\x40\x80\x01\x0a\x02\x40\x05', /Perfetto.*traceconv/],
    ['{"snapshot":{"meta":{"node_fields":[]}},"nodes":[1,2]}', /heap snapshot/],
    ['{"recording":{"events":[{"type":"jdk.ExecutionSample"}]}}', /jfr print.*the recording itself/],
    ['heap profile:      1:    32 [     2:   64] @ heap/1048576\n', /go tool pprof -proto/],
    ['goroutine profile: total 1\n1 @ 0x45 0x46\n#\t0x45\tmain.main+0x1\t/srv/a.go:3\n', /Go in text form.*without/],
    ['--- contention:\ncycles/second=2600003498\n1000 2 @ 0x45\n', /Go in text form/],
    ['goroutine 1 [running]:\nmain.main()\n\t/srv/a.go:3 +0x1d\n', /goroutines.*pprof/],
    ['version: 1\ncreator: callgrind-3.19.0\nevents: Ir\nfn=main\n1 10\n', /callgrind/],
    ['{"fileType":"Recorded Performance Data","version":2,"profile":{"threads":[]}}', /old Firefox/],
  ])('what is not read is named: %j', (text, words) => {
    const bytes = Uint8Array.from(text, char => char.charCodeAt(0))
    expect(detect(bytes)).toBeUndefined()
    expect(() => parse(bytes)).toThrow(words)
  })
})
