import type { NameMode } from '../../ops/stacks/align-names.ts'
import { DEFAULT_NAMES } from '../../ops/stacks/align-names.ts'
import type { OptionTable } from './table.ts'
import { choice } from './table.ts'

const MODES: readonly NameMode[] = ['align', 'bare', 'raw']

/** How names of two builds are brought together. */
export const NAMES = {
  names: choice<readonly NameMode[]>(
    '--names <MODE>',
    `align: drop what changes between builds; bare: template arguments too; raw: leave names alone (default ${DEFAULT_NAMES})`,
    MODES,
  ),
} satisfies OptionTable
