import { appendFileSync } from 'node:fs'
import { normalize } from 'node:path'
import { BpfviewError, quote } from '../model/error.ts'
import type { NameMode } from '../ops/align-names.ts'
import type { Comparison } from '../ops/compare-runs.ts'
import type { LabelledProfile } from '../ops/merge-runs.ts'
import { remark } from './exit.ts'
import { writeResult } from './output.ts'

/** Files a check can write besides what it prints. */
export interface CheckOutputs {
  readonly json?: string
  readonly markdown?: string
  readonly junit?: string
  readonly svg?: string
  readonly key?: string
}

/** Whether one of the outputs takes standard output, which then holds nothing else. Throws BpfviewError E_USAGE when two of them have one place. */
export function takesStdout({ json, markdown, junit, svg }: CheckOutputs): boolean {
  const places = [json, markdown, junit, svg].filter(path => path !== undefined).map(path => normalize(path))
  const twice = places.find((place, i) => places.indexOf(place) < i)
  if (twice !== undefined) throw new BpfviewError('E_USAGE', `two outputs are called ${quote(twice)}; expected a name for each`)
  return places.includes('-')
}

/** Writes the asked-for files, and annotations and a step summary where GitHub's environment says so. */
export async function writeCheck(comparison: Comparison, outputs: CheckOutputs, made: { before: readonly LabelledProfile[], after: readonly LabelledProfile[],
  names: NameMode | undefined }): Promise<void> {
  if (outputs.json !== undefined) {
    const { checkJson } = await import('./check-json.ts')
    await writeResult(outputs.json, await checkJson(comparison, made.before, made.after))
  }
  const summary = process.env['GITHUB_STEP_SUMMARY']
  if (outputs.markdown !== undefined || summary) {
    const { checkMarkdown } = await import('../../renderers/check-markdown.ts')
    const markdown = checkMarkdown(comparison, outputs.key)
    if (outputs.markdown !== undefined) await writeResult(outputs.markdown, markdown)
    if (summary) appendSummary(summary, markdown)
  }
  if (outputs.junit !== undefined) {
    const { checkJunit } = await import('../../renderers/check-junit.ts')
    await writeResult(outputs.junit, checkJunit(comparison))
  }
  if (outputs.svg !== undefined) {
    const [{ diffFlame }, { diffRuns }] = await Promise.all([import('../../renderers/diff-flame.ts'), import('../ops/diff-runs.ts')])
    await writeResult(outputs.svg, diffFlame(diffRuns(made.before, made.after, { force: true, ...(made.names !== undefined && { names: made.names }) })))
  }
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    const { checkAnnotations } = await import('../../renderers/check-github.ts')
    const lines = checkAnnotations(comparison)
    if (lines.length > 0) process.stderr.write(lines.join('\n') + '\n')
  }
}

/** A summary that cannot be written must not change a verdict. */
export function appendSummary(path: string, markdown: string): void {
  try {
    appendFileSync(path, markdown)
  } catch (error) {
    remark(`step summary not written: ${(error as Error).message}`)
  }
}
