import type { Dataset, Diagnostic, Parsed } from '../../src/model/index.ts'
import type { Description } from '../../src/ops/stacks/describe.ts'
import { describe } from '../../src/ops/stacks/describe.ts'
import type { Nameless } from '../../src/ops/stacks/nameless.ts'
import { namelessModules } from '../../src/ops/stacks/nameless.ts'
import { shallowStacks } from '../../src/ops/stacks/shallow.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import { escapeTerminal } from '../markup/escape.ts'
import { fixed } from '../markup/svg.ts'
import { textTable } from '../markup/text-table.ts'
import { qualityNotes, symbolGaps } from '../words/captions.ts'
import { formatPercent } from '../words/numbers.ts'

/** From this share on stacks that end after one user frame are worth a warning, among that many stacks or more. */
const SHALLOW = 0.3
const FEW_STACKS = 10

/** What makes a profile's stacks doubtful. Shares are of 1. */
export interface Gaps {
  /** Of frames without a symbol among all, each counted as often as stacks go through it. */
  readonly noSymbol: number
  /** Where those lie. */
  readonly modules: readonly Nameless[]
  /** Of stacks that say themselves that a part is missing. */
  readonly incomplete: number
  /** Of stacks with user code that end after one user frame: no frame pointers, or no call graph; 0 = too few stacks to tell. */
  readonly shallow: number
  /** The same and what the tool says, for people. */
  readonly notes: readonly string[]
}

/** What `bpfview info --json` prints for one input. */
export interface Info {
  readonly format: string
  readonly datasets: readonly (Description & { readonly gaps: Gaps | null })[]
  readonly skippedLines: number
  readonly lost: number
  readonly diagnostics: readonly Diagnostic[]
}

/** Facts of what an input gave. */
export function infoOf(parsed: Parsed): Info {
  return {
    format: parsed.format,
    datasets: parsed.datasets.map(dataset => ({ ...describe(dataset), gaps: gapsOf(dataset) })),
    skippedLines: parsed.skippedLines,
    lost: parsed.lost,
    diagnostics: parsed.diagnostics,
  }
}

/** The same as text for people, lines joined, with a final line break. */
export function infoText(source: string, info: Info): string {
  const lines = [`${escapeTerminal(source)}: ${info.format}`]
  const rows = info.datasets.map(({ kind, name, unit, samples, total, stacks, duration }) => [
    kind,
    name,
    shown(samples),
    `${shown(total)} ${unit}`.trimEnd(),
    shown(stacks),
    duration === null ? '-' : `${fixed(duration, 3)} s`,
  ])
  if (rows.length > 0)
    for (const line of textTable(['kind', 'name', 'samples', 'total', 'stacks', 'duration'], rows, 'llrrrr'))
      lines.push(`  ${line}`)
  else lines.push('  no data')
  for (const { name, gaps } of info.datasets) {
    if (gaps !== null && gaps.shallow >= SHALLOW)
      lines.push(
        `  warning: ${escapeTerminal(name)}: ${formatPercent(gaps.shallow)} of the stacks with user code end after one user frame: no frame pointers, or no call graph`,
      )
    if (gaps === null || gaps.notes.length === 0) continue
    lines.push(`  warning: ${escapeTerminal(name)}: ${gaps.notes.join(' · ')}`)
    if (gaps.noSymbol >= 0.01) lines.push(...causes(gaps.modules))
    if (gaps.incomplete >= 0.01)
      lines.push("    incomplete: the tool's table of stacks was full, or a stack could not be read")
  }
  lines.push(`  skipped lines: ${info.skippedLines}, lost events: ${info.lost}`)
  for (const { severity, message, line, text, count } of info.diagnostics) {
    const where = line === undefined ? '' : `line ${line}: `
    const quoted = text === undefined ? '' : `: ${escapeTerminal(text).slice(0, 100)}`
    lines.push(`  ${severity}: ${where}${escapeTerminal(message)}${quoted}${count > 1 ? ` (${count} times)` : ''}`)
  }
  return lines.join('\n') + '\n'
}

function shown(value: number | null): string {
  return value === null ? '-' : fixed(value, 3)
}

function gapsOf(dataset: Dataset): Gaps | null {
  if (dataset.kind !== 'profile') return null
  const total = totals(dataset.stacks, dataset.self)
  const shallow = shallowStacks(dataset)
  const { share, missing } = symbolGaps(dataset.stacks, total)
  return {
    noSymbol: share,
    modules: namelessModules(dataset.stacks, total),
    incomplete: missing,
    shallow: shallow.stacks < FEW_STACKS ? 0 : shallow.share,
    notes: qualityNotes(dataset, total),
  }
}

/** Why frames of a module have no symbol, as far as its name tells. */
const CAUSES: readonly { readonly of: RegExp; readonly words: string }[] = [
  { of: /^$/, words: 'the tool does not say in which file' },
  { of: /^\[(?:kernel|guest)/, words: 'the kernel hid its symbols (kptr_restrict)' },
  {
    of: /^\/\/anon|^\[(?:anon|heap|stack)|perf-\d+\.map|jitted-/,
    words: 'code made at run time, without a map of its names',
  },
  { of: /^\[/, words: 'in no mapped file: code compiled without frame pointers, or made at run time' },
  { of: /^/, words: 'no symbols there, or not readable where they were looked up' },
]

/** A line per cause that counts, the largest share first. */
function causes(modules: readonly Nameless[]): string[] {
  const found = CAUSES.map(({ words }) => ({ words, share: 0, names: [] as string[] }))
  for (const { module, share } of modules) {
    const cause = found[CAUSES.findIndex(({ of }) => of.test(module))]!
    cause.share += share
    if (module !== '') cause.names.push(escapeTerminal(module).slice(0, 100))
  }
  return found
    .filter(({ share }) => share >= 0.01)
    .sort((a, b) => b.share - a.share)
    .map(({ words, share, names }) => {
      const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
      return `    ${formatPercent(share)} of those: ${words}${names.length === 0 ? '' : ` (${names.slice(0, 3).join(', ')}${more})`}`
    })
}
