import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { parse } from '../parsers/index.ts'
import { diffFlame } from '../renderers/diff/flame.ts'
import { diffFoldedLines } from '../renderers/diff/folded.ts'
import { histogramDiffSvg } from '../renderers/diff/histogram-svg.ts'
import { diffHtml } from '../renderers/diff/html.ts'
import { diffJson } from '../renderers/diff/json.ts'
import { diffMarkdown } from '../renderers/diff/markdown.ts'
import { diffFill, GONE, LESS, MORE, NEW, SAME } from '../renderers/diff/palette.ts'
import { diffNoise } from '../renderers/diff/words.ts'
import { mergedJson } from '../renderers/listing/merged-profile.ts'
import { contrast, PAGE } from '../renderers/markup/palette.ts'
import type { HistogramSeries, Profile } from '../src/model/index.ts'
import { compareHistograms } from '../src/ops/compare/compare-histograms.ts'
import { diffRuns } from '../src/ops/compare/diff-runs.ts'
import { defaultPolicy } from '../src/ops/compare/policy.ts'
import { mergeRuns } from '../src/ops/stacks/merge-runs.ts'
import { labelled, profileOf } from './synthetic.ts'

const profile = fc
  .array(fc.tuple(fc.stringMatching(/^[a-d](;[a-d]){0,4}$/), fc.integer({ min: 1, max: 500 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map(lines => profileOf(lines))
const side = fc.array(profile, { minLength: 1, maxLength: 3 })
const by = fc.constantFrom('share' as const, 'count' as const)

describe('runs of which not all say in which module a function is', () => {
  const perf = parse(
    'app 7/7 [000] 1.000000: 1 cpu-clock:\n\tffffffff81000000 vfs_read+0x1 ([kernel.kallsyms])\n\t401000 main+0x2 (/opt/app)\n\n',
    { format: 'perf-script' },
  ).datasets[0] as Profile
  const folded = parse('app;main;vfs_read 1\n', { format: 'folded' }).datasets[0] as Profile

  it('are compared by the names of functions, and say so', () => {
    const diff = diffRuns(labelled([perf], 'a'), labelled([folded], 'b'), { force: true })
    expect(diff.changedFunctions.map(({ name, module, state }) => [name, module, state])).toEqual([
      ['app', '', 'same'],
      ['main', '', 'same'],
      ['vfs_read', '', 'same'],
    ])
    expect(diff.caveats.map(({ code }) => code)).toContain('modules')
  })
  it('keep modules when names are raw, and where all know them', () => {
    const raw = diffRuns(labelled([perf], 'a'), labelled([folded], 'b'), { force: true, names: 'raw' })
    expect(raw.changedFunctions).toHaveLength(5)
    expect(raw.caveats.find(({ code }) => code === 'modules')!.message).not.toContain('by name alone')
    const same = diffRuns(labelled([perf], 'a'), labelled([perf], 'b'))
    expect([same.changedFunctions.map(({ module }) => module), same.caveats]).toEqual([
      ['', 'app', '[kernel.kallsyms]'],
      [],
    ])
  })
})

describe('sides that look swapped', () => {
  const at = (...starts: (string | undefined)[]) =>
    labelled(
      starts.map(start => ({ ...profileOf({ 'app;main': 100 }), meta: start === undefined ? {} : { start } })),
      'r',
    )
  const order = (before: ReturnType<typeof at>, after: ReturnType<typeof at>) =>
    diffRuns(before, after)
      .caveats.filter(({ code }) => code === 'order')
      .map(({ message }) => message)
  it('are said when every run before began later than every run after', () => {
    expect(order(at('2026-11-21T02:54:21Z', '2026-11-21T03:00:00Z'), at('2026-11-21T02:54:15Z'))).toEqual([
      expect.stringMatching(/captured later \(2026-11-21T02:54:21Z\) .*02:54:15Z.*swapped/),
    ])
  })
  it('are said of merged runs that went through a file', () => {
    const stored = (start: string) =>
      labelled(
        parse(mergedJson(mergeRuns(at(start, start)))).datasets.filter(dataset => dataset.kind === 'profile'),
        'm',
      )
    expect(order(stored('2026-11-21T02:54:21Z'), stored('2026-11-21T02:54:15Z'))).toEqual([
      expect.stringMatching(/swapped/),
    ])
    expect(mergeRuns(at('2026-11-21T02:54:21Z', '2026-11-21T02:54:15Z')).meta.start).toBeUndefined()
  })
  it('are not when runs were taken in turns, or a time is not known', () => {
    expect(order(at('2026-11-21T02:00:00Z'), at('2026-11-21T03:00:00Z'))).toEqual([])
    expect(order(at('2026-11-21T02:00:00Z', '2026-11-21T04:00:00Z'), at('2026-11-21T03:00:00Z'))).toEqual([])
    expect(order(at('2026-11-21T02:00:00Z', undefined), at('2026-11-21T01:00:00Z'))).toEqual([])
    expect(order(at('soon'), at('2026-11-21T01:00:00Z'))).toEqual([])
  })
})

describe('laws of diffRuns', () => {
  it('a side against itself is zero everywhere', () => {
    fc.assert(
      fc.property(side, by, (runs, by) => {
        const { diff, changedFunctions } = diffRuns(labelled(runs, 'a'), labelled(runs, 'a'), { by })
        expect([...diff.after]).toEqual([...diff.before])
        expect(changedFunctions.every(mover => mover.state === 'same')).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
  it('a function that holds everything is the same on both sides, to the last bit of a double or not', () => {
    const whole = fc
      .array(fc.tuple(fc.stringMatching(/^whole(;[a-d]){1,3}$/), fc.integer({ min: 1, max: 500 })), {
        minLength: 1,
        maxLength: 12,
      })
      .map(lines => profileOf(lines))
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const diff = diffRuns(labelled([a], 'a'), labelled([b], 'b'))
        expect(diff.changedFunctions.find(mover => mover.name === 'whole')!.state).toBe('same')
        expect(diffMarkdown(diff)).not.toContain('whole</code> | 100')
      }),
      { numRuns: 60 },
    )
  })
  it('swapping the sides negates every change', () => {
    fc.assert(
      fc.property(side, side, by, (a, b, by) => {
        const forth = diffRuns(labelled(a, 'a'), labelled(b, 'b'), { by })
        const back = diffRuns(labelled(b, 'b'), labelled(a, 'a'), { by })
        expect([...back.diff.before]).toEqual([...forth.diff.after])
        expect([...back.diff.after]).toEqual([...forth.diff.before])
      }),
      { numRuns: 60 },
    )
  })
  it("the change of every node is its own and its children's", () => {
    fc.assert(
      fc.property(side, side, by, (a, b, by) => {
        const { diff, totalBefore, totalAfter } = diffRuns(labelled(a, 'a'), labelled(b, 'b'), { by })
        const children = new Float64Array(diff.before.length)
        for (let i = 1; i < children.length; i++) children[diff.stacks.parent[i]!]! += totalAfter[i]! - totalBefore[i]!
        for (let i = 0; i < children.length; i++)
          expect(totalAfter[i]! - totalBefore[i]!).toBeCloseTo(children[i]! + diff.after[i]! - diff.before[i]!, 9)
      }),
      { numRuns: 60 },
    )
  })
  it('shares of both sides sum to 100 to 1e-9', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const { totalBefore, totalAfter } = diffRuns(labelled(a, 'a'), labelled(b, 'b'))
        expect(Math.abs(totalBefore[0]! - 100)).toBeLessThan(1e-9)
        expect(Math.abs(totalAfter[0]! - 100)).toBeLessThan(1e-9)
      }),
      { numRuns: 60 },
    )
  })
  it('the order of runs changes no byte of any output', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const [x, y] = [labelled(a, 'a'), labelled(b, 'b')]
        const forth = diffRuns(x, y)
        const other = diffRuns(x.slice().reverse(), y.slice().reverse())
        const tool = { name: 'bpfview', version: '0' }
        expect(diffJson(other, tool)).toBe(diffJson(forth, tool))
        expect(diffFlame(other)).toBe(diffFlame(forth))
        expect(diffMarkdown(other)).toBe(diffMarkdown(forth))
        expect([...diffFoldedLines(other, false)]).toEqual([...diffFoldedLines(forth, false)])
      }),
      { numRuns: 15 },
    )
  })
})

