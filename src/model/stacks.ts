import { BpfviewError } from './error.ts'

/** Kinds of frames; a frame's code in FrameTable.kind is its index here. */
export const FRAME_KINDS = ['unknown', 'task', 'user', 'kernel', 'jit', 'inline', 'waker', 'marker'] as const

/**
 * What a frame is: 'task' = the comm at depth 1; 'user' native code; 'kernel'; 'jit' compiled or managed code; 'inline' inlined
 * into its caller; 'waker' belongs to the waking thread's half of a chain; 'marker' = `-`, `--`, `[Missed User Stack]`;
 * 'unknown' = an address without a symbol.
 */
export type FrameKind = (typeof FRAME_KINDS)[number]

const KIND_CODES = new Map<string, number>(FRAME_KINDS.map((kind, code) => [kind, code]))

/** Index of a kind in FRAME_KINDS. */
export function kindCode(kind: FrameKind): number {
  return KIND_CODES.get(kind)!
}

/** Distinct frames, interned once. Identity is (name, module, kind). '' = module unknown. */
export interface FrameTable {
  readonly name: readonly string[]
  readonly module: readonly string[]
  readonly kind: Uint8Array
}

/** Prefix tree of call stacks: columns of equal length; row 0 is the root (parent -1, frame -1); parent[i] < i always. */
export interface StackTree {
  readonly frames: FrameTable
  readonly parent: Int32Array
  readonly frame: Int32Array
}

export const ROOT = 0

/** Frames of one name that are found by looking at each. */
const MAX_CHAIN = 8

/** Builds one StackTree; asking for the same frame or child again gives the same number. */
export class StackTreeBuilder {
  private readonly names: string[] = []
  private readonly modules: string[] = []
  private kinds = new Uint8Array(256)
  /** Next frame with the same name but another module or kind; -1 ends the chain. */
  private sameName = new Int32Array(256)
  private readonly byName = new Map<string, number>()
  /** Frames whose name many others have, by all they are: a chain would be walked for each. */
  private readonly byIdentity = new Map<string, number>()

  /**
   * Four numbers per node, side by side because they are wanted together: parent, frame, and the two children made first (0 = none).
   * Nearly every node has at most two.
   */
  private links: Int32Array<ArrayBuffer>
  private nodes = 1
  /** The other children: open addressing over (parent, frame); 0 = free, which is safe because the root is nobody's child. */
  private table: Int32Array<ArrayBuffer>
  private tableCount = 0

  private readonly maxNodes: number
  private readonly maxFrames: number

  /** Limits guard memory; over them BpfviewError E_TOO_MANY. `room` = nodes to start with, a power of two: growing costs time. */
  constructor(limits: { readonly nodes?: number; readonly frames?: number; readonly room?: number } = {}) {
    this.links = new Int32Array(4 * (limits.room ?? 1024))
    this.table = new Int32Array(Math.max(4096, (limits.room ?? 0) / 4))
    this.maxNodes = limits.nodes ?? 64_000_000
    this.maxFrames = limits.frames ?? 8_000_000
    this.links[0] = -1
    this.links[1] = -1
  }

  get nodeCount(): number {
    return this.nodes
  }

  get frameCount(): number {
    return this.names.length
  }

  /** Number of the frame with this identity. */
  frame(name: string, module: string, kind: number): number {
    const first = this.byName.get(name)
    let last = -1
    let alike = 0
    for (let id = first ?? -1; id >= 0; id = this.sameName[id]!) {
      if (this.kinds[id] === kind && this.modules[id] === module) return id
      last = id
      alike++
    }
    const key = alike >= MAX_CHAIN ? `${kind} ${module.length} ${module}${name}` : undefined
    const known = key === undefined ? undefined : this.byIdentity.get(key)
    if (known !== undefined) return known
    const id = this.names.length
    if (id >= this.maxFrames) {
      throw new BpfviewError('E_TOO_MANY', `more than ${this.maxFrames} distinct frames; expected a profile whose frame names repeat`)
    }
    if (id === this.kinds.length) {
      this.kinds = grown(this.kinds, new Uint8Array(id * 2))
      this.sameName = grown(this.sameName, new Int32Array(id * 2))
    }
    this.names.push(name)
    this.modules.push(module)
    this.kinds[id] = kind
    this.sameName[id] = -1
    if (key !== undefined) this.byIdentity.set(key, id)
    else if (first === undefined) this.byName.set(name, id)
    else this.sameName[last] = id
    return id
  }

  /** Number of the node for `frame` called from the node `parent`. */
  child(parent: number, frame: number): number {
    const { links } = this
    const first = links[parent * 4 + 2]!
    if (first === 0) return this.addChild(parent, frame, -2)
    if (links[first * 4 + 1] === frame) return first
    const second = links[parent * 4 + 3]!
    if (second === 0) return this.addChild(parent, frame, -1)
    if (links[second * 4 + 1] === frame) return second
    const { table } = this
    const mask = table.length - 1
    let slot = this.slot(parent, frame)
    for (let node = table[slot]!; node !== 0; node = table[slot]!) {
      if (links[node * 4 + 1] === frame && links[node * 4] === parent) return node
      slot = (slot + 1) & mask
    }
    return this.addChild(parent, frame, slot)
  }

