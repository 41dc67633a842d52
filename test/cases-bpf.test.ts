/** Smallest inputs that were once read wrongly: bpftrace maps printed more than once, names, units and commas. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutLongObjects } from '../parsers/bpftrace/long-objects.ts'
import { parse } from '../parsers/parse.ts'
import { lineReader } from '../parsers/reading/lines.ts'
import { foldedLines } from '../renderers/listing/folded.ts'
import type { HistogramSeries, Parsed, Profile } from '../src/model/index.ts'
import { DiagnosticLog } from '../src/model/index.ts'
import type { Program } from './bpftrace-programs.ts'
import { runProgram } from './bpftrace-programs.ts'
import { dump } from './dump.ts'

type Options = Parameters<typeof parse>[1]

function profileOf(parsed: Parsed, name?: string): Profile {
  return parsed.datasets.find(
    (one): one is Profile => one.kind === 'profile' && (name === undefined || one.name === name),
  )!
}

function fold(text: string, options: Options = {}, name?: string): string[] {
  return foldedLines(profileOf(parse(text, options), name))
}

/** Observations per series, as `hist` adds them up. */
function counts(parsed: Parsed): number[] {
  return parsed.datasets
    .filter((one): one is HistogramSeries => one.kind === 'histograms')
    .map(one => {
      const width = one.edges.length - 1
      const from = one.cumulative === true ? one.counts.length - width : 0
      return one.counts.slice(from).reduce((sum, count) => sum + count, 0)
    })
}

const codes = (parsed: Parsed): string[] => parsed.diagnostics.map(one => one.code)
const hist = (...rows: string[]): string => `@us: \n${rows.map(row => `${row} |@@@|\n`).join('')}\n`
const stack = (leaf: string, comm: string, value: number): string =>
  `@[\n    ${leaf}+1\n    main+2\n, ${comm}]: ${value}\n`

describe('a map printed more than once', () => {
  test('a bucket that fell or went was cleared, whatever the sum', () => {
    const rising = `10:00:01\n${hist('[1] 5', '[2, 4) 7')}10:00:02\n${hist('[1] 3', '[2, 4) 20')}`
    expect(counts(parse(rising))).toEqual([35])
    const gone = `10:00:01\n${hist('[1] 5')}10:00:02\n${hist('[2, 4) 6')}`
    expect(counts(parse(gone))).toEqual([11])
  })

  test('keys that go were cleared when the number of rows changes', () => {
    const text = `13:36:58\n${stack('a', 'cron', 1)}${stack('b', 'sshd', 2)}\n13:36:59\n${stack('c', 'dd', 7)}\n`
    expect(fold(text)).toEqual(['cron;main;a 1', 'dd;main;c 7', 'sshd;main;b 2'])
  })

  test('keys that go from the bottom of a full list were left out by print(@, N)', () => {
    const text = `10:00:01\n${stack('a', 'x', 1)}${stack('b', 'y', 5)}10:00:02\n${stack('c', 'z', 4)}${stack('b', 'y', 9)}`
    const parsed = parse(text)
    expect(foldedLines(profileOf(parsed))).toEqual(['y;main;b 9', 'z;main;c 4'])
    expect(codes(parsed)).toContain('assumed-prints')
  })

  test('one key that comes again is another print, not more of it', () => {
    const text = [5, 9, 12].map(value => `${stack('f', 'app', value)}\n`).join('')
    const parsed = parse(text)
    expect(foldedLines(profileOf(parsed))).toEqual(['app;main;f 12'])
    expect(codes(parsed)).toEqual(['assumed-prints'])
    expect(fold(text, { prints: 'sum' })).toEqual(['app;main;f 26'])
    expect(fold(text, { prints: 'last' })).toEqual(['app;main;f 12'])
  })

  test('prints that differ in nothing but the order of evidence: sum and last choose the same of histograms and JSON', () => {
    const text = `${hist('[1] 2')}${hist('[1] 3')}`
    expect(counts(parse(text))).toEqual([3])
    expect(counts(parse(text, { prints: 'sum' }))).toEqual([5])
    const json = [2, 3].map(count => `{"type": "map", "data": {"@": {"a": ${count}}}}\n`).join('')
    const values = (options: Options): number[] => {
      const table = parse(json, options).datasets[0]!
      const column = table.kind === 'events' ? table.columns.find(one => one.name === 'value') : undefined
      return column?.type === 'number' ? [...column.values] : []
    }
    expect(values({})).toEqual([3])
    expect(values({ prints: 'sum' })).toEqual([2, 3])
  })

  test('a map cleared every third print counts the last print before each clear', () => {
    const values = [3, 6, 9, 2, 6, 8, 3, 5, 9, 3, 7, 8]
    const text = values.map(value => `${stack('f', 'app', value)}\n`).join('')
    const parsed = parse(text)
    expect(foldedLines(profileOf(parsed))).toEqual([`app;main;f ${9 + 8 + 9 + 8}`])
    expect(codes(parsed)).toEqual(['assumed-prints'])
  })

  test('a line of other text between two rows of one print begins no other', () => {
    const text = `@[a]: 1\nWARNING of a library\n@[b]: 2\n\n@[a]: 3\n@[b]: 4\n\n`
    const table = parse(text).datasets.find(one => one.kind === 'events' && one.name === '@')
    expect(table?.kind === 'events' ? table.length : 0).toBe(2)
  })

  test('a line of other text between two buckets leaves the histogram whole', () => {
    expect(counts(parse('@us: \n[1] 5 |@@|\nhello\n[2, 4) 6 |@@|\n\n'))).toEqual([11])
  })

  test('two processes whose stacks print alike are one print', () => {
    const alike = (value: number): string => `@[\n    f+1\n    main+2\n]: ${value}\n`
    const other = '@[\n    g+1\n    main+2\n]: 7\n'
    expect(fold(`Attaching 1 probe...\n${alike(1)}${alike(1)}${alike(3)}${other}`)).toEqual(['main;f 5', 'main;g 7'])
  })
})

