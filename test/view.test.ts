/** The explorer: what the page counts is what `top`, `fold` and `flame` count, whatever is kept, dropped or merged. */
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TreeStep } from '../renderers/client/tree.ts'
import { addressOf, choiceOf } from '../renderers/view/client/address.ts'
import type { Box, Ground } from '../renderers/view/client/boxes.ts'
import { calleesOf, callersOf, functionBoxes, rootBox } from '../renderers/view/client/boxes.ts'
import type { ViewData } from '../renderers/view/client/data.ts'
import { unpackView } from '../renderers/view/client/data.ts'
import type { Placed } from '../renderers/view/client/place.ts'
import { LEAST_WIDTH, placeCalls, placeFlame, ROW } from '../renderers/view/client/place.ts'
import type { RowFilter } from '../renderers/view/client/rows.ts'
import { ALL_ROWS, keepRows } from '../renderers/view/client/rows.ts'
import { changeStacks } from '../renderers/view/client/stacks.ts'
import type { ViewSettings } from '../renderers/view/client/state.ts'
import { firstChoice } from '../renderers/view/client/state.ts'
import { sumStacks } from '../renderers/view/client/sums.ts'
import type { ViewPackOptions, ViewSide } from '../renderers/view/pack.ts'
import { packView } from '../renderers/view/pack.ts'
import type { Profile, SampleTable } from '../src/model/index.ts'
import { FRAME_KINDS, kindCode, StackTreeBuilder } from '../src/model/index.ts'
import { foldSamples } from '../src/ops/stacks/fold.ts'
import { relatedFunctions } from '../src/ops/stacks/relations.ts'
import { topFunctions } from '../src/ops/stacks/top.ts'
import { sum } from '../src/ops/stacks/totals.ts'
import type { StackTransform } from '../src/ops/stacks/transform.ts'
import { transformProfile } from '../src/ops/stacks/transform-profile.ts'
import { selectTime } from '../src/ops/time/scope.ts'
import { bpfview } from './command.ts'
import { profileOf } from './synthetic.ts'

function dataOf(sides: readonly (Profile | SampleTable)[], options: ViewPackOptions = {}): ViewData {
  const pack = packView(
    sides.map((data, i) => ({ label: `side ${i}`, data })),
    options,
  )
  const bytes = new Map(pack.columns.map(column => [column.name, column.bytes]))
  return unpackView(pack.header, name => {
    const column = bytes.get(name)!
    return pack.header.compressed ? new Uint8Array(inflateRawSync(column)) : column
  })
}

interface Asked {
  readonly rows?: Partial<RowFilter>
  readonly before?: Partial<RowFilter>
  readonly steps?: readonly StackTransform[]
  readonly modules?: readonly string[]
  readonly hidden?: readonly number[]
}

function groundOf(data: ViewData, { rows, before, steps = [], modules = [], hidden = [] }: Asked = {}): Ground {
  const stacks = changeStacks(data, { modules, steps, hidden })
  const count = (filter: Partial<RowFilter>): Ground['now'] =>
    sumStacks(stacks, keepRows(data, { ...ALL_ROWS, ...filter }).self, data.frames.name.length)
  return { stacks, now: count(rows ?? {}), before: before === undefined ? undefined : count(before), visited: 0 }
}

/** Functions as `top` has them. */
function topOf(data: ViewData, ground: Ground): unknown[] {
  const { name, module, kind } = data.frames
  return name
    .map((each, f) => ({ name: each, module: module[f]!, self: ground.now.own[f]!, total: ground.now.all[f]!, f }))
    .filter(({ f, total }) => total !== 0 && !['task', 'marker'].includes(FRAME_KINDS[kind[f]!]!))
    .map(({ f: _, ...rest }) => rest)
    .sort(byText)
}

const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

