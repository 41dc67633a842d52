import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { detect, parse } from '../../parsers/index.ts'
import type { Diagnostic, Parsed } from '../../src/model/index.ts'
import { BpfviewError, checkDataset } from '../../src/model/index.ts'
import { explanationOf } from './explained.ts'
import { histogramValues } from './histogram-values.ts'
import type { Comparison } from './multiset.ts'
import type { Family } from './stack-families.ts'
import { STACK_FAMILIES } from './stack-families.ts'
import { dataRows, TABLE_FAMILIES } from './table-families.ts'
import { columnValues, numberValues } from './table-values.ts'

export const FAMILIES: readonly Family[] = [...TABLE_FAMILIES, ...STACK_FAMILIES].sort((a, b) =>
  a.name < b.name ? -1 : 1,
)

/** A file of real output as the manifest beside it describes it. */
export interface RealFile {
  readonly path: string
  readonly file: string
  readonly family: string
  /** Its author left lines out: totals need not agree. */
  readonly truncated: boolean
}

/** What reading one file showed. */
export interface Finding {
  readonly file: RealFile
  /** undefined = no family in the table below is its own. */
  readonly family: Family | undefined
  /** Format that claims the file, '-' = none. */
  readonly format: string
  readonly datasets: number
  readonly skipped: number
  /** Values of tables and buckets of histograms that were compared one by one. */
  readonly compared: number
  readonly unrecognised: readonly Diagnostic[]
  /** What is wrong; empty when all is well. */
  readonly failures: readonly string[]
  /** Why what is missing is missing. */
  readonly why: string | undefined
}

/** The files that the manifests in `place`/corpus and `place`/captures list and that are there. */
export function realFiles(place: string): RealFile[] {
  return ['corpus', 'captures']
    .map(folder => join(place, folder))
    .filter(folder => existsSync(join(folder, 'MANIFEST.tsv')))
    .flatMap(folder => {
      const [header = '', ...rows] = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n')
      const names = header.split('\t')
      const at = (row: string, name: string): string => row.split('\t')[names.indexOf(name)] ?? ''
      return rows
        .map(row => ({
          path: join(folder, at(row, 'file')),
          file: at(row, 'file'),
          family: at(row, 'family'),
          truncated: at(row, 'truncated_by_author') === '1',
        }))
        .filter(({ path }) => existsSync(path))
    })
}

/** Reads a file and holds it against what its family promises. */
export function check(file: RealFile): Finding {
  const bytes = readFileSync(file.path)
  const family = FAMILIES.find(({ families, except }) => families.test(file.family) && except?.test(file.file) !== true)
  const explanation = explanationOf(file.file)
  const format = detect(bytes)?.id ?? '-'
  const failures: string[] = []
  let parsed: Parsed | undefined
  let compared = 0
  try {
    parsed = parse(bytes, { source: file.file })
    parsed.datasets.forEach(checkDataset)
  } catch (error) {
    if (!(error instanceof BpfviewError)) throw error
    if (explanation === undefined) failures.push(error.message)
  }
  if (parsed !== undefined) {
    if (family !== undefined && !family.formats.includes(format))
      failures.push(`claimed by ${format}; expected ${family.formats.join(' or ')}`)
    if (parsed.skippedLines !== (explanation?.skipped ?? 0))
      failures.push(`${parsed.skippedLines} skipped lines; expected ${explanation?.skipped ?? 0}`)
    const totals = family?.totals(textOf(bytes), parsed)
    if (
      totals !== undefined &&
      !(
        Math.abs(totals.parsed - (totals.printed - (explanation?.skipped ?? 0))) <=
        1e-9 * Math.abs(totals.printed) + 1e-3
      ) &&
      totals.parsed !== totals.printed &&
      !file.truncated
    ) {
      failures.push(`printed ${totals.printed}, parsed ${totals.parsed}`)
    }
    for (const values of comparisons(format, textOf(bytes), parsed)) {
      compared += values.compared
      if (!file.truncated) failures.push(...values.failures)
    }
  }
  return {
    file,
    family,
    format,
    failures,
    compared,
    datasets: parsed?.datasets.length ?? 0,
    skipped: parsed?.skippedLines ?? 0,
    why: explanation?.why,
    unrecognised: parsed?.diagnostics.filter(({ code }) => code === 'unrecognised-line') ?? [],
  }
}

/** The values that are compared of a format: histograms by bucket, tables by column and number. */
function comparisons(format: string, text: string, parsed: Parsed): readonly Comparison[] {
  if (format === 'bcc-hist') return [histogramValues(text, parsed)]
  if (format === 'event-table' || format === 'table')
    return [columnValues(text, parsed), numberValues(dataRows(text), parsed)]
  if (format === 'csv-table') {
    const [, ...rows] = text.split('\n').filter(line => /[,;\t]/.test(line) && !line.startsWith('#'))
    return [
      numberValues(
        rows.map(row => row.replace(/[,;\t]/g, '  ')),
        parsed,
      ),
    ]
  }
  if (format === 'sysstat' || format === 'counters')
    return [
      numberValues(
        text.split('\n').filter(line => /\d/.test(line) && !/^(?:Linux |#)/.test(line)),
        parsed,
      ),
    ]
  return []
}

function textOf(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}
