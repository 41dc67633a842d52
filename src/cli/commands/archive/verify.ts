import type { Command } from 'commander'
import { EXIT, oneLine } from '../../exit.ts'
import { writeResult } from '../../output/write.ts'

export function declareVerify(command: Command): void {
  command
    .argument('<ARCHIVE>', 'made by bpfview archive init')
    .addHelpText(
      'after',
      `
Exit status: 0 every capture is as it was added; 1 something is not.

Examples:
  $ bpfview archive verify profiles`,
    )
    .action(async (directory: string) => {
      const { verifyArchive } = await import('../../archive/verify.ts')
      const { captures, stacks, errors, warnings } = await verifyArchive(directory)
      if (errors.length > 0) process.exitCode = EXIT.crossed
      const lines = [
        ...errors.map(each => `error: ${each}`),
        ...warnings.map(each => `warning: ${each}`),
        `${captures} captures, ${stacks} stacks: ${errors.length === 0 ? 'all as they were added' : `${errors.length} errors`}`,
      ]
      await writeResult(undefined, lines.map(line => `${oneLine(line)}\n`).join(''))
    })
}
