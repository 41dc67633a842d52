import { Option } from 'commander'
import type { ParseOptions } from '../../parsers/parse.ts'
import { defined } from './options.ts'

/** What a command that reads captures can be told about reading. */
export interface ReadingFlags {
  readonly format?: string
  readonly strict?: boolean
}

/** `--format ID`. */
export function formatOption(): Option {
  return new Option('--format <ID>', 'read the input as this format instead of detecting it')
}

/** `--strict`. */
export function strictOption(): Option {
  return new Option('--strict', 'stop with exit 2 at the first line that cannot be read')
}

/** What the flags ask of the reader. */
export function reading({ format, strict }: ReadingFlags): ParseOptions {
  return defined({ format, strict })
}
