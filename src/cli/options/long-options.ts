import { BpfviewError, quote } from '../../model/error.ts'

/** What an option takes: nothing, text, an integer, or a number. */
export type OptionKind = 'flag' | 'text' | 'integer' | 'number'

export interface LongOptions {
  readonly values: ReadonlyMap<string, string>
  readonly operands: readonly string[]
}

/**
 * Options the way Perl's Getopt::Long reads them: `--name=value`, `--name value`, one dash or two, any case, names cut as long as they stay
 * unambiguous (`--color`), `--` ends them. Throws BpfviewError E_USAGE.
 */
export function readLongOptions(args: readonly string[], kinds: ReadonlyMap<string, OptionKind>): LongOptions {
  const values = new Map<string, string>()
  const operands: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      operands.push(...args.slice(i + 1))
      break
    }
    const match = /^--?([A-Za-z][\w-]*)(?:=([^]*))?$/.exec(arg)
    if (match === null) {
      operands.push(arg)
      continue
    }
    const name = fullName(match[1]!, kinds)
    const kind = kinds.get(name)!
    if (kind === 'flag') {
      if (match[2] !== undefined) throw usage(`option --${name} takes no value, found ${quote(match[2])}`)
      values.set(name, '')
      continue
    }
    const value = match[2] ?? args[++i]
    if (value === undefined) throw usage(`option --${name} has no value; expected ${expected(kind)}`)
    if (
      (kind === 'integer' && !/^[-+]?\d+$/.test(value)) ||
      (kind === 'number' && (value.trim() === '' || !Number.isFinite(Number(value))))
    ) {
      throw usage(`option --${name} has the value ${quote(value)}; expected ${expected(kind)}`)
    }
    values.set(name, value)
  }
  return { values, operands }
}

function fullName(written: string, kinds: ReadonlyMap<string, OptionKind>): string {
  const wanted = written.toLowerCase()
  if (kinds.has(wanted)) return wanted
  const fits = [...kinds.keys()].filter(name => name.startsWith(wanted))
  if (fits.length === 1) return fits[0]!
  throw usage(
    fits.length === 0
      ? `unknown option --${written}; expected one of ${[...kinds.keys()].map(name => `--${name}`).join(', ')}`
      : `option --${written} may be ${fits.map(name => `--${name}`).join(' or ')}`,
  )
}

function expected(kind: OptionKind): string {
  return kind === 'integer' ? 'an integer' : kind === 'number' ? 'a number' : 'text'
}

function usage(message: string): BpfviewError {
  return new BpfviewError('E_USAGE', message)
}
