import type { Diagnostic } from './diagnostic.ts'
import { BpfviewError } from './error.ts'
import type { StackTree } from './stacks.ts'
import { checkStacks } from './stacks.ts'
import type { Unit, ValueType } from './units.ts'

/** What produced a dataset, as far as the capture says so. */
export interface Meta {
  readonly tool?: string
  readonly toolVersion?: string
  readonly command?: string
  /** Event as the tool names it: `cpu-clock`, `sched:sched_switch`. */
  readonly event?: string
  /** Sampling frequency in Hz. */
  readonly frequency?: number
  /** When the capture began, as ISO 8601 says it. */
  readonly start?: string
  /** Length of the capture in seconds. */
  readonly duration?: number
  readonly cpus?: number
  /** Units of work done: requests, rows, whatever the workload counts. */
  readonly work?: number
  readonly host?: string
  readonly kernel?: string
  readonly arch?: string
  /** Observations behind the values, where that is not the sum of the values. */
  readonly samples?: number
  /** Events the tool reported lost. */
  readonly lost?: number
  /** Stacks that the tool says it could not walk to their end. */
  readonly truncated?: number
  /** Exit status of the recorded command, where the manifest says it. */
  readonly exit?: number
  /** True when the capture was ended before its time. */
  readonly interrupted?: boolean
  /** Sentences about what an operation left out or changed, for whatever shows the values. */
  readonly notes?: readonly string[]
}

/** One of several like captures inside a merged profile: its own self values, over the same stacks. */
export interface Run {
  readonly label: string
  readonly self: Float64Array
}

/**
 * What values of stacks measure. 'chain' = blocked time with the stacks that ended it; 'hot-cold' = on- and off-CPU time in one profile; 'events' = an
 * event of another kind; 'unknown' = the input does not say.
 */
export type Measures = 'on-cpu' | 'off-cpu' | 'memory' | 'wakeup' | 'chain' | 'hot-cold' | 'events' | 'unknown'

/** All that values of stacks can measure. */
export const MEASURES: readonly Measures[] = [
  'on-cpu',
  'off-cpu',
  'memory',
  'wakeup',
  'chain',
  'hot-cold',
  'events',
  'unknown',
]

/** Values per stack. `self[i]` is the value of the stack that ends in node i; a node's total is its subtree's sum. */
export interface Profile {
  readonly kind: 'profile'
  /** Event or map the values belong to; datasets of one input differ in it. */
  readonly name: string
  readonly value: ValueType
  /** Said by the reader; absent = unknown. */
  readonly measures?: Measures
  readonly stacks: StackTree
  readonly self: Float64Array
  readonly meta: Meta
  /** The runs this profile was merged from; `self` is their sum. */
  readonly runs?: readonly Run[]
}

/** Single observations in input order; columns of equal length. Time in seconds as printed, NaN = unknown. */
export interface SampleTable {
  readonly kind: 'samples'
  readonly name: string
  readonly value: ValueType
  /** Said by the reader; absent = unknown. */
  readonly measures?: Measures
  readonly stacks: StackTree
  readonly time: Float64Array
  /** Node of `stacks` in which the sample's stack ends. */
  readonly stack: Int32Array
  readonly weight: Float64Array
  /** -1 = unknown. */
  readonly cpu?: Int32Array
  readonly tid?: Int32Array
  readonly pid?: Int32Array
  /** Index into `comms`. */
  readonly comm?: Int32Array
  readonly comms?: readonly string[]
  /** Further numbers printed with the samples: addresses, latencies, arguments of probes. */
  readonly attributes?: readonly NumberColumn[]
  readonly meta: Meta
}

/** By what two sides are made comparable. */
export type Normalization = 'share' | 'count' | 'duration' | 'cpu-time'

/** Two values per stack over one tree. */
export interface ProfileDiff {
  readonly kind: 'profile-diff'
  readonly name: string
  readonly value: ValueType
  readonly stacks: StackTree
  readonly before: Float64Array
  readonly after: Float64Array
  readonly normalization: Normalization
  readonly meta: Meta
}

/**
 * Distributions over one set of buckets, a row per interval. Half-open buckets [edges[j], edges[j+1]); +-Infinity for open ends;
 * counts is rows x (edges - 1), row-major, NaN = missing; time[row] in seconds, NaN = unknown.
 */
