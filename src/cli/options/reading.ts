import type { ParseOptions } from '../../../parsers/parse.ts'
import { MAX_NODES } from '../../model/stacks.ts'
import type { Flags, OptionTable } from './table.ts'
import { choice, flag, option, text } from './table.ts'
import { defined, wholeOption } from './values.ts'

const FORMAT = text('--format <ID>', 'read the input as this format instead of detecting it')
const STRICT = flag('--strict', 'stop with exit 2 at the first line that cannot be read')
const PRINTS = choice(
  '--prints <HOW>',
  'of a map or histogram printed more than once: last (each print holds those before it) or sum (it was cleared); default: by the values',
  ['last', 'sum'],
)
const THREADS = flag('--all-threads', 'of a file with several threads or profiles: all together, a frame for each')
const MAX_STACKS = option<number>(
  '--max-stacks <N>',
  'hold at most N stacks of an input; the values of others are one, [other stacks]',
  wholeOption(1, MAX_NODES),
)

/** What a command that reads captures can be told about reading. */
export const READING = { format: FORMAT, strict: STRICT, prints: PRINTS } satisfies OptionTable

/** The same where stacks are wanted. */
export const READING_STACKS = {
  format: FORMAT,
  allThreads: THREADS,
  strict: STRICT,
  prints: PRINTS,
  maxStacks: MAX_STACKS,
} satisfies OptionTable

export type ReadingFlags = Flags<typeof READING_STACKS>

/** Which of several datasets is drawn or printed. */
export const CHOOSING = {
  value: text('--value <NAME>', 'of an event with several values, this one: bytes, count, total'),
  event: text('--event <NAME>', 'this event of an input that holds several'),
} satisfies OptionTable

/** What the flags ask of the reader. */
export function reading({ format, strict, allThreads, prints, maxStacks }: ReadingFlags): ParseOptions {
  return defined({ format, strict, allThreads, prints, maxStacks })
}
