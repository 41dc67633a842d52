/**
 * What `bpfview` offers, name by name; what is not here may change without notice. docs/api.txt is the list with signatures, made by `npm run api`.
 */

// Nouns: datasets, stacks, errors

export type {
  Column,
  Dataset,
  EventTable,
  Grid,
  HistogramSeries,
  Measures,
  Meta,
  Normalization,
  NumberColumn,
  Parsed,
  Profile,
  ProfileDiff,
  Run,
  SampleTable,
  TextColumn,
} from './model/datasets.ts'
export { checkDataset, checkEvents, checkHistogram, checkProfile, checkSamples, MEASURES } from './model/datasets.ts'
export type { Diagnostic, Severity } from './model/diagnostic.ts'
export type { ErrorCode, Location } from './model/error.ts'
export { BpfviewError } from './model/error.ts'
export type { FrameKind, FrameTable, StackBuilder, StackLimits, StackTree } from './model/stacks.ts'
export { checkStacks, FRAME_KINDS, framesOf, kindCode, OTHER_STACKS, ROOT, StackTreeBuilder } from './model/stacks.ts'
export type { Dimension, Unit, ValueType } from './model/units.ts'

// Reading

export type { FlamegraphInput, FlamegraphInputOptions, FlamegraphLine } from '../parsers/folded/flamegraph-lines.ts'
export { readFlamegraphLines } from '../parsers/folded/flamegraph-lines.ts'
export { formats } from '../parsers/formats.ts'
export type { ParseOptions } from '../parsers/parse.ts'
export { createReader, detect, formatById, parse, parseStream } from '../parsers/parse.ts'
export type { PerfOptions, PerfScriptOptions, SampleFilter } from '../parsers/perf-script/options.ts'
export type { Format, Reader, ReadOptions } from '../parsers/reading/format.ts'
export type { Head } from '../parsers/reading/head.ts'
export type { JitMaps } from '../parsers/stacks/jit-map.ts'

// Stacks: choosing, adding, renaming, counting

export type { AlignedName, NameMode } from './ops/stacks/align-names.ts'
export { alignName, alignNames } from './ops/stacks/align-names.ts'
export type { CompatOptions } from './ops/stacks/compat-names.ts'
export { compatNames } from './ops/stacks/compat-names.ts'
export type { Description } from './ops/stacks/describe.ts'
export { countsOf, describe } from './ops/stacks/describe.ts'
export type { NamePattern, StackFilter } from './ops/stacks/filter-profile.ts'
export { filterProfile, focus, taskNames } from './ops/stacks/filter-profile.ts'
export { foldSamples } from './ops/stacks/fold.ts'
export { hotCold } from './ops/stacks/hot-cold.ts'
export { markKinds } from './ops/stacks/mark-kinds.ts'
export { mergeProfiles } from './ops/stacks/merge.ts'
export type { LabelledProfile } from './ops/stacks/merge-runs.ts'
export { meanOfRuns, mergeRuns } from './ops/stacks/merge-runs.ts'
export { reverseProfile } from './ops/stacks/reverse.ts'
export type { FrameRule, NewFrame } from './ops/stacks/rewrite.ts'
export { rewriteProfile, rewriteSamples, rewriteStacks } from './ops/stacks/rewrite.ts'
export type { Labelled } from './ops/stacks/side-by-side.ts'
export { sideBySide } from './ops/stacks/side-by-side.ts'
export type { TidyStep } from './ops/stacks/tidy-names.ts'
export { TIDY_STEPS, tidyName, tidyNames } from './ops/stacks/tidy-names.ts'
export type { TopFunction, TopRow } from './ops/stacks/top.ts'
export { topFunctions, topRows } from './ops/stacks/top.ts'
export { sum, totals } from './ops/stacks/totals.ts'

// Time

export { idleNodes } from './ops/time/idle.ts'
export type { ScopeGrid, ScopeOptions } from './ops/time/scope.ts'
export { selectTime, subsecondGrid } from './ops/time/scope.ts'
export type { TimePoint, TimeRange } from './ops/time/time-range.ts'
export { parseTimeRanges } from './ops/time/time-range.ts'

// Heat maps

export { heatFigures } from './ops/heat/figures.ts'
export type {
  Exclusion,
  HeatAxis,
  HeatFigure,
  HeatLine,
  HeatOptions,
  HeatPanel,
  HeatQuantile,
  Rows,
} from './ops/heat/heat.ts'
export type { TraceOptions } from './ops/heat/trace.ts'
export { traceHeat } from './ops/heat/trace.ts'

// Comparing

