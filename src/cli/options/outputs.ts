import type { Exporter, ResultKind } from '../../../renderers/exporters.ts'
import { exporterByEnding, exporterById, exportersOf } from '../../../renderers/exporters.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import type { Given, OptionTable } from './table.ts'
import { flag, option } from './table.ts'

/** What every command that writes a result takes. */
export interface OutputFlags {
  readonly output?: readonly string[]
  readonly to?: string
  readonly json?: boolean
  readonly csv?: boolean
  readonly markdown?: boolean
  readonly svg?: boolean
  readonly term?: boolean
  readonly quiet?: boolean
  readonly open?: boolean
}

/** A place to write to and in which form. */
export interface Target<K extends ResultKind> {
  /** undefined = standard output. */
  readonly path: string | undefined
  readonly form: Exporter<K>
}

/** Flags that stand for `--to FORM`. */
const ALIASES = { json: 'json', csv: 'csv', markdown: 'md', svg: 'svg', term: 'term' } as const

const FORM_HELP = {
  json: 'same as --to json',
  csv: 'same as --to csv',
  markdown: 'same as --to md',
  svg: 'same as --to svg',
  term: 'same as --to term: text, in colours an icicle as wide as the terminal',
} as const

type OutputTable = OptionTable & {
  readonly output: Given<readonly string[]>
  readonly to: Given<string>
}

/** The options of a command that writes `of`: `-o`, `--to`, the short words for its forms, `--quiet`, `--open`. */
export function outputOptions(of: ResultKind): OutputTable {
  const forms = exportersOf(of)
  const ids = forms.map(form => form.id)
  const endings = forms.map(form => form.endings[0]).join(' ')
  const table: OutputTable & Record<string, OptionTable[string]> = {
    output: option<readonly string[]>(
      '-o, --output <FILE>',
      `write to FILE; its ending says what: ${endings}; may be given several times`,
      (name, all = []) => [...all, name],
    ),
    to: option<string>(
      '--to <FORMAT>',
      `what to write: ${ids.join(', ')}; default: by the ending of FILE, else ${ids[0]}`,
      name => name,
      { words: ids },
    ),
    quiet: COMMON.quiet,
    watch: COMMON.watch,
  }
  for (const key of Object.keys(ALIASES) as (keyof typeof ALIASES)[]) {
    if (!ids.includes(ALIASES[key])) continue
    table[key] = flag(`--${key}`, FORM_HELP[key], key === 'markdown' ? { aliases: ['--md'] } : {})
  }
  if (forms.some(isPicture)) table['open'] = COMMON.open
  return table
}

const COMMON = {
  quiet: flag('-q, --quiet', 'do not say on stderr what was written'),
  watch: flag('--watch', 'do it again whenever an input changes'),
  open: flag('--open', 'open what was written'),
} as const

function isPicture({ media }: Exporter): boolean {
  return media === 'image/svg+xml' || media === 'text/html'
}

/** A time that `--to` took before it meant a format. */
const TIME = /^\+?[\d.:]+s?$/

/** True for a `--to` that is a time, as scripts that are older than `--range` have it. */
export function isTime(to: string | undefined): to is string {
  return to !== undefined && TIME.test(to)
}

/**
 * Where a result goes and in which form: the ending of each `-o` decides, `--to` where a name has none of the endings and for standard output.
 * Throws BpfviewError E_USAGE for an ending that is not written, for two words that say different things, and for a picture on a terminal.
 */
export function targetsOf<K extends ResultKind>(of: K, flags: OutputFlags): readonly Target<K>[] {
  const forms = exportersOf(of)
  const asked = askedForm(flags)
  const wanted = asked === undefined ? undefined : exporterById(forms, asked)
  const names = flags.output ?? []
  if (names.length === 0) {
    const form = wanted ?? forms[0]!
    refuseTerminal(form as unknown as Exporter)
    return [{ path: undefined, form }]
  }
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined)
    throw new BpfviewError('E_USAGE', `two outputs are called ${quote(twice)}; expected a name for each`)
  return names.map(name => {
    if (name === '-') return { path: undefined, form: wanted ?? forms[0]! }
    return { path: name, form: formOf(forms, name, wanted, names.length) }
  })
}

/** The form that `--to` or one of its short words asks for. */
function askedForm(flags: OutputFlags): string | undefined {
  const said = new Set<string>()
  if (flags.to !== undefined && !isTime(flags.to)) said.add(NICKNAMES.get(flags.to) ?? flags.to)
  for (const key of Object.keys(ALIASES) as (keyof typeof ALIASES)[]) if (flags[key] === true) said.add(ALIASES[key])
  if (said.size > 1)
    throw new BpfviewError(
      'E_USAGE',
      `two formats are asked for (${[...said].join(' and ')}); expected one, or -o FILE for each`,
    )
  return [...said][0]
}

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['markdown', 'md'],
  ['txt', 'text'],
  ['htm', 'html'],
])

function formOf<K extends ResultKind>(
  forms: readonly Exporter<K>[],
  name: string,
  wanted: Exporter<K> | undefined,
  outputs: number,
): Exporter<K> {
  const named = exporterByEnding(forms, name)
  const ending = /\.[A-Za-z]\w*$/.exec(name)?.[0]
  // a device and a name without an ending say nothing
  if (ending === undefined || name.startsWith('/dev/')) return wanted ?? forms[0]!
  if (named === undefined) {
    if (wanted !== undefined && outputs === 1) return wanted
    const endings = [...new Set(forms.map(form => form.endings[0]!))]
    throw new BpfviewError(
      'E_USAGE',
      `${quote(name)} ends in ${quote(ending)}; expected ${endings.join(', ')}, or --to ${forms.map(form => form.id).join('|')}`,
    )
  }
  if (wanted === undefined || wanted === named || outputs > 1) return named
  // .txt is a name for any text, .json for any JSON
  if (wanted.media === named.media && wanted.of === 'converted') return wanted
  if (ending === '.txt' || ending === '.text') return wanted
  throw new BpfviewError(
    'E_USAGE',
    `${quote(name)} asks for ${named.id} and --to for ${wanted.id}; expected one of them`,
  )
}

/** Throws BpfviewError E_USAGE rather than pour a picture onto a terminal. */
function refuseTerminal(form: Exporter): void {
  if (process.stdout.isTTY !== true || !(isPicture(form) || form.media === 'application/x-protobuf')) return
  throw new BpfviewError(
    'E_USAGE',
    `${form.id} is not written to a terminal; expected -o FILE${form.endings[0]}, or > FILE${form.endings[0]}`,
  )
}
