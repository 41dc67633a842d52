export { BpfviewError, quote } from './error.ts'
export type { ErrorCode, Location } from './error.ts'
export { DiagnosticLog } from './diagnostic.ts'
export type { Diagnostic, Severity } from './diagnostic.ts'
export { conversion, isCount, unitFact } from './units.ts'
export type { Dimension, Unit, ValueType } from './units.ts'
export { FRAME_KINDS, ROOT, StackTreeBuilder, checkStacks, framesOf, grown, keptStacks, kindCode } from './stacks.ts'
export { columnTitle, splitLabel, unitWord } from './columns.ts'
export type { FrameKind, FrameTable, StackTree } from './stacks.ts'
export { checkDataset, checkEvents, checkHistogram, checkProfile, checkSamples } from './datasets.ts'
export type {
  Column, Dataset, EventTable, Grid, HistogramSeries, Meta, Normalization, NumberColumn, Parsed, Profile, ProfileDiff, Run, SampleTable, TextColumn,
} from './datasets.ts'
