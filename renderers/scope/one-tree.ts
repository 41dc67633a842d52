import type { SampleTable, StackTree } from '../../src/model/index.ts'
import { StackTreeBuilder } from '../../src/model/index.ts'
import { compareTexts } from '../../src/model/text/compare.ts'
import { graft } from '../../src/ops/stacks/merge.ts'
import { plainName } from '../words/label.ts'

/** One tree for several tables, its nodes in an order that depends on the stacks only, and each table's way into it. */
export function oneTree(tables: readonly SampleTable[]): {
  readonly stacks: StackTree
  readonly nodeOf: readonly Int32Array[]
} {
  const builder = new StackTreeBuilder()
  const maps = tables.map(table => graft(builder, table.stacks))
  const merged = builder.finish()
  const place = canonicalOrder(merged)
  const size = merged.parent.length
  const frameUse = new Int32Array(merged.frames.name.length).fill(-1)
  const parent = new Int32Array(size)
  const frame = new Int32Array(size)
  const names: string[] = []
  const modules: string[] = []
  const kinds: number[] = []
  const nodeAt = new Int32Array(size)
  for (let i = 0; i < size; i++) nodeAt[place[i]!] = i
  parent[0] = -1
  frame[0] = -1
  for (let at = 1; at < size; at++) {
    const old = nodeAt[at]!
    parent[at] = place[merged.parent[old]!]!
    const f = merged.frame[old]!
    if (frameUse[f]! < 0) {
      frameUse[f] = names.length
      names.push(merged.frames.name[f]!)
      modules.push(merged.frames.module[f]!)
      kinds.push(merged.frames.kind[f]!)
    }
    frame[at] = frameUse[f]!
  }
  return {
    stacks: { parent, frame, frames: { name: names, module: modules, kind: Uint8Array.from(kinds) } },
    nodeOf: maps.map(map => map.map(node => place[node]!)),
  }
}

/** Place of each node when children are ordered by name, module and kind: depth by depth, so that a parent stands before its children. */
function canonicalOrder(stacks: StackTree): Int32Array {
  const { parent, frame, frames } = stacks
  const size = parent.length
  const byText = Array.from({ length: frames.name.length }, (_, f) => f).sort(
    (a, b) =>
      compareTexts(plainName(frames.name[a]!), plainName(frames.name[b]!)) ||
      compareTexts(frames.name[a]!, frames.name[b]!) ||
      compareTexts(frames.module[a]!, frames.module[b]!) ||
      frames.kind[a]! - frames.kind[b]!,
  )
  const frameRank = new Int32Array(frames.name.length)
  byText.forEach((f, i) => {
    frameRank[f] = i
  })
  const depth = new Int32Array(size)
  let deepest = 0
  for (let i = 1; i < size; i++) {
    depth[i] = depth[parent[i]!]! + 1
    if (depth[i]! > deepest) deepest = depth[i]!
  }
  const levels: number[][] = Array.from({ length: deepest + 1 }, () => [])
  for (let i = 0; i < size; i++) levels[depth[i]!]!.push(i)
  const place = new Int32Array(size)
  let next = 0
  for (const level of levels) {
    level.sort(
      (a, b) => (place[parent[a]!] ?? 0) - (place[parent[b]!] ?? 0) || frameRank[frame[a]!]! - frameRank[frame[b]!]!,
    )
    for (const node of level) place[node] = next++
  }
  return place
}
