import { formatValue } from '../words/numbers.ts'

/** What a file of another tool cannot hold or had to be given, as a sentence; `warning` = a reader of the file could be misled. */
export interface Loss {
  readonly code: string
  readonly warning: boolean
  readonly message: string
}

/** Takes what was lost while a file was written. */
export type Tell = (loss: Loss) => void

const info = (code: string, message: string): Loss => ({ code, warning: false, message })
const warning = (code: string, message: string): Loss => ({ code, warning: true, message })

/** The words for all of them. */
export const losses = {
  timesDropped: (count: number, format: string) =>
    info(
      'times-dropped',
      `${formatValue(count, 'samples')}: times left out, ${format} has none (--to firefox and --to otlp keep them)`,
    ),
  timesInvented: (format: string) =>
    warning('times-invented', `the input has no times: ${format} shows its samples one after the other`),
  valuesRounded: (count: number, before: number, after: number) =>
    info('values-rounded', `${count} values rounded to whole numbers, total ${before} -> ${after}`),
  valuesCut: (count: number) =>
    warning('values-cut', `${count} values above 2^63 are cut there: the format holds no larger ones`),
  stackless: (count: number, value: string) =>
    info('stackless-marked', `${count} stacks (${value}) had no frames: written as [no stack]`),
  labelsDropped: (labels: readonly string[], format: string) =>
    info('labels-dropped', `${labels.join(', ')} left out: ${format} has no place for it`),
  clockUnknown: () =>
    warning('clock-unknown', 'times do not count from 1970: give --start, or a capture with its manifest'),
  unitDropped: (unit: string, format: string) =>
    info('unit-dropped', `the unit ${unit} is left out: ${format} has no word for it`),
  negative: (format: string) => warning('values-negative', `${format} takes no negative values: they are left out`),
}
