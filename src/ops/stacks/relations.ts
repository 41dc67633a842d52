import type { Profile } from '../../model/index.ts'
import { BpfviewError, quote } from '../../model/index.ts'
import { compareTexts } from '../../model/text/compare.ts'
import { outermostRows } from '../../stats/entities.ts'
import type { TopFunction } from './top.ts'
import { totals } from './totals.ts'

/** A function beside another one. */
export interface Related extends TopFunction {
  readonly relation: 'caller' | 'function' | 'callee'
}

/**
 * Who calls a function and whom it calls, all its calls as one; a stack that holds it more than once counts from its outermost call. A caller's total is the
 * value of the calls that come from it, its self the part of it that ends in the function; a callee's are its own under the function. Callers, the function, callees,
 * each the largest first. Linear. Throws BpfviewError E_NO_DATA when no frame is of it.
 */
export function relatedFunctions(profile: Profile, name: string, sides: 'callers' | 'callees' | 'both'): Related[] {
  const { stacks, self } = profile
  const { parent, frame, frames } = stacks
  if (!frames.name.includes(name))
    throw new BpfviewError(
      'E_NO_DATA',
      `no frame is of ${quote(name)}; expected a function of the input, as bpfview top prints them`,
    )
  // frames of the name are one, whatever their modules are
  const one = frames.name.map((each, f) => (each === name ? -1 : f))
  const first = frames.name.indexOf(name)
  const frameOf = (node: number): number => (one[frame[node]!]! < 0 ? first : frame[node]!)
  const outer = outermostRows({
    parent,
    frame: Int32Array.from(frame, (_, i) => (i === 0 ? -1 : frameOf(i))),
    frameCount: frames.name.length,
  })
  const total = totals(stacks, self)
  const callers = new Map<number, [self: number, total: number]>()
  const callees = new Map<number, [self: number, total: number]>()
  const [own, all] = [[0, 0] as [number, number], new Map<number, boolean>()]
  const add = (to: Map<number, [number, number]>, f: number, ends: number, through: number): void => {
    const known = to.get(f) ?? to.set(f, [0, 0]).get(f)!
    known[0] += ends
    known[1] += through
  }
  for (let i = 1; i < parent.length; i++) {
    const above = parent[i]!
    const called = above > 0 && all.get(above) === true
    if (called) add(callees, frame[i]!, self[i]!, total[i]!)
    if (one[frame[i]!]! >= 0) continue
    own[0] += self[i]!
    if (outer[i] === 0) continue
    own[1] += total[i]!
    all.set(i, true)
    add(callers, above > 0 ? frame[above]! : -1, self[i]!, total[i]!)
  }
  const rows = (of: typeof callers, relation: Related['relation']): Related[] =>
    [...of]
      .filter(([, [, value]]) => value !== 0)
      .map(([f, [ends, through]]) => ({
        name: f < 0 ? '(root)' : frames.name[f]!,
        module: f < 0 ? '' : frames.module[f]!,
        self: ends,
        total: through,
        relation,
      }))
      .sort((a, b) => b.total - a.total || compareTexts(a.name, b.name) || compareTexts(a.module, b.module))
  return [
    ...(sides === 'callees' ? [] : rows(callers, 'caller')),
    { name, module: frames.module[first]!, self: own[0], total: own[1], relation: 'function' },
    ...(sides === 'callers' ? [] : rows(callees, 'callee')),
  ]
}