export interface HistogramSeries {
  readonly kind: 'histograms'
  readonly name: string
  /** What the tool split by: `disk = sda`, a map key; '' = not split. */
  readonly key: string
  readonly unit: Unit
  readonly edges: Float64Array
  readonly time: Float64Array
  readonly counts: Float64Array
  /** True when each row contains the rows before it. */
  readonly cumulative?: boolean
  readonly meta: Meta
}

/** A column of numbers in a unit. */
export interface NumberColumn {
  readonly name: string
  readonly type: 'number'
  readonly unit: Unit
  /** NaN = absent. */
  readonly values: Float64Array
}

/** A column of text. */
export interface TextColumn {
  readonly name: string
  readonly type: 'text'
  readonly values: readonly string[]
}

/** A column of a table, told apart by `type`. */
export type Column = NumberColumn | TextColumn

/** Rows of a table, in the order of the input, as columns of equal length. */
export interface EventTable {
  readonly kind: 'events'
  readonly name: string
  readonly tool: string
  readonly length: number
  readonly columns: readonly Column[]
  readonly meta: Meta
}

/** Every heat map reduces to this: x and y are edges (columns + 1, rows + 1); counts column-major; NaN = missing, not zero. */
export interface Grid {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly counts: Float64Array
}

/** What an input holds, told apart by `kind`. */
export type Dataset = Profile | SampleTable | ProfileDiff | HistogramSeries | EventTable

/** What one input gave. */
export interface Parsed {
  /** Id of the format that read it. */
  readonly format: string
  readonly datasets: readonly Dataset[]
  readonly diagnostics: readonly Diagnostic[]
  readonly skippedLines: number
  readonly lost: number
}

/** Throws BpfviewError E_BAD_INPUT when a dataset breaks its invariants; returns it otherwise. Linear. */
export function checkDataset<T extends Dataset>(dataset: T): T {
  switch (dataset.kind) {
    case 'profile':
      checkProfile(dataset)
      break
    case 'samples':
      checkSamples(dataset)
      break
    case 'profile-diff':
      checkStacks(dataset.stacks)
      sameLength(dataset.stacks.parent.length, dataset.before, dataset.after)
      break
    case 'histograms':
      checkHistogram(dataset)
      break
    case 'events':
      checkEvents(dataset)
      break
  }
  return dataset
}

/** Throws BpfviewError E_BAD_INPUT unless a profile has a value for each node of its tree. */
export function checkProfile(profile: Profile): Profile {
  checkStacks(profile.stacks)
  sameLength(profile.stacks.parent.length, profile.self, ...(profile.runs ?? []).map(run => run.self))
  for (const value of profile.self)
    if (!Number.isFinite(value)) broken(`profile ${profile.name} has the value ${value}`)
  return profile
}

/** Throws BpfviewError E_BAD_INPUT unless the columns of samples are of one length and name nodes there are. */
export function checkSamples(samples: SampleTable): SampleTable {
  checkStacks(samples.stacks)
  const { time, stack, weight, cpu, tid, pid, comm, attributes = [] } = samples
  sameLength(time.length, stack, weight, ...[cpu, tid, pid, comm].filter(column => column !== undefined))
  sameLength(time.length, ...attributes.map(({ values }) => values))
  for (const node of stack) if (!(node >= 0 && node < samples.stacks.parent.length)) broken(`sample in node ${node}`)
  return samples
}

/** Throws BpfviewError E_BAD_INPUT unless edges, rows and counts of histograms fit together. */
export function checkHistogram(series: HistogramSeries): HistogramSeries {
  const { edges, counts, time, name } = series
  if (edges.length < 2) broken(`histogram ${name} has ${edges.length} edges`)
  for (let j = 1; j < edges.length; j++)
    if (!(edges[j]! > edges[j - 1]!)) broken(`histogram ${name}: edge ${edges[j]} follows ${edges[j - 1]}`)
  if (counts.length !== time.length * (edges.length - 1))
    broken(`histogram ${name}: ${counts.length} counts for ${time.length} rows`)
  return series
}

/** Throws BpfviewError E_BAD_INPUT unless the columns of a table are as long as it says. */
export function checkEvents(table: EventTable): EventTable {
  for (const column of table.columns)
    if (column.values.length !== table.length)
      broken(`column ${column.name} has ${column.values.length} of ${table.length} values`)
  return table
}

function sameLength(length: number, ...columns: readonly ArrayLike<number>[]): void {
  for (const column of columns)
    if (column.length !== length) broken(`a column of ${column.length} where ${length} belong`)
}

function broken(what: string): never {
  throw new BpfviewError('E_BAD_INPUT', `broken dataset: ${what}`)
}
