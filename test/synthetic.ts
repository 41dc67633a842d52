import type { Profile } from '../src/model/index.ts'
import { kindCode, StackTreeBuilder } from '../src/model/index.ts'
import type { LabelledProfile } from '../src/ops/stacks/merge-runs.ts'
import type { RunTree } from '../src/stats/entities.ts'
import { randomNormal } from '../src/stats/random.ts'

/** A profile of `path;path value` pairs. */
export function profileOf(
  stacks: Readonly<Record<string, number>> | readonly (readonly [string, number])[],
  unit = 'samples',
  name = 'samples',
): Profile {
  const builder = new StackTreeBuilder()
  const values: [number, number][] = []
  for (const [path, value] of Array.isArray(stacks)
    ? (stacks as readonly (readonly [string, number])[])
    : Object.entries(stacks)) {
    let node = 0
    path
      .split(';')
      .forEach(
        (frame, depth) =>
          (node = builder.child(node, builder.frame(frame, '', kindCode(depth === 0 ? 'task' : 'user')))),
      )
    values.push([node, value])
  }
  const tree = builder.finish()
  const self = new Float64Array(tree.parent.length)
  for (const [node, value] of values) self[node]! += value
  return { kind: 'profile', name, value: { name, unit }, stacks: tree, self, meta: {} }
}

export function labelled(profiles: readonly Profile[], prefix: string): LabelledProfile[] {
  return profiles.map((profile, i) => ({ label: `${prefix}${i}`, profile }))
}

/** Poisson number, by inversion for small means and rounded normal for large ones. */
export function poisson(mean: number, random: () => number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * randomNormal(random)))
  let k = 0
  let p = Math.exp(-mean)
  let sum = p
  const u = random()
  while (u > sum && k < 1000) sum += p *= mean / ++k
  return k
}

/** Gamma variate of mean `shape` (Marsaglia and Tsang). */
export function gamma(shape: number, random: () => number): number {
  if (shape < 1) return gamma(shape + 1, random) * Math.max(random(), 1e-300) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = randomNormal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** A count of the given mean whose variance is `delta` times a Poisson's. */
export function clumped(mean: number, delta: number, random: () => number): number {
  if (!(mean > 0)) return 0
  return delta <= 1 ? poisson(mean, random) : poisson(gamma(mean / (delta - 1), random) * (delta - 1), random)
}

/** A flat tree: every frame a child of the root, `shares` their expected shares. */
export function flatRuns(
  shares: readonly number[],
  runs: number,
  before: number,
  samples: number,
  noise: { readonly tau: number; readonly delta: number; readonly tauSpread?: number },
  random: () => number,
  factor: (frame: number, run: number) => number = () => 1,
): RunTree {
  const frames = shares.length
  const own = shares.map(() => noise.tau * Math.exp((noise.tauSpread ?? 0) * randomNormal(random)))
  const self: Float64Array[] = []
  for (let r = 0; r < runs; r++) {
    const weights = shares.map((share, f) => share * Math.exp(own[f]! * randomNormal(random)) * factor(f, r))
    const total = weights.reduce((a, b) => a + b, 0)
    self.push(
      Float64Array.from([0, ...weights.map(weight => clumped((samples * weight) / total, noise.delta, random))]),
    )
  }
  return {
    parent: Int32Array.from({ length: frames + 1 }, (_, i) => (i === 0 ? -1 : 0)),
    frame: Int32Array.from({ length: frames + 1 }, (_, i) => i - 1),
    frameCount: frames,
    self,
    before,
  }
}
