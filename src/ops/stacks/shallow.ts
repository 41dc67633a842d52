import type { Profile } from '../../model/index.ts'
import { kindCode } from '../../model/index.ts'

const CODE = [kindCode('user'), kindCode('jit'), kindCode('unknown')]

/** Of the stacks with user code, those that end after one user frame: code without frame pointers. */
export interface Shallow {
  /** Share by value; 0 = no stack has user code. */
  readonly share: number
  /** How many stacks have user code. */
  readonly stacks: number
}

/** How much of a profile ends after one user frame. Linear. */
export function shallowStacks({ stacks: { parent, frame, frames }, self }: Profile): Shallow {
  const depth = new Int32Array(parent.length)
  let [shallow, all, stacks] = [0, 0, 0]
  for (let i = 1; i < parent.length; i++) {
    depth[i] = depth[parent[i]!]! + (CODE.includes(frames.kind[frame[i]!]!) ? 1 : 0)
    const value = self[i]!
    if (depth[i] === 0 || value === 0) continue
    all += value
    stacks++
    if (depth[i] === 1) shallow += value
  }
  return { share: all === 0 ? 0 : shallow / all, stacks }
}
