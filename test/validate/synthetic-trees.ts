import type { RunTree } from '../../src/stats/entities.ts'
import { randomNormal } from '../../src/stats/random.ts'
import { clumped } from '../synthetic.ts'

/** A tree of functions with expected own shares: what a program looks like before noise. */
export interface Program {
  readonly parent: Int32Array
  readonly frame: Int32Array
  readonly frameCount: number
  /** Expected own share of each row. */
  readonly share: Float64Array
}

/** A random program of `functions`, each in one place, deep in some parts and broad in others. */
export function randomProgram(functions: number, random: () => number): Program {
  const parent = new Int32Array(functions + 1)
  parent[0] = -1
  const depth = new Int32Array(functions + 1)
  for (let i = 1; i <= functions; i++) {
    let above = Math.floor(random() * i)
    // deep towers: half of the time below the newest rows
    if (random() < 0.5) above = Math.max(0, i - 1 - Math.floor(random() * 4))
    if (depth[above]! > 30) above = 0
    parent[i] = above
    depth[i] = depth[above]! + 1
  }
  const share = Float64Array.from(parent, (_, i) => (i === 0 ? 0 : Math.exp(1.3 * randomNormal(random))))
  const sum = share.reduce((a, b) => a + b, 0)
  return {
    parent,
    frame: Int32Array.from(parent, (_, i) => i - 1),
    frameCount: functions,
    share: share.map(value => value / sum),
  }
}

/** Runs of two versions of a program that differ in their shares only. */
export function drawRuns(
  before: Program,
  after: Program,
  runs: readonly [number, number],
  samples: number,
  noise: { readonly tau: number; readonly delta: number },
  random: () => number,
): RunTree {
  const self: Float64Array[] = []
  for (let r = 0; r < runs[0] + runs[1]; r++) {
    const shares = (r < runs[0] ? before : after).share.map(share => share * Math.exp(noise.tau * randomNormal(random)))
    const total = shares.reduce((a, b) => a + b, 0)
    self.push(shares.map(share => clumped((samples * share) / total, noise.delta, random)))
  }
  return { parent: before.parent, frame: before.frame, frameCount: before.frameCount, self, before: runs[0] }
}

/** Rows at or below a row. */
export function subtree(program: Pick<Program, 'parent'>, row: number): number[] {
  const inside = new Uint8Array(program.parent.length)
  const rows: number[] = []
  for (let i = row; i < inside.length; i++) {
    if (i !== row && inside[program.parent[i]!] !== 1) continue
    inside[i] = 1
    rows.push(i)
  }
  return rows
}

/** The program with `points` more in the given rows, in proportion; what else there is keeps its absolute cost. */
export function grown(program: Program, rows: readonly number[], points: number): Program {
  const had = rows.reduce((sum, row) => sum + program.share[row]!, 0)
  const share = program.share.slice()
  for (const row of rows) share[row] = (share[row]! * (had + points)) / had
  const total = share.reduce((a, b) => a + b, 0)
  return { ...program, share: share.map(value => value / total) }
}