describe('normalisation', () => {
  const small = labelled([profileOf({ 'app;a': 10, 'app;b': 30 })], 'a')
  const large = labelled([profileOf({ 'app;a': 40, 'app;b': 60 })], 'b')
  it('by share, count, duration and CPU time', () => {
    const values = (options: Parameters<typeof diffRuns>[2], meta = {}) => {
      const give = (runs: typeof small) => runs.map(run => ({ ...run, profile: { ...run.profile, meta } }))
      const { diff } = diffRuns(give(small), give(large), options)
      return [[...diff.before].slice(2), [...diff.after].slice(2), diff.value.unit]
    }
    expect(values({})).toEqual([[25, 75], [40, 60], '%'])
    expect(values({ by: 'count' })).toEqual([[10, 30], [40, 60], 'samples'])
    expect(values({ by: 'duration' }, { duration: 2 })).toEqual([[5, 15], [20, 30], 'samples/s'])
    expect(values({ by: 'cpu-time' }, { frequency: 10 })).toEqual([[1, 3], [4, 6], 's'])
    expect(() => values({ by: 'duration' })).toThrow(/a0: no duration known/)
  })
  it('takes the mean of several runs', () => {
    const { diff } = diffRuns(
      labelled([profileOf({ a: 10 }), profileOf({ a: 20 })], 'a'),
      labelled([profileOf({ a: 40 })], 'b'),
      { by: 'count' },
    )
    expect([diff.before[1], diff.after[1]]).toEqual([15, 40])
  })
})

