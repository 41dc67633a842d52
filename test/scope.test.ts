/** Subsecond-offset maps: every sample in exactly one cell, the page's numbers those of the samples, whatever the order of the input. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffFill } from '../renderers/diff/palette.ts'
import { layoutStacks } from '../renderers/flame/stack-layout.ts'
import { scopeBoxes } from '../renderers/scope/client/boxes.ts'
import type { ScopeData, ScopeFilter } from '../renderers/scope/client/data.ts'
import { certaintyOf, diffClass } from '../renderers/scope/client/difference.ts'
import { outermostNodes, scopeFunctions } from '../renderers/scope/client/functions.ts'
import { eventWeights, joinRanges, scopeCells, scopeSelect } from '../renderers/scope/client/select.ts'
import { parseTicks, tickText } from '../renderers/scope/client/ticks.ts'
import { unpackScope } from '../renderers/scope/client/unpack.ts'
import type { ScopePackOptions } from '../renderers/scope/pack.ts'
import { packScope } from '../renderers/scope/pack.ts'
import { scopePage } from '../renderers/scope/page.ts'
import type { SampleTable } from '../src/model/index.ts'
import { FRAME_KINDS, framesOf, kindCode, StackTreeBuilder } from '../src/model/index.ts'
import { foldSamples } from '../src/ops/stacks/fold.ts'
import { gridSum } from '../src/ops/time/grid.ts'
import { idleNodes } from '../src/ops/time/idle.ts'
import { offsetRow, rowStart, selectTime, subsecondGrid, TICKS, ticksOf } from '../src/ops/time/scope.ts'
import { parseTimePoint, parseTimeRanges, secondsOf } from '../src/ops/time/time-range.ts'

interface Sample {
  readonly time: number
  readonly stack: readonly string[]
  readonly cpu: number
  readonly tid: number
  readonly comm: string
  readonly weight: number
}

function samplesOf(list: readonly Sample[], name = 'cycles'): SampleTable {
  const builder = new StackTreeBuilder()
  const comms = [...new Set(list.map(sample => sample.comm))]
  const stack = list.map(sample =>
    sample.stack.reduce(
      (node, frame) => builder.child(node, builder.frame(frame, '', kindCode('user'))),
      builder.child(0, builder.frame(sample.comm, '', kindCode('task'))),
    ),
  )
  return {
    kind: 'samples',
    name,
    value: { name, unit: 'cycles' },
    meta: { frequency: 100 },
    stacks: builder.finish(),
    stack: Int32Array.from(stack),
    time: Float64Array.from(list, sample => sample.time),
    weight: Float64Array.from(list, sample => sample.weight),
    cpu: Int32Array.from(list, sample => sample.cpu),
    tid: Int32Array.from(list, sample => sample.tid),
    pid: Int32Array.from(list, sample => sample.tid),
    comm: Int32Array.from(list, sample => comms.indexOf(sample.comm)),
    comms,
  }
}

function dataOf(tables: readonly SampleTable[], options: ScopePackOptions = {}): ScopeData {
  const { header, columns } = packScope(tables, options)
  return unpackScope(header, name => {
    const bytes = columns.find(column => column.name === name)?.bytes ?? new Uint8Array()
    return header.compressed ? new Uint8Array(inflateRawSync(bytes)) : bytes.slice()
  })
}

const ALL: ScopeFilter = { event: -1, cpu: -1, threads: undefined, withoutIdle: false, weigh: 'samples' }
const microsecond = fc.integer({ min: 0, max: 5_000_000 }).map(us => (12_000_000 + us) / 1e6)
const edge = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 100 }))
  .map(([s, r]) => (12_000_000 + s * 1e6 + r * 10_000) / 1e6)
const sample: fc.Arbitrary<Sample> = fc.record({
  time: fc.oneof(microsecond, edge),
  stack: fc.array(fc.constantFrom('a', 'b', 'c', 'd;x', '<e>'), { maxLength: 5 }),
  cpu: fc.integer({ min: -1, max: 5 }),
  tid: fc.integer({ min: 1, max: 4 }),
  comm: fc.constantFrom('app', 'swapper', ''),
  weight: fc.constantFrom(1, 7, 1000),
})
const samples = fc.array(sample, { minLength: 1, maxLength: 80 })
const rowCounts = fc.integer({ min: 10, max: 100 })

describe('cells', () => {
  test('a tick is in exactly one row, and rows meet at their edges', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000_000 }), rowCounts, (tick, rows) => {
        const row = offsetRow(tick, rows)
        const offset = tick % TICKS
        expect(rowStart(row, rows) <= offset && offset < rowStart(row + 1, rows)).toBe(true)
        expect(offsetRow(rowStart(row, rows), rows)).toBe(row)
      }),
    )
  })

  test('printed decimals become their exact microseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), us => {
        expect(ticksOf(Number(`${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`))).toBe(us)
      }),
    )
    expect(ticksOf(12.999999999)).toBe(12_999_999)
  })

  test('the sum of the cells is the samples kept, whatever their order', () => {
    fc.assert(
      fc.property(samples, rowCounts, (list, rows) => {
        const table = samplesOf(list)
        const { grid, kept } = subsecondGrid(table, { rows })
        expect(gridSum(grid)).toBe(list.length)
        expect(kept).toBe(list.length)
        expect(subsecondGrid(samplesOf([...list].reverse()), { rows }).grid).toEqual(grid)
        expect([...scopeCells(dataOf([table]), rows, ALL, [1]).cells]).toEqual([...grid.counts])
      }),
    )
  })

  test('samples without a time are counted apart', () => {
    const table = samplesOf([
      { time: NaN, stack: [], cpu: 0, tid: 1, comm: 'a', weight: 1 },
      { time: 1, stack: [], cpu: 0, tid: 1, comm: 'a', weight: 1 },
    ])
    expect(subsecondGrid(table)).toMatchObject({ kept: 1, untimed: 1 })
    expect(packScope([table]).header).toMatchObject({ samples: 1, untimed: 1 })
    expect(() => packScope([{ ...table, time: Float64Array.of(NaN, NaN) }])).toThrow(/no sample has a time/)
  })
})

describe("the page's columns", () => {
  test('hold every sample as it was', () => {
    fc.assert(
      fc.property(samples, fc.boolean(), (list, compressed) => {
        const data = dataOf([samplesOf(list)], compressed ? { deflate: bytes => deflateRawSync(bytes) } : {})
        const weights = eventWeights(data, 'period')
        const found = Array.from(data.tick, (tick, i) =>
          JSON.stringify([
            data.header.start * 1e6 + tick,
            data.cpu[i]! - 1,
            data.tids[data.thread[i]!],
            data.names.comms[data.thread[i]!],
            weights[0] ?? data.weight![i],
            framesOf(
              {
                parent: data.parent,
                frame: data.frame,
                frames: { name: data.names.frames, module: [], kind: data.kinds },
              },
              data.leaves[data.stack[i]!]!,
            ).map(frame => data.names.frames[frame]),
          ]),
        ).sort()
        expect(found).toEqual(
          list
            .map(({ time, cpu, tid, comm, weight, stack }) =>
              JSON.stringify([ticksOf(time), cpu, tid, comm, weight, [comm, ...stack]]),
            )
            .sort(),
        )
        for (let i = 1; i < data.tick.length; i++) expect(data.tick[i]!).toBeGreaterThanOrEqual(data.tick[i - 1]!)
        for (let s = 0; s < data.header.seconds; s++) {
          for (let i = data.secondStart[s]!; i < data.secondStart[s + 1]!; i++)
            expect(Math.floor(data.tick[i]! / data.header.ticks)).toBe(s)
        }
      }),
    )
  })

  test('the same bytes whatever the order of samples and events', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const once = packScope([samplesOf(a, 'cycles'), samplesOf(b, 'faults')])
        const again = packScope([samplesOf([...b].reverse(), 'faults'), samplesOf([...a].reverse(), 'cycles')])
        expect(again).toEqual(once)
      }),
      { numRuns: 40 },
    )
  })

  test('a coarse clock keeps the cells of its rows', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(10, 20, 25, 30, 49, 50, 100), (list, rows) => {
        const data = dataOf([samplesOf(list)], { rows, exactSamples: 0 })
        expect(data.header.ticks).toBeLessThan(10_000)
        expect([...scopeCells(data, rows, ALL, [1]).cells]).toEqual([
          ...subsecondGrid(samplesOf(list), { rows }).grid.counts,
        ])
      }),
    )
  })
})

describe('selections', () => {
  const bounds = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_999_999 }), fc.integer({ min: 1, max: 2_000_000 })), {
    minLength: 1,
    maxLength: 4,
  })

  test('of the page and of the command give the same stacks, and the root is the sum of the cells', () => {
    fc.assert(
      fc.property(samples, bounds, (list, pairs) => {
        const table = samplesOf(list)
        const data = dataOf([table])
        const ranges = joinRanges(
          pairs.flatMap(([from, length]) => [from, from + length]),
          data.header.seconds * data.header.ticks,
        )
        const picked = scopeSelect(data, ranges, ALL, [1])
        const text: string[] = []
        for (let r = 0; r < ranges.length; r += 2)
          text.push(
            `${tickText(data.header.start, ranges[r]!, TICKS)}..${tickText(data.header.start, ranges[r + 1]!, TICKS)}`,
          )
        expect(parseTicks(text.join(','), data.header.start, TICKS)).toEqual(ranges)
        expect(picked.self.reduce((a, b) => a + b, 0)).toBe(picked.total)
        let wanted = new Map<string, number>()
        try {
          const chosen = {
            ...selectTime({ ...table, weight: table.weight.map(() => 1) }, parseTimeRanges(text.join(','))),
          }
          const profile = foldSamples(chosen)
          wanted = stacksOf(profile.self, node =>
            framesOf(profile.stacks, node).map(frame => profile.stacks.frames.name[frame]!),
          )
        } catch (error) {
          expect(String(error)).toMatch(/no sample in the range|ends before it starts|the range/)
        }
        const tree = {
          parent: data.parent,
          frame: data.frame,
          frames: { name: data.names.frames, module: [], kind: data.kinds },
        }
        expect(stacksOf(picked.self, node => framesOf(tree, node).map(frame => data.names.frames[frame]!))).toEqual(
          wanted,
        )
      }),
    )
  })

  test('cells of a selection add up to its root', () => {
    fc.assert(
      fc.property(samples, rowCounts, fc.nat(200), fc.nat(200), (list, rows, a, b) => {
        const data = dataOf([samplesOf(list)])
        const { cells } = scopeCells(data, rows, ALL, [1])
        const [from, to] = [Math.min(a, b) % cells.length, Math.min(cells.length, Math.max(a, b) + 1)]
        if (to <= from) return
        const at = (cell: number): number => Math.floor(cell / rows) * TICKS + rowStart(cell % rows, rows)
        const picked = scopeSelect(data, [at(from), at(to)], ALL, [1])
        expect(picked.total).toBe(cells.slice(from, to).reduce((sum, cell) => sum + cell, 0))
      }),
    )
  })

  test('filters and weights', () => {
    const list: Sample[] = [
      { time: 1.1, stack: ['a'], cpu: 0, tid: 1, comm: 'x', weight: 10 },
      { time: 1.2, stack: ['b'], cpu: 1, tid: 2, comm: 'x', weight: 20 },
      { time: 2.9, stack: ['do_idle'], cpu: 1, tid: 0, comm: 'swapper', weight: 40 },
    ]
    const data = dataOf([samplesOf(list)])
    const total = (more: Partial<ScopeFilter>, weigh: ScopeFilter['weigh'] = 'samples'): number =>
      scopeSelect(data, [0, 2 * TICKS], { ...ALL, ...more, weigh }, eventWeights(data, weigh)).total
    expect(total({})).toBe(3)
    expect(total({ cpu: 1 })).toBe(2)
    expect(total({ withoutIdle: true })).toBe(2)
    expect(total({ withoutIdle: true }, 'period')).toBe(30)
    expect(total({}, 'time')).toBe(3e7)
    expect(total({ threads: Uint8Array.from(data.names.comms, comm => (comm === 'x' ? 1 : 0)) })).toBe(2)
    expect(scopeCells(data, 10, { ...ALL, withoutIdle: true }, [1])).toMatchObject({ samples: 2, idle: 1 })
  })

  test('several ranges join where they touch', () => {
    expect(joinRanges([5, 7, 1, 3, 3, 4, 6, 9, -5, 0], 8)).toEqual([1, 4, 5, 8])
  })

  test('boxes are those of the flame graph', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(0, 0.05, 0.2), (list, minShare) => {
        const data = dataOf([samplesOf(list)])
        const { self } = scopeSelect(data, [0, 6 * TICKS], ALL, [1])
        const boxes = scopeBoxes(data.parent, self, minShare, 2048)
        const layout = layoutStacks(
          {
            parent: data.parent,
            frame: data.frame,
            frames: { name: data.names.frames, module: data.names.frames.map(() => ''), kind: data.kinds },
          },
          self,
          { minShare },
        )
        expect(
          boxes.node.map((node, b) => [
            node,
            boxes.depth[b],
            boxes.start[b],
            boxes.total[b],
            boxes.self[b],
            boxes.hidden[b],
            boxes.hiddenFrames[b],
          ]),
        ).toEqual(
          layout.boxes.map(box => [box.node, box.depth, box.start, box.total, box.self, box.hidden, box.hiddenFrames]),
        )
        expect(boxes.pruned).toBe(layout.hiddenFrames)
      }),
    )
  })

  test('a recursive function counts once in its total', () => {
    const data = dataOf([samplesOf([{ time: 1, stack: ['f', 'g', 'f', 'f'], cpu: 0, tid: 1, comm: 'x', weight: 1 }])])
    const { self } = scopeSelect(data, [0, TICKS], ALL, [1])
    const { total, self: own } = scopeFunctions(
      data.parent,
      data.frame,
      outermostNodes(data.parent, data.frame),
      self,
      data.names.frames.length,
    )
    const f = data.names.frames.indexOf('f')
    expect([total[f], own[f]]).toEqual([1, 1])
  })

  test('differences are coloured by the rule of bpfview diff', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 50 }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (a, b, certainty) => {
          expect(diffClass(a, b, certainty)).toBe(diffFill(a, b, certainty).name)
        },
      ),
    )
    expect(certaintyOf(0.5, 0.5, 100, 100)).toBe(0)
    expect(certaintyOf(0.1, 0.9, 100, 100)).toBeGreaterThan(5)
  })
})

describe('idle', () => {
  test('is the idle task waiting, not the interrupts it takes', () => {
    const stacks: readonly (readonly [string, readonly string[], boolean])[] = [
      ['swapper', ['cpu_startup_entry', 'do_idle', 'cpuidle_enter_state', 'intel_idle'], true],
      ['swapper', ['do_idle', 'pv_native_safe_halt_[k]'], true],
      ['swapper', [], true],
      ['swapper', ['do_idle', 'intel_idle', 'asm_sysvec_apic_timer_interrupt', 'tick_sched'], false],
      ['swapper', ['start_kernel', 'init_thing'], false],
      ['app', ['do_idle', 'intel_idle'], false],
      ['swapper/3', ['do_idle'], true],
    ]
    const table = samplesOf(stacks.map(([comm, stack], i) => ({ time: i, stack, comm, cpu: 0, tid: 0, weight: 1 })))
    const idle = idleNodes(table.stacks)
    stacks.forEach(([comm, stack, expected], i) =>
      expect(idle[table.stack[i]!] === 1, `${comm} ${stack.join(';')}`).toBe(expected),
    )
  })
})

describe('ranges', () => {
  test('as printed, since the start, clock times, open ends, several', () => {
    expect(parseTimeRanges('12.3..14.1,+1..')).toEqual([
      { from: { seconds: 12.3, sinceStart: false }, to: { seconds: 14.1, sinceStart: false } },
      { from: { seconds: 1, sinceStart: true } },
    ])
    expect(secondsOf(parseTimePoint('+0.3'), 12)).toBe(12.3)
    expect(parseTimePoint('01:02:03.5').seconds).toBe(3723.5)
    for (const bad of ['', '..', '5', '1..2..3', 'a..b', '-1..2'])
      expect(() => parseTimeRanges(bad), bad).toThrow(/expected/)
    const table = samplesOf([
      { time: 12.3, stack: [], cpu: 0, tid: 1, comm: 'x', weight: 1 },
      { time: 14.1, stack: [], cpu: 0, tid: 1, comm: 'x', weight: 1 },
    ])
    expect([...selectTime(table, parseTimeRanges('12.3..14.1')).time]).toEqual([12.3])
    expect([...selectTime(table, parseTimeRanges('+0..+3')).time]).toEqual([12.3, 14.1])
    expect(() => selectTime(table, parseTimeRanges('1..2'))).toThrow('expected one within 12.3..14.1 s as printed')
  })
})

describe('the page', () => {
  const hostile = '</script><img src=x onerror=alert(1)>'
  const table = samplesOf(
    [{ time: 1, stack: [hostile, '__proto__'], cpu: 0, tid: 1, comm: hostile, weight: 1 }],
    hostile,
  )
  const page = [
    ...scopePage([table], {
      base64: bytes => Buffer.from(bytes).toString('base64'),
      title: hostile,
    }),
  ].join('')

  test('names are nowhere in it as markup or script', () => {
    expect(page).not.toContain('<img')
    expect(page.match(/<script>/g)?.length).toBe(1)
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
  })

  test('its title says whose samples they are', () => {
    const titleOf = (comms: string[]): string =>
      [
        ...scopePage(
          [samplesOf(comms.map((comm, i) => ({ time: i, stack: ['main'], cpu: 0, tid: i, comm, weight: 1 })))],
          { base64: () => '' },
        ),
      ]
        .join('')
        .match(/<h1>(.*?)<\/h1>/)![1]!
    expect(titleOf(['shop'])).toBe('Samples by second and offset: shop')
    expect(titleOf([hostile])).toBe('Samples by second and offset: &lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;')
    expect(titleOf(['a', 'a', 'b', 'c', 'd'])).toBe('Samples by second and offset: a, b and 2 more')
  })

  test('is the same each time, and its script is constant', () => {
    const other = [
      ...scopePage([samplesOf([{ time: 5, stack: ['q'], cpu: 1, tid: 9, comm: 'z', weight: 3 }])], {
        base64: bytes => Buffer.from(bytes).toString('base64'),
      }),
    ].join('')
    const script = (text: string): string => text.slice(text.lastIndexOf('<script>'))
    expect(script(other)).toBe(script(page))
  })

  test('knows every kind of frame', () => expect(page).toContain(FRAME_KINDS.map(kind => `"${kind}"`).join(',')))
})

function stacksOf(self: Float64Array, frames: (node: number) => string[]): Map<string, number> {
  const found = new Map<string, number>()
  self.forEach((value, node) => {
    if (value !== 0) found.set(JSON.stringify(frames(node)), (found.get(JSON.stringify(frames(node))) ?? 0) + value)
  })
  return new Map([...found].sort())
}
