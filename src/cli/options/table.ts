import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { numberOption } from './values.ts'

/** One option, declared once: commander, the help text and the type of the flags all come from it. */
export interface OptionSpec<T, Always extends boolean = boolean> {
  /** As commander takes it: `-o, --output <FILE>`. */
  readonly flags: string
  /** What it does, for help; the default is added. */
  readonly help: string
  parse?(text: string, before: T | undefined): T
  readonly choices?: readonly string[]
  /** What holds without the option. */
  readonly value?: T
  /** True when the flags always have it. */
  readonly always?: Always
  /** Names of flags that cannot be given with it. */
  readonly conflicts?: readonly string[]
  /** What the value of an option that may stand alone looks like: another word after it is an operand. */
  readonly attached?: RegExp
  /** Other long names, for scripts that use them. */
  readonly aliases?: readonly string[]
  /** Words that the value may be, where others are allowed too; completions offer them. */
  readonly words?: readonly string[]
  /** Left out of the help. */
  readonly hidden?: boolean
}

/** Options of a command by the names of their flags. */
export type OptionTable = Readonly<Record<string, OptionSpec<unknown>>>

type Value<S> = S extends OptionSpec<infer T> ? T : never
type AlwaysKeys<T extends OptionTable> = { [K in keyof T]: T[K] extends { always: true } ? K : never }[keyof T]

/** The flags that a command gets for its options. */
export type Flags<T extends OptionTable> = { readonly [K in AlwaysKeys<T>]: Value<T[K]> } & {
  readonly [K in Exclude<keyof T, AlwaysKeys<T>>]?: Value<T[K]>
}

type Rest<T> = Omit<Partial<OptionSpec<T>>, 'flags' | 'help' | 'value' | 'always'>
/** An option that the flags may lack. */
export interface Given<T> extends OptionSpec<T, false> {
  readonly always?: false
}
/** An option that the flags always have. */
export interface Certain<T> extends OptionSpec<T, true> {
  readonly always: true
}

/** An option that is there or not. */
export function flag(flags: string, help: string, rest: Rest<boolean> = {}): Given<boolean> {
  return { flags, help, ...rest, always: false }
}

/** `--no-NAME`: true unless it is given. */
export function negative(flags: string, help: string): Certain<boolean> {
  return { flags, help, always: true }
}

export function text(flags: string, help: string, rest: Rest<string> = {}): Given<string> {
  return { flags, help, ...rest, always: false }
}

export function option<T>(flags: string, help: string, parse: (text: string, before: T | undefined) => T): Given<T>
export function option<T>(
  flags: string,
  help: string,
  parse: (text: string, before: T | undefined) => T,
  rest: Rest<T>,
): Given<T>
export function option<T>(
  flags: string,
  help: string,
  parse: (text: string, before: T | undefined) => T,
  rest: Rest<T> = {},
): Given<T> {
  return { flags, help, parse, ...rest, always: false }
}

/** One of a few words. */
export function choice<const W extends readonly string[]>(
  flags: string,
  help: string,
  choices: W,
  rest: Rest<W[number]> = {},
): Given<W[number]> {
  return { flags, help, choices, ...rest, always: false }
}

/** Some of a few words: `--flag <WORD...>`. */
export function several<W extends string>(
  flags: string,
  help: string,
  choices: readonly W[],
  rest: Rest<readonly W[]> = {},
): Given<readonly W[]> {
  return { flags, help, choices, ...rest, always: false }
}

/** Texts: `--flag <TEXT...>`. */
export function texts(flags: string, help: string, rest: Rest<readonly string[]> = {}): Given<readonly string[]> {
  return { flags, help, ...rest, always: false }
}

/** The same option with a value where it is not given; help names it. */
export function withDefault<T>(spec: Given<T>, value: T): Certain<T> {
  return { ...spec, value, always: true }
}

/** Several commands read tools that print no times. */
export const INTERVAL: Given<number> = option(
  '--interval <SECONDS>',
  'time between intervals, where the tool printed no times',
  numberOption(1e-9, 1e9),
)

/** An option that knows what may follow it. */
export class TableOption extends Option {
  attached: RegExp | undefined
  aliases: readonly string[] = []
  words: readonly string[] = []
}

/** Declares the options of a table, in its order. */
export function declareOptions(command: Command, table: OptionTable): Command {
  for (const spec of Object.values(table)) {
    const made = new TableOption(spec.flags, spec.help)
    made.attached = spec.attached
    made.aliases = spec.aliases ?? []
    made.words = spec.words ?? []
    if (spec.parse !== undefined) made.argParser((value: string, before: unknown) => spec.parse!(value, before))
    if (spec.choices !== undefined) made.choices(spec.choices)
    if (spec.value !== undefined) made.default(spec.value)
    if (spec.conflicts !== undefined) made.conflicts([...spec.conflicts])
    if (spec.hidden === true) made.hideHelp()
    command.addOption(made)
  }
  return command
}

/**
 * The words of a command line as commander should see them: other names of an option become its own, and an option that may stand alone does so
 * when the next word does not look like its value.
 */
export function settleArguments(argv: readonly string[], command: Command): string[] {
  const settled: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') return [...settled, ...argv.slice(i)]
    const name = /^--?[^=]+/.exec(word)?.[0] ?? ''
    const found = command.options.find(
      each => each.long === name || each.short === name || aliasesOf(each).includes(name),
    )
    if (found === undefined) {
      settled.push(word)
      continue
    }
    const own = name === found.long || name === found.short ? word : `${found.long}${word.slice(name.length)}`
    const alone = !word.includes('=')
    const next = argv[i + 1]
    if (alone && found instanceof TableOption && found.attached !== undefined && !found.attached.test(next ?? '')) {
      settled.push(`${own}=`)
      continue
    }
    settled.push(own)
    // a value is no option, whatever it looks like
    if (alone && found.required && !found.variadic && next !== undefined) {
      settled.push(next)
      i++
    }
  }
  return settled
}

/** Other long names of an option. */
export function aliasesOf(option: Option): readonly string[] {
  return option instanceof TableOption ? option.aliases : []
}

/** Throws the error of commander for a value. */
export function refuseValue(expected: string): never {
  throw new InvalidArgumentError(expected)
}
