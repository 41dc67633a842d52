import type { EventTable } from '../../model/index.ts'
import { add } from './own-function.ts'
import { numbersOf, textsOf, toolOf } from './tables.ts'

/** Hardware counters of perf stat; NaN = not counted. */
export interface CounterFacts {
  readonly source: string
  readonly cycles: number
  readonly instructions: number
  readonly cacheReferences: number
  readonly cacheMisses: number
  readonly lastLevelLoads: number
  readonly lastLevelMisses: number
  readonly branches: number
  readonly branchMisses: number
  /** CPU seconds. */
  readonly seconds: number
}

/** Names of events without the parts that say which unit of the CPU and which ring. */
function plainEvent(event: string): string {
  return event.replace(/^cpu(?:_core|_atom)?\//, '').replace(/\/?(?::[ukhGHpP]+)?$/, '')
}

/** Counters of the first perf stat table; undefined without cycles or caches. */
export function counterFacts(tables: readonly EventTable[], source: string): CounterFacts | undefined {
  const table = tables.find(each => each.name === 'counters' && toolOf(each) === 'perf stat')
  const [events, values] = table === undefined ? [] : [textsOf(table, 'EVENT'), numbersOf(table, 'VALUE')]
  if (events === undefined || values === undefined) return undefined
  const sums = new Map<string, number>()
  events.forEach((event, row) => {
    if (values[row]! >= 0) add(sums, plainEvent(event), values[row]!)
  })
  const of = (name: string): number => sums.get(name) ?? NaN
  const facts = {
    source,
    cycles: of('cycles'),
    instructions: of('instructions'),
    cacheReferences: of('cache-references'),
    cacheMisses: of('cache-misses'),
    lastLevelLoads: of('LLC-loads'),
    lastLevelMisses: of('LLC-load-misses'),
    branches: of('branches'),
    branchMisses: of('branch-misses'),
    seconds: of('task-clock') / 1000,
  }
  return Number.isFinite(facts.cycles) || Number.isFinite(facts.cacheMisses) ? facts : undefined
}