describe('names, units and commas', () => {
  test('a comm that holds ]: and a number before a stack', () => {
    const text = '@kc[cat, \n    vfs_read+397\n]: 20\n@kc[x]: 5, \n    vfs_read+397\n]: 2\n'
    expect(fold(text)).toEqual(['cat;vfs_read 20', 'x]: 5;vfs_read 2'])
  })

  test('a value that ends in a comma is a value where no stack follows', () => {
    const table = parse('Attaching 1 probe...\n@n[a]: hello, \n@n[b]: 5, 6\n').datasets[0]!
    expect(table.kind === 'events' && table.columns[1]).toMatchObject({ values: ['hello, ', '5, 6'] })
  })

  test('edges with a small k', () => {
    expect(counts(parse('@ns[cat]: \n[512, 1k) 125 |@@|\n[1k, 2k) 22 |@|\n[512k, 1M) 3 | |\n\n'))).toEqual([150])
  })

  test('@s says nothing about a unit, a banner does', () => {
    expect(profileOf(parse('@s[\n    vfs_read+397\n]: 20\n')).value.unit).toBe('count')
    const off =
      'Attaching 3 probes...\nTracing nanosecond time in off-CPU stacks. Ctrl-C to end.\n@[\n    schedule+40\n, a]: 99\n'
    expect(profileOf(parse(off)).value).toEqual({ name: 'off-CPU time', unit: 'ns' })
  })

  test('a comma in one of two texts of a key is said to be ambiguous', () => {
    const said = (text: string): boolean => codes(parse(text)).includes('ambiguous-key')
    expect(said('@[/etc/passwd, cat]: 1\n@[/a, b, cat]: 2\n@[/x, sh]: 3\n')).toBe(true)
    expect(said('@[12, cat]: 1\n@[13, a, b]: 2\n@[14, sh]: 3\n')).toBe(false)
  })

  test('names are whole in both forms of one run, and --no-tidy keeps offsets', () => {
    const bcc = `Sampling at 49 Hertz of PID [100] by user stack... Hit Ctrl-C to end.

    LazyCompile:~ /srv/app.js:12:3+0x10
    foo [clone .isra.0]+0x4
    -                node (100)
        5
`
    expect(fold(bcc)).toEqual(['node;foo [clone .isra.0];LazyCompile:~ /srv/app.js:12:3 5'])
    expect(fold(bcc, { offsets: true })).toEqual(['node;foo [clone .isra.0]+0x4;LazyCompile:~ /srv/app.js:12:3+0x10 5'])
    const bpftrace = '@[\n    LazyCompile:~ /srv/app.js:12:3+16\n    foo [clone .isra.0]+4\n, node]: 5\n'
    expect(fold(bpftrace)).toEqual(['node;foo [clone .isra.0];LazyCompile:~ /srv/app.js:12:3 5'])
    expect(fold(bpftrace, { offsets: true })).toEqual([
      'node;foo [clone .isra.0]+4;LazyCompile:~ /srv/app.js:12:3+16 5',
    ])
  })
})

