import type { Command } from 'commander'
import type { CommandEntry } from '../command-entry.ts'
import { writeResult } from '../output/write.ts'

export function declareMan(command: Command, all: readonly CommandEntry[]): void {
  command
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview man | man -l -
  $ bpfview man > ~/.local/share/man/man1/bpfview.1`,
    )
    .action(async () => {
      const [{ catalogue }, { manualPage }, { version }] = await Promise.all([
        import('../catalogue.ts'),
        import('../shell/man.ts'),
        import('../../version.ts'),
      ])
      await writeResult(undefined, manualPage(await catalogue(all), version))
    })
}
