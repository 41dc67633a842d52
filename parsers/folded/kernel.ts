import type { Meta, Profile, StackBuilder, StackTree, ValueType } from '../../src/model/index.ts'
import { FrameTableBuilder, tooManyNodes } from '../../src/model/index.ts'
import { measuresOf } from '../build/measures.ts'
import type { ProfileSink } from '../build/profile-builder.ts'
import type { KernelExports } from '../wasm/kernel.ts'
import { KernelPool, KernelText } from '../wasm/kernel.ts'
import { FOLDED_WASM } from './kernel-wasm.ts'
import type { FoldedSigns } from './signs.ts'

/** What the kernel asks about names that it sees for the first time. */
export interface NameLearner {
  /** The frame of this name in a state of the walk from root to leaf, and the state behind it; STATES tells them. */
  frame(name: string, state: number): { readonly name: string; readonly kind: number; readonly next: number }
  /** What the name says about the tool that printed it, as bits. */
  signs(name: string): number
}

/** States of a walk: bits IN_KERNEL and IN_WAKER, or before the first frame. */
export const IN_KERNEL = 1
export const IN_WAKER = 2
export const BEFORE_ROOT = 4

interface Exports extends KernelExports {
  readonly BLOCK_NODES: WebAssembly.Global
  readonly blocks: WebAssembly.Global
  readonly lineCount: WebAssembly.Global
  readonly stackCount: WebAssembly.Global
  readonly nodeCount: WebAssembly.Global
  readonly total: WebAssembly.Global
  readonly chains: WebAssembly.Global
  readonly switches: WebAssembly.Global
  readonly wakes: WebAssembly.Global
  start(): void
  held(): number
  child(parent: number, frame: number): number
  addValue(node: number, value: number): void
  parentOf(node: number): number
  frameOf(node: number): number
}

const NOBODY: NameLearner = { frame: name => ({ name, kind: 0, next: 0 }), signs: () => 0 }
/** Words of a node in a block; the values of all its nodes stand behind them. */
const NODE_WORDS = 4

/** The kernel that reads folded stacks into a profile of its own; kernels/folded.ts says how. */
export class FoldedKernel implements ProfileSink {
  readonly text: KernelText
  private readonly exports: Exports
  private learner = NOBODY
  private frames = new FrameTableBuilder()

  constructor(module: WebAssembly.Module) {
    const reader = {
      learnFrame: (at: number, length: number, state: number) => {
        const { name, kind, next } = this.learner.frame(this.text.at(at, length), state)
        return (this.frames.frame(name, '', kind) + 1) * 4 + next
      },
      learnSigns: (at: number, length: number) => this.learner.signs(this.text.at(at, length)),
      tooManyNodes: () => {
        throw tooManyNodes()
      },
    }
    this.exports = new WebAssembly.Instance(module, { reader }).exports as Exports
    this.text = new KernelText(this.exports)
  }

  /** Starts a file. */
  start(learner: NameLearner): void {
    this.learner = learner
    this.exports.start()
  }

  /** Forgets the file; the kernel may be used for another one. */
  stop(): void {
    this.learner = NOBODY
    this.frames = new FrameTableBuilder()
  }

  held(): number {
    return this.exports.held()
  }

  /** Lines that were taken since the start. */
  get lines(): number {
    return this.exports.lineCount.value as number
  }

  /** What the stacks of those lines say about the tool that printed them. */
  get signs(): FoldedSigns {
    const { chains, switches, wakes } = this.exports
    return { chains: chains.value as number, switches: switches.value as number, wakes: wakes.value as number }
  }

  readonly stacks: StackBuilder = {
    frame: (name, module, kind) => this.frames.frame(name, module, kind),
    child: (parent, frame) => this.exports.child(parent, frame),
    parentOf: node => this.exports.parentOf(node),
    frameOf: node => this.exports.frameOf(node),
    frameName: frame => this.frames.name(frame),
    frameKind: frame => this.frames.kind(frame),
  }

  get samples(): number {
    return this.exports.stackCount.value as number
  }

  get total(): number {
    return this.exports.total.value as number
  }

  add(node: number, value: number): void {
    this.exports.addValue(node, value)
  }

  finish(name: string, value: ValueType, meta: Meta = {}): Profile {
    const { nodeCount, BLOCK_NODES, blocks } = this.exports
    const { words } = this.text
    const length = nodeCount.value as number
    const inBlock = BLOCK_NODES.value as number
    const parent = new Int32Array(length)
    const frame = new Int32Array(length)
    const self = new Float64Array(length)
    const first = (blocks.value as number) >>> 2
    for (let start = 0, block = first; start < length; start += inBlock, block++) {
      const count = Math.min(inBlock, length - start)
      const at = words[block]! >>> 0
      for (let i = 0, word = at >>> 2; i < count; i++, word += NODE_WORDS) {
        parent[start + i] = words[word]!
        frame[start + i] = words[word + 1]!
      }
      self.set(new Float64Array(words.buffer, at + inBlock * NODE_WORDS * 4, count), start)
    }
    const stacks: StackTree = { frames: this.frames.finish(), parent, frame }
    return { kind: 'profile', name, value, measures: measuresOf({ name, value, stacks, meta }), stacks, self, meta }
  }
}

export const foldedKernels = new KernelPool(FOLDED_WASM, module => new FoldedKernel(module))
