import type { Command, Option } from 'commander'
import type { Config } from '../model/config-schema.ts'
import { configSchema } from '../model/config-schema.ts'
import { BpfviewError, quote } from '../model/error.ts'
import { checkedJson } from './input/json-file.ts'
import { aliasesOf } from './options/table.ts'

const MAX_BYTES = 1 << 20

/**
 * The words of a command line with the defaults of a configuration file behind the command's name; an option that the line has, by any of its
 * names, has no default. Throws BpfviewError E_USAGE for a command or an option that there is none of.
 */
export function withDefaults(
  argv: readonly string[],
  command: Command,
  { path, names }: { readonly path: string; readonly names: readonly string[] },
): string[] {
  const config: Config = checkedJson(path, configSchema, {
    code: 'E_USAGE',
    maxBytes: MAX_BYTES,
    expected: 'a configuration: { "defaults": { "flame": { "width": 1200 } } }',
  })
  const refuse = (what: string): never => {
    throw new BpfviewError('E_USAGE', what, { source: path, line: 0 })
  }
  for (const name of Object.keys(config.defaults))
    if (name !== '*' && !names.includes(name))
      refuse(`defaults of ${quote(name)}, which is no command; expected *, ${names.join(', ')}`)
  const own = config.defaults[command.name()] ?? {}
  if (command.commands.length > 0 && Object.keys(own).length > 0)
    refuse(`defaults of ${quote(command.name())}, which has commands of its own; expected another command`)
  const words: string[] = []
  const find = (name: string): Option | undefined => command.options.find(option => option.long === `--${name}`)
  for (const [name, value] of Object.entries({ ...config.defaults['*'], ...own })) {
    const option = find(name)
    if (option === undefined) {
      if (name in own)
        refuse(`${command.name()} has no option ${quote(name)}; bpfview help ${command.name()} lists them`)
      continue
    }
    const spellings = [option.long, option.short, ...aliasesOf(option)]
    const given = argv.some(word => spellings.includes(word.replace(/=.*$/s, '')))
    if (!given) words.push(...wordsOf(`--${name}`, value, option))
  }
  const at = argv.indexOf(command.name()) + 1
  return [...argv.slice(0, at), ...words, ...argv.slice(at)]
}

function wordsOf(flag: string, value: Config['defaults'][string][string], option: Option): string[] {
  if (Array.isArray(value)) return value.flatMap(each => wordsOf(flag, each, option))
  if (typeof value !== 'boolean') return [`${flag}=${value}`]
  return value ? [flag] : []
}
