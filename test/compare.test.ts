import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Profile } from '../src/model/index.ts'
import { compareRuns } from '../src/ops/compare/compare-runs.ts'
import { defaultPolicy } from '../src/ops/compare/policy.ts'
import { weightsOf } from '../src/ops/compare/weights.ts'
import { nameMatcher } from '../src/ops/name-pattern.ts'
import { alignName } from '../src/ops/stacks/align-names.ts'
import { mergeRuns } from '../src/ops/stacks/merge-runs.ts'
import { randomSource, shuffle } from '../src/stats/random.ts'
import { labelled, poisson, profileOf } from './synthetic.ts'

/** Runs of one program of `functions`, each with a share; `grow` multiplies one function's work. */
function runs(count: number, seed: number, grow: Readonly<Record<string, number>> = {}, samples = 4000): Profile[] {
  const random = randomSource(seed)
  const names = Array.from({ length: 40 }, (_, i) => `f${i}`)
  return Array.from({ length: count }, () =>
    profileOf(
      names.map((name, i) => {
        const share = 1 / (i + 3) / 2.3
        return [`app;main;group${i % 5};${name}`, poisson(samples * share * (grow[name] ?? 1), random)] as const
      }),
    ),
  )
}

describe('compareRuns', () => {
  it('finds the function that grew, and not its callers', () => {
    const result = compareRuns(labelled(runs(5, 1), 'a'), labelled(runs(5, 2, { f3: 1.6 }), 'b'))
    expect(result.verdict).toBe('regressed')
    expect(result.violated).toBe(true)
    expect(result.causes.map(cause => cause.name)).toEqual(['f3'])
    expect(result.causes[0]!.violates).toBe(true)
    expect(result.causes[0]!.change.ratio!).toBeGreaterThan(1.3)
    expect(result.causes[0]!.paths[0]!.frames).toEqual(['app', 'main', 'group3', 'f3'])
  })
  it('calls a fall an improvement and exits fine', () => {
    const result = compareRuns(labelled(runs(5, 1, { f3: 1.6 }), 'a'), labelled(runs(5, 2), 'b'))
    expect(result.verdict).toBe('improved')
    expect(result.violated).toBe(false)
  })
  it('does not fail on an allowed function', () => {
    const policy = { ...defaultPolicy, allow: ['f3'] }
    const result = compareRuns(labelled(runs(5, 1), 'a'), labelled(runs(5, 2, { f3: 1.6 }), 'b'), { policy })
    expect(result.causes[0]).toMatchObject({ name: 'f3', allowed: true, violates: false })
    expect(result.violated).toBe(false)
  })
  it('never fails with fewer than three runs on a side', () => {
    for (const [a, b] of [
      [1, 1],
      [1, 10],
      [10, 1],
      [2, 2],
      [10, 2],
    ] as const) {
      const result = compareRuns(labelled(runs(a, 1), 'a'), labelled(runs(b, 2, { f0: 3 }), 'b'), {
        policy: { ...defaultPolicy, budgets: [{ frame: 'f0', max: 0.01, kind: 'total' }] },
      })
      expect(result.verdict).toBe('inconclusive')
      expect(result.violated).toBe(false)
      expect(result.causes.length).toBeGreaterThan(0)
    }
  })
  it('finds nothing in a set against itself', () => {
    for (const count of [1, 5]) {
      const side = runs(count, 4)
      const result = compareRuns(labelled(side, 'a'), labelled(side, 'a'))
      expect(result.violated).toBe(false)
      expect(result.causes).toEqual([])
      for (const frame of result.frames) expect([frame.delta, frame.p]).toEqual([0, 1])
      expect(result.moved).toBe(0)
    }
  })
  it('bounds what no function grew by, and is inconclusive where the policy asks to prove more', () => {
    const [few, many] = [400, 100_000].map(samples =>
      compareRuns(labelled(runs(5, 1, {}, samples), 'a'), labelled(runs(5, 2, {}, samples), 'b')),
    )
    expect([few!.verdict, many!.verdict]).toEqual(['unchanged', 'unchanged'])
    expect(few!.bound!.points).toBeGreaterThan(5 * many!.bound!.points)
    expect(many!.bound!.points).toBeLessThan(0.01)
    const policy = { ...defaultPolicy, prove: 0.01 }
    const prove = (samples: number): string =>
      compareRuns(labelled(runs(5, 1, {}, samples), 'a'), labelled(runs(5, 2, {}, samples), 'b'), { policy }).verdict
    expect([prove(400), prove(100_000)]).toEqual(['inconclusive', 'unchanged'])
  })
  it('holds budgets against the lower end of the interval', () => {
    const budget = (max: number): string =>
      compareRuns(labelled(runs(5, 1), 'a'), labelled(runs(5, 2), 'b'), {
        policy: { ...defaultPolicy, budgets: [{ frame: 'group*', max, kind: 'total' }] },
      }).budgets[0]!.verdict
    expect(budget(0.5)).toBe('exceeded')
    expect(budget(1)).toBe('kept')
    const one = compareRuns(labelled(runs(5, 1), 'a'), labelled(runs(5, 2), 'b'), {
      policy: { ...defaultPolicy, budgets: [{ frame: 'f0', max: 0.01, kind: 'self' }] },
    })
    expect(one.violated).toBe(true)
    expect(one.verdict).toBe('regressed')
  })
  it('gives the same bytes whatever the order of runs and of lines', () => {
    const [a, b] = [runs(4, 1), runs(4, 2, { f3: 1.8 })]
    const text = JSON.stringify(compareRuns(labelled(a, 'a'), labelled(b, 'b')))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), seed => {
        const random = randomSource(seed)
        const mixed = (side: Profile[], prefix: string) => labelled(side.map(shuffledLines(random)), prefix)
        const before = mixed(a, 'a')
        const after = mixed(b, 'b')
        const order = (side: typeof before) =>
          shuffle(
            side.map((_, i) => i),
            random,
          ).map(i => side[i]!)
        expect(JSON.stringify(compareRuns(order(before), order(after)))).toBe(text)
      }),
      { numRuns: 10 },
    )
  })
  it('negates every change when the sides are swapped', () => {
    const [a, b] = [labelled(runs(4, 1), 'a'), labelled(runs(4, 2, { f3: 1.8 }), 'b')]
    const forth = compareRuns(a, b)
    const back = new Map(compareRuns(b, a).frames.map(frame => [`${frame.kind} ${frame.name}`, frame]))
    expect(back.size).toBe(forth.frames.length)
    for (const frame of forth.frames) {
      const other = back.get(`${frame.kind} ${frame.name}`)!
      expect(other.delta).toBeCloseTo(-frame.delta, 14)
      expect(other.t).toBeCloseTo(-frame.t, 9)
      expect(other.p).toBeCloseTo(frame.p, 9)
    }
  })
  it('keeps shares and verdict when all counts are multiplied', () => {
    const [a, b] = [runs(4, 1), runs(4, 2, { f3: 1.8 })]
    const times = (side: Profile[]) => side.map(profile => ({ ...profile, self: profile.self.map(value => value * 7) }))
    const plain = compareRuns(labelled(a, 'a'), labelled(b, 'b'))
    const scaled = compareRuns(labelled(times(a), 'a'), labelled(times(b), 'b'))
    expect(scaled.weights).toMatchObject({ kind: 'counts', unit: 7 })
    expect(scaled.frames.map(({ name, kind, before, after, p }) => [name, kind, before, after, p])).toEqual(
      plain.frames.map(({ name, kind, before, after, p }) => [name, kind, before, after, p]),
    )
  })
  it('labels cost that moved from one caller to another', () => {
    const side = (seed: number, moved: boolean): Profile[] => {
      const random = randomSource(seed)
      return Array.from({ length: 6 }, () =>
        profileOf([
          ['app;main;a;memcpy', poisson(moved ? 100 : 900, random)],
          ['app;main;b;memcpy', poisson(moved ? 1300 : 500, random)],
          ['app;main;a;work', poisson(1000, random)],
          ['app;main;b;work', poisson(1000, random)],
          ...Array.from({ length: 30 }, (_, i) => [`app;main;x${i}`, poisson(150, random)] as const),
        ]),
      )
    }
    const result = compareRuns(labelled(side(1, false), 'a'), labelled(side(2, true), 'b'))
    expect(result.causes.length).toBeGreaterThan(0)
    for (const cause of result.causes)
      expect(cause.moved, cause.name).toMatchObject({ kind: 'callers', counterpart: 'memcpy' })
    expect(result.verdict).toBe('shifted')
    expect(result.violated).toBe(false)
  })
  it('labels a rename inside one caller', () => {
    const side = (seed: number, name: string): Profile[] => {
      const random = randomSource(seed)
      return Array.from({ length: 6 }, () =>
        profileOf([
          [`app;main;parse;${name}`, poisson(800, random)],
          ['app;main;parse', poisson(300, random)],
          ...Array.from({ length: 30 }, (_, i) => [`app;main;x${i}`, poisson(200, random)] as const),
        ]),
      )
    }
    const result = compareRuns(labelled(side(1, 'scan_v1'), 'a'), labelled(side(2, 'scan_v2'), 'b'))
    expect(result.causes).toEqual([])
    expect(result.relocated).toMatchObject([{ kind: 'renamed', from: 'scan_v1', to: 'scan_v2' }])
    expect(result.verdict).toBe('shifted')
    expect(result.violated).toBe(false)
  })
  it('refuses what cannot be compared, unless forced', () => {
    const cycles = runs(3, 1).map(profile => ({ ...profile, name: 'cycles' }))
    expect(() => compareRuns(labelled(runs(3, 1), 'a'), labelled(cycles, 'b'))).toThrow(
      /events differ: "cycles", "samples"; expected like captures, or --force/,
    )
    expect(
      compareRuns(labelled(runs(3, 1), 'a'), labelled(cycles, 'b'), { force: true }).caveats.map(caveat => caveat.code),
    ).toEqual(['event'])
    const fast = runs(3, 1).map(profile => ({ ...profile, meta: { frequency: 997 } }))
    const slow = runs(3, 1).map(profile => ({ ...profile, meta: { frequency: 99 } }))
    expect(() => compareRuns(labelled(fast, 'a'), labelled(slow, 'b'))).toThrow(/frequencies differ/)
  })
  it('does not take microseconds for counts', () => {
    const side = (seed: number): Profile[] => {
      const own = randomSource(seed)
      return Array.from({ length: 5 }, () =>
        profileOf(
          Array.from(
            { length: 60 },
            (_, i) => [`t${i};wait`, Math.round((1e6 * Math.exp(own() * 0.5)) / (i + 1)) + 101] as const,
          ),
        ),
      )
    }
    const result = compareRuns(labelled(side(1), 'a'), labelled(side(2), 'b'))
    expect(result.weights.kind).toBe('measures')
    expect(result.violated).toBe(false)
  })
  it('normalises by time when the captures know theirs', () => {
    const half = runs(4, 1, {}, 2000).map(profile => ({ ...profile, meta: { duration: 10 } }))
    const full = runs(4, 2, {}, 4000).map(profile => ({ ...profile, meta: { duration: 20 } }))
    const policy = { ...defaultPolicy, normalize: 'time' as const }
    const result = compareRuns(labelled(half, 'a'), labelled(full, 'b'), { policy })
    expect(result.violated).toBe(false)
    expect(
      compareRuns(labelled(half, 'a'), labelled(full, 'b'), { policy: { ...policy, normalize: 'absolute' } }).violated,
    ).toBe(true)
    expect(() => compareRuns(labelled(runs(3, 1), 'a'), labelled(runs(3, 2), 'b'), { policy })).toThrow(
      /no duration known/,
    )
  })
})