/** Stacks of few functions in few modules, with recursion. */
const someProfile = fc
  .array(
    fc.record({
      task: fc.constantFrom('a', 'b'),
      path: fc.array(fc.constantFrom('f', 'g', 'h', 'i', 'j'), { maxLength: 7 }),
      weight: fc.integer({ min: 1, max: 9 }),
      time: fc.integer({ min: 0, max: 5_000_000 }),
      tid: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows): SampleTable => {
    const builder = new StackTreeBuilder()
    const kinds = { f: 'user', g: 'kernel', h: 'user', i: 'jit', j: 'unknown' } as const
    const stack = rows.map(({ task, path }) =>
      path.reduce(
        (node, name) =>
          builder.child(
            node,
            builder.frame(name, name < 'h' ? '/lib/one.so' : 'two', kindCode(kinds[name as keyof typeof kinds])),
          ),
        builder.child(0, builder.frame(task, '', kindCode('task'))),
      ),
    )
    return {
      kind: 'samples',
      name: 'cycles',
      value: { name: 'cycles', unit: 'samples' },
      meta: {},
      stacks: builder.finish(),
      stack: Int32Array.from(stack),
      time: Float64Array.from(rows, ({ time }) => 100 + time / 1e6),
      weight: Float64Array.from(rows, ({ weight }) => weight),
      pid: Int32Array.from(rows, ({ tid }) => tid),
      tid: Int32Array.from(rows, ({ tid }) => tid),
      comm: Int32Array.from(rows, ({ task }) => (task === 'a' ? 0 : 1)),
      comms: ['a', 'b'],
    }
  })
const someStep: fc.Arbitrary<StackTransform> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('keep' as const, 'drop' as const, 'start' as const, 'merge' as const),
    name: fc.constantFrom('f', 'g', 'h'),
  }),
  fc.record({ kind: fc.constant('collapse' as const), what: fc.constantFrom('recursion', 'one.so', 'two') }),
)

