/** Histories: scans of series, changes over commits, and what the command says of baselines and directories. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { historyHtml } from '../renderers/history/html.ts'
import { historySvg } from '../renderers/history/svg.ts'
import { historyJson, historyMarkdown, historyText } from '../renderers/history/text.ts'
import { areInTurns } from '../src/ops/compare/turns.ts'
import { compareHistory } from '../src/ops/history/compare-history.ts'
import type { History, HistoryInput } from '../src/ops/history/history.ts'
import type { LabelledProfile } from '../src/ops/stacks/merge-runs.ts'
import { randomNormal, randomSource } from '../src/stats/random.ts'
import { scanProbability, scanSplits, scatterAbout } from '../src/stats/scan.ts'
import { bpfview } from './command.ts'
import { NAMES } from './hostile/names.ts'
import { wrongWith } from './hostile/outputs.ts'
import { poisson, profileOf } from './synthetic.ts'
import { madeHistory } from './validate/histories.ts'

describe('scan of one series', () => {
  test('every split is what means and scatter worked out one by one say', () => {
    const random = randomSource(5)
    const values = Float64Array.from({ length: 9 }, () => randomNormal(random))
    const weights = Float64Array.from({ length: 9 }, () => 0.5 + random())
    const noise = { base: 0.7, expected: 1.4, priorDf: 6, floor: 0 }
    const { t, delta, error, best } = scanSplits(values, weights, noise)
    const mean = (from: number, to: number): readonly [number, number] => {
      let [w, s] = [0, 0]
      for (let j = from; j < to; j++) [w, s] = [w + weights[j]!, s + weights[j]! * values[j]!]
      return [w, s / w]
    }
    for (let k = 1; k < 9; k++) {
      const [[weightA, a], [weightB, b]] = [mean(0, k), mean(k, 9)]
      const phi = scatterAbout(values, weights, k) / noise.base
      const own = Math.sqrt(((6 * 1.4 + 7 * phi) / 13) * noise.base * (1 / weightA + 1 / weightB))
      expect(delta[k - 1]).toBeCloseTo(b - a, 10)
      expect(error[k - 1]).toBeCloseTo(own, 10)
      expect(t[k - 1]).toBeCloseTo((b - a) / own, 9)
    }
    expect(Math.abs(t[best - 1]!)).toBe(Math.max(...t.map(Math.abs)))
  })

  test.each([4, 8, 25])('the largest t over %i points keeps its level', m => {
    const random = randomSource(m)
    const weights = new Float64Array(m).fill(1)
    let [five, one] = [0, 0]
    const series = 4000
    for (let s = 0; s < series; s++) {
      const values = Float64Array.from({ length: m }, () => randomNormal(random))
      const { t, best } = scanSplits(values, weights, { base: 1, expected: 1, priorDf: 0, floor: 0 })
      const p = scanProbability(t[best - 1]!, m - 2, weights)
      if (p <= 0.05) five++
      if (p <= 0.01) one++
    }
    // 5 % and 1 % with three standard errors; a test that took one split's p would reject in 10 % and more
    expect(five / series).toBeGreaterThan(0.025)
    expect(five / series).toBeLessThan(0.062)
    expect(one / series).toBeLessThan(0.016)
  })

  test('p falls with t, is 1 for none and at least that of one split', () => {
    const weights = new Float64Array(12).fill(1)
    expect(scanProbability(0, 10, weights)).toBe(1)
    let last = 1
    for (let t = 1; t < 12; t += 0.5) {
      const p = scanProbability(t, 10, weights)
      expect(p).toBeLessThanOrEqual(last)
      last = p
    }
    expect(scanProbability(Infinity, 10, weights)).toBe(0)
  })
})

describe('simulated histories', () => {
  const seeds = Array.from({ length: 30 }, (_, i) => i + 1)
  test('nothing changed: hardly any row, hardly ever red', () => {
    let [rows, red] = [0, 0]
    for (const seed of seeds) {
      const history = madeHistory({ seed, points: 12, runs: 3, anchored: true })
      if (history.rows.length > 0) rows++
      if (history.violated) red++
    }
    // 5 % and 3 % with three standard errors of 30
    expect(rows).toBeLessThanOrEqual(5)
    expect(red).toBeLessThanOrEqual(3)
  })

  test('a planted change is found, at its commit, and nothing else is', () => {
    let [found, placed, others] = [0, 0, 0]
    for (const seed of seeds) {
      const history = madeHistory({ seed, points: 12, runs: 3, anchored: true, at: 7 })
      const row = history.rows.find(({ name }) => name === 'target')
      if (row !== undefined && history.violated) found++
      if (row?.changes.some(({ at, verdict }) => at === 7 && verdict === 'regressed')) placed++
      others += history.rows.length - (row === undefined ? 0 : 1)
    }
    expect(found).toBeGreaterThanOrEqual(26)
    expect(placed).toBeGreaterThanOrEqual(25)
    expect(others).toBeLessThanOrEqual(9)
  })

  test('drift of the machine is a change where nothing anchors it, and none where a reference does', () => {
    let [unanchored, anchored] = [0, 0]
    for (const seed of seeds.slice(0, 12)) {
      const free = madeHistory({ seed, points: 14, runs: 3, drift: 0.08 })
      if (free.whole.changes.length > 0) unanchored++
      expect(free.violated).toBe(false)
      const held = madeHistory({ seed, points: 14, runs: 3, drift: 0.08, anchored: true })
      if (held.whole.changes.length > 0) anchored++
      expect(held.anchor).toBe('turns')
    }
    expect(unanchored).toBeGreaterThanOrEqual(5)
    expect(anchored).toBeLessThanOrEqual(3)
  })
})

/** Points of a small program in which everything but `parse` is constant but for sampling. */
function small(
  points: number,
  stacks: (point: number) => Readonly<Record<string, number>>,
  { anchored = true, runs = 3, seed = 3 } = {},
): HistoryInput[] {
  const random = randomSource(seed)
  const made = (point: number, prefix: string): LabelledProfile[] =>
    Array.from({ length: runs }, (_, i) => ({
      label: `${prefix}${point}-${i}`,
      profile: profileOf(
        Object.fromEntries(Object.entries(stacks(point)).map(([path, value]) => [path, poisson(value, random)])),
      ),
    }))
  return Array.from({ length: points }, (_, j) => ({
    label: `${'0123456789abcdef'[j]}`.repeat(12),
    date: `2026-11-${String(j + 10)}T08:00:00Z`,
    accepted: false,
    inTurns: anchored,
    runs: made(j, 'p'),
    reference: anchored ? made(0, 'r') : [],
  }))
}

