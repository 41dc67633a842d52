import { Command, CommanderError } from 'commander'
import { commands } from './commands.ts'
import { configPath } from './config-path.ts'
import { complain, EXIT, exitCodeOf, forgetRemarks, oneLine } from './exit.ts'
import { refusedAllocation } from './input/memory.ts'
import { forgetInputs } from './input/noted.ts'
import { settleArguments } from './options/table.ts'

/**
 * Runs one command line. Sets process.exitCode and never calls process.exit, so that no output is cut off; never throws.
 * May be called several times in one process, one after another.
 */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    if (argv.includes('--watch') && !argv.includes('--help')) await (await import('./watch.ts')).watch(argv, runOnce)
    else await runOnce(argv)
  } catch (error) {
    complain(error)
    process.exitCode = exitCodeOf(error)
  }
}

async function runOnce(argv: readonly string[]): Promise<void> {
  forgetInputs()
  forgetRemarks()
  try {
    await runCommand(argv)
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.cannot
      return
    }
    const told = refusedAllocation(error) ?? error
    complain(told)
    process.exitCode = exitCodeOf(told)
  }
}

async function runCommand(argv: readonly string[]): Promise<void> {
  const asked = commandOf(argv)
  const program = new Command('bpfview')
    .description('Turns what perf, bpftrace and BCC print into pictures, tables and verdicts, offline.')
    .usage('COMMAND [options] IN...')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .option('-V, --version', 'show the version')
    .addHelpText(
      'after',
      `
IN is a file, a gzipped file, a capture directory or its .tgz, or - for standard input. Formats are detected.
Exit status: 0 fine; 1 a threshold or check was crossed; 2 could not do it; 3 inconclusive (check --strict);
74 the output could not be written.

Examples:
  $ perf script | bpfview flame - > flame.svg
  $ bpfview info out.stacks
  $ bpfview help flame`,
    )
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(oneLine(text.replace(/^error: /, 'bpfview: ').replace(/\n(?=\(Did you mean )/, ' '))),
    })
  const unknown = (name: string): never =>
    program.error(
      `error: unknown command '${name}'; ${nearestName(name) ?? `expected one of ${commands.map(each => each.name).join(', ')}`}`,
    )
  let words = argv
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary).exitOverride()
    if (name !== asked) continue
    const declare = await load()
    declare(command, commands)
    showHelpOnTerminal(command)
    const config = argv.includes('help') ? undefined : configPath()
    const given =
      config === undefined
        ? argv
        : (await import('./config.ts')).withDefaults(argv, command, {
            path: config,
            names: commands.map(each => each.name),
          })
    words = settleArguments(given, command)
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
  if (
    asked !== undefined &&
    ['help', '-h', '--help'].some(word => argv.includes(word)) &&
    asked !== 'help' &&
    !commands.some(({ name }) => name === asked)
  )
    unknown(asked)
  await program.parseAsync(words as string[], { from: 'user' })
}

/** A command that would read standard input shows its help instead where a person sits at it. */
function showHelpOnTerminal(command: Command): void {
  command.hook('preAction', (_, asked) => {
    const operand = asked.registeredArguments[0]
    if (operand?.variadic !== true || operand.required || asked.args.length > 0 || process.stdin.isTTY !== true) return
    asked.outputHelp({ error: true })
    throw new CommanderError(EXIT.cannot, 'bpfview.noInput', 'no input')
  })
}

/** The command a line asks for, `help NAME` included. */
function commandOf(argv: readonly string[]): string | undefined {
  const words = argv.filter(word => !word.startsWith('-'))
  return words[0] === 'help' ? words[1] : words[0]
}

/** `did you mean 'flame'?` for a name that is one or two letters off; undefined for others. */
function nearestName(wrong: string): string | undefined {
  let nearest: string | undefined
  let least = Math.min(3, Math.ceil(wrong.length / 2) + 1)
  for (const { name } of commands) {
    const steps = editSteps(wrong.toLowerCase().slice(0, 40), name)
    if (steps >= least) continue
    least = steps
    nearest = name
  }
  return nearest === undefined ? undefined : `did you mean '${nearest}'?`
}

/** Letters to insert, delete, replace or swap with their neighbour to make one word of another. */
function editSteps(from: string, to: string): number {
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      next[j] = Math.min(next[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        next[j] = Math.min(next[j]!, before[j - 2]! + 1)
    }
    before = last
    last = next
  }
  return last[to.length]!
}