describe('folded output is that of difffolded.pl', () => {
  const before = labelled([profileOf({ 'x;a': 3, 'x;b': 7, 'x;old': 1 })], 'a')
  const after = labelled([profileOf({ 'x;a': 9, 'x;b': 23, 'x;new': 1 })], 'b')
  it('as captured', () => {
    expect([...diffFoldedLines(diffRuns(before, after, { names: 'raw' }), false)].join('')).toBe(
      'x;a 3 9\nx;b 7 23\nx;new 0 1\nx;old 1 0\n',
    )
  })
  it('normalised as by -n: first column scaled to the second total, decimals cut off', () => {
    expect([...diffFoldedLines(diffRuns(before, after, { names: 'raw' }), true)].join('')).toBe(
      'x;a 9 9\nx;b 21 23\nx;new 0 1\nx;old 3 0\n',
    )
  })
})

describe('what could be seen', () => {
  it('is no change greater than the whole', () => {
    const seen = (count: number): string => {
      const [before, after] = [
        profileOf([
          ['a;b', count],
          ['a;c', count],
        ]),
        profileOf([
          ['a;b', count],
          ['a;c', count],
          ['a;d', 1],
        ]),
      ].map((made, i) => labelled([made], 'ab'[i]!))
      return diffNoise(diffRuns(before!, after!))
    }
    expect(seen(2)).toMatch(
      /^3 functions changed, 0 beyond noise \(1 vs 1 runs\) · no change of a 5% frame is detectable: too few samples$/,
    )
    expect(seen(1e6)).toMatch(/ · smallest detectable change: \d{1,2}(?:\.\d{1,2})? points of a 5% frame$/)
    expect(
      diffNoise(
        diffRuns(labelled([profileOf([['a', 5]])], 'a'), labelled([profileOf([['a', 6]])], 'b'), { by: 'count' }),
      ),
    ).toContain('1 function changed')
  })
})