const FUNCTIONS = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`app;main;f${i}`, 250]))
const grows =
  (at: number, to = 1.4, back = Infinity) =>
  (j: number) => ({
    ...FUNCTIONS,
    'app;main;parse': 900 * (j >= at && j < back ? to : 1),
    'app;main;<b>"&evil|`': 300,
  })

describe('what is said of changes', () => {
  test('a change that was taken back does not stand and fails nothing', () => {
    const history = compareHistory(small(12, grows(4, 1.5, 8)))
    const row = history.rows.find(({ name }) => name === 'parse')!
    expect(row.changes.map(({ at, direction, stands }) => [at, direction, stands])).toEqual([
      [4, 'up', false],
      [8, 'down', true],
    ])
    expect(history).toMatchObject({ violated: false })
    expect(historyText(history)).toMatch(/regressed, taken back later/)
  })

  test('an accepted change is the new normal', () => {
    const points = small(10, grows(5))
    const accepted = points.map((point, j) => ({ ...point, accepted: j === 5 }))
    expect(compareHistory(points)).toMatchObject({ verdict: 'regressed', violated: true })
    expect(compareHistory(accepted)).toMatchObject({ verdict: 'unchanged', violated: false })
  })

  test('red needs a reference in turns at every point, and three runs of each', () => {
    const points = small(10, grows(5))
    expect(compareHistory(points).violated).toBe(true)
    const once = points.map((point, j) => ({ ...point, inTurns: j !== 3 }))
    expect(compareHistory(once)).toMatchObject({ anchor: 'reference', verdict: 'regressed', violated: false })
    const alone = points.map((point, j) => (j === 3 ? { ...point, reference: [] } : point))
    expect(compareHistory(alone)).toMatchObject({ anchor: 'none', verdict: 'regressed', violated: false })
    const few = points.map((point, j) => (j === 9 ? { ...point, runs: point.runs.slice(0, 2) } : point))
    expect(compareHistory(few)).toMatchObject({ verdict: 'regressed', violated: false })
    const same = points.map((point, j) => (j === 9 ? { ...point, runs: [0, 1, 2].map(() => point.runs[0]!) } : point))
    expect(compareHistory(same).points[9]).toMatchObject({ runs: 1 })
  })

  test('a renamed function is one row that did not change', () => {
    const history = compareHistory(
      small(10, j => ({
        ...FUNCTIONS,
        [`app;main;${j < 6 ? 'parse' : 'parse_v2'};lex`]: 500,
        [`app;main;${j < 6 ? 'parse' : 'parse_v2'}`]: 400,
      })),
    )
    expect(history.rows).toEqual([])
    expect(history.moved).toMatchObject([{ kind: 'renamed', from: 'parse', to: 'parse_v2', at: 6 }])
    expect(history.verdict).toBe('unchanged')
  })

  test('everything slower is a change of the whole, judged where every run does the same work', () => {
    const points = small(10, j =>
      Object.fromEntries(Object.entries(FUNCTIONS).map(([f, n]) => [f, j < 5 ? n : n * 1.2])),
    )
    expect(compareHistory(points, { length: 'work' })).toMatchObject({ verdict: 'slower', violated: false, rows: [] })
    expect(compareHistory(points, { length: 'time' })).toMatchObject({ verdict: 'unchanged' })
    expect(compareHistory(points).whole.changes[0]).toMatchObject({ at: 5, direction: 'up', verdict: 'small' })
  })

  test('too few points look for nothing', () => {
    const history = compareHistory(small(3, grows(1, 2)))
    expect(history).toMatchObject({ verdict: 'inconclusive', violated: false, rows: [] })
    expect(historyText(history)).toMatch(/^INCONCLUSIVE: 3 points; at least 4/)
  })

  test('runs that cannot be compared are refused', () => {
    const points = small(5, grows(2))
    const other = {
      ...points[4]!,
      runs: points[4]!.runs.map(run => ({ ...run, profile: { ...run.profile, name: 'cycles' } })),
    }
    expect(() => compareHistory([...points.slice(0, 4), other])).toThrow(/events differ/)
    expect(() => compareHistory([])).toThrow(/no runs; expected at least one/)
  })

  test('times are compared by the scatter of like points', () => {
    const random = randomSource(11)
    const made = (j: number): LabelledProfile[] =>
      Array.from({ length: 3 }, (_, i) => ({
        label: `t${j}-${i}`,
        profile: profileOf(
          Object.fromEntries(
            Array.from({ length: 14 }, (_, f) => [
              `app;main;wait${f}`,
              50_000 * Math.exp(0.1 * randomNormal(random)) * (f === 2 && j >= 6 ? 2.5 : 1),
            ]),
          ),
          'us',
        ),
      }))
    const history = compareHistory(
      Array.from({ length: 10 }, (_, j) => ({
        label: `d${j}`,
        date: null,
        accepted: false,
        inTurns: false,
        runs: made(j),
        reference: [],
      })),
    )
    expect(history.rows.map(({ name, changes }) => [name, changes.map(({ at }) => at)])).toEqual([['wait2', [6]]])
  })
})

