export { columnTitle, splitLabel, unitWord } from './columns.ts'
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
} from './datasets.ts'
export { checkDataset, checkEvents, checkHistogram, checkProfile, checkSamples, MEASURES } from './datasets.ts'
export type { Diagnostic, Severity } from './diagnostic.ts'
export { DiagnosticLog } from './diagnostic.ts'
export type { ErrorCode, Location } from './error.ts'
export { BpfviewError, quote } from './error.ts'
export { FrameTableBuilder } from './frame-table.ts'
export { grown } from './grown.ts'
export { lazyNumbers, lazyTexts, numberAt, textAt } from './lazy-column.ts'
export { StackParts } from './stack-parts.ts'
export type { FrameKind, FrameTable, StackBuilder, StackLimits, StackTree } from './stacks.ts'
export {
  checkStacks,
  FRAME_KINDS,
  framesOf,
  kindCode,
  OTHER_STACKS,
  ROOT,
  StackTreeBuilder,
  tooManyNodes,
} from './stacks.ts'
export type { Dimension, Unit, ValueType } from './units.ts'
export { conversion, isCount, unitFact } from './units.ts'
