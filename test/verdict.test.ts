/** Verdicts of sets of runs that were once judged wrongly, and of made ones of each kind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { headline, reasons } from '../renderers/check/headline.ts'
import { checkText } from '../renderers/check/text.ts'
import type { Meta, Profile } from '../src/model/index.ts'
import type { CompareOptions } from '../src/ops/compare/compare-runs.ts'
import { compareRuns } from '../src/ops/compare/compare-runs.ts'
import type { RootCause } from '../src/ops/compare/comparison.ts'
import { defaultPolicy } from '../src/ops/compare/policy.ts'
import type { LabelledProfile } from '../src/ops/stacks/merge-runs.ts'
import { randomNormal, randomSource } from '../src/stats/random.ts'
import { labelled, poisson, profileOf } from './synthetic.ts'
import { compiledProgram, madeRuns } from './validate/programs.ts'

const CASES = '../shared/cases/verdict'

function load(folder: string, pattern: RegExp): LabelledProfile[] {
  return readdirSync(join(CASES, folder))
    .filter(name => pattern.test(name))
    .sort()
    .map(name => {
      const raw = readFileSync(join(CASES, folder, name))
      const bytes = new Uint8Array(name.endsWith('.gz') ? gunzipSync(raw) : raw)
      return { label: name, profile: parse(bytes).datasets[0] as Profile }
    })
}

function judge(folder: string, options: CompareOptions = {}) {
  return compareRuns(load(folder, /^(?:base|a)/), load(folder, /^(?:new|b\d)/), options)
}

describe.skipIf(!existsSync(CASES))('kept cases', () => {
  test('another task name hides nothing and is no change', () => {
    const hidden = judge('comm-hides-regression')
    expect([hidden.verdict, hidden.violated, hidden.causes.map(cause => cause.name)]).toEqual([
      'regressed',
      true,
      ['render'],
    ])
    expect(reasons(hidden, name => name)).toContain('task renamed: app -> app2, compared as one')
    expect(judge('comm-false-red')).toMatchObject({ verdict: 'unchanged', violated: false, causes: [] })
  })
  test('a renamed function is judged by its sum', () => {
    const comparison = judge('rename-red')
    expect(comparison).toMatchObject({ verdict: 'shifted', violated: false })
    expect(headline(comparison, name => name)).toMatch(/^MOVED: parse is now parse_v2, 30\.4% → 30\.2% together/)
  })
  test('a program that is slower everywhere is said first', () => {
    const unknown = judge('all-20-percent-slower')
    expect(headline(unknown, name => name)).toMatch(
      /^SLOWER AS A WHOLE \+19\.6% per run \(95% \+16\.3 to \+22\.9\) if every run did the same work, which is not known; no function stands out · NO REGRESSION FOUND/,
    )
    expect(unknown).toMatchObject({ verdict: 'unchanged', violated: false })
    const fixed = judge('all-20-percent-slower', { length: 'work' })
    expect(fixed).toMatchObject({ verdict: 'slower', violated: false })
    expect(headline(fixed, name => name)).toBe(
      'SLOWER AS A WHOLE +19.6% per run (95% +16.3 to +22.9); no function stands out',
    )
    const limited = { policy: { ...defaultPolicy, maxTotal: 0.1 } }
    expect(judge('all-20-percent-slower', limited)).toMatchObject({ verdict: 'slower', violated: true })
    const timed = judge('all-20-percent-slower', { ...limited, length: 'time' })
    expect(timed).toMatchObject({ verdict: 'unchanged', violated: false })
    expect(headline(timed, name => name)).toMatch(
      /CPU used \+19\.6% per run .*not judged: the runs have a fixed length/,
    )
  })
  test('a wrapper improves nothing', () => {
    expect(judge('js-wrapper-improved')).toMatchObject({ verdict: 'shifted', violated: false })
  })
  test('the same file three times is one run', () => {
    const [a, b] = [load('same-file-three-times', /^base/), load('same-file-three-times', /^new/)]
    const comparison = compareRuns([a[0]!, a[0]!, a[0]!], [b[0]!, b[0]!, b[0]!])
    expect(comparison).toMatchObject({ verdict: 'inconclusive', violated: false, enough: false })
    expect(comparison.before.runs).toHaveLength(1)
    expect(checkText(comparison)).toMatch(/2 of 3 runs before have the same counts as another/)
  })
  test('the judged numbers are the printed ones', () => {
    const comparison = judge('threshold-not-printed-red')
    for (const { change, verdict } of comparison.causes) {
      expect(verdict).toBe('regressed')
      expect(change.adjustedDelta).toBeGreaterThanOrEqual(0.005)
      expect(change.ratio).toBeGreaterThanOrEqual(1.05)
      expect(change.low).toBeGreaterThan(1)
      expect(change.q).toBeLessThanOrEqual(0.05)
    }
  })
  test('interrupts fail no build and are told', () => {
    const comparison = judge('interrupt-fails-build')
    expect(comparison).toMatchObject({ verdict: 'unchanged', violated: false })
    expect(checkText(comparison)).toMatch(/warning: interrupts and scheduling grew 0\.35% → 2\.27%/)
    expect(judge('interrupt-fails-build', { interrupts: 'keep' }).violated).toBe(true)
  })
  test.each(['share', 'absolute', 'robust'] as const)('a wait that became longer, by %s', normalize => {
    const comparison = judge('off', { weights: 'measures', policy: { ...defaultPolicy, normalize } })
    expect(checkText(comparison)).toMatch(/^ {2}total \+7\.66% per run/m)
    if (normalize !== 'absolute') expect(checkText(comparison)).toMatch(/REGRESSED: wait3 .* \+6\.98 points, cost/)
    expect(comparison).toMatchObject({ verdict: 'regressed', violated: true })
    expect(comparison.causes[0]!.name).toBe('wait3')
  })
})

/** Runs of a small program; `change` says what each stack costs after. */
function program(
  count: number,
  seed: number,
  change: (stack: string) => [string, number] | undefined,
  meta: Meta = {},
) {
  const random = randomSource(seed)
  const stacks: [string, number][] = [
    ['app;main;parse', 1200],
    ['app;main;parse;scan', 700],
    ['app;main;render', 900],
    ['app;main;render;layout', 500],
    ['app;main;hash', 400],
    ...Array.from({ length: 24 }, (_, i): [string, number] => [`app;main;step${i % 6};leaf${i}`, 60]),
  ]
  return labelled(
    Array.from({ length: count }, () => {
      const size = Math.exp(0.03 * randomNormal(random))
      const lines = stacks.map(([stack, mean]): [string, number] => {
        const [name, factor] = change(stack) ?? [stack, 1]
        return [name, poisson(mean * factor * size, random)]
      })
      return { ...profileOf(lines), meta }
    }),
    'r',
  )
}

