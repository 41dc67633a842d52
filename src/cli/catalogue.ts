/** What the command line offers, gathered from the tables that declare it: completions and the manual page are made of it. */
import { Command } from 'commander'
import { formats } from '../../parsers/formats.ts'
import type { CommandEntry } from './command-entry.ts'
import { listCollectors } from './input/collectors.ts'
import { TableOption } from './options/table.ts'

export interface OptionFacts {
  /** As help writes it: `-o, --output <FILE>`. */
  readonly flags: string
  readonly short: string | undefined
  /** `--output`; empty for an option with a short name only. */
  readonly long: string
  readonly aliases: readonly string[]
  readonly help: string
  /** What its value is called: `FILE`; undefined of a flag. */
  readonly value: string | undefined
  /** True when the value may be left out. */
  readonly optional: boolean
  /** True when several words may follow. */
  readonly variadic: boolean
  /** Words that the value may be; empty when it is a file, a name or a number. */
  readonly words: readonly string[]
}

export interface CommandFacts {
  readonly name: string
  readonly summary: string
  /** `[IN...]` with what it is. */
  readonly operands: readonly { readonly name: string; readonly help: string }[]
  /** Words that the first operand may be; empty when operands are files. */
  readonly words: readonly string[]
  /** Those that help shows, and those of its parts. */
  readonly options: readonly OptionFacts[]
  /** What help says behind the options. */
  readonly more: string
  /** Commands below it: `baseline add`. */
  readonly parts: readonly CommandFacts[]
}

const SHELLS = ['bash', 'zsh', 'fish'] as const
/** Values that are files, or may be. */
const FILES = /^(?:FILE|IN|RUN|DIR|PATH|POLICY|BASELINE|CAPTURE|ARGS)\b/

/** Every command with its options, in the order of help. Loads all of them. */
export async function catalogue(entries: readonly CommandEntry[]): Promise<CommandFacts[]> {
  return Promise.all(entries.map(entry => factsOf(entry, entries)))
}

/** True for a value that is completed with names of files. */
export function isFile({ value, words }: OptionFacts): boolean {
  return words.length === 0 && value !== undefined && FILES.test(value)
}

async function factsOf(entry: CommandEntry, entries: readonly CommandEntry[]): Promise<CommandFacts> {
  const command = new Command(entry.name)
  const declare = await entry.load()
  declare(command, entries)
  return described(command, entry.name, entry.summary)
}

function described(command: Command, name: string, summary: string): CommandFacts {
  let help = ''
  command.configureOutput({ writeOut: text => void (help += text) })
  command.outputHelp()
  const parts = command.commands.map(part => described(part, `${name} ${part.name()}`, part.description()))
  const options = command.options.filter(option => !option.hidden).map(option => optionFacts(option))
  const all = new Map([...parts.flatMap(part => part.options), ...options].map(option => [option.flags, option]))
  return {
    name,
    summary,
    operands: command.registeredArguments.map(operand => {
      const shown = `${operand.name()}${operand.variadic ? '...' : ''}`
      return { name: operand.required ? shown : `[${shown}]`, help: operand.description }
    }),
    words: parts.length > 0 ? command.commands.map(part => part.name()) : operandWords(name),
    options: [...all.values()],
    more: help.slice(command.helpInformation().length).trim(),
    parts,
  }
}

function optionFacts(option: Command['options'][number]): OptionFacts {
  const own = option instanceof TableOption ? option : undefined
  const value = /[<[]([^>\]]*)[>\]]/.exec(option.flags)?.[1]?.replace(/\.\.\.$/, '')
  const long = option.long ?? ''
  return {
    flags: option.flags,
    short: option.short,
    long,
    aliases: own?.aliases ?? [],
    help: option.description,
    value,
    optional: option.optional,
    variadic: option.variadic,
    words: option.argChoices ?? (long === '--format' ? formats.map(({ id }) => id) : (own?.words ?? [])),
  }
}

function operandWords(name: string): readonly string[] {
  if (name === 'completion') return SHELLS
  return name === 'collectors' ? listCollectors().map(collector => collector.name) : []
}
