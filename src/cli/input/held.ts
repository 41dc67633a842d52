import type { Dataset } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import type { Input } from './input.ts'

const WORDS: Readonly<Record<Dataset['kind'], { readonly what: string; readonly command: string }>> = {
  profile: { what: 'stacks', command: 'flame' },
  samples: { what: 'samples', command: 'flame' },
  'profile-diff': { what: 'stacks with two counts', command: 'diff' },
  histograms: { what: 'histograms', command: 'hist' },
  events: { what: 'tables', command: 'table' },
}

/** `no data`, and what the reader of the first input said about it. */
export function noData(inputs: readonly Input[]): string {
  const said = inputs[0]?.parsed.diagnostics[0]
  if (said === undefined) return 'no data'
  return `no data (${said.message}${said.text === undefined ? '' : `: ${quote(said.text)}`})`
}

/** The error for inputs that hold something else than `wanted`; it names the command that can draw what they hold. */
export function holdsNo(wanted: string, inputs: readonly Input[]): BpfviewError {
  const kinds = [...new Set(inputs.flatMap(input => input.parsed.datasets.map(dataset => dataset.kind)))]
  const source = inputs.map(input => input.source).join(', ')
  const first = kinds[0]
  if (first === undefined) {
    const line = inputs[0]?.parsed.diagnostics[0]?.line ?? 0
    return new BpfviewError('E_NO_DATA', `${noData(inputs)}; expected ${wanted}`, { source, line })
  }
  const one = inputs.length === 1 ? ` ${inputs[0]!.source === 'standard input' ? '-' : inputs[0]!.source}` : ''
  return new BpfviewError(
    'E_NO_DATA',
    `holds ${kinds.map(kind => WORDS[kind].what).join(' and ')} but no ${wanted}; try 'bpfview ${WORDS[first].command}${one}'`,
    { source, line: 0 },
  )
}