const same = (): undefined => undefined

describe('made runs', () => {
  test.each([
    ['inlined', (stack: string): [string, number] => [stack.replace('parse;scan', 'parse'), 1], 'scan'],
    ['wrapped', (stack: string): [string, number] => [stack.replace('main;parse', 'main;wrapper;parse'), 1], undefined],
    ['split off', (stack: string): [string, number] => [stack.replace(/render$/, 'render;paint'), 1], 'paint'],
    ['renamed', (stack: string): [string, number] => [stack.replace('parse', 'parseRow'), 1], 'parse'],
  ])('%s: the cost only moved', (_, change, name) => {
    const comparison = compareRuns(program(5, 1, same), program(5, 2, change))
    expect(comparison).toMatchObject({ violated: false })
    expect(comparison.causes.filter(cause => cause.verdict !== 'shifted')).toEqual([])
    if (name !== undefined) {
      expect(comparison.verdict).toBe('shifted')
      expect(comparison.relocated.flatMap(({ from, to }) => [from, to])).toContain(name)
    }
  })
  test('renamed and slower is red, by the sum', () => {
    const slower = (stack: string): [string, number] => [
      stack.replace('main;parse', 'main;parseRow'),
      stack.endsWith('parse') ? 1.5 : 1,
    ]
    const comparison = compareRuns(program(5, 1, same), program(5, 2, slower))
    expect(comparison.violated).toBe(true)
    expect(comparison.causes[0]!.change).toMatchObject({ name: 'parseRow', was: 'parse' })
  })
  test('paths and what sits in other stacks know tasks and functions of two names as one', () => {
    const slower = (stack: string): [string, number] => [
      stack.replace('app;', 'app2;').replace('parse', 'parseRow'),
      /parse$/.test(stack) ? 1.5 : 1,
    ]
    const { causes, moved } = compareRuns(program(5, 1, same), program(5, 2, slower))
    const [cause] = causes
    expect(cause!.paths.map(({ frames }) => frames.join(';'))).toEqual(['app2;main;parseRow'])
    expect(cause!.paths[0]!.after - cause!.paths[0]!.before).toBeCloseTo(cause!.change.delta, 9)
    expect(moved).toBeLessThan(0.15)
    const inlined = (stack: string): [string, number] => [stack.replace('parse;scan', 'parse'), 1]
    expect(compareRuns(program(5, 1, same), program(5, 2, inlined)).moved).toBeLessThan(0.05)
    const elsewhere = (stack: string): [string, number] => [stack.replace('main;hash', 'main;step0;hash'), 1]
    expect(compareRuns(program(5, 1, same), program(5, 2, elsewhere)).moved).toBeGreaterThan(0.05)
  })
  test('a path says that its figure is as captured where another one is judged', () => {
    const comparison = compareRuns(
      program(5, 1, same),
      program(5, 2, stack => (/(?:parse|hash)$/.test(stack) ? [stack, 1.6] : undefined)),
    )
    const [first, second] = comparison.causes
    const line = ({ paths: [path] }: RootCause): string => `${path!.frames.slice(-4).join(' > ')}  `
    const text = checkText(comparison)
    const judged = first!.change.after === first!.change.afterAdjusted
    expect(text).toMatch(new RegExp(`${line(first!)}\\+[\\d.]+ points${judged ? '$' : ''}`, 'm'))
    expect(text).toMatch(new RegExp(`${line(second!)}\\+[\\d.]+ points as captured$`, 'm'))
  })
  test('only CPU time is called CPU used', () => {
    const as = (measures: Profile['measures'], unit: string): string => {
      const side = (seed: number): LabelledProfile[] =>
        program(5, seed, same).map(run => ({
          ...run,
          profile: { ...run.profile, value: { name: 'value', unit }, ...(measures !== undefined && { measures }) },
        }))
      return headline(compareRuns(side(1), side(2)), name => name)
    }
    expect(as('on-cpu', 'samples')).toMatch(/; CPU used /)
    expect(as(undefined, 'samples')).toMatch(/; CPU used /)
    expect(as('off-cpu', 'us')).toMatch(/; total .* not judged/)
    expect(as('events', 'samples')).toMatch(/; total .* not judged/)
  })
  test('before under load, after quiet: few runs are not red for it', () => {
    const random = randomSource(11)
    let red = 0
    let said = 0
    for (let i = 0; i < 12; i++) {
      const made = compiledProgram(random)
      const stacks = made.stacks.map(stack => ({ ...stack, samples: stack.samples * Math.exp(0.6 * stack.slope) }))
      const busy = madeRuns({ ...made, stacks, size: 0.15 }, 3, 1, random, 'a')
      const comparison = compareRuns(busy, madeRuns({ ...made, size: 0.03 }, 3, 1, random, 'b'))
      if (comparison.violated) red++
      if (comparison.drift !== null || comparison.whole.scatter !== null) said++
    }
    expect(red).toBeLessThanOrEqual(2)
    expect(said).toBeGreaterThanOrEqual(8)
  })
  test('a new function is no wrapper', () => {
    const added = program(5, 4, stack => (stack === 'app;main;step0;leaf0' ? ['app;main;verify', 15] : undefined))
    const comparison = compareRuns(program(5, 1, same), added)
    expect([comparison.verdict, comparison.causes[0]!.name]).toEqual(['regressed', 'verify'])
  })
  test('what the manifest says decides whether the whole is judged', () => {
    const all = (stack: string): [string, number] => [stack, 1.25]
    const verdict = (meta: Meta): string => compareRuns(program(5, 1, same, meta), program(5, 2, all, meta)).verdict
    expect(verdict({ work: 1000 })).toBe('slower')
    expect(verdict({ command: 'perf record -F 997 -g -- ./bench 300', duration: 3 })).toBe('slower')
    expect(verdict({ command: 'perf record -F 997 -p 312 -- sleep 10', duration: 10 })).toBe('unchanged')
    expect(verdict({ command: 'perf record -F 997 -a -- sleep 10', duration: 10 })).toBe('unchanged')
    expect(verdict({ command: 'perf record -F 997 -g -- sleep 10', duration: 10 })).toBe('unchanged')
    expect(verdict({})).toBe('unchanged')
  })
  test('runs whose command failed are refused, and named first when forced', () => {
    const failed = program(3, 1, same, { exit: 134 })
    expect(() => compareRuns(program(3, 2, same), failed)).toThrow(
      /the command failed in 3 of 6 runs: "r0" \(exit 134\).*expected runs whose command succeeds, or --force/,
    )
    expect(compareRuns(program(3, 2, same), failed, { force: true }).caveats[0]!.code).toBe('failed')
  })
  test('no verdict of unchanged stands beside a significant cause', () => {
    const little = (stack: string): [string, number] | undefined =>
      stack === 'app;main;parse' ? [stack, 1.11] : undefined
    const comparison = compareRuns(program(12, 1, same), program(12, 2, little))
    expect([comparison.verdict, comparison.causes.map(cause => cause.verdict)]).toEqual(['regressed', ['regressed']])
  })
  test('runs taken in turns saw one machine: what most functions did is no drift of it', () => {
    const unlike = (stack: string): [string, number] => [
      stack,
      stack.endsWith('parse') ? 3 : 1 + 0.3 * (Number(/\d+$/.exec(stack)?.[0] ?? 0) % 5),
    ]
    const at = (runs: LabelledProfile[], minutes: readonly number[]): LabelledProfile[] =>
      runs.map(({ label, profile }, i) => ({
        label,
        profile: { ...profile, meta: { ...profile.meta, start: new Date(minutes[i]! * 60_000).toISOString() } },
      }))
    const [before, after] = [program(4, 1, same), program(4, 2, unlike)]
    const apart = compareRuns(at(before, [0, 1, 2, 3]), at(after, [4, 5, 6, 7]))
    expect([apart.drift !== null, apart.violated]).toEqual([true, false])
    const turns = compareRuns(at(before, [0, 3, 4, 7]), at(after, [1, 2, 5, 6]))
    expect([turns.drift, turns.violated, turns.causes[0]!.name]).toEqual([null, true, 'parse'])
    const repeated = at([...before, ...before], [0, 0.1, 0.2, 0.3, 1, 3, 5, 7])
    expect(compareRuns(repeated, at(after, [2, 4, 6, 8])).drift).toBeNull()
  })
  test('a pattern that no function has is said', () => {
    const policy = {
      ...defaultPolicy,
      allow: ['prase*'],
      budgets: [{ frame: 'rendr', max: 0.5, kind: 'total' as const }],
    }
    const comparison = compareRuns(program(3, 1, same), program(3, 2, same), { policy })
    expect(comparison.unmatched).toEqual(['prase*', 'rendr'])
    expect(checkText(comparison)).toContain('no function matches prase*: is it misspelt?')
  })
})
