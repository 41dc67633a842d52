import type { StackTransform } from '../../ops/stacks/transform.ts'
import type { Flags, OptionTable } from './table.ts'
import { option } from './table.ts'

/** A transform, and its place among all that were given. */
interface Placed {
  readonly place: number
  readonly step: StackTransform
}

let given = 0

function transform(flags: string, help: string, step: (of: string) => StackTransform, aliases: readonly string[] = []) {
  return option<readonly Placed[]>(
    flags,
    help,
    (of, before) => [...(before ?? []), { place: ++given, step: step(of) }],
    { aliases },
  )
}

/** What the menu of a picture does to stacks; applied in the order given. */
export const TRANSFORMS = {
  keep: transform('--keep <FUNCTION>', 'only stacks through the function', name => ({ kind: 'keep', name }), [
    '--focus',
  ]),
  drop: transform('--drop <FUNCTION>', 'no stacks through the function', name => ({ kind: 'drop', name }), [
    '--ignore',
  ]),
  start: transform('--start <FUNCTION>', 'only these stacks, from the function on', name => ({ kind: 'start', name })),
  merge: transform('--merge <FUNCTION>', 'the function goes into its callers', name => ({ kind: 'merge', name })),
  collapse: transform('--collapse <WHAT>', 'recursion, or runs of frames of a module, as one frame', what => ({
    kind: 'collapse',
    what,
  })),
} satisfies OptionTable

/** The transforms asked for, in order. */
export function transformsOf({ keep, drop, start, merge, collapse }: Flags<typeof TRANSFORMS>): StackTransform[] {
  return [keep, drop, start, merge, collapse]
    .flatMap(placed => placed ?? [])
    .sort((a, b) => a.place - b.place)
    .map(({ step }) => step)
}
