import type { SampleTable } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { remark } from '../exit.ts'
import { noData } from './held.ts'
import type { Input } from './input.ts'

/** The one timeline a command draws: that of `event`, or of the first event. Throws BpfviewError E_NO_DATA or E_NO_EVENT. */
export function chooseTimeline(inputs: readonly Input[], event?: string): SampleTable {
  const source = inputs.map(input => input.source).join(', ')
  if (inputs.length > 1)
    throw new BpfviewError(
      'E_USAGE',
      `${inputs.length} inputs; expected one, because clocks of different captures do not agree`,
    )
  const found = inputs.flatMap(input => input.parsed.datasets.filter(dataset => dataset.kind === 'samples'))
  if (found.length === 0) {
    const kinds = [...new Set(inputs.flatMap(input => input.parsed.datasets.map(dataset => dataset.kind)))].join(
      ' and ',
    )
    throw new BpfviewError(
      'E_NO_DATA',
      `${kinds === '' ? noData(inputs) : `only ${kinds}`}; expected single samples with their time, as perf script prints them`,
      { source, line: 0 },
    )
  }
  const names = [...new Set(found.map(samples => samples.name))]
  const chosen = event === undefined ? found[0] : found.find(samples => samples.name === event)
  if (chosen === undefined)
    throw new BpfviewError('E_NO_EVENT', `no event ${quote(event!)}; expected one of ${names.map(quote).join(', ')}`, {
      source,
      line: 0,
    })
  if (event === undefined && names.length > 1)
    remark(
      `event ${quote(chosen.name)} is shown; left out: ${names
        .filter(name => name !== chosen.name)
        .map(quote)
        .join(', ')}; choose with --event NAME`,
    )
  return chosen
}
