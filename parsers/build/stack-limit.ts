import type { Dataset, Diagnostic, Parsed, StackLimits, StackTree } from '../../src/model/index.ts'
import { FRAME_KINDS, OTHER_STACKS, ROOT, StackTreeBuilder } from '../../src/model/index.ts'

/** A dataset of stacks. */
type Stacks = Extract<Dataset, { readonly stacks: StackTree }>

/**
 * The result with at most `maxStacks` stacks in each dataset, also of readers that took more, and a warning for each dataset in which others were put
 * together; the same says the dataset in its notes.
 */
export function limitStacks(parsed: Parsed, { maxStacks }: StackLimits): Parsed {
  if (maxStacks === undefined) return parsed
  const notes: Diagnostic[] = []
  const datasets = parsed.datasets.map((dataset): Dataset => {
    if (!('stacks' in dataset)) return dataset
    const limited = withinLimit(dataset, maxStacks)
    const node = otherNode(limited.stacks)
    if (node < 0) return limited
    const { other, all } = amount(limited, node)
    const share = `${Math.round((other / all) * 1000) / 10}%`
    notes.push({
      severity: 'warning',
      code: 'stack-limit',
      message: `${share} of ${JSON.stringify(limited.name)} is in "${OTHER_STACKS}": the limit of ${maxStacks} stacks was reached; expected a higher --max-stacks, or less input`,
      count: 1,
    })
    const said = `${share} is in ${OTHER_STACKS}: limit of ${maxStacks} stacks`
    return { ...limited, meta: { ...limited.meta, notes: [...(limited.meta.notes ?? []), said] } }
  })
  return { ...parsed, datasets, diagnostics: [...parsed.diagnostics, ...notes] }
}

function withinLimit<T extends Stacks>(dataset: T, maxStacks: number): T {
  const { stacks } = dataset
  if (leaves(stacks) <= maxStacks) return dataset
  const builder = new StackTreeBuilder({ maxStacks })
  const frames = Array.from(stacks.frames.name, (name, f) =>
    builder.frame(name, stacks.frames.module[f]!, stacks.frames.kind[f]!),
  )
  const node = new Int32Array(stacks.parent.length)
  for (let i = 1; i < node.length; i++) node[i] = builder.child(node[stacks.parent[i]!]!, frames[stacks.frame[i]!]!)
  const tree = builder.finish()
  const summed = (values: Float64Array): Float64Array => {
    const sums = new Float64Array(tree.parent.length)
    for (let i = 0; i < values.length; i++) sums[node[i]!]! += values[i]!
    return sums
  }
  switch (dataset.kind) {
    case 'profile':
      return { ...dataset, stacks: tree, self: summed(dataset.self) }
    case 'samples':
      return { ...dataset, stacks: tree, stack: dataset.stack.map(at => node[at]!) }
    default:
      return { ...dataset, stacks: tree, before: summed(dataset.before), after: summed(dataset.after) }
  }
}

/** Stacks that no other begins with, OTHER_STACKS not counted. */
function leaves(stacks: StackTree): number {
  const { parent } = stacks
  const isInner = new Uint8Array(parent.length)
  for (let i = 1; i < parent.length; i++) isInner[parent[i]!] = 1
  let count = 0
  for (let i = 1; i < parent.length; i++) if (isInner[i] === 0) count++
  return otherNode(stacks) < 0 ? count : count - 1
}

/** The node of OTHER_STACKS; -1 = none. */
function otherNode({ parent, frame, frames }: StackTree): number {
  const marker = FRAME_KINDS.indexOf('marker')
  for (let i = 1; i < parent.length; i++)
    if (parent[i] === ROOT && frames.kind[frame[i]!] === marker && frames.name[frame[i]!] === OTHER_STACKS) return i
  return -1
}

/** What stacks beyond the limit have of all. */
function amount(dataset: Stacks, node: number): { readonly other: number; readonly all: number } {
  let [other, all] = [0, 0]
  const count = (at: number, value: number): void => {
    all += value
    if (at === node) other += value
  }
  if (dataset.kind === 'samples') dataset.stack.forEach((at, i) => count(at, dataset.weight[i]!))
  else if (dataset.kind === 'profile') dataset.self.forEach((value, at) => count(at, value))
  else dataset.before.forEach((value, at) => count(at, value + dataset.after[at]!))
  return { other, all: all === 0 ? 1 : all }
}