  /** Makes a child; where: -2 first, -1 second, else a slot of the table. */
  private addChild(parent: number, frame: number, where: number): number {
    const node = this.nodes
    if (node >= this.maxNodes) {
      throw new BpfviewError('E_TOO_MANY', `more than ${this.maxNodes} stack nodes; expected a profile whose stacks repeat`)
    }
    if (node * 4 === this.links.length) this.links = grown(this.links, new Int32Array(node * 8))
    this.links[node * 4] = parent
    this.links[node * 4 + 1] = frame
    this.nodes++
    if (where < 0) this.links[parent * 4 + 4 + where] = node
    else {
      this.table[where] = node
      if (++this.tableCount * 2 > this.table.length) this.rehash()
    }
    return node
  }

  /** Parent of a node. */
  parentOf(node: number): number {
    return this.links[node * 4]!
  }

  /** Frame of a node; -1 for the root. */
  frameOf(node: number): number {
    return this.links[node * 4 + 1]!
  }

  frameName(frame: number): string {
    return this.names[frame]!
  }

  frameModule(frame: number): string {
    return this.modules[frame]!
  }

  frameKind(frame: number): number {
    return this.kinds[frame]!
  }

  /** The tree so far; the builder must not be used afterwards. */
  finish(): StackTree {
    const parent = new Int32Array(this.nodes)
    const frame = new Int32Array(this.nodes)
    for (let node = 0; node < this.nodes; node++) {
      parent[node] = this.links[node * 4]!
      frame[node] = this.links[node * 4 + 1]!
    }
    this.table = new Int32Array(1)
    this.links = new Int32Array(0)
    return { frames: { name: this.names, module: this.modules, kind: this.kinds.slice(0, this.names.length) }, parent, frame }
  }

  private slot(parent: number, frame: number): number {
    let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame + 1, 0x85ebca6b)
    hash ^= hash >>> 15
    return hash & (this.table.length - 1)
  }

  private rehash(): void {
    this.table = new Int32Array(this.table.length * 2)
    for (let node = 1; node < this.nodes; node++) {
      const parent = this.links[node * 4]!
      if (this.links[parent * 4 + 2] === node || this.links[parent * 4 + 3] === node) continue
      let slot = this.slot(parent, this.links[node * 4 + 1]!)
      while (this.table[slot] !== 0) slot = (slot + 1) & (this.table.length - 1)
      this.table[slot] = node
    }
  }
}

/**
 * The tree with only the wanted nodes, their ancestors and the frames these use; `node[i]` = new number of node i, -1 when it is gone.
 * Order is kept. Linear.
 */
export function keptStacks(stacks: StackTree, wanted: (node: number) => boolean): { readonly stacks: StackTree; readonly node: Int32Array } {
  const { parent, frame, frames } = stacks
  const node = new Int32Array(parent.length).fill(-1)
  const frameOf = new Int32Array(frames.name.length).fill(-1)
  let count = 1
  for (let i = parent.length - 1; i > 0; i--) {
    if (node[i] === -1 && !wanted(i)) continue
    node[i] = 0
    node[parent[i]!] = 0
    count++
  }
  const name: string[] = []
  const module: string[] = []
  const kind = new Uint8Array(frames.name.length)
  const parents = new Int32Array(count)
  const frameColumn = new Int32Array(count)
  parents[0] = -1
  frameColumn[0] = -1
  node[0] = 0
  let next = 1
  for (let i = 1; i < parent.length; i++) {
    if (node[i] === -1) continue
    const old = frame[i]!
    if (frameOf[old] === -1) {
      frameOf[old] = name.length
      kind[name.length] = frames.kind[old]!
      name.push(frames.name[old]!)
      module.push(frames.module[old]!)
    }
    parents[next] = node[parent[i]!]!
    frameColumn[next] = frameOf[old]!
    node[i] = next++
  }
  return { stacks: { frames: { name, module, kind: kind.slice(0, name.length) }, parent: parents, frame: frameColumn }, node }
}

/** `to`, filled with `from` at its start: the step that doubles a column. */
export function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Throws BpfviewError E_BAD_INPUT when a tree breaks its invariants; returns it otherwise. Linear. */
export function checkStacks(stacks: StackTree): StackTree {
  const { parent, frame, frames } = stacks
  const broken = (what: string): never => {
    throw new BpfviewError('E_BAD_INPUT', `broken stack tree: ${what}`)
  }
  if (parent.length !== frame.length || parent.length === 0) broken(`${parent.length} parents, ${frame.length} frames`)
  if (frames.name.length !== frames.module.length || frames.name.length !== frames.kind.length) broken('frame columns differ in length')
  if (parent[0] !== -1 || frame[0] !== -1) broken('row 0 is not a root')
  for (let i = 1; i < parent.length; i++) {
    if (!(parent[i]! >= 0 && parent[i]! < i)) broken(`row ${i} has parent ${parent[i]}`)
    if (!(frame[i]! >= 0 && frame[i]! < frames.name.length)) broken(`row ${i} has frame ${frame[i]}`)
  }
  for (let f = 0; f < frames.kind.length; f++) if (frames.kind[f]! >= FRAME_KINDS.length) broken(`frame ${f} has kind ${frames.kind[f]}`)
  return stacks
}

/** Frame numbers of a node's stack, root first. Linear in its depth. */
export function framesOf(stacks: StackTree, node: number): number[] {
  const path: number[] = []
  for (let i = node; i > 0; i = stacks.parent[i]!) path.push(stacks.frame[i]!)
  return path.reverse()
}
