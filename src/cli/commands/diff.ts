import type { Command } from 'commander'
import { BpfviewError } from '../../model/error.ts'
import { diffOfColumns, diffRuns } from '../../ops/compare/diff-runs.ts'
import type { Input } from '../input/input.ts'
import { datasetsOf, profilesOf, readRuns } from '../input/runs.ts'
import { DIFFERENCES, diffOptions } from '../options/differences.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import { SIDES } from '../options/sides.ts'
import type { Flags } from '../options/table.ts'
import { declareOptions } from '../options/table.ts'
import { TOOL, writeDifference } from '../output/difference.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = { ...DIFFERENCES, ...CHOOSING, ...READING_STACKS }

type DiffFlags = Flags<typeof OPTIONS & typeof SIDES> & OutputFlags

export function declareDiff(command: Command): void {
  declareOptions(
    command
      .argument(
        '[BEFORE]',
        'run before: a file, a capture, or a directory of runs; or one two-column folded file alone',
      )
      .argument('[AFTER]', 'run after'),
    { ...SIDES, ...outputOptions('diff'), ...OPTIONS },
  )
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview diff monday.folded tuesday.folded -o diff.svg
  $ bpfview diff --before before/*.gz --after after/*.gz -o diff.html -o diff.md
  $ bpfview diff before.folded after.folded --to folded | flamegraph.pl > old-way.svg`,
    )
    .action(async (before: string | undefined, after: string | undefined, flags: DiffFlags) =>
      diffInputs(before, after, flags),
    )
}

/** Reads both sides, compares what they hold, and writes the kinds of file that were asked for. */
async function diffInputs(first: string | undefined, second: string | undefined, flags: DiffFlags): Promise<void> {
  refuseOutputs(flags)
  const before = [...(first === undefined ? [] : [first]), ...(flags.before ?? [])]
  const after = [...(second === undefined ? [] : [second]), ...(flags.after ?? [])]
  const options = reading(flags)
  if (before.length === 0)
    throw new BpfviewError('E_USAGE', 'no run before; expected BEFORE AFTER, or --before RUN... --after RUN...')
  const base = await readRuns(before, options)
  const pair = base.length === 1 && after.length === 0 ? datasetsOf(base[0]!, 'profile-diff')[0] : undefined
  if (pair !== undefined) {
    remarkQuality(base)
    return writeDifference(diffOfColumns(pair, base[0]!.source), flags)
  }
  if (after.length === 0)
    throw new BpfviewError('E_USAGE', 'no run after; expected BEFORE AFTER, or --before RUN... --after RUN...')
  const head = await readRuns(after, options)
  remarkQuality([...base, ...head])
  if (hasStacks(base[0]!) || hasStacks(head[0]!)) {
    const one = profilesOf(base, flags.event, undefined, flags.value)
    const other = profilesOf(head, flags.event, one[0]!.profile.name, flags.value)
    return writeDifference(diffRuns(one, other, diffOptions(flags)), flags)
  }
  const { compareNumbers, compareOthers } = await import('../input/compare-others.ts')
  const { title, quiet, open } = flags
  const check = compareNumbers(base, head)
  if (check !== undefined) return writeTargets(targetsOf('numbers', flags), check, { tool: TOOL }, { quiet, open })
  await writeTargets(
    targetsOf('distributions', flags),
    compareOthers(base, head),
    { title, tool: TOOL },
    { quiet, open },
  )
}

/** Before large inputs are read: throws when what is asked for can be written of no difference, whatever the inputs hold. */
function refuseOutputs(flags: DiffFlags): void {
  let first: unknown
  for (const kind of ['diff', 'distributions', 'numbers'] as const)
    try {
      targetsOf(kind, flags)
      return
    } catch (error) {
      first ??= error
    }
  throw first
}

function hasStacks(input: Input): boolean {
  return datasetsOf(input, 'profile').length > 0 || datasetsOf(input, 'samples').length > 0
}
