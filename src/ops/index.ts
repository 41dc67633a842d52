export type { BudgetResult } from './compare/budgets.ts'
export type { Caveat } from './compare/caveats.ts'
export { findCaveats } from './compare/caveats.ts'
export type { HistogramChange, Quantile } from './compare/compare-histograms.ts'
export { compareHistograms } from './compare/compare-histograms.ts'
export type { Compared, CompareOptions } from './compare/compare-runs.ts'
export { compareInFull, compareRuns } from './compare/compare-runs.ts'
export type { Runs } from './compare/compare-sides.ts'
export { compare } from './compare/compare-sides.ts'
export type {
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
} from './compare/comparison.ts'
export type { ChangedFunction, ChangeState, DiffOptions, DiffSide, Pair, RunsDiff } from './compare/diff-runs.ts'
export { diffOfCompared, diffRuns } from './compare/diff-runs.ts'
export type { TableDiff } from './compare/diff-tables.ts'
export { diffTables } from './compare/diff-tables.ts'
export type { HistogramCheck } from './compare/histogram-check.ts'
export { judgeHistograms } from './compare/histogram-check.ts'
export type { MeasuredInput, MeasuredSides, ScalarCaveat } from './compare/measured-sides.ts'
export { measuredSides } from './compare/measured-sides.ts'
export type { Measurement, RunUnit } from './compare/measurements.ts'
export { isMeasured, measurementsOf } from './compare/measurements.ts'
export type { LedgerEntry, NoiseLedger } from './compare/noise-ledger.ts'
export { addToLedger, emptyLedger } from './compare/noise-ledger.ts'
export type { Budget, CheckNormalization, Policy, RunLength, Verdict } from './compare/policy.ts'
export { defaultPolicy } from './compare/policy.ts'
export type { ScalarChange, ScalarCheck, ScalarGeomean } from './compare/scalars.ts'
export { compareScalars } from './compare/scalars.ts'
export { heatFigures } from './heat/figures.ts'
export type {
  Exclusion,
  HeatAxis,
  HeatFigure,
  HeatLine,
  HeatOptions,
  HeatPanel,
  HeatQuantile,
  Rows,
} from './heat/heat.ts'
export type { TraceOptions } from './heat/trace.ts'
export { traceHeat } from './heat/trace.ts'
export type { AlignedName, NameMode } from './stacks/align-names.ts'
export { alignName, alignNames } from './stacks/align-names.ts'
export type { CompatOptions } from './stacks/compat-names.ts'
export { compatNames } from './stacks/compat-names.ts'
export type { Description } from './stacks/describe.ts'
export { countsOf, describe } from './stacks/describe.ts'
export type { NamePattern, StackFilter } from './stacks/filter-profile.ts'
export { filterProfile, focus, taskNames } from './stacks/filter-profile.ts'
export { foldSamples } from './stacks/fold.ts'
export { hotCold } from './stacks/hot-cold.ts'
export { markKinds } from './stacks/mark-kinds.ts'
export { mergeProfiles } from './stacks/merge.ts'
export type { LabelledProfile } from './stacks/merge-runs.ts'
export { meanOfRuns, mergeRuns } from './stacks/merge-runs.ts'
export { reverseProfile } from './stacks/reverse.ts'
export type { FrameRule, NewFrame } from './stacks/rewrite.ts'
export { rewriteProfile, rewriteSamples, rewriteStacks } from './stacks/rewrite.ts'
export type { Labelled } from './stacks/side-by-side.ts'
export { sideBySide } from './stacks/side-by-side.ts'
export type { TidyStep } from './stacks/tidy-names.ts'
export { TIDY_STEPS, tidyName, tidyNames } from './stacks/tidy-names.ts'
export type { TopFunction, TopRow } from './stacks/top.ts'
export { topFunctions, topRows } from './stacks/top.ts'
export { sum, totals } from './stacks/totals.ts'
export { idleNodes } from './time/idle.ts'
export type { ScopeGrid, ScopeOptions } from './time/scope.ts'
export { selectTime, subsecondGrid } from './time/scope.ts'
export type { TimePoint, TimeRange } from './time/time-range.ts'
export { parseTimeRanges } from './time/time-range.ts'
