import { SaxesParser } from 'saxes'
import type { ParseOptions } from '../../parsers/index.ts'
import { parse } from '../../parsers/index.ts'
import { flameGraph } from '../../renderers/flame/flame.ts'
import { heatMap } from '../../renderers/heat/heatmap.ts'
import { histogramJson, histogramText } from '../../renderers/histogram/text.ts'
import { foldedLines } from '../../renderers/listing/folded.ts'
import { infoOf, infoText } from '../../renderers/listing/info.ts'
import { tableCsv, tableJson, tableText } from '../../renderers/listing/table.ts'
import type { Dataset, EventTable, HistogramSeries, Parsed, Profile } from '../../src/model/index.ts'
import { BpfviewError } from '../../src/model/index.ts'
import { heatFigures } from '../../src/ops/heat/figures.ts'
import { foldSamples } from '../../src/ops/stacks/fold.ts'
import { sum } from '../../src/ops/stacks/totals.ts'
import { dump } from '../dump.ts'

/** What must never stand in text output: C0 but for line feeds, DEL, C1, bidirectional controls. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** What reading gave: everything in a result as text, or the code and message of a BpfviewError. Anything else is thrown. */
export function outcome(
  input: Uint8Array | Iterable<Uint8Array>,
  options: ParseOptions,
): { readonly text: string; readonly parsed?: Parsed } {
  try {
    const parsed = parse(input, { source: 'fuzz', ...options })
    return { text: dump(parsed), parsed }
  } catch (error) {
    if (error instanceof BpfviewError) return { text: `${error.code} ${error.message}` }
    throw error
  }
}

/** The bytes in chunks of random length, through one buffer that is used again, as reads from a file are. */
export function* chunked(bytes: Uint8Array, random: () => number): Iterable<Uint8Array> {
  const most = 1 + Math.floor(random() ** 3 * 5000)
  const buffer = new Uint8Array(most)
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + 1 + Math.floor(random() * most))
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
    buffer.fill(0x58)
    at += piece.length
  }
}

/**
 * Reads one input every way there is and says what is wrong, undefined when nothing is: only a BpfviewError may come out, whatever the chunks; what was
 * read keeps its invariants and its accounts; a timeline adds up to the profile; when `draw`, every renderer takes it.
 */
export function examine(
  bytes: Uint8Array,
  options: ParseOptions,
  random: () => number,
  draw: boolean,
): string | undefined {
  const whole = outcome(bytes, options)
  if (outcome(chunked(bytes, random), options).text !== whole.text) return 'other chunks gave another result'
  if (whole.parsed === undefined) {
    if (/[\n\u0000-\u001f]/.test(whole.text)) return `an error of several lines: ${JSON.stringify(whole.text)}`
    return undefined
  }
  return (
    accounts(whole.parsed, bytes) ?? timeline(whole.parsed, bytes, options) ?? (draw ? drawn(whole.parsed) : undefined)
  )
}

/** What the counts of a result contradict. */
function accounts({ datasets, diagnostics, skippedLines, lost }: Parsed, bytes: Uint8Array): string | undefined {
  let lines = 1
  // a file may end its lines with CR alone
  for (const byte of bytes) if (byte === 10 || byte === 13) lines++
  if (!(skippedLines >= 0 && skippedLines <= lines)) return `${skippedLines} of ${lines} lines were skipped`
  if (!(lost >= 0 && Number.isFinite(lost))) return `${lost} events were lost`
  for (const { code, line, count } of diagnostics) {
    if (!(count >= 1 && Number.isFinite(count))) return `${code} counts ${count}`
    if (line !== undefined && !(line >= 1 && line <= lines)) return `${code} is at line ${line} of ${lines}`
  }
  const quoted = diagnostics
    .filter(each => each.code === 'unrecognised-line')
    .reduce((all, each) => all + each.count, 0)
  if (quoted > skippedLines) return `${quoted} lines were called unrecognised, ${skippedLines} skipped`
  for (const dataset of datasets) {
    if (dataset.kind === 'profile' && !Number.isFinite(sum(dataset.self)))
      return `the total of ${JSON.stringify(dataset.name)} is ${sum(dataset.self)}`
  }
  return undefined
}

