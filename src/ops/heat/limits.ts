import type { Dataset, Unit } from '../../model/index.ts'
import { BpfviewError, conversion, quote } from '../../model/index.ts'
import { timeColumn, valueColumn } from './events.ts'

/**
 * The amount of `50`, `50us` or `1.5ms` in the unit that the rows of a heat map of these datasets have; without a unit it is in that unit already. undefined for
 * undefined. Throws BpfviewError E_USAGE.
 */
export function amountIn(text: string | undefined, datasets: readonly Dataset[], column?: string): number | undefined {
  if (text === undefined) return undefined
  const match = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-zµ]*)$/i.exec(text.trim())
  if (match === null)
    throw new BpfviewError(
      'E_USAGE',
      `the limit ${quote(text)}; expected a number, alone or with its unit, like 50, 50us or 1.5ms`,
    )
  const value = Number(match[1])
  const unit = match[2]!.replace('µ', 'u')
  if (unit === '') return value
  const rows = rowUnit(datasets, column)
  const factor = conversion(unit, rows)
  if (factor === undefined)
    throw new BpfviewError(
      'E_USAGE',
      `the limit ${quote(text)} where values are in ${rows === '' ? 'no unit' : rows}; expected a number${rows === '' ? '' : ` or a unit that measures the same`}`,
    )
  return Number((value * factor).toPrecision(15))
}

function rowUnit(datasets: readonly Dataset[], column: string | undefined): Unit {
  for (const dataset of datasets) {
    if (dataset.kind === 'histograms' && (column === undefined || dataset.name === column || dataset.key === column))
      return dataset.unit
    if (dataset.kind !== 'events' || dataset.length === 0) continue
    try {
      return valueColumn(dataset, timeColumn(dataset), column).unit
    } catch (error) {
      if (!(error instanceof BpfviewError)) throw error
    }
  }
  return ''
}