function shuffledLines(random: () => number): (profile: Profile) => Profile {
  return profile => {
    const lines: [string, number][] = []
    profile.self.forEach((value, node) => {
      if (value === 0) return
      const path: string[] = []
      for (let i = node; i > 0; i = profile.stacks.parent[i]!)
        path.push(profile.stacks.frames.name[profile.stacks.frame[i]!]!)
      lines.push([path.reverse().join(';'), value])
    })
    return profileOf(
      shuffle(
        lines.map((_, i) => i),
        random,
      ).map(i => lines[i]!),
    )
  }
}

describe('mergeRuns', () => {
  it('is commutative and associative, keeps the sum and the runs', () => {
    const arbitrary = fc
      .array(fc.tuple(fc.stringMatching(/^[a-c](;[a-c]){0,3}$/), fc.integer({ min: 1, max: 1000 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map(lines => profileOf(lines))
    fc.assert(
      fc.property(arbitrary, arbitrary, arbitrary, (x, y, z) => {
        const [a, b, c] = [x, y, z].map((profile, i) => ({ label: `run${i}`, profile }))
        const once = mergeRuns([a!, b!, c!])
        expect(mergeRuns([c!, a!, b!])).toEqual(once)
        expect(mergeRuns([{ label: 'left', profile: mergeRuns([a!, b!]) }, c!])).toEqual(once)
        expect(mergeRuns([a!, { label: 'right', profile: mergeRuns([c!, b!]) }])).toEqual(once)
        expect(once.runs!.map(run => run.label)).toEqual(['run0', 'run1', 'run2'])
        const sum = (self: Float64Array): number => self.reduce((s, value) => s + value, 0)
        expect(sum(once.self)).toBe(sum(x.self) + sum(y.self) + sum(z.self))
      }),
    )
  })
  it('refuses mixed units and events, naming both', () => {
    const us = profileOf({ a: 1 }, 'us')
    expect(() => mergeRuns(labelled([profileOf({ a: 1 }), us], 'r'))).toThrow(
      'r1: values in "us", but in "samples" in r0; expected one unit',
    )
    expect(() => mergeRuns(labelled([profileOf({ a: 1 }), profileOf({ a: 1 }, 'samples', 'cycles')], 'r'))).toThrow(
      'r1: event "cycles", but "samples" in r0; expected one event',
    )
  })
})

describe('alignName', () => {
  const cases: readonly (readonly [string, string, boolean?])[] = [
    ['do_thing.isra.0', 'do_thing'],
    ['do_thing.constprop.0.isra.3', 'do_thing'],
    ['slow.cold', 'slow'],
    ['slow.cold.12', 'slow'],
    ['x.llvm.1234567890', 'x'],
    ['vms_clear_ptes.part.0', 'vms_clear_ptes'],
    ['foo.part.0_[k]', 'foo_[k]'],
    ['core::fmt::write::h0123456789abcdef', 'core::fmt::write'],
    ['core[846817f741e54dfd]::slice::sort', 'core::slice::sort'],
    ['Foo$$Lambda$123/0x00000008000c0a00.apply', 'Foo$$Lambda.apply'],
    ['a.b.lambda$main$3', 'a.b.lambda$main'],
    ['jdk.internal.GeneratedMethodAccessor17.invoke', 'jdk.internal.GeneratedMethodAccessor.invoke'],
    ['LazyCompile:*checksum /a.js:1:2', 'LazyCompile:checksum /a.js:1:2'],
    ['js:~', 'js:~'],
    ['bpf_prog_6deef7357e7b4530_sd_fw_egress', 'bpf_prog_sd_fw_egress'],
    ['[perf-1234.map]', '[perf.map]'],
    ['0x7f12345678ab', '0x'],
    ['malloc@@GLIBC_2.2.5', 'malloc'],
    ['schedule+0x12', 'schedule'],
    ['main.main.func1', 'main.main.func1'],
    ['operator.part', 'operator'],
    ['list<int>', 'list<int>'],
    ['kworker/3:1', 'kworker', true],
    ['kworker/u8:2-events', 'kworker', true],
    ['ksoftirqd/0', 'ksoftirqd', true],
    ['java-1234/1250', 'java', true],
    ['worker-12', 'worker', true],
    ['GC Thread#3', 'GC Thread', true],
    ['python3.11', 'python3.11', true],
    ['node', 'node', true],
    ['sh', 'sh', true],
    ['42', '42', true],
  ]
  it.each(cases.map(([from, to, task]) => ({ from, to, task: task === true })))(
    '$from becomes $to',
    ({ from, to, task }) => {
      expect(alignName(from, task, 'align').name).toBe(to)
      expect(alignName(from, task, 'raw').name).toBe(from)
      expect(alignName(to, task, 'align').name).toBe(to)
    },
  )
  it('drops template arguments only when asked to', () => {
    expect(alignName('std::vector<std::pair<int, int>>::push', false, 'bare').name).toBe('std::vector::push')
    expect(alignName('a::operator<<int>', false, 'bare').name).toBe('a::operator<<int>')
  })
})

describe('nameMatcher', () => {
  it('takes globs in linear time and regular expressions between slashes', () => {
    expect(nameMatcher('js:parse*')('js:parseRow')).toBe(true)
    expect(nameMatcher('*Row')('js:parseRow')).toBe(true)
    expect(nameMatcher('js:*Row*x')('js:parseRow')).toBe(false)
    expect(nameMatcher('a*a')('a')).toBe(false)
    expect(nameMatcher('/^js:(parse|sort)/')('js:sortKeys')).toBe(true)
    expect(nameMatcher('*a'.repeat(50) + '*b')('a'.repeat(100_000))).toBe(false)
  })
})

describe('weightsOf', () => {
  const weigh = (values: readonly number[], unit = 'samples') =>
    weightsOf({ name: 'x', value: { name: 'x', unit } }, [{ label: 'r', self: Float64Array.from(values) }], 1)
  it('looks at unit and values', () => {
    expect(weigh([1, 2, 300])).toEqual({ kind: 'counts', unit: 1 })
    expect(weigh([1, 2], 'us').kind).toBe('measures')
    expect(weigh([1.5, 2]).kind).toBe('measures')
    expect(weigh(Array.from({ length: 30 }, (_, i) => (i + 1) * 1_000_003))).toMatchObject({
      kind: 'counts',
      unit: 1_000_003,
    })
    expect(weigh(Array.from({ length: 80 }, (_, i) => i * i * 370 + 5131)).kind).toBe('measures')
  })
})
