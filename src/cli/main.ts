#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { commands } from './commands.ts'
import { EXIT, complain, exitCodeOf, oneLine } from './exit.ts'
import { guardStreams } from './output.ts'

/** Runs one command line; sets process.exitCode and never calls process.exit, so that no output is cut off. */
async function main(argv: readonly string[]): Promise<void> {
  guardStreams()
  const asked = commandOf(argv)
  const program = new Command('bpfview')
    .description('Turns what perf, bpftrace and BCC print into pictures, tables and verdicts, offline.')
    .usage('COMMAND [options] IN...')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .option('-V, --version', 'show the version')
    .addHelpText('after', `
IN is a file, a gzipped file, a capture directory or its .tgz, or - for standard input. Formats are detected.
Exit status: 0 fine; 1 a threshold or check was crossed; 2 could not do it; 3 inconclusive (check --strict);
74 the output could not be written.

Examples:
  $ perf script | bpfview flame - > flame.svg
  $ bpfview info out.stacks
  $ bpfview help flame`)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text.replace(/^error: /, 'bpfview: ').replace(/\n(?=\(Did you mean )/, ' '))) })
  const unknown = (name: string): never => program.error(`error: unknown command '${name}'; expected one of ${commands.map(each => each.name).join(', ')}`)
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary).exitOverride()
    if (name === asked) (await load())(command)
  }
  program.action(async () => {
    if (program.opts()['version'] === true) {
      const { version } = await import('../version.ts')
      process.stdout.write(`${version}\n`)
    } else if (asked === undefined) {
      program.outputHelp({ error: true })
      process.exitCode = EXIT.cannot
    } else {
      unknown(asked)
    }
  })
  program.allowExcessArguments(true)
  if (asked !== undefined && ['help', '-h', '--help'].some(word => argv.includes(word)) && asked !== 'help' && !commands.some(({ name }) => name === asked)) unknown(asked)
  await program.parseAsync(argv as string[], { from: 'user' })
}

/** The command a line asks for, `help NAME` included. */
function commandOf(argv: readonly string[]): string | undefined {
  const words = argv.filter(word => !word.startsWith('-'))
  return words[0] === 'help' ? words[1] : words[0]
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.cannot
    return
  }
  complain(error)
  process.exitCode = exitCodeOf(error)
})