/** Events that a result tells of: the answer of fold, hist or table for the map `@`. */
function eventsIn(parsed: Parsed): number {
  const profile = parsed.datasets.find((one): one is Profile => one.kind === 'profile' && one.name === '@')
  if (profile !== undefined) return profile.self.reduce((sum, value) => sum + value, 0)
  if (parsed.datasets.some(one => one.kind === 'histograms'))
    return counts(parsed).reduce((sum, count) => sum + count, 0)
  const table = parsed.datasets.find(one => one.kind === 'events' && one.name === '@')
  if (table?.kind !== 'events') return 0
  const column = table.columns.find(one => one.name === 'count') ?? table.columns.find(one => one.name === 'value')
  return column?.type === 'number' ? column.values.reduce((sum, value) => sum + value, 0) : NaN
}

const program: fc.Arbitrary<Program> = fc.record({
  kind: fc.constantFrom('scalar', 'count', 'stats', 'hist', 'keyed-hist', 'lhist', 'keyed-lhist', 'stacks'),
  format: fc.constantFrom('text', 'json'),
  after: fc.constantFrom('nothing', 'clear', 'zero'),
  top: fc.constantFrom(0, 0, 2, 3),
  between: fc.constantFrom('nothing', 'time', 'other-map', 'text'),
  rounds: fc.array(
    fc.array(fc.record({ key: fc.nat(7), size: fc.integer({ min: 1, max: 1000 }) }), { minLength: 1, maxLength: 40 }),
    { minLength: 1, maxLength: 8 },
  ),
})

describe('made-up programs', () => {
  test('the answer is right, or the result says what was assumed', () => {
    let assumed = 0
    let wrong = 0
    fc.assert(
      fc.property(program, made => {
        // prints of print(@, N) with nothing between them and no key in common are, as text, one print of more keys
        fc.pre(made.top === 0 || made.between !== 'nothing' || made.format === 'json')
        const { text, truth, prints } = runProgram(made)
        const parsed = parse(text)
        if (codes(parsed).includes('assumed-prints')) assumed++
        else if (eventsIn(parsed) !== truth) wrong++
        // a map of one print has nothing to assume
        if (prints < 2) expect(eventsIn(parsed)).toBe(truth)
        else if (!codes(parsed).includes('assumed-prints')) expect(eventsIn(parsed)).toBe(truth)
      }),
      { numRuns: 600 },
    )
    expect(wrong).toBe(0)
    expect(assumed).toBeGreaterThan(0)
  })

  test('what --prints says is what is read', () => {
    fc.assert(
      fc.property(program, made => {
        // prints of print(@, N) may follow one another without a mark, and where each begins is a guess then
        fc.pre(made.top === 0 || made.between === 'time' || made.format === 'json')
        const { text, truth } = runProgram(made)
        const prints = made.after === 'nothing' ? ('last' as const) : ('sum' as const)
        expect(eventsIn(parse(text, { prints }))).toBe(truth)
      }),
      { numRuns: 400 },
    )
  })

  test('bytes in parts and text at once give the same', () => {
    fc.assert(
      fc.property(program, fc.integer({ min: 1, max: 40 }), (made, size) => {
        const bytes = new TextEncoder().encode(runProgram(made).text)
        const chunks: Uint8Array[] = []
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
        expect(dump(parse(chunks))).toBe(dump(parse(bytes)))
      }),
      { numRuns: 100 },
    )
  })
})