describe('numbers of the page', () => {
  test('functions are those of top after the same steps', () => {
    fc.assert(
      fc.property(someProfile, fc.array(someStep, { maxLength: 4 }), (samples, steps) => {
        const data = dataOf([samples])
        const ground = groundOf(data, { steps })
        let profile = foldSamples(samples)
        // a step that names nothing is refused on a command line and does nothing, or keeps nothing, on a page
        for (const step of steps) {
          try {
            profile = transformProfile(profile, [step])
          } catch {
            if (step.kind === 'keep' || step.kind === 'start') profile = { ...profile, self: profile.self.map(() => 0) }
          }
        }
        expect(topOf(data, ground)).toEqual(
          topFunctions(profile)
            .map(each => ({ ...each }))
            .sort(byText),
        )
        expect(ground.now.whole).toBe(sum(profile.self))
      }),
    )
  })
  test('a range keeps the samples of --range, a task and a thread those of their own', () => {
    const ticks = fc.tuple(fc.integer({ min: 0, max: 4_999_999 }), fc.integer({ min: 1, max: 5_000_000 }))
    fc.assert(
      fc.property(someProfile, ticks, fc.constantFrom('a', 'b'), (samples, [from, length], task) => {
        const data = dataOf([samples])
        const start = data.header.start
        const point = (tick: number): { seconds: number; sinceStart: boolean } => ({
          seconds: Number((start + tick / 1e6).toFixed(6)),
          sinceStart: false,
        })
        let expected = 0
        try {
          expected = sum(selectTime(samples, [{ from: point(from), to: point(from + length) }]).weight)
        } catch {
          /* no sample in the range */
        }
        expect(groundOf(data, { rows: { range: [from, from + length] } }).now.whole).toBe(expected)
        const comm = samples.comms!.indexOf(task)
        const ofTask = foldSamples(samples, row => samples.comm![row] === comm)
        expect(groundOf(data, { rows: { tasks: [task] } }).now.whole).toBe(sum(ofTask.self))
        const thread = data.tids.indexOf(samples.tid![0]!)
        const ofThread = foldSamples(
          samples,
          row => samples.tid![row] === data.tids[thread] && samples.comms![samples.comm![row]!] === data.comms[thread],
        )
        expect(groundOf(data, { rows: { threads: [thread] } }).now.whole).toBe(sum(ofThread.self))
      }),
    )
  })
  test('cells hold what samples hold, and 20 ms are their edge', () => {
    fc.assert(
      fc.property(someProfile, fc.integer({ min: 0, max: 250 }), (samples, cell) => {
        const exact = dataOf([samples])
        const cells = dataOf([samples], { exactSamples: 0, deflate: bytes => new Uint8Array(deflateRawSync(bytes)) })
        expect(cells.header.times).toBe('cells')
        expect(topOf(cells, groundOf(cells))).toEqual(topOf(exact, groundOf(exact)))
        expect(groundOf(cells, { rows: { range: [0, cell] } }).now.whole).toBe(
          groundOf(exact, { rows: { range: [0, cell * 20_000] } }).now.whole,
        )
      }),
    )
  })
  test('samples without a time are in no range, but in the whole', () => {
    const samples = fc.sample(someProfile, 1)[0]!
    const time = samples.time.map((each, row) => (row === 0 ? NaN : each))
    const data = dataOf([{ ...samples, time }])
    expect(groundOf(data).now.whole).toBe(sum(samples.weight))
    expect(groundOf(data, { rows: { range: [0, 1e12] } }).now.whole).toBe(sum(samples.weight) - samples.weight[0]!)
  })
  test('a profile without times, fractions and values under 0 included', () => {
    const profile = profileOf({ 'a;f;g': 2.5, 'a;f': -1, 'b;f': 4 })
    const data = dataOf([profile])
    expect(data.header).toMatchObject({ times: 'none', weights: 'float', rows: 3 })
    expect(topOf(data, groundOf(data))).toEqual(
      topFunctions(profile)
        .map(each => ({ ...each }))
        .sort(byText),
    )
  })
  test('two inputs are two sides over one tree', () => {
    const before = profileOf({ 'a;f;g': 2, 'a;f': 1 })
    const after = profileOf({ 'a;f;h': 5, 'a;f': 1 })
    const data = dataOf([before, after])
    const ground = groundOf(data, { rows: { side: 1 }, before: { side: 0 } })
    expect([ground.before!.whole, ground.now.whole]).toEqual([3, 6])
    const names = calleesOf(ground, calleesOf(ground, calleesOf(ground, rootBox(ground))[0]!)[0]!)
    expect(names.map(box => [data.frames.name[box.frame], box.before, box.now])).toEqual([
      ['h', 0, 5],
      ['g', 2, 0],
    ])
  })
  test('two builds in different folders are one program, and two clocks are none', () => {
    const build = (folder: string): SampleTable => {
      const samples = fc.sample(someProfile, { numRuns: 1, seed: 9 })[0]!
      const { frames } = samples.stacks
      const module = frames.module.map(each => (each === 'two' ? `${folder}/two` : each))
      return { ...samples, stacks: { ...samples.stacks, frames: { ...frames, module } } }
    }
    const data = dataOf([build('/old'), build('/new')])
    const { now, before } = groundOf(data, { rows: { side: 1 }, before: { side: 0 } })
    expect(now.all).toEqual(before!.all)
    expect(data.header.times).toBe('none')
  })
  test('kinds that are switched off go into their callers, and nothing is lost', () => {
    fc.assert(
      fc.property(someProfile, samples => {
        const data = dataOf([samples])
        const ground = groundOf(data, { hidden: [kindCode('kernel')] })
        expect(ground.now.whole).toBe(sum(samples.weight))
        expect(ground.now.all[data.frames.name.indexOf('g')] ?? 0).toBe(0)
      }),
    )
  })
  test('modules keep the stacks through them', () => {
    fc.assert(
      fc.property(someProfile, samples => {
        const data = dataOf([samples])
        const { parent, frame, frames } = samples.stacks
        const through = (node: number): boolean =>
          node > 0 && (frames.module[frame[node]!] === 'two' || through(parent[node]!))
        expect(groundOf(data, { modules: ['two'] }).now.whole).toBe(
          samples.weight.reduce((all, weight, row) => all + (through(samples.stack[row]!) ? weight : 0), 0),
        )
      }),
    )
  })
})

