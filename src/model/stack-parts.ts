import type { StackTree } from './stacks.ts'

/** Takes parts out of a tree, each as a tree of its own: the time is that of the part, not of the whole tree. */
export class StackParts {
  private readonly stacks: StackTree
  /** By node and by frame: number in the part, -1 = not in it. */
  private readonly nodeOf: Int32Array
  private readonly frameOf: Int32Array

  constructor(stacks: StackTree) {
    this.stacks = stacks
    this.nodeOf = new Int32Array(stacks.parent.length).fill(-1)
    this.frameOf = new Int32Array(stacks.frames.name.length).fill(-1)
  }

  /** The tree of these nodes, their ancestors and the frames that they use, in the order they had; `at[i]` = number of nodes[i] there. */
  part(nodes: Int32Array): { readonly stacks: StackTree; readonly at: Int32Array } {
    const { nodeOf, frameOf } = this
    const { parent, frame, frames } = this.stacks
    const kept = this.withAncestors(nodes)
    const name: string[] = []
    const module: string[] = []
    const kind: number[] = []
    const parents = new Int32Array(kept.length)
    const frameColumn = new Int32Array(kept.length).fill(-1)
    parents[0] = -1
    for (let i = 1; i < kept.length; i++) {
      const old = frame[kept[i]!]!
      if (frameOf[old] === -1) {
        frameOf[old] = name.length
        kind.push(frames.kind[old]!)
        name.push(frames.name[old]!)
        module.push(frames.module[old]!)
      }
      parents[i] = nodeOf[parent[kept[i]!]!]!
      frameColumn[i] = frameOf[old]!
      nodeOf[kept[i]!] = i
    }
    const at = nodes.map(node => nodeOf[node]!)
    for (const node of kept) {
      nodeOf[node] = -1
      if (node > 0) frameOf[frame[node]!] = -1
    }
    return {
      stacks: { frames: { name, module, kind: Uint8Array.from(kind) }, parent: parents, frame: frameColumn },
      at,
    }
  }

  /** The root, the nodes and their ancestors, each once, in order; nodeOf is 0 for all of them. */
  private withAncestors(nodes: Int32Array): Int32Array {
    const { nodeOf } = this
    const { parent } = this.stacks
    const found = [0]
    nodeOf[0] = 0
    for (const node of nodes) {
      for (let up = node; nodeOf[up] === -1; up = parent[up]!) {
        nodeOf[up] = 0
        found.push(up)
      }
    }
    return Int32Array.from(found).sort()
  }
}
