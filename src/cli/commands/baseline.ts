import type { Command } from 'commander'
import { textTable } from '../../../renderers/text-table.ts'
import { acceptChange, addRuns, needBaseline, pruneRuns, readLedger } from '../baseline.ts'
import { remark } from '../exit.ts'
import { wholeOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'
import { profilesOf, readRuns } from '../runs.ts'
import { reading, strictOption } from '../reading.ts'

interface AddFlags {
  readonly commit?: string
  readonly benchmark?: string
  readonly runner?: string
  readonly event?: string
  readonly value?: string
  readonly format?: string
  readonly strict?: boolean
  readonly force?: boolean
}

export function declareBaseline(command: Command): void {
  command.addHelpText('after', `
A baseline is a directory of runs; check takes it as --base DIR. Never add runs of a red build: accept the change first.

Examples:
  $ bpfview baseline add perf-baseline run-*.folded --commit "$(git rev-parse HEAD)"
  $ bpfview check --base perf-baseline --new head-*.folded
  $ bpfview baseline accept perf-baseline "$(git rev-parse HEAD)"
  $ bpfview baseline prune perf-baseline --keep 20`)
  command.command('add').description('add runs, making the baseline when there is none').exitOverride()
    .argument('<DIR>', 'the baseline').argument('<RUN...>', 'files or captures of the default branch')
    .option('--commit <ID>', 'what was measured').option('--benchmark <NAME>', 'what ran').option('--runner <CLASS>', 'kind of machine it ran on')
    .option('--event <NAME>', 'take this event of inputs that hold several').option('--value <NAME>', 'and this value of events that have several')
    .option('--format <ID>', 'read the runs as this format instead of detecting it').addOption(strictOption()).option('--force', 'add although event, frequency, kernel or machine differ')
    .action(async (directory: string, paths: string[], flags: AddFlags) => {
      const inputs = await readRuns(paths, reading(flags))
      remarkQuality(inputs)
      const { added, known, baseline } = await addRuns(directory, profilesOf(inputs, flags.event, undefined, flags.value), flags, new Date())
      remark(`${added} added${known > 0 ? `, ${known} known already` : ''}; ${baseline.runs.filter(run => run.epoch === baseline.epochs.length - 1).length} runs in ${directory}`)
    })
  command.command('list').description('show the runs').exitOverride()
    .argument('<DIR>', 'the baseline').option('--json', 'as JSON')
    .action(async (directory: string, flags: { json?: boolean }) => {
      const baseline = await needBaseline(directory)
      const ledger = await readLedger(directory)
      if (flags.json === true) return writeResult(undefined, `${JSON.stringify({ ...baseline, noise: { runs: ledger.runs, model: ledger.model, entries: ledger.entries.length } })}\n`)
      const last = baseline.epochs.length - 1
      const lines = textTable(['epoch', 'commit', 'date', 'total', 'run', ''], baseline.runs.map(run =>
        [String(run.epoch), run.commit ?? '-', run.date.slice(0, 19), String(run.total), run.label, run.epoch === last ? '' : 'before the accepted change']), 'rllrll')
      const key = Object.entries(baseline.key).filter(([, value]) => value !== null).map(([name, value]) => `${name} ${value}`).join(', ')
      const noise = ledger.runs === 0 ? 'noise ledger: empty' : `noise ledger: ${ledger.runs} runs, ${ledger.entries.length} entries, clumping ${ledger.model.delta.toFixed(2)}, run to run ${(ledger.model.tau * 100).toFixed(2)} %`
      return writeResult(undefined, [...textTable([key], [], 'l'), ...lines, noise, ''].join('\n'))
    })
  command.command('prune').description('remove old runs; what they say about noise is kept').exitOverride()
    .argument('<DIR>', 'the baseline').option('--keep <N>', 'runs to keep (default 20)', wholeOption(1, 100_000))
    .action(async (directory: string, flags: { keep?: number }) => {
      const { removed, baseline, ledger } = await pruneRuns(directory, flags.keep ?? 20)
      remark(`${removed} removed, ${baseline.runs.length} kept; the noise of ${ledger.runs} is in the ledger`)
    })
  command.command('accept').description('take a change as the new normal: earlier runs no longer count').exitOverride()
    .argument('<DIR>', 'the baseline').argument('<COMMIT>', 'that brought the change').argument('[RUN...]', 'runs of the accepted state')
    .action(async (directory: string, commit: string, paths: string[]) => {
      const inputs = await readRuns(paths)
      remarkQuality(inputs)
      const { added } = await acceptChange(directory, commit, profilesOf(inputs), new Date())
      remark(`${commit} accepted; ${paths.length === 0 ? 'add its runs with bpfview baseline add' : `${added} runs added`}`)
    })
}
