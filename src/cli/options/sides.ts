import type { OptionTable } from './table.ts'
import { option } from './table.ts'

const collect = (run: string, all: readonly string[] = []): readonly string[] => [...all, run]

/** The two sides of a comparison. */
export const SIDES = {
  before: option<readonly string[]>(
    '--before <RUN...>',
    'runs before: files, captures, or a directory of them (a baseline); same as --base',
    collect,
    { aliases: ['--base'] },
  ),
  after: option<readonly string[]>('--after <RUN...>', 'runs after; same as --new', collect, { aliases: ['--new'] }),
} satisfies OptionTable

/** What a report is compared with. */
export const BEFORE = {
  before: option<readonly string[]>(
    '--before <CAPTURE...>',
    'captures and files of an earlier time, to compare with; write the later ones first, or -- before them',
    collect,
    { aliases: ['--base'] },
  ),
} satisfies OptionTable
