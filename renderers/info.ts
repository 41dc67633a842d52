import type { Diagnostic, Parsed } from '../src/model/index.ts'
import { describe } from '../src/ops/describe.ts'
import type { Description } from '../src/ops/describe.ts'
import { escapeTerminal } from './escape.ts'
import { fixed } from './svg.ts'
import { textTable } from './text-table.ts'

/** What `bpfview info --json` prints for one input. */
export interface Info {
  readonly format: string
  readonly datasets: readonly Description[]
  readonly skippedLines: number
  readonly lost: number
  readonly diagnostics: readonly Diagnostic[]
}

/** Facts of what an input gave. */
export function infoOf(parsed: Parsed): Info {
  return { format: parsed.format, datasets: parsed.datasets.map(describe), skippedLines: parsed.skippedLines, lost: parsed.lost, diagnostics: parsed.diagnostics }
}

/** The same as text for people, lines joined, with a final line break. */
export function infoText(source: string, info: Info): string {
  const lines = [`${escapeTerminal(source)}: ${info.format}`]
  const rows = info.datasets.map(({ kind, name, unit, samples, total, stacks, duration }) =>
    [kind, name, shown(samples), `${shown(total)} ${unit}`.trimEnd(), shown(stacks), duration === null ? '-' : `${fixed(duration, 3)} s`])
  if (rows.length > 0) for (const line of textTable(['kind', 'name', 'samples', 'total', 'stacks', 'duration'], rows, 'llrrrr')) lines.push(`  ${line}`)
  else lines.push('  no data')
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
