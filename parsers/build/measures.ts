import type { Measures, Meta, StackTree, ValueType } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'

/** What a reader knows of a profile when it has read it. */
export interface Measured {
  /** Event or map. */
  readonly name: string
  readonly value: ValueType
  readonly stacks: StackTree
  readonly meta: Meta
}

/** Tools that measure one thing, by the name that their output or a manifest gives. */
const TOOLS: ReadonlyMap<string, Measures> = new Map([
  ['profile', 'on-cpu'],
  ['offcputime', 'off-cpu'],
  ['wakeuptime', 'wakeup'],
  ['offwaketime', 'chain'],
  ['memleak', 'memory'],
])

/** Names of events and maps, asked in this order: what waits says so more clearly than what is counted. */
const NAMES: readonly (readonly [RegExp, Measures])[] = [
  [/offwake/, 'chain'],
  [/wakeup/, 'wakeup'],
  [/off-?_?cpu|blocked/, 'off-cpu'],
  [/alloc|leak|\bmem|page-?_?fault|brk|mmap/, 'memory'],
  [/cycles|cpu-clock|task-clock|on-?_?cpu|^@(?:profile|samples?|cpu)$|^@?\d+$/, 'on-cpu'],
]

/** What a profile's values measure, from its tool, its event or map, its unit and its frames. 'events' for other named events. */
export function measuresOf({ name, value, stacks, meta }: Measured): Measures {
  const tool = TOOLS.get((meta.tool ?? '').replace(/(?:-bpfcc|\.bt|\.py)$/, ''))
  if (tool !== undefined) return tool
  if (stacks.frames.kind.includes(WAKER)) return 'chain'
  const words = `${name} ${value.name} ${meta.event ?? ''}`.toLowerCase()
  for (const [pattern, measures] of NAMES) if (words.split(' ').some(word => pattern.test(word))) return measures
  if (MEMORY_UNITS.has(value.unit)) return 'memory'
  // what stands for "nothing said" in folded text and in maps without a name
  return /^(?:@?|count|value|samples|report|stacks)$/.test(name) ? 'unknown' : 'events'
}

const WAKER = kindCode('waker')
const MEMORY_UNITS: ReadonlySet<string> = new Set(['bytes', 'KiB', 'MiB', 'GiB'])
