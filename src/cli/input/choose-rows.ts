import type { Dataset, EventTable, HistogramSeries } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { holdsNo } from './held.ts'
import type { Input } from './input.ts'

/** The tables of the inputs, or those called `name`. Throws BpfviewError E_NO_DATA when there is none. */
export function tablesOf(inputs: readonly Input[], name?: string): EventTable[] {
  const tables = datasetsOf(inputs).filter(dataset => dataset.kind === 'events')
  if (tables.length === 0) throw holdsNo('tables', inputs)
  const chosen = name === undefined ? tables : tables.filter(table => table.name === name)
  if (chosen.length === 0) {
    throw new BpfviewError(
      'E_NO_DATA',
      `no table ${quote(name!)}; expected one of ${[...new Set(tables.map(table => quote(table.name)))].join(', ')}`,
      { source: sourceOf(inputs), line: 0 },
    )
  }
  return chosen
}

/** The histograms of the inputs, or those whose name or key holds `text`. Throws BpfviewError E_NO_DATA when there is none. */
export function histogramsOf(inputs: readonly Input[], text?: string): HistogramSeries[] {
  const series = datasetsOf(inputs).filter(dataset => dataset.kind === 'histograms')
  if (series.length === 0) throw holdsNo('histograms', inputs)
  const chosen = text === undefined ? series : series.filter(one => one.name.includes(text) || one.key.includes(text))
  if (chosen.length === 0)
    throw new BpfviewError(
      'E_NO_DATA',
      `no histogram with ${quote(text!)} in its name or key; expected one of the ${series.length} there are`,
      { source: sourceOf(inputs), line: 0 },
    )
  return chosen
}

function datasetsOf(inputs: readonly Input[]): Dataset[] {
  return inputs.flatMap(input => input.parsed.datasets)
}

function sourceOf(inputs: readonly Input[]): string {
  return inputs.map(input => input.source).join(', ')
}
