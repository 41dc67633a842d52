import type { StackColumns, StackTransform } from '../../../src/ops/stacks/transform.ts'
import { isModule, planOf, transformStacks } from '../../../src/ops/stacks/transform.ts'
import { outermostRows } from '../../../src/stats/entities.ts'
import type { ViewData, ViewFrames } from './data.ts'
import { HashedPaths } from './hashed-paths.ts'

/** The tree of stacks that is shown: the input's after every step, whatever the values are. */
export interface Stacks {
  readonly parent: ArrayLike<number>
  readonly frame: ArrayLike<number>
  /** Where each node of the input went; -1 = it is not kept. */
  readonly moved: Int32Array
  /** First child and next sibling; 0 = none. */
  readonly first: Int32Array
  readonly next: Int32Array
  /** 1 for a node whose function does not occur above it. */
  readonly outer: Uint8Array
}

/** What is done to stacks, in this order: modules, steps, kinds. */
export interface StackChanges {
  /** Only stacks through one of these; empty = all. */
  readonly modules: readonly string[]
  readonly steps: readonly StackTransform[]
  /** Kinds whose frames go into their callers, as numbers. */
  readonly hidden: readonly number[]
}

/** The input's stacks after changes; frames of collapsed modules are added to the table. */
export function changeStacks({ parent, frame, frames }: ViewData, changes: StackChanges): Stacks {
  let tree: StackColumns = { parent, frame }
  let moved = Int32Array.from(parent, (_, i) => i)
  const go = (to: ArrayLike<number>): void => {
    moved = moved.map(at => (at < 0 ? -1 : to[at]!))
  }
  if (changes.modules.length > 0) go(throughModules(tree, frames, changes.modules))
  for (const step of changes.steps) {
    if (step.kind === 'keep' || step.kind === 'drop') {
      // the tree stays, some of its values go
      const { kept } = planOf(tree, frames, step)
      moved = moved.map(at => (at >= 0 && kept[at] === 1 ? at : -1))
      continue
    }
    const after = applyStep(tree, frames, step)
    if (after === undefined) continue
    tree = after
    go(after.moved)
  }
  if (changes.hidden.length > 0) {
    const after = hideKinds(tree, frames, changes.hidden)
    tree = after
    go(after.moved)
  }
  return { ...linkStacks(tree, frames.name.length), moved }
}

/** -1 for the ends of stacks without a frame of these modules. */
function throughModules({ parent, frame }: StackColumns, frames: ViewFrames, modules: readonly string[]): Int32Array {
  const wanted = new Set(modules)
  const kept = new Int32Array(parent.length).fill(-1)
  for (let i = 1; i < kept.length; i++)
    if (kept[parent[i]!] !== -1 || wanted.has(frames.module[frame[i]!]!)) kept[i] = i
  return kept
}

/** The tree after a step; undefined when the step names nothing that is there. */
function applyStep(
  tree: StackColumns,
  frames: ViewFrames,
  step: StackTransform,
): ReturnType<typeof transformStacks> | undefined {
  let moduleFrame = -1
  if (step.kind === 'collapse' && step.what !== 'recursion') {
    const first = frames.module.findIndex(module => isModule(module, step.what))
    if (first < 0) return undefined
    const module = frames.module[first]!
    moduleFrame = frameOf(frames, '[' + module.slice(module.lastIndexOf('/') + 1) + ']', module, frames.kind[first]!)
  }
  return transformStacks(tree, frames, step, {
    frames: frames.name.length,
    moduleFrame,
    table: new HashedPaths(tree.parent.length),
  })
}

/** Number of a frame, made when there is none. */
function frameOf(frames: ViewFrames, name: string, module: string, kind: number): number {
  for (let f = frames.name.length - 1; f >= 0; f--)
    if (frames.name[f] === name && frames.module[f] === module && frames.kind[f] === kind) return f
  frames.module.push(module)
  frames.kind.push(kind)
  return frames.name.push(name) - 1
}

function hideKinds(
  { parent, frame }: StackColumns,
  frames: ViewFrames,
  hidden: readonly number[],
): StackColumns & { readonly moved: Int32Array } {
  const table = new HashedPaths(parent.length)
  const moved = new Int32Array(parent.length)
  const off: boolean[] = []
  for (const kind of hidden) off[kind] = true
  for (let i = 1; i < moved.length; i++) {
    const above = moved[parent[i]!]!
    moved[i] = off[frames.kind[frame[i]!]!] === true ? above : table.child(above, frame[i]!)
  }
  return { parent: table.parent, frame: table.frame, moved }
}

function linkStacks({ parent, frame }: StackColumns, frameCount: number): Omit<Stacks, 'moved'> {
  const first = new Int32Array(parent.length)
  const next = new Int32Array(parent.length)
  for (let i = parent.length - 1; i > 0; i--) {
    next[i] = first[parent[i]!]!
    first[parent[i]!] = i
  }
  const tree = { parent: Int32Array.from(parent), frame: Int32Array.from(frame) }
  return { ...tree, first, next, outer: outermostRows({ ...tree, frameCount }) }
}
