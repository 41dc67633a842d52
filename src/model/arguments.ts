/** What a program hands to the library, where types were not checked: plain JavaScript, casts. */
import type { Dataset } from './datasets.ts'
import { BpfviewError, quote } from './error.ts'

/** Throws BpfviewError E_USAGE unless a value is a dataset of this kind. `call` = the function it was given to. */
export function needDataset(value: unknown, kind: Dataset['kind'], call: string): void {
  if (isRecord(value) && value['kind'] === kind) return
  throw new BpfviewError(
    'E_USAGE',
    `${call} got ${describeValue(value)}; expected a dataset of kind ${quote(kind)}, as parse(...).datasets holds`,
  )
}

/** The same for an array of datasets. */
export function needDatasets(values: unknown, kind: Dataset['kind'], call: string): void {
  needArray(values, `datasets of kind ${quote(kind)}`, call)
  for (const value of values as readonly unknown[]) needDataset(value, kind, call)
}

/** Throws BpfviewError E_USAGE unless a value is an array. `expected` says of what. */
export function needArray(values: unknown, expected: string, call: string): void {
  if (!Array.isArray(values))
    throw new BpfviewError('E_USAGE', `${call} got ${describeValue(values)}; expected an array of ${expected}`)
}

/** Throws BpfviewError E_USAGE unless a value is an array of labelled profiles, the runs of one side. */
export function needRuns(runs: unknown, call: string): void {
  needArray(runs, '{ label, profile }', call)
  for (const run of runs as readonly unknown[]) {
    if (!isRecord(run) || typeof run['label'] !== 'string')
      throw new BpfviewError('E_USAGE', `${call} got ${describeValue(run)}; expected runs of { label, profile }`)
    needDataset(run['profile'], 'profile', call)
  }
}

/** Throws BpfviewError E_USAGE unless a value is an array of heat figures, as heatFigures and subsecondGrid make them. */
export function needFigures(figures: unknown, call: string): void {
  needArray(figures, 'figures, as heatFigures(...) makes them', call)
  for (const figure of figures as readonly unknown[])
    if (!isRecord(figure) || !Array.isArray(figure['panels']))
      throw new BpfviewError(
        'E_USAGE',
        `${call} got ${describeValue(figure)}; expected figures, as heatFigures(...) makes them`,
      )
}

/** A value in a few words: `undefined`, `an array`, `the result of parse()`, `a dataset of kind "events"`. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (!isRecord(value)) return value === null || value === undefined ? String(value) : `a ${typeof value}`
  if (typeof value['kind'] === 'string') return `a dataset of kind ${quote(value['kind'])}`
  if (Array.isArray(value['datasets'])) return 'the result of parse()'
  return 'an object of another kind'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
