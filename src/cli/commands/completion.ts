import type { Command } from 'commander'
import { BpfviewError, quote } from '../../model/error.ts'
import type { CommandEntry } from '../command-entry.ts'
import { writeResult } from '../output/write.ts'
import { bashCompletion } from '../shell/bash.ts'
import { fishCompletion } from '../shell/fish.ts'
import { zshCompletion } from '../shell/zsh.ts'

const SHELLS = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
])

export function declareCompletion(command: Command, all: readonly CommandEntry[]): void {
  command
    .argument('<SHELL>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      `
Examples:
  $ eval "$(bpfview completion bash)"
  $ bpfview completion bash > ~/.local/share/bash-completion/completions/bpfview
  $ bpfview completion zsh > ~/.zfunc/_bpfview
  $ bpfview completion fish > ~/.config/fish/completions/bpfview.fish`,
    )
    .action(async (shell: string) => {
      const make = SHELLS.get(shell)
      if (make === undefined)
        throw new BpfviewError(
          'E_USAGE',
          `no completions for ${quote(shell)}; expected ${[...SHELLS.keys()].join(', ')}`,
        )
      const { catalogue } = await import('../catalogue.ts')
      await writeResult(undefined, make(await catalogue(all)))
    })
}