describe('the picture', () => {
  const hostile = '</script><img src=x onerror=alert(1)>&"\u001b]0;x\u0007\'|`'
  const made = diffRuns(
    labelled(
      [profileOf({ 'app;main;grown': 100, 'app;main;shrunk': 200, 'app;main;gone': 50, 'app;main;same': 100 })],
      'a',
    ),
    labelled(
      [profileOf({ 'app;main;grown': 200, 'app;main;shrunk': 100, [`app;main;${hostile}`]: 50, 'app;main;same': 100 })],
      'b',
    ),
  )
  const frames = (svg: string) =>
    new Map(
      [...svg.matchAll(/<g class="bv-f"[^>]*>.*?<title>(.*?) \(.*?<rect class="bv-(\w+)".*?<\/g>/g)].map(match => [
        match[1]!,
        { fill: match[2]!, whole: match[0] },
      ]),
    )
  it('shows grown, shrunk, new and gone in one place, each with a mark besides its colour', () => {
    const shown = frames(diffFlame(made))
    expect(shown.get('grown')!.fill).toMatch(/^more/)
    expect(shown.get('grown')!.whole).toContain('▲ grown')
    expect(shown.get('shrunk')!.fill).toMatch(/^less/)
    expect(shown.get('shrunk')!.whole).toContain('▼ shrunk')
    // gone and new carry the same: the tests take them for one function under two names, so no colour
    expect(shown.get('gone')!.fill).toBe('same')
    expect(shown.get('gone')!.whole).toContain('− gone')
    expect(shown.get('same')!.fill).toBe('same')
    expect([...shown.values()].filter(({ whole }) => whole.includes('data-mark="+ "')).length).toBeGreaterThan(0)
    expect(shown.get('grown')!.whole).toContain('22.2% → 44.4%, +22.2 points, ×2')
  })
  it('colours what the words call beyond noise, and nothing else', () => {
    const sides = (grow: number): [Record<string, number>, Record<string, number>] => [
      { 'app;main;a': 100, 'app;main;b': 200, 'app;main;lost': 90, 'app;main;c': 300 },
      { 'app;main;a': 100 + grow, 'app;main;b': 203, 'app;main;fresh': 40, 'app;main;c': 290 },
    ]
    for (const grow of [0, 20, 150]) {
      const [a, b] = sides(grow)
      const diff = diffRuns(labelled([profileOf(a)], 'a'), labelled([profileOf(b)], 'b'))
      const svg = diffFlame(diff)
      const coloured = [...frames(svg)].filter(([, { fill }]) => fill !== 'same').map(([name]) => name)
      const { fdr } = diff.comparison!.policy
      const loud = diff.changedFunctions.filter(({ q }) => q !== null && q <= fdr).map(({ name }) => name)
      expect(coloured.sort(), `grown by ${grow}`).toEqual(loud.sort())
      expect(svg).toContain(`${loud.length} beyond noise`)
      for (const name of coloured) expect(frames(svg).get(name)!.whole).toMatch(/data-tail=" [+-][\d.]+ points"/)
      expect(/class="bv-second bv-subtitle"[^>]*>([A-Z]+)/.exec(svg)?.[1]).toBe(diff.comparison!.verdict.toUpperCase())
    }
  })
  it('has no gone frame by the width of after, and no new one by that of before', () => {
    expect(frames(diffFlame(made, { width: 'after' })).has('gone')).toBe(false)
    expect(frames(diffFlame(made, { width: 'before' })).has('gone')).toBe(true)
    expect(diffFlame(made, { width: 'before' })).not.toContain('data-mark="+ "')
  })
  it('is well-formed XML whatever the names, and the page and Markdown hold no markup of theirs', () => {
    const parser = new SaxesParser()
    parser.write(diffFlame(made)).close()
    for (const out of [diffHtml(made), diffMarkdown(made)]) {
      expect(out).not.toContain('<img')
      expect(out).not.toContain('\u001b')
      expect(out).not.toContain('</script><')
    }
  })
  it('has a rule for every colour and a pattern for every hatch of its legend, so that they follow the theme', () => {
    const svg = diffFlame(made)
    const legend = [...svg.matchAll(/<g class="bv-key".*?<\/g>/g)].map(([key]) => key).join('')
    const used = new Set([...legend.matchAll(/<rect class="bv-(\w+)"/g)].map(([, name]) => name))
    expect(used.size).toBe(MORE.length + LESS.length + 3)
    for (const name of used) expect(svg).toContain(`.bv-${name}{fill:light-dark(`)
    for (const [, id] of legend.matchAll(/url\(#([^)]+)\)/g)) expect(svg).toContain(`<pattern id="${id}"`)
  })
  it('keeps ink readable on every colour', () => {
    for (const fill of [...MORE, ...LESS, SAME, NEW, GONE]) {
      expect(contrast(fill.light, PAGE.light.ink)).toBeGreaterThan(7)
      expect(contrast(fill.dark, PAGE.dark.ink)).toBeGreaterThan(4.5)
    }
  })
  it('has a legend whose every entry fits a window of 360 px', () => {
    const widths = [...diffFlame(made).matchAll(/class="bv-key" data-x="[\d.]+" data-width="([\d.]+)"/g)].map(match =>
      Number(match[1]),
    )
    expect(widths.length).toBeGreaterThan(3)
    expect(Math.max(...widths)).toBeLessThanOrEqual(360 - 2 * 16)
  })
  it('fades what may be noise', () => {
    expect(diffFill(10, 20, 5)).toBe(MORE[4])
    expect(diffFill(20, 10, 5)).toBe(LESS[4])
    expect(diffFill(10, 20, 0.3)).toBe(SAME)
    expect(diffFill(0, 1, 0)).toBe(NEW)
    expect(diffFill(1, 0, 0)).toBe(GONE)
  })
})

describe('compareHistograms', () => {
  const series = (counts: readonly number[], edges = [0, 1, 2, 4, 8, 16]): HistogramSeries => ({
    kind: 'histograms',
    name: 'usecs',
    key: '',
    unit: 'us',
    edges: Float64Array.from(edges),
    time: new Float64Array([NaN]),
    counts: Float64Array.from(counts),
    meta: {},
  })
  const policy = defaultPolicy
  it('finds a shift of whole buckets with four runs a side, and not with one', () => {
    const a = [
      [0, 5, 50, 20, 1],
      [1, 6, 48, 22, 2],
      [0, 4, 52, 19, 1],
      [0, 5, 51, 21, 1],
    ].map(counts => [series(counts)])
    const b = [
      [0, 1, 5, 50, 20],
      [0, 0, 6, 48, 22],
      [0, 1, 4, 52, 19],
      [0, 0, 5, 51, 21],
    ].map(counts => [series(counts)])
    const [change] = compareHistograms(a, b, policy)
    expect(change).toMatchObject({ measure: 'doublings', verdict: 'regressed' })
    expect(change!.shift).toBeCloseTo(1, 1)
    expect(change!.relative).toBeGreaterThan(0.7)
    expect(change!.quantiles[0]!.before).toMatchObject({ low: 2, high: 4 })
    expect(change!.quantiles[0]!.resolved).toBe(true)
    expect(compareHistograms(b, a, policy)[0]!.verdict).toBe('improved')
    const again = compareHistograms([a[0]!, a[0]!, a[0]!, a[0]!], [b[0]!, b[0]!, b[0]!, b[0]!], policy)[0]!
    expect(again).toMatchObject({ verdict: 'inconclusive', runsBefore: 1, runsAfter: 1, repeated: 6 })
    expect(compareHistograms(a.slice(0, 1), b.slice(0, 1), policy)[0]!.verdict).toBe('inconclusive')
    expect(compareHistograms(a.slice(0, 3), b.slice(0, 3), policy)[0]!.verdict).toBe('inconclusive')
  })
  it('is drawn in units people read, as other pictures are', () => {
    const at = (counts: readonly number[]) => [[series(counts, [64, 128, 256, 512, 1024, 2048])]]
    const svg = histogramDiffSvg(compareHistograms(at([0, 5, 50, 20, 1]), at([0, 1, 5, 50, 20]), policy))
    expect([...svg.matchAll(/>([^<>]*)<\/text>/g)].map(match => match[1])).toEqual(
      expect.arrayContaining([
        '128 µs',
        '256 µs',
        '1.02 ms',
        '2.05 ms',
        'p50 405 µs (256 to 512 µs) → 798 µs (512 µs to 1.02 ms)',
      ]),
    )
    expect(svg).toContain('the tallest bar is 65.8%')
    expect(svg).toContain('256 to 512 µs: 65.8% before, 6.58% after')
    expect(svg).not.toMatch(/\bus\b|-&gt;| %/)
  })
  it('says when both quantiles lie in one bucket, and joins unlike edges', () => {
    const [change] = compareHistograms(
      [[series([0, 5, 50, 20, 1])]],
      [[series([0, 5, 50, 30], [0, 1, 2, 4, 8])]],
      policy,
    )
    expect(change!.quantiles[0]!.resolved).toBe(false)
    expect([...change!.edges]).toEqual([0, 1, 2, 4, 8, 16])
  })
})
