import { appendFileSync } from 'node:fs'
import type { CheckFacts } from '../../../renderers/check/facts.ts'
import type { CheckInput } from '../../../renderers/check/json.ts'
import { exporterById, exportersOf } from '../../../renderers/exporters.ts'
import type { Results } from '../../../renderers/results.ts'
import type { Compared } from '../../ops/compare/compare-runs.ts'
import type { LabelledProfile } from '../../ops/stacks/merge-runs.ts'
import { EXIT, remark } from '../exit.ts'
import { foldedDigest } from '../input/digest.ts'
import type { CheckKind, CheckOutputFlags } from '../options/check-outputs.ts'
import { checkTargets } from '../options/check-outputs.ts'
import { TOOL } from './difference.ts'
import { writeTargets } from './targets.ts'

/** Prints the answer, writes the asked-for files, and annotations and a step summary where GitHub's environment says so. */
export async function writeCheck<K extends CheckKind>(
  kind: K,
  check: Results[K]['data'],
  about: Omit<Results[K]['options'], 'tool' | 'verdictOnly'>,
  flags: CheckOutputFlags & { readonly quiet?: boolean },
  annotations: () => readonly string[],
): Promise<void> {
  const options = { ...about, tool: TOOL, verdictOnly: flags.quiet } as unknown as Results[K]['options']
  const targets = checkTargets(kind, flags)
  // the answer is the last to be printed
  const files = targets.filter(({ path }) => path !== undefined)
  const printed = targets.filter(({ path }) => path === undefined)
  await writeTargets(files, check, options, { quiet: flags.quiet })
  const summary = process.env['GITHUB_STEP_SUMMARY']
  if (summary) appendSummary(summary, String(await exporterById(exportersOf(kind), 'md').write(check, options)))
  if (process.env['GITHUB_ACTIONS'] === 'true') annotate(annotations())
  await writeTargets(printed, check, options)
}

/** The same for a check of stacks. */
export async function writeStackCheck(
  compared: Compared,
  facts: CheckFacts,
  flags: CheckOutputFlags & { readonly quiet?: boolean },
  sides: { readonly before: readonly LabelledProfile[]; readonly after: readonly LabelledProfile[] },
): Promise<void> {
  const { checkAnnotations } = await import('../../../renderers/check/github.ts')
  const inputs = (): { before: CheckInput[]; after: CheckInput[] } => ({
    before: sides.before.map(inputOf),
    after: sides.after.map(inputOf),
  })
  await writeCheck('check', compared, { facts, inputs }, flags, () => checkAnnotations(compared.comparison))
}

/** The exit status of a check's answer. */
export function checkExit(
  { violated, verdict }: { readonly violated: boolean; readonly verdict: string },
  strict: boolean,
): number {
  if (violated) return EXIT.crossed
  return strict && verdict === 'inconclusive' ? EXIT.inconclusive : EXIT.fine
}

function inputOf({ label, profile }: LabelledProfile): CheckInput {
  return { label, sha256: foldedDigest(profile) }
}

function annotate(lines: readonly string[]): void {
  if (lines.length > 0) process.stderr.write(lines.join('\n') + '\n')
}

/** A summary that cannot be written must not change a verdict. */
function appendSummary(path: string, markdown: string): void {
  try {
    appendFileSync(path, markdown)
  } catch (error) {
    remark(`step summary not written: ${(error as Error).message}`)
  }
}