export type { BudgetResult } from './ops/compare/budgets.ts'
export type { Caveat } from './ops/compare/caveats.ts'
export { findCaveats } from './ops/compare/caveats.ts'
export type { HistogramChange, Quantile } from './ops/compare/compare-histograms.ts'
export { compareHistograms } from './ops/compare/compare-histograms.ts'
export type { Compared, CompareOptions } from './ops/compare/compare-runs.ts'
export { compareInFull, compareRuns } from './ops/compare/compare-runs.ts'
export type { Runs } from './ops/compare/compare-sides.ts'
export { compare } from './ops/compare/compare-sides.ts'
export type {
  Beginning,
  Comparison,
  FrameChange,
  FrameVerdict,
  GrowthBound,
  InterruptChange,
  MovedFunction,
  RootCause,
  Side,
  WholeChange,
  WorkingSet,
} from './ops/compare/comparison.ts'
export type { ChangedFunction, ChangeState, DiffOptions, DiffSide, Pair, RunsDiff } from './ops/compare/diff-runs.ts'
export { diffOfCompared, diffRuns } from './ops/compare/diff-runs.ts'
export type { TableDiff } from './ops/compare/diff-tables.ts'
export { diffTables } from './ops/compare/diff-tables.ts'
export type { HistogramCheck } from './ops/compare/histogram-check.ts'
export { judgeHistograms } from './ops/compare/histogram-check.ts'
export type { MeasuredInput, MeasuredSides, ScalarCaveat } from './ops/compare/measured-sides.ts'
export { measuredSides } from './ops/compare/measured-sides.ts'
export type { Measurement, RunUnit } from './ops/compare/measurements.ts'
export { isMeasured, measurementsOf } from './ops/compare/measurements.ts'
export type { LedgerEntry, NoiseLedger } from './ops/compare/noise-ledger.ts'
export { addToLedger, emptyLedger } from './ops/compare/noise-ledger.ts'
export type { Budget, CheckNormalization, Policy, RunLength, Verdict } from './ops/compare/policy.ts'
export { defaultPolicy } from './ops/compare/policy.ts'
export type { ScalarChange, ScalarCheck, ScalarGeomean } from './ops/compare/scalars.ts'
export { compareScalars } from './ops/compare/scalars.ts'

// Over time

export { withBeginnings } from './ops/history/beginnings.ts'
export { compareHistory } from './ops/history/compare-history.ts'
export type {
  History,
  HistoryChange,
  HistoryEpoch,
  HistoryInput,
  HistoryMove,
  HistoryOptions,
  HistoryPoint,
  HistoryRow,
} from './ops/history/history.ts'

// Pictures, tables and reports

export type { CheckFacts, CommitFacts } from '../renderers/check/facts.ts'
export { checkAnnotations } from '../renderers/check/github.ts'
export { headline as checkHeadline } from '../renderers/check/headline.ts'
export {
  histogramCheckAnnotations,
  histogramCheckJson,
  histogramCheckJunit,
  histogramCheckMarkdown,
  histogramCheckText,
} from '../renderers/check/histograms.ts'
export type { CheckInput, CheckJsonOptions } from '../renderers/check/json.ts'
export { checkJson } from '../renderers/check/json.ts'
export { checkJunit } from '../renderers/check/junit.ts'
export { checkMarkdown } from '../renderers/check/markdown.ts'
export { checkSarif } from '../renderers/check/sarif.ts'
export {
  scalarCheckAnnotations,
  scalarCheckJson,
  scalarCheckJunit,
  scalarCheckMarkdown,
  scalarCheckText,
} from '../renderers/check/scalars.ts'
export { checkText } from '../renderers/check/text.ts'
export { distributionHtml, distributionJson, distributionMarkdown } from '../renderers/diff/distributions.ts'
export type { DiffFlameOptions, DiffWidth } from '../renderers/diff/flame.ts'
export { diffFlame } from '../renderers/diff/flame.ts'
export { diffFoldedLines } from '../renderers/diff/folded.ts'
export { histogramDiffSvg } from '../renderers/diff/histogram-svg.ts'
export { diffHtml } from '../renderers/diff/html.ts'
export { diffJson } from '../renderers/diff/json.ts'
export { diffMarkdown } from '../renderers/diff/markdown.ts'
export type { Content, Exporter, ResultKind, Results } from '../renderers/exporters.ts'
export { exporterByEnding, exporterById, exporters, exportersOf, render } from '../renderers/exporters.ts'
export { flameChart } from '../renderers/flame/chart.ts'
export type { CompatFlameOptions, CompatLine, CompatPicture } from '../renderers/flame/compat.ts'
export { compatFlameGraph } from '../renderers/flame/compat.ts'
export type { FlameOptions } from '../renderers/flame/flame.ts'
export { flameGraph } from '../renderers/flame/flame.ts'
export type { ColourScale } from '../renderers/heat/colours.ts'
export type { HeatMapOptions } from '../renderers/heat/heatmap.ts'
export { heatMap, heatMapPage } from '../renderers/heat/heatmap.ts'
export { heatJson } from '../renderers/heat/json.ts'
export type { HistogramLayout, HistogramSvgOptions } from '../renderers/histogram/svg.ts'
export { HISTOGRAM_LAYOUTS, histogramSvg } from '../renderers/histogram/svg.ts'
export { historyHtml } from '../renderers/history/html.ts'
export type { HistorySvgOptions } from '../renderers/history/svg.ts'
export { historySvg } from '../renderers/history/svg.ts'
export { historyJson, historyMarkdown, historyText } from '../renderers/history/text.ts'
export { foldedLines } from '../renderers/listing/folded.ts'
export type { Gaps, Info } from '../renderers/listing/info.ts'
export { infoOf, infoText } from '../renderers/listing/info.ts'
export { mergedCsv, mergedJson } from '../renderers/listing/merged-profile.ts'
export { topMarkdown, topTable, topText } from '../renderers/listing/top.ts'
export { escapeXml, markdownText } from '../renderers/markup/escape.ts'
export type { PaletteName, Theme } from '../renderers/markup/palette.ts'
export { PALETTES } from '../renderers/markup/palette.ts'
export type { ScopePageOptions } from '../renderers/scope/page.ts'
export { scopePage } from '../renderers/scope/page.ts'
export type { ViewSide } from '../renderers/view/pack.ts'
export type { ViewPageOptions } from '../renderers/view/page.ts'
export { viewPage } from '../renderers/view/page.ts'
