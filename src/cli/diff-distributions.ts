import { distributionHtml, distributionJson, distributionMarkdown } from '../../renderers/distribution-report.ts'
import { histogramDiffSvg } from '../../renderers/histogram-diff-svg.ts'
import { BpfviewError } from '../model/error.ts'
import { defaultPolicy } from '../ops/check-policy.ts'
import { compareHistograms } from '../ops/compare-histograms.ts'
import { diffTables } from '../ops/diff-tables.ts'
import { version } from '../version.ts'
import type { DiffFlags } from './commands/diff.ts'
import type { Input } from './input.ts'
import { writeResult } from './output.ts'
import { datasetsOf, kindsOf } from './runs.ts'

/** Writes how the histograms and event tables of two sides differ. */
export async function diffDistributions(base: readonly Input[], head: readonly Input[], to: NonNullable<DiffFlags['to']>, flags: DiffFlags): Promise<void> {
  const changes = compareHistograms(base.map(input => datasetsOf(input, 'histograms')), head.map(input => datasetsOf(input, 'histograms')), defaultPolicy)
  const tables = diffTables(base.map(input => datasetsOf(input, 'events')), head.map(input => datasetsOf(input, 'events')), defaultPolicy)
  if (changes.length + tables.length === 0) {
    const found = [...base, ...head].map(input => `${input.source}: ${kindsOf(input)}`).slice(0, 4).join('; ')
    throw new BpfviewError('E_MIXED', `nothing of one name and unit on both sides (${found}); expected the output of one tool before and after`)
  }
  switch (to) {
    case 'md': return writeResult(flags.output, distributionMarkdown(changes, tables, flags.title))
    case 'html': return writeResult(flags.output, distributionHtml(changes, tables, flags.title))
    case 'json': return writeResult(flags.output, distributionJson(changes, tables, { name: 'bpfview', version }))
    case 'folded': throw new BpfviewError('E_NO_DATA', 'no stacks; expected profiles for folded output, or --to svg, html, md or json')
    case 'svg': return writeResult(flags.output, histogramDiffSvg([...changes, ...tables.flatMap(table => table.columns.map(change => ({ ...change, name: `${table.tool} ${change.name}`.trim() })))], flags.title))
  }
}