describe('callers and callees', () => {
  test('both sides come to the total of the function, recursion once', () => {
    fc.assert(
      fc.property(someProfile, samples => {
        const data = dataOf([samples])
        const ground = groundOf(data)
        data.frames.name.forEach((_, f) => {
          if (!(ground.now.all[f]! > 0)) return
          const { callers, callees } = functionBoxes(ground, f)
          expect([callers.now, callees.now]).toEqual([ground.now.all[f], ground.now.all[f]])
          const above = callersOf(ground, callers)
          expect(above.reduce((all, box) => all + box.now, callers.self)).toBe(callers.now)
          const level = relatedFunctions(foldSamples(samples), data.frames.name[f]!, 'both')
          const named = (boxes: readonly Box[]): unknown[] =>
            boxes.map(box => [data.frames.name[box.frame], box.now]).sort(byText)
          const listed = (relation: string): unknown[] =>
            level
              .filter(each => each.relation === relation && each.name !== '(root)')
              .map(each => [each.name, each.total])
              .sort(byText)
          expect(named(above)).toEqual(listed('caller'))
          expect(named(calleesOf(ground, callees))).toEqual(listed('callee'))
          // an outermost call has no call of the same function over it
          const seen = (box: typeof callers): boolean => box.frame === f || callersOf(ground, box).some(seen)
          expect(above.some(seen)).toBe(false)
          // self of outermost calls, and what they called
          const below = calleesOf(ground, callees)
          expect(below.reduce((all, box) => all + box.now, 0)).toBeLessThanOrEqual(callees.now)
        })
      }),
    )
  })
})

/** Boxes lie inside the box they lie on, none over another. */
function checkPlaces(placed: readonly Placed[], width: number): void {
  const rows = new Map<number, Placed[]>()
  for (const each of placed) rows.set(each.y, [...(rows.get(each.y) ?? []), each])
  for (const row of rows.values()) {
    row.sort((a, b) => a.x - b.x)
    row.forEach((each, i) => {
      expect(each.x).toBeGreaterThanOrEqual(-1e-6)
      expect(each.x + each.w).toBeLessThanOrEqual((row[i + 1]?.x ?? width) + 1e-6)
    })
  }
  const at = new Map(placed.map(each => [each.box, each]))
  for (const { box, x, w } of placed) {
    const up = box.up === undefined ? undefined : at.get(box.up)
    if (up === undefined) continue
    expect(x).toBeGreaterThanOrEqual(up.x - 1e-6)
    expect(x + w).toBeLessThanOrEqual(up.x + up.w + 1e-6)
  }
}

