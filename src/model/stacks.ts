import { BpfviewError } from './error.ts'
import type { FrameTable } from './frame-table.ts'
import { FrameTableBuilder } from './frame-table.ts'
import { grown } from './grown.ts'

export type { FrameTable } from './frame-table.ts'

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

/** Prefix tree of call stacks: columns of equal length; row 0 is the root (parent -1, frame -1); parent[i] < i always. */
export interface StackTree {
  readonly frames: FrameTable
  readonly parent: Int32Array
  readonly frame: Int32Array
}

/** The row of the root in every tree of stacks. */
export const ROOT = 0

/** What builds one StackTree; asking for the same frame or child again gives the same number. */
export interface StackBuilder {
  /** Number of the frame with this identity. */
  frame(name: string, module: string, kind: number): number
  /** Number of the node for `frame` called from the node `parent`. */
  child(parent: number, frame: number): number
  parentOf(node: number): number
  /** Frame of a node; -1 for the root. */
  frameOf(node: number): number
  frameName(frame: number): string
  frameKind(frame: number): number
}

/** Name of the marker under the root that stands for all stacks beyond the limit of a reader. */
export const OTHER_STACKS = '[other stacks]'

/** What bounds the memory that stacks take. */
export interface StackLimits {
  /**
   * Stacks held in one tree, the first that come (the events of perf script share a tree); the values of all others are summed under one marker,
   * OTHER_STACKS, and a diagnostic says how much that is. A stack that another one begins with counts as part of that.
   */
  readonly maxStacks?: number
}

/** Nodes of a tree at most. */
export const MAX_NODES = 64_000_000

/** The error for a tree of more nodes than that. */
export function tooManyNodes(most = MAX_NODES): BpfviewError {
  return new BpfviewError('E_TOO_MANY', `more than ${most} stack nodes; expected a profile whose stacks repeat`)
}

/** Builds one StackTree. */
export class StackTreeBuilder implements StackBuilder {
  private readonly frames: FrameTableBuilder

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
  private maxStacks: number
  /** Stacks that are not the beginning of another. */
  private ends = 0
  /** Node of the stacks beyond the limit; -1 = none so far. */
  private other = -1

  /**
   * Limits guard memory. Over `nodes` and `frames` BpfviewError E_TOO_MANY; stacks over `maxStacks` become one, OTHER_STACKS. A stack that another
   * one begins with counts as part of that.
   */
  constructor(limits: StackLimits & { readonly nodes?: number; readonly frames?: number } = {}) {
    this.links = new Int32Array(4 * 1024)
    this.table = new Int32Array(4096)
    this.maxNodes = limits.nodes ?? MAX_NODES
    this.maxStacks = limits.maxStacks ?? Infinity
    this.frames = new FrameTableBuilder(limits.frames)
    this.links[0] = -1
    this.links[1] = -1
  }

  get nodeCount(): number {
    return this.nodes
  }

  get frameCount(): number {
    return this.frames.count
  }

  /** Number of the frame with this identity. */
  frame(name: string, module: string, kind: number): number {
    return this.frames.frame(name, module, kind)
  }

  /** Number of the node for `frame` called from the node `parent`. */
  child(parent: number, frame: number): number {
    const { links } = this
    if (parent === this.other) return parent
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
    // a node under a leaf makes a stack longer, any other begins one
    if (parent === ROOT || where !== -2) {
      if (this.ends >= this.maxStacks) return this.otherNode()
      this.ends++
    }
    return this.addNode(parent, frame, where)
  }

  private addNode(parent: number, frame: number, where: number): number {
    const node = this.nodes
    if (node >= this.maxNodes) {
      throw tooManyNodes(this.maxNodes)
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

  /** The node of all stacks beyond the limit. */
  private otherNode(): number {
    if (this.other < 0) {
      const limit = this.maxStacks
      // it comes beside those that are held
      this.maxStacks = Infinity
      this.other = this.child(ROOT, this.frame(OTHER_STACKS, '', kindCode('marker')))
      this.maxStacks = limit
    }
    return this.other
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
    return this.frames.name(frame)
  }

  frameModule(frame: number): string {
    return this.frames.module(frame)
  }

  frameKind(frame: number): number {
    return this.frames.kind(frame)
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
    return { frames: this.frames.finish(), parent, frame }
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

/** Throws BpfviewError E_BAD_INPUT when a tree breaks its invariants; returns it otherwise. Linear. */
export function checkStacks(stacks: StackTree): StackTree {
  const { parent, frame, frames } = stacks
  const broken = (what: string): never => {
    throw new BpfviewError('E_BAD_INPUT', `broken stack tree: ${what}`)
  }
  if (parent.length !== frame.length || parent.length === 0) broken(`${parent.length} parents, ${frame.length} frames`)
  if (frames.name.length !== frames.module.length || frames.name.length !== frames.kind.length)
    broken('frame columns differ in length')
  if (parent[0] !== -1 || frame[0] !== -1) broken('row 0 is not a root')
  for (let i = 1; i < parent.length; i++) {
    if (!(parent[i]! >= 0 && parent[i]! < i)) broken(`row ${i} has parent ${parent[i]}`)
    if (!(frame[i]! >= 0 && frame[i]! < frames.name.length)) broken(`row ${i} has frame ${frame[i]}`)
  }
  for (let f = 0; f < frames.kind.length; f++)
    if (frames.kind[f]! >= FRAME_KINDS.length) broken(`frame ${f} has kind ${frames.kind[f]}`)
  return stacks
}

/** Frame numbers of a node's stack, root first. Linear in its depth. */
export function framesOf(stacks: StackTree, node: number): number[] {
  const path: number[] = []
  for (let i = node; i > 0; i = stacks.parent[i]!) path.push(stacks.frame[i]!)
  return path.reverse()
}