describe('outputs', () => {
  const hostileNames = NAMES.map(([, name]) => name)
  const history = compareHistory(
    small(10, j => ({ ...grows(6)(j), 'app;main;<b>"&evil|`': j >= 8 ? 520 : 300 })),
    { length: 'work' },
  )

  test('picture, whole text', async () => {
    await expect(historySvg(history)).toMatchFileSnapshot('../fixtures/render/history.svg')
  })

  test('answers of one history agree and hold no markup of a name', () => {
    const head = historyText(history).split('\n')[0]!
    expect(head).toMatch(/^REGRESSED since 8888/)
    expect(JSON.parse(historyJson(history))).toMatchObject({ headline: head, verdict: 'regressed', violated: true })
    for (const markup of [historySvg(history), historyHtml(history), historyMarkdown(history)]) {
      expect(markup).not.toMatch(/<b>"/)
      expect(markup).toMatch(/evil/)
    }
    expect(historyMarkdown(history).length).toBeLessThan(64_000)
    expect(historyHtml(history)).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  })

  test('names of all kinds stay text in every form', () => {
    const stacks = Object.fromEntries(hostileNames.map((name, i) => [`app;main;${name.replaceAll(';', ',')}${i}`, 40]))
    const hostile = compareHistory(
      small(8, j => ({
        ...stacks,
        ...FUNCTIONS,
        [`app;main;${hostileNames[0]!.replaceAll(';', ',')}`]: j > 4 ? 900 : 400,
      })),
    )
    const named: History = {
      ...hostile,
      points: hostile.points.map((point, j) => ({ ...point, label: hostileNames[j % hostileNames.length]! })),
      rows: hostileNames.map(name => ({ ...hostile.rows[0]!, name })),
    }
    expect(wrongWith('svg', historySvg(named))).toBeUndefined()
    expect(wrongWith('html', historyHtml(named))).toBeUndefined()
    expect(wrongWith('markdown', historyMarkdown(named))).toBeUndefined()
    expect(wrongWith('text', historyText(named))).toBeUndefined()
    expect(wrongWith('json', historyJson(named))).toBeUndefined()
  })

  test('a thousand rows and points are drawn as far as they go, and the rest is said', () => {
    const wide: History = {
      ...history,
      points: Array.from({ length: 1200 }, () => history.points[0]!),
      whole: {
        ...history.whole,
        values: new Array<number>(1200).fill(5),
        logRatios: new Array<number>(1200).fill(0),
        errors: new Array<number>(1200).fill(1),
        epochs: [{ from: 0, to: 1200, level: 5 }],
        changes: [],
      },
      rows: [],
    }
    expect(historySvg(wide)).toMatch(/not drawn: 200 older points/)
  })
})

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bpfview-history-'))
  const folded = (factor: number, random: () => number): string =>
    [
      ...Object.entries(FUNCTIONS).map(([path, n]) => `${path} ${poisson(n, random)}`),
      `app;main;parse ${poisson(900 * factor, random)}`,
    ].join('\n') + '\n'

  /** A capture whose manifest says when it began. */
  function capture(path: string, start: string, text: string): void {
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'out.folded'), text)
    writeFileSync(
      join(path, 'manifest.json'),
      JSON.stringify({
        bpfview: 1,
        collector: 'cpu',
        tool: 'perf',
        command: ['perf', 'record', '--', './bench'],
        start,
        event: 'cpu-clock',
        frequency: 997,
        files: [{ path: 'out.folded', role: 'stdout' }],
      }),
    )
  }

  /** A directory of commits, each measured in turns with `base`. */
  function measured(name: string, at: number, turns = true): string {
    const random = randomSource(21)
    const root = join(folder, name)
    for (let j = 0; j < 6; j++)
      for (let i = 0; i < 3; i++) {
        const point = join(root, `c${j}`)
        const time = (second: number): string => `2026-11-0${j + 1}T10:00:${String(second).padStart(2, '0')}Z`
        const first = i % 2 === 0
        capture(join(point, `base-${i}`), time(turns ? 20 * i + (first ? 0 : 10) : i), folded(1, random))
        capture(
          join(point, `new-${i}`),
          time(turns ? 20 * i + (first ? 10 : 0) : 30 + i),
          folded(j >= at ? 1.5 : 1, random),
        )
      }
    return root
  }

  test('commits measured in turns with a reference fail the build', async () => {
    const root = measured('turns', 4)
    const [svg, json] = [join(folder, 'h.svg'), join(folder, 'h.json')]
    const { status, stdout } = await bpfview(['history', root, '--against', 'base', '--svg', svg, '--json', json])
    expect(stdout).toMatch(/^REGRESSED since c4 \(2026-11-05\): parse/)
    expect(status).toBe(1)
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ anchor: 'turns', violated: true })
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg /)
  })

  test('the same one after the other is said and fails nothing', async () => {
    const { status, stdout, stderr } = await bpfview(['history', measured('apart', 4, false), '--against', 'base'])
    expect(stdout).toMatch(/not in turns with it at every point: never fails a build/)
    expect(stderr).toMatch(/exit 0/)
    expect(status).toBe(0)
  })

  test('a reference that a point lacks, a directory without days, a file: one line, exit 2', async () => {
    const root = measured('lacks', 4)
    const lacking = await bpfview(['history', root, '--against', 'main'])
    expect([lacking.status, lacking.stderr]).toEqual([
      2,
      `bpfview: ${root}: "c0" has no run of the reference "main"; expected every point to be measured with it\n`,
    ])
    const flat = join(folder, 'flat')
    mkdirSync(flat)
    for (let i = 0; i < 4; i++) writeFileSync(join(flat, `r${i}.folded`), folded(1, randomSource(i)))
    expect(await bpfview(['history', flat])).toMatchObject({ status: 2, stderr: expect.stringMatching(/no day known/) })
    expect(await bpfview(['history', join(flat, 'r0.folded')])).toMatchObject({ status: 2 })
    expect(await bpfview(['history', join(folder, 'nowhere')])).toMatchObject({ status: 2 })
  })

  test('days by the names of files', async () => {
    const days = join(folder, 'days')
    mkdirSync(days)
    const random = randomSource(8)
    for (let j = 1; j <= 6; j++)
      for (let i = 0; i < 3; i++)
        writeFileSync(join(days, `2026-10-0${j}-${i}.folded`), folded(j >= 5 ? 1.6 : 1, random))
    const { status, stdout } = await bpfview(['history', days, '--md', '-'])
    expect(stdout).toMatch(/^### REGRESSED since <code>2026-10-05<\/code>/)
    expect(status).toBe(0)
  })

  test('a baseline: a point for each commit, its reference by time, what was accepted', async () => {
    const base = join(folder, 'baseline')
    const root = measured('for-baseline', 3)
    for (let j = 0; j < 6; j++) {
      const runs = (side: string): string[] => [0, 1, 2].map(i => join(root, `c${j}`, `${side}-${i}`))
      expect((await bpfview(['baseline', 'add', base, ...runs('new'), '--commit', `c${j}`.repeat(6)])).status).toBe(0)
      expect((await bpfview(['baseline', 'add', base, ...runs('base'), '--commit', 'feed'.repeat(4)])).status).toBe(0)
    }
    const red = await bpfview(['history', base, '--against', 'feed'.repeat(4)])
    expect(red.stdout).toMatch(/^REGRESSED since c3c3c3c3c3 \(2026-11-04\): parse/)
    expect(red.status).toBe(1)
    expect((await bpfview(['history', base, '--against', 'feedfee'])).stdout).toBe(red.stdout)
    expect((await bpfview(['history', base, '--against', 'beefbeef'])).stderr).toMatch(/no runs of commit/)
    const alone = await bpfview(['history', base])
    expect([alone.status, alone.stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/not anchored/)])
    expect((await bpfview(['baseline', 'accept', base, 'c3'.repeat(6)])).status).toBe(0)
    expect((await bpfview(['history', base, '--against', 'feedfee'])).stdout).not.toMatch(/^REGRESSED/)
  })

  test('check says when a cause began', async () => {
    const base = join(folder, 'began')
    const root = measured('for-began', 4)
    for (let j = 0; j < 5; j++)
      await bpfview([
        ...['baseline', 'add', base, '--commit', `c${j}`.repeat(6)],
        ...[0, 1, 2].flatMap(i => [
          join(root, `c${j}`, `new-${i}`),
          ...(j < 4 ? [join(root, `c${j}`, `base-${i}`)] : []),
        ]),
      ])
    const head = [0, 1, 2].map(i => join(root, 'c5', `new-${i}`))
    const { stdout } = await bpfview([
      'check',
      '--before',
      base,
      '--after',
      ...head,
      '--markdown',
      join(folder, 'b.md'),
    ])
    expect(stdout).toMatch(/parse.*regressed\n\s+began at c4c4c4c4c4c4 \(2026-11-05\), 1 point before these runs: 2\d/)
    expect(readFileSync(join(folder, 'b.md'), 'utf8')).toMatch(
      /<code>parse<\/code> began at <code>c4c4c4c4c4c4<\/code>/,
    )
    const slower = join(folder, 'slower')
    mkdirSync(slower)
    const random = randomSource(77)
    for (let i = 0; i < 3; i++) capture(join(slower, `r${i}`), '2026-11-09T10:00:00Z', folded(3, random))
    const now = await bpfview(['check', '--before', base, '--after', slower])
    expect(now.stdout).toMatch(/began with these runs/)
  })

  test('turns are told by the starts of captures', () => {
    const at = (...seconds: number[]) => seconds.map(second => ({ start: new Date(second * 1000).toISOString() }))
    expect(areInTurns(at(1, 4, 5), at(2, 3, 6))).toBe(true)
    expect(areInTurns(at(1, 2, 3), at(4, 5, 6))).toBe(false)
    expect(areInTurns(at(1, 2, 6), at(3, 4, 5))).toBe(true)
    expect(areInTurns(at(1, 2, 3, 4, 9), at(5, 6, 7, 8, 10))).toBe(false)
    expect(areInTurns(at(1, 4, 5), [{ start: undefined }, ...at(3, 6)])).toBe(false)
    expect(areInTurns([], at(3, 6))).toBe(false)
  })
})