describe('places', () => {
  test('children lie within their parent in flame graph, icicle, callers and callees', () => {
    fc.assert(
      fc.property(someProfile, fc.boolean(), (samples, upward) => {
        const data = dataOf([samples])
        const ground = groundOf(data)
        const flame = placeFlame(ground, [], 800, upward)
        checkPlaces(flame.placed, 800)
        expect(Math.max(...flame.placed.map(each => each.y)) + ROW).toBe(flame.height)
        const f = ground.now.all.findIndex(value => value > 0)
        const calls = placeCalls(ground, f, 800)
        checkPlaces(calls.placed, 800)
        expect(Math.min(...calls.placed.map(each => each.y))).toBe(0)
      }),
    )
  })
  test('a zoomed frame has the whole width, its ancestors over it', () => {
    const data = dataOf([profileOf({ 'a;f;g': 2, 'a;f': 1, 'b;h': 5 })])
    const ground = groundOf(data)
    const path = ['a', 'f', 'g'].map(name => data.frames.name.indexOf(name))
    const { placed, zoomed } = placeFlame(ground, path, 800, false)
    expect(zoomed).toBe(3)
    expect(placed.map(({ w, faded, y }) => [w, faded, y / ROW])).toEqual([
      [800, true, 0],
      [800, true, 1],
      [800, true, 2],
      [800, false, 3],
    ])
  })
  test('of 100,000 stacks only boxes that are seen are made: nodes visited and boxes are bounded by the width', () => {
    const data = dataOf([wideProfile(100_000)])
    const ground = groundOf(data)
    const { placed, narrow } = placeFlame(ground, [], 1200, false)
    expect(placed.length).toBeLessThan((1200 / LEAST_WIDTH) * 12)
    expect(ground.visited).toBeLessThan(data.header.nodes / 4)
    expect(narrow).toBeGreaterThan(0)
    // hovering, walking and scrolling look at no node again
    const before = ground.visited
    for (const { box } of placed) if (box.kids !== undefined) calleesOf(ground, box)
    expect(ground.visited).toBe(before)
  })
})

/** Stacks of ten frames each, a long tail of them. */
function wideProfile(stacks: number): Profile {
  const builder = new StackTreeBuilder()
  const frames = Array.from({ length: 2000 }, (_, i) => builder.frame(`function_${i}`, '', kindCode('user')))
  const ends: number[] = []
  let seed = 7
  for (let i = 0; i < stacks; i++) {
    let node = builder.child(0, builder.frame(`task${i % 10}`, '', kindCode('task')))
    for (let depth = 0; depth < 10; depth++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      node = builder.child(node, frames[(seed >>> 8) % Math.min(2000, 4 ** depth)]!)
    }
    ends.push(node)
  }
  const tree = builder.finish()
  const self = new Float64Array(tree.parent.length)
  ends.forEach((end, i) => {
    self[end]! += 1 + (i % 7)
  })
  return { kind: 'profile', name: 'x', value: { name: 'x', unit: 'samples' }, stacks: tree, self, meta: {} }
}

describe('address', () => {
  const samples = fc.sample(someProfile, { numRuns: 1, seed: 4 })[0]!
  const data = dataOf([samples])
  const settings: ViewSettings = {
    header: data.header,
    columns: [],
    unit: 'samples',
    frequency: 0,
    cpus: 0,
    kinds: FRAME_KINDS,
    kindWords: FRAME_KINDS,
    legend: FRAME_KINDS,
    sides: [''],
    doubts: [],
    steps: [],
    command: '',
  }
  const app = { settings, data }
  const filter = fc.record({
    range: fc.option(fc.constantFrom([0, 1_500_000] as const, [2_000_000, 2_000_001] as const), { nil: undefined }),
    tasks: fc.subarray([...new Set(data.comms)]),
    threads: fc.subarray(Array.from(data.tids, (_, t) => t)),
    side: fc.constant(-1),
  })
  test('gives back what was chosen', () => {
    const choice = fc.record({
      view: fc.constantFrom('flame' as const, 'calls' as const),
      upward: fc.boolean(),
      table: fc.boolean(),
      search: fc.constantFrom('', '/^a|b$/', 'a&b=c#', '<img src=x onerror=alert(1)>'),
      rows: filter,
      before: fc.option(filter, { nil: undefined }),
      modules: fc.subarray(['/lib/one.so', 'two'].filter(each => data.frames.module.includes(each))),
      hidden: fc.subarray([2, 3]),
      steps: fc.array(someStep as fc.Arbitrary<TreeStep>, { maxLength: 4 }),
      zoom: fc.subarray(data.frames.name.map((_, f) => f)),
      chosen: fc.integer({ min: -1, max: data.frames.name.length - 1 }),
      sort: fc.constantFrom('name' as const, 'self' as const, 'total' as const, 'module' as const),
      ascending: fc.boolean(),
    })
    fc.assert(
      fc.property(choice, each => {
        const text = addressOf(app, each)
        expect(text).toMatch(/^[\x21-\x7e]*$/)
        expect(choiceOf(app, `#${text}`)).toEqual(each)
      }),
    )
  })
  test('whatever stands there is read without an error, and bounded', () => {
    fc.assert(
      fc.property(fc.string(), hash => {
        choiceOf(app, `#${hash}`)
        choiceOf(app, `#${hash.replace(/./g, char => `${char}=`)}`)
      }),
    )
    const much = `#${'x=keep:f&'.repeat(1000)}`
    expect(choiceOf(app, much).steps.length).toBeLessThanOrEqual(50)
    expect(choiceOf(app, `#q=${'a'.repeat(30_000)}`)).toEqual(firstChoice(settings))
    expect(choiceOf(app, '#t=5-1&task=nobody&thread=99&f=nothing&s=__proto__&off=constructor&z=nothing')).toMatchObject(
      {
        rows: ALL_ROWS,
        chosen: -1,
        sort: 'self',
        hidden: [],
        zoom: [],
      },
    )
  })
})

