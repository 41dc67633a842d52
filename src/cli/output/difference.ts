import type { RunsDiff } from '../../ops/compare/diff-runs.ts'
import { version } from '../../version.ts'
import type { DifferenceFlags } from '../options/differences.ts'
import { targetsOf } from '../options/outputs.ts'
import { writeTargets } from './targets.ts'

/** What writes a comparison, as JSON names it. */
export const TOOL = { name: 'bpfview', version }

/** Writes how the stacks of two sides differ, in the forms that were asked for. */
export async function writeDifference(diff: RunsDiff, flags: DifferenceFlags): Promise<void> {
  const { title, width, pixels, minWidth, icicle: inverted, script, quiet, open } = flags
  const picture = { title, width, pixels, minWidth, inverted, script }
  const scaled = flags.by === 'share'
  await writeTargets(targetsOf('diff', flags), diff, { ...picture, scaled, tool: TOOL }, { quiet, open })
}