describe('a long line of JSON', () => {
  /** Reads pieces of at most so many bytes as a reader of whole lines sees them. */
  function pieces(text: string, cutBytes: number, chunk: number): string[] {
    const lines: string[] = []
    const sink = {
      line: (line: string, number: number): void => void lines.push(`${number} ${line}`),
      end: () => ({ format: '', datasets: [], diagnostics: [], skippedLines: 0, lost: 0 }),
    }
    const reader = cutLongObjects(lineReader(sink, new DiagnosticLog()), cutBytes)
    const bytes = new TextEncoder().encode(text)
    for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk))
    reader.end()
    return lines
  }

  test('is cut between keys, and nowhere else', () => {
    const line = '{"type": "map", "data": {"@": {"a, }": 1, "b": [1, 2], "c\\"": {"x": 1, "y": 2}}}}'
    for (const chunk of [1, 7, 1000])
      expect(pieces(`${line}\n{"type": "time", "data": "x, y"}\n`, 1, chunk)).toEqual([
        '1 {"type": "map", "data": {"@": {"a, }": 1}}}',
        '1 {"type": "map", "data": {"@": { "b": [1, 2]}}}',
        '1 {"type": "map", "data": {"@": { "c\\"": {"x": 1, "y": 2}}}}',
        '2 {"type": "time", "data": "x, y"}',
      ])
    expect(pieces(`${line}\n`, 1000, 7)).toEqual([`1 ${line}`])
  })

  test('of millions of bytes is one print', () => {
    const keys = Array.from({ length: 300_000 }, (_, i) => `"comm of a process ${i}": ${i % 7}`)
    const text = `{"type": "map", "data": {"@": {${keys.join(', ')}}}}\n`
    const table = parse(text).datasets[0]!
    expect(table.kind === 'events' && [table.length, table.columns.length]).toEqual([300_000, 2])
  })
})

describe('tools that never clear, and tools that saw nothing', () => {
  const interval = (...rows: number[]): string =>
    `     nsecs               : count    distribution\n${rows
      .map((count, i) => `  ${2 ** (i + 1)} -> ${2 ** (i + 2) - 1}   : ${count}  |**|\n`)
      .join('')}\n`

  test('histograms in which no bucket ever falls are totals since the start', () => {
    const rows = [
      [1, 3, 5, 2],
      [2, 5, 9, 2],
      [2, 8, 12, 4],
      [4, 9, 15, 5],
    ]
    const parsed = parse(rows.map(row => interval(...row)).join(''))
    expect(counts(parsed)).toEqual([33])
    expect(codes(parsed)).toEqual(['assumed-prints'])
    expect(counts(parse(rows.map(row => interval(...row)).join(''), { prints: 'sum' }))).toEqual([33 + 26 + 18 + 11])
  })

  test('histograms of which one falls stand for themselves', () => {
    expect(counts(parse(interval(4, 9) + interval(5, 8) + interval(6, 9)))).toEqual([41])
  })

  test('klockstat -i without -R', () => {
    const table = (a: number, b: number): string => `
                               Caller  Avg Wait    Count   Max Wait   Total Wait
                        mutex_one+0x10    1.0 us     ${a}    3.0 us    ${a}.0 us
                        mutex_two+0x20    1.0 us     ${b}    3.0 us    ${b}.0 us
`
    const parsed = parse([table(2, 10), table(5, 15), table(9, 22)].join(''))
    const profile = parsed.datasets.find((one): one is Profile => one.kind === 'profile' && one.value.name === 'count')
    expect(profile?.self.reduce((sum, count) => sum + count, 0)).toBe(31)
    expect(codes(parsed)).toContain('assumed-prints')
  })

  test('an interval tool that saw nothing has no observations', () => {
    const parsed = parse('Tracing run queue latency... Hit Ctrl-C to end.\n\n17:53:53\n\n17:53:54\n')
    expect(parsed.format).toBe('bcc-hist')
    expect(counts(parsed)).toEqual([0])
    expect(() => parse('17:53:53\n17:53:54\n')).toThrow()
  })
})
