import { normalize } from 'node:path'
import { exporterById, exportersOf } from '../../../renderers/exporters.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import type { Target } from './outputs.ts'
import { outputOptions, targetsOf } from './outputs.ts'
import type { Flags, OptionTable } from './table.ts'
import { text } from './table.ts'

const { output, to } = outputOptions('check')

/** What a check writes besides the answer that it prints. `--json FILE` and its like are older than `-o`: the name may have any ending. */
export const CHECK_OUTPUTS = {
  output,
  to,
  json: text('--json <FILE>', 'write the whole answer as JSON; same as -o FILE.json'),
  markdown: text('--markdown <FILE>', 'write a comment for a pull request; same as -o FILE.md', { aliases: ['--md'] }),
  junit: text('--junit <FILE>', 'write JUnit XML; same as -o FILE.xml'),
  sarif: text('--sarif <FILE>', 'write SARIF 2.1.0; same as -o FILE.sarif'),
  svg: text(
    '--svg <FILE>',
    'write a picture: differential flame graph, distributions, or ratios with their intervals; same as -o FILE.svg',
  ),
} satisfies OptionTable

export type CheckOutputFlags = Flags<typeof CHECK_OUTPUTS>

const FORMS = { json: 'json', markdown: 'md', junit: 'junit', sarif: 'sarif', svg: 'svg' } as const

/** The kinds of checks there are: of functions, of histograms, of numbers, of several of these. */
export type CheckKind = 'check' | 'histogramCheck' | 'numberCheck' | 'suiteCheck'

/**
 * Where a check goes and in which forms; the text goes to standard output unless another form does. Throws BpfviewError E_USAGE for two of one
 * place and for a form that such a check cannot have.
 */
export function checkTargets<K extends CheckKind>(of: K, flags: CheckOutputFlags): readonly Target<K>[] {
  const forms = exportersOf(of)
  const targets = flags.output === undefined && flags.to === undefined ? [] : [...targetsOf(of, flagsOf(flags))]
  for (const key of Object.keys(FORMS) as (keyof typeof FORMS)[]) {
    const path = flags[key]
    if (path !== undefined)
      targets.push({ path: path === '-' ? undefined : path, form: exporterById(forms, FORMS[key]) })
  }
  const places = targets.map(({ path }) => (path === undefined ? '-' : normalize(path)))
  const twice = places.find((place, i) => places.indexOf(place) < i)
  if (twice !== undefined)
    throw new BpfviewError('E_USAGE', `two outputs are called ${quote(twice)}; expected a name for each`)
  return places.includes('-') ? targets : [...targets, { path: undefined, form: forms[0]! }]
}

function flagsOf({ output, to }: CheckOutputFlags): { output?: readonly string[]; to?: string } {
  return { ...(output !== undefined && { output }), ...(to !== undefined && { to }) }
}
