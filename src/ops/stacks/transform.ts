/** What a reader may do to stacks, in the order given: the same operation behind options of the command line and menus of pages. */
export type StackTransform =
  /** keep, drop = stacks through the function; start = these stacks, from the function on; merge = the function's frames go into their callers. */
  | { readonly kind: 'keep' | 'drop' | 'start' | 'merge'; readonly name: string }
  /** `recursion` = a function that calls itself directly is one frame; else a module, whose runs of frames become one. */
  | { readonly kind: 'collapse'; readonly what: string }

/** A tree of stacks as columns: row 0 the root (parent -1, frame -1), parents before children. `frame` = rows of a table of frames. */
export interface StackColumns {
  readonly parent: ArrayLike<number>
  readonly frame: ArrayLike<number>
}

/** What is known of frames, by row. */
export interface FrameWords {
  readonly name: ArrayLike<string>
  readonly module: ArrayLike<string>
}

export interface MovedStacks {
  readonly parent: number[]
  readonly frame: number[]
  /** Where the own value of each old row went; -1 = it is not kept. */
  readonly moved: Int32Array
}

/** A new tree that grows by paths; the same path is the same row. */
export class PathTable {
  readonly parent: number[] = [-1]
  readonly frame: number[] = [-1]
  private readonly rows = new Map<number, number>()
  private readonly frames: number

  constructor(frames: number) {
    this.frames = frames
  }

  child(above: number, frame: number): number {
    const key = above * this.frames + frame
    const known = this.rows.get(key)
    if (known !== undefined) return known
    const made = this.parent.length
    this.rows.set(key, made)
    this.parent.push(above)
    this.frame.push(frame)
    return made
  }
}

/** How a transform treats each row: whether its value stays, and where its frame stands. */
export interface Plan {
  readonly kept: Uint8Array
  /** 0 = on its parent, 1 = in its parent, 2 = on the root. */
  readonly place: Uint8Array
}

export interface TransformOptions {
  /** How many rows the table of frames has. */
  readonly frames: number
  /** What makes the new rows; default: a plain one. */
  readonly table?: Pick<PathTable, 'parent' | 'frame' | 'child'>
  /** The row that stands for a collapsed module. */
  readonly moduleFrame?: number
  /** Whether a row has a value of its own; rows on which nothing that stays has one are not made. Default: all have. */
  readonly hasValue?: (row: number) => boolean
}

/** The tree after one transform. Values of rows that go to one row add up, so that merge and collapse keep the sum. Linear. */
export function transformStacks(
  tree: StackColumns,
  words: FrameWords,
  step: StackTransform,
  { frames, moduleFrame = -1, hasValue, table = new PathTable(frames) }: TransformOptions,
): MovedStacks {
  const { parent, frame } = tree
  const inModule = step.kind === 'collapse' && step.what !== 'recursion' ? moduleMatch(words, step.what) : undefined
  const { kept, place } = planOf(tree, words, step, inModule)
  // a row is made when a value that stays lies on it or beyond
  const needed = hasValue === undefined ? kept.slice() : kept.map((stays, i) => (hasValue(i) ? stays : 0))
  for (let i = needed.length - 1; i > 0; i--) if (needed[i] === 1 && place[i] !== 2) needed[parent[i]!] = 1
  const at = new Int32Array(parent.length)
  for (let i = 1; i < at.length; i++) {
    if (needed[i] === 0) continue
    if (place[i] === 1) at[i] = at[parent[i]!]!
    else
      at[i] = table.child(
        place[i] === 2 ? 0 : at[parent[i]!]!,
        inModule?.(frame[i]!) === true ? moduleFrame : frame[i]!,
      )
  }
  return { parent: table.parent, frame: table.frame, moved: at.map((row, i) => (kept[i] === 1 ? row : -1)) }
}

/** What a transform does to each row. */
export function planOf(
  { parent, frame }: StackColumns,
  words: FrameWords,
  step: StackTransform,
  inModule?: (frame: number) => boolean,
): Plan {
  const size = parent.length
  const kept = new Uint8Array(size).fill(1)
  const place = new Uint8Array(size)
  const through = new Uint8Array(size)
  kept[0] = step.kind === 'keep' || step.kind === 'start' ? 0 : 1
  for (let i = 1; i < size; i++) {
    const above = parent[i]!
    const f = frame[i]!
    if (step.kind === 'collapse') {
      const same = (g: number): boolean =>
        inModule === undefined ? words.name[g] === words.name[f] : inModule(f) && inModule(g)
      if (above > 0 && same(frame[above]!)) place[i] = 1
      continue
    }
    const hit = words.name[f] === step.name
    if (step.kind === 'merge') {
      place[i] = hit ? 1 : 0
      continue
    }
    through[i] = hit || through[above] === 1 ? 1 : 0
    kept[i] = step.kind === 'drop' ? 1 - through[i]! : through[i]!
    if (step.kind === 'start' && hit && through[above] === 0) place[i] = 2
  }
  return { kept, place }
}

/** Whether a module is the one called so, by its path or the last part of it. */
export function isModule(module: string, called: string): boolean {
  return module !== '' && (module === called || module.slice(module.lastIndexOf('/') + 1) === called)
}

function moduleMatch(words: FrameWords, called: string): (frame: number) => boolean {
  const known: boolean[] = []
  return frame => frame >= 0 && (known[frame] ??= isModule(words.module[frame]!, called))
}

/** The tree turned around: rows with a value stand on the root, callers on what they call. Linear in the summed depth of these rows. */
export function turnStacks(
  { parent, frame }: StackColumns,
  hasValue: (row: number) => boolean,
  frames: number,
): MovedStacks {
  const table = new PathTable(frames)
  const moved = new Int32Array(parent.length).fill(-1)
  for (let i = 0; i < parent.length; i++) {
    if (!hasValue(i)) continue
    let at = 0
    for (let n = i; n > 0; n = parent[n]!) at = table.child(at, frame[n]!)
    moved[i] = at
  }
  return { parent: table.parent, frame: table.frame, moved }
}

/** A column of values over the new rows. */
export function moveValues(values: ArrayLike<number>, { parent, moved }: MovedStacks): Float64Array {
  const result = new Float64Array(parent.length)
  for (let i = 0; i < moved.length; i++) if (moved[i]! >= 0) result[moved[i]!] = result[moved[i]!]! + values[i]!
  return result
}
