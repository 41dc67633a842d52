import type { Profile } from '../../model/index.ts'
import { BpfviewError, quote, StackTreeBuilder } from '../../model/index.ts'
import type { StackTransform } from './transform.ts'
import { isModule, moveValues, transformStacks } from './transform.ts'

/**
 * The profile after transforms, one after the other. Keep, drop and start take values away; merge and collapse keep the sum. Throws BpfviewError E_NO_DATA for a
 * function or module that no frame is of.
 */
export function transformProfile(profile: Profile, steps: readonly StackTransform[]): Profile {
  let result = profile
  for (const step of steps) result = applyStep(result, step)
  return result
}

function applyStep(profile: Profile, step: StackTransform): Profile {
  const { frames } = profile.stacks
  const builder = new StackTreeBuilder()
  const rows = Int32Array.from(frames.name, (name, f) => builder.frame(name, frames.module[f]!, frames.kind[f]!))
  const of = step.kind === 'collapse' ? step.what : step.name
  const first =
    step.kind !== 'collapse'
      ? frames.name.indexOf(of)
      : of === 'recursion'
        ? 0
        : frames.module.findIndex(module => isModule(module, of))
  if (first < 0)
    throw new BpfviewError(
      'E_NO_DATA',
      `--${step.kind} ${quote(of)}: no frame is of it; expected a ${step.kind === 'collapse' ? 'module' : 'function'} of the input, as bpfview top prints them`,
    )
  let moduleFrame = -1
  if (step.kind === 'collapse' && of !== 'recursion') {
    const module = frames.module[first]!
    moduleFrame = builder.frame(`[${module.slice(module.lastIndexOf('/') + 1)}]`, module, frames.kind[first]!)
  }
  const moved = transformStacks(profile.stacks, frames, step, {
    frames: frames.name.length + 1,
    // the builder numbers frames anew; in the moved tree the collapsed one comes last
    moduleFrame: frames.name.length,
    hasValue: i => profile.self[i] !== 0 || (profile.runs ?? []).some(run => run.self[i] !== 0),
  })
  const node = new Int32Array(moved.parent.length)
  for (let i = 1; i < node.length; i++) {
    const frame = moved.frame[i]!
    node[i] = builder.child(node[moved.parent[i]!]!, frame === frames.name.length ? moduleFrame : rows[frame]!)
  }
  const stacks = builder.finish()
  const values = (self: Float64Array): Float64Array => {
    const column = new Float64Array(stacks.parent.length)
    moveValues(self, moved).forEach((value, i) => {
      column[node[i]!] = column[node[i]!]! + value
    })
    return column
  }
  const runs = profile.runs?.map(run => ({ label: run.label, self: values(run.self) }))
  return { ...profile, stacks, self: values(profile.self), ...(runs !== undefined && { runs }) }
}