/** Where the samples of a timeline do not add up to the profile that is read without one. */
function timeline(parsed: Parsed, bytes: Uint8Array, options: ParseOptions): string | undefined {
  const other = outcome(bytes, { ...options, timeline: true })
  if (other.parsed === undefined) return `a timeline gave ${other.text}`
  if (!other.parsed.datasets.some(({ kind }) => kind === 'samples')) return undefined
  const profiles = parsed.datasets.filter((dataset): dataset is Profile => dataset.kind === 'profile')
  // a dataset without times is a profile in both
  const twins = other.parsed.datasets.filter(({ kind }) => kind === 'samples' || kind === 'profile')
  for (const [at, table] of twins.entries()) {
    if (table.kind !== 'samples') continue
    const twin = profiles[at]
    if (twin === undefined || twin.name !== table.name) return `timeline ${JSON.stringify(table.name)} has no profile`
    const one = sum(foldSamples(table).self)
    const two = sum(twin.self)
    if (Math.abs(one - two) > 1e-9 * Math.max(Math.abs(one), Math.abs(two)))
      return `timeline ${JSON.stringify(table.name)} adds up to ${one}, the profile to ${two}`
  }
  return other.parsed.skippedLines === parsed.skippedLines ? undefined : 'a timeline skips other lines'
}

/** What is wrong with the outputs made of a result. Renderers may only throw BpfviewError. */
export function drawn(parsed: Parsed): string | undefined {
  const text = infoText('x', infoOf(parsed))
  if (FORBIDDEN.test(text)) return 'info prints control characters'
  JSON.parse(JSON.stringify(infoOf(parsed)))
  const tables = ofKind(parsed.datasets, 'events')
  const series = ofKind(parsed.datasets, 'histograms')
  for (const profile of ofKind(parsed.datasets, 'profile')) {
    for (const script of [true, false]) {
      const wrong = tolerant(() => flameGraph(profile, { script }))
      const why = wrong === undefined ? undefined : notXml(wrong)
      if (why !== undefined) return `flame graph: ${why}`
    }
    const folded = [...foldedLines(profile)]
    const bad = folded.find(line => FORBIDDEN.test(line) || line.includes('\n'))
    if (bad !== undefined) return `fold prints ${JSON.stringify(bad)}`
    const why = refolded(profile, folded)
    if (why !== undefined) return why
  }
  if (series.length > 0) {
    if (FORBIDDEN.test([...histogramText(series), ...histogramText(series, true)].join('')))
      return 'hist prints control characters'
    JSON.parse([...histogramJson(series)].join(''))
  }
  if (tables.length > 0) {
    if (FORBIDDEN.test([...tableText(tables)].join(''))) return 'table prints control characters'
    JSON.parse([...tableJson(tables)].join(''))
    Array.from(tableCsv(tables))
  }
  const heat = tolerant(() => heatMap(heatFigures(parsed.datasets), {}))
  const why = heat === undefined ? undefined : notXml(heat)
  return why === undefined ? undefined : `heat map: ${why}`
}

/** Lines whose names folded text cannot tell from something else: a comment, or a first column. */
const AMBIGUOUS = /^\s*(?:#|\/\/|---)|\s[\d.]+\s+[\d.e+]+$|^\s/

/** Folded stacks are read back with the total they were printed with. */
function refolded(profile: Profile, lines: readonly string[]): string | undefined {
  const total = sum(profile.self)
  if (lines.length === 0) return total === 0 ? undefined : `fold prints nothing of ${total}`
  if (lines.some(line => AMBIGUOUS.test(line))) return undefined
  const again = outcome(new TextEncoder().encode(lines.map(line => `${line}\n`).join('')), { format: 'folded' })
  if (again.parsed === undefined) return `folded stacks are not read back: ${again.text}`
  const read = sum(ofKind(again.parsed.datasets, 'profile')[0]?.self ?? new Float64Array(0))
  return Math.abs(read - total) <= 1e-9 * Math.abs(total)
    ? undefined
    : `folded stacks of ${total} are read back as ${read}: ${JSON.stringify(lines.slice(0, 5))} ${JSON.stringify(again.parsed.diagnostics.slice(0, 3))}`
}

function ofKind(datasets: readonly Dataset[], kind: 'profile'): Profile[]
function ofKind(datasets: readonly Dataset[], kind: 'events'): EventTable[]
function ofKind(datasets: readonly Dataset[], kind: 'histograms'): HistogramSeries[]
function ofKind(datasets: readonly Dataset[], kind: string): Dataset[] {
  return datasets.filter(dataset => dataset.kind === kind)
}

function tolerant(make: () => string): string | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof BpfviewError) return undefined
    throw error
  }
}

/** Why a text is no well-formed XML 1.0, undefined when it is. */
export function notXml(text: string): string | undefined {
  let found: string | undefined
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', error => {
    found ??= error.message
  })
  parser.write(text).close()
  return (
    found ??
    (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)
      ? 'a lone surrogate'
      : undefined)
  )
}
