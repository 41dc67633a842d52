import type { StackTree } from '../../model/index.ts'
import { kindCode } from '../../model/index.ts'

/** Where frames without a symbol lie. */
export interface Nameless {
  /** As the tool printed it; '' = it did not. */
  readonly module: string
  /** Share of all such frames, each counted as often as stacks go through it. */
  readonly share: number
}

/** The modules of frames without a symbol, the largest first; empty when every frame has one. `total` = the nodes' totals. */
export function namelessModules(stacks: StackTree, total: Float64Array): Nameless[] {
  const { frame, frames } = stacks
  const unknown = kindCode('unknown')
  const values = new Map<string, number>()
  let sum = 0
  for (let i = 1; i < frame.length; i++) {
    const f = frame[i]!
    if (frames.kind[f] !== unknown || total[i] === 0) continue
    sum += total[i]!
    values.set(frames.module[f]!, (values.get(frames.module[f]!) ?? 0) + total[i]!)
  }
  return [...values]
    .map(([module, value]) => ({ module, share: value / sum }))
    .sort((a, b) => b.share - a.share || (a.module < b.module ? -1 : 1))
}