describe('bpfview view', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bpfview-view-'))
  test('steps of the command line are the first of the page', async () => {
    const { stdout } = await bpfview(['view', 'fixtures/captures/shop', '--keep', 'main', '--collapse', 'recursion'])
    const island = /id="vw-settings">([^<]*)</.exec(stdout)![1]!
    expect((JSON.parse(island) as ViewSettings).steps).toEqual([
      { kind: 'keep', name: 'main' },
      { kind: 'collapse', what: 'recursion' },
    ])
  })
  test('before and after', async () => {
    const { stdout, status } = await bpfview([
      'view',
      ...['--before', 'fixtures/captures/store-before', '--after', 'fixtures/captures/store-after'],
    ])
    expect(status).toBe(0)
    const settings = JSON.parse(/id="vw-settings">([^<]*)</.exec(stdout)![1]!) as ViewSettings
    expect([settings.header.sides, settings.sides.map(side => side.split(':')[0])]).toEqual([2, ['before', 'after']])
  })
  test.each([
    [['--before', 'a'], /only one of --before and --after; expected both/],
    [['x', '--before', 'a', '--after', 'b'], /inputs beside --before and --after; expected both, and nothing else/],
    [['fixtures/captures/disk-biolatency/biolatency.txt.gz'], /histograms but no stacks/],
  ])('%j is one clear line', async (args, expected) => {
    const { status, stdout, stderr } = await bpfview(['view', ...args])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(expected)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
  test('no name of the input stands in the page as markup', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>'
    const out = join(folder, 'hostile.html')
    await bpfview(['view', '-', '-o', out, '--title', hostile], `${hostile};f${hostile} 3\n`)
    expect(readFileSync(out, 'utf8')).not.toContain('<img')
  })
  test('a profile of 1 MB is a page under 400 kB', async () => {
    const lines = Array.from(
      { length: 9000 },
      (_, i) =>
        `task;main;handle_${i % 17};module::function_${i};leaf_${(i * 7919) % 4000}::of::somewhere_${i} ${1 + (i % 9)}`,
    )
    const input = lines.join('\n').padEnd(1_000_000, '\n')
    expect(lines.join('\n').length).toBeGreaterThan(600_000)
    const out = join(folder, 'big.html')
    await bpfview(['view', '-', '-o', out], input)
    expect(statSync(out).size).toBeLessThan(400_000)
  })
})

test('same input, same bytes', () => {
  const side: ViewSide = { label: 'x', data: profileOf({ 'a;f': 1 }) }
  expect(packView([side]).columns).toEqual(packView([side]).columns)
})
