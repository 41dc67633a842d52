import type { EventTable, HistogramSeries, Profile, ProfileDiff, SampleTable } from '../src/model/index.ts'
import type { HistogramChange } from '../src/ops/compare/compare-histograms.ts'
import type { Compared } from '../src/ops/compare/compare-runs.ts'
import type { RunsDiff } from '../src/ops/compare/diff-runs.ts'
import type { TableDiff } from '../src/ops/compare/diff-tables.ts'
import type { HistogramCheck } from '../src/ops/compare/histogram-check.ts'
import type { ScalarCheck } from '../src/ops/compare/scalars.ts'
import type { SuiteCheck } from '../src/ops/compare/suite.ts'
import type { HeatFigure } from '../src/ops/heat/heat.ts'
import type { History } from '../src/ops/history/history.ts'
import type { Doubt } from '../src/ops/report/doctor.ts'
import type { CheckFacts } from './check/facts.ts'
import type { CheckJsonOptions } from './check/json.ts'
import type { DiffFlameOptions } from './diff/flame.ts'
import type { Tell } from './exchange/losses.ts'
import type { FlameOptions } from './flame/flame.ts'
import type { TermOptions } from './flame/term.ts'
import type { HeatMapOptions } from './heat/heatmap.ts'
import type { HistogramSvgOptions } from './histogram/svg.ts'
import type { HistorySvgOptions } from './history/svg.ts'
import type { Info } from './listing/info.ts'
import type { Listed } from './listing/top.ts'
import type { TerminalLook } from './markup/text-table.ts'
import type { Summary } from './report/markdown.ts'
import type { ReportPage } from './report/page-data.ts'
import type { ScopePageOptions } from './scope/page.ts'
import type { ViewSide } from './view/pack.ts'
import type { ViewPageOptions } from './view/page.ts'

/** Text or bytes to be written, text whole or in pieces. */
export type Content = string | Uint8Array | Iterable<string>

/** What can be written: the data of each result and the options of its renderers. */
export interface Results {
  readonly flame: { readonly data: Profile; readonly options: FlameOptions & TermOptions }
  readonly chart: { readonly data: SampleTable; readonly options: FlameOptions }
  readonly folded: { readonly data: Profile; readonly options: object }
  readonly merged: { readonly data: Profile; readonly options: object }
  readonly top: {
    /** of: what the rows are; default: function. */
    readonly data: { readonly profile: Profile; readonly functions: readonly Listed[]; readonly of?: string }
    /** rows: of text and Markdown, at most; look: of text, on a terminal. */
    readonly options: { readonly rows?: number; readonly look?: TerminalLook }
  }
  readonly tables: {
    readonly data: readonly EventTable[]
    /** rows: of text, at most; raw: CSV cells that a spreadsheet takes for formulas stay as they are; look: of text, on a terminal. */
    readonly options: { readonly rows?: number; readonly raw?: boolean; readonly look?: TerminalLook }
  }
  readonly histograms: {
    readonly data: readonly HistogramSeries[]
    readonly options: HistogramSvgOptions & { readonly intervals?: boolean }
  }
  readonly heat: { readonly data: readonly HeatFigure[]; readonly options: HeatMapOptions }
  readonly converted: {
    /** Either stacks, their samples where these are known; or a difference; or histograms. */
    readonly data: {
      readonly profile?: Profile
      readonly samples?: SampleTable
      readonly diff?: ProfileDiff
      readonly histograms?: readonly HistogramSeries[]
    }
    /** start: milliseconds since 1970 at the first sample; tell: takes what was lost. */
    readonly options: { readonly version: string; readonly start?: number; readonly tell: Tell }
  }
  readonly scope: { readonly data: readonly SampleTable[]; readonly options: ScopePageOptions }
  /** One side, or before and after. */
  readonly view: { readonly data: readonly ViewSide[]; readonly options: ViewPageOptions }
  readonly info: {
    readonly data: readonly { readonly source: string; readonly info: Info }[]
    readonly options: object
  }
  readonly diff: {
    readonly data: RunsDiff
    /** scaled: of folded lines, the values before to the total after. */
    readonly options: DiffFlameOptions & WrittenBy & { readonly scaled?: boolean | undefined }
  }
  readonly distributions: {
    readonly data: { readonly changes: readonly HistogramChange[]; readonly tables: readonly TableDiff[] }
    readonly options: { readonly title?: string | undefined } & WrittenBy
  }
  /** width: of a picture, px. */
  readonly numbers: {
    readonly data: ScalarCheck
    readonly options: WrittenBy & { readonly width?: number | undefined }
  }
  readonly check: {
    readonly data: Compared
    /** inputs: what was read of both sides, asked for where it is written. */
    readonly options: CheckOptions & { inputs(): NonNullable<CheckJsonOptions['inputs']> }
  }
  readonly histogramCheck: { readonly data: HistogramCheck; readonly options: CheckOptions }
  readonly numberCheck: { readonly data: ScalarCheck; readonly options: CheckOptions }
  /** Several benchmarks, or several kinds of data. */
  readonly suiteCheck: { readonly data: SuiteCheck; readonly options: CheckOptions }
  readonly report: { readonly data: ReportPage; readonly options: { readonly title?: string | undefined } }
  readonly doctor: { readonly data: readonly Doubt[]; readonly options: object }
  readonly history: { readonly data: History; readonly options: HistorySvgOptions }
  /** maxLines: of Markdown, at most. */
  readonly summary: { readonly data: Summary; readonly options: { readonly maxLines?: number | undefined } }
}

/** The program that writes a result that names it. */
interface WrittenBy {
  readonly tool: { readonly name: string; readonly version: string }
}

interface CheckOptions extends WrittenBy {
  readonly facts: CheckFacts
  /** As text, the verdict and nothing else. */
  readonly verdictOnly?: boolean | undefined
  /** Of a picture of ratios, px; default: 1200. */
  readonly width?: number | undefined
}

/** What can be written, by name: `flame`, `top`, `heat` and others. */
export type ResultKind = keyof Results

/** One form of one result. */
export interface Exporter<K extends ResultKind = ResultKind> {
  /** What `--to` calls it. */
  readonly id: string
  /** Endings of file names that ask for it, the usual one first. */
  readonly endings: readonly string[]
  readonly of: K
  /** Media type. */
  readonly media: string
  write(data: Results[K]['data'], options: Results[K]['options']): Promise<Content>
}
