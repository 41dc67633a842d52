import type { Command } from 'commander'
import { textTable } from '../../../renderers/markup/text-table.ts'
import type { Baseline } from '../../model/baseline-schema.ts'
import type { NoiseLedger } from '../../ops/compare/noise-ledger.ts'
import { remark } from '../exit.ts'
import { needBaseline, readLedger } from '../input/baseline.ts'
import { profilesOf, readRuns } from '../input/runs.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, flag, option, text, withDefault } from '../options/table.ts'
import { wholeOption } from '../options/values.ts'
import { acceptChange, addRuns, pruneRuns } from '../output/baseline.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeResult } from '../output/write.ts'

const ADD = {
  commit: text('--commit <ID>', 'what was measured'),
  benchmark: text('--benchmark <NAME>', 'what ran'),
  runner: text('--runner <CLASS>', 'kind of machine it ran on'),
  ...CHOOSING,
  ...READING_STACKS,
  force: flag('--force', 'add although event, frequency, kernel or machine differ'),
} satisfies OptionTable

const LIST = { json: flag('--json', 'as JSON') } satisfies OptionTable

const KEPT_RUNS = 20
const PRUNE = {
  keep: withDefault(option<number>('--keep <N>', 'runs to keep', wholeOption(1, 100_000)), KEPT_RUNS),
} satisfies OptionTable

export function declareBaseline(command: Command): void {
  command.addHelpText(
    'after',
    `
A baseline is a directory of runs; check takes it as --before DIR. Never add runs of a red build: accept the change first.

Examples:
  $ bpfview baseline add perf-baseline run-*.folded --commit "$(git rev-parse HEAD)"
  $ bpfview check --before perf-baseline --after head-*.folded
  $ bpfview baseline accept perf-baseline "$(git rev-parse HEAD)"
  $ bpfview baseline prune perf-baseline --keep 20`,
  )
  declareAdd(command)
  declareList(command)
  declarePrune(command)
  declareAccept(command)
}

function declareAdd(command: Command): void {
  declareOptions(
    command
      .command('add')
      .description('add runs, making the baseline when there is none')
      .exitOverride()
      .argument('<DIR>', 'the baseline')
      .argument('<RUN...>', 'files or captures of the default branch'),
    ADD,
  ).action(async (directory: string, paths: string[], flags: Flags<typeof ADD>) => {
    const inputs = await readRuns(paths, reading(flags))
    remarkQuality(inputs)
    const { added, known, baseline } = await addRuns(
      directory,
      profilesOf(inputs, flags.event, undefined, flags.value),
      flags,
      new Date(),
    )
    remark(
      `${added} added${known > 0 ? `, ${known} known already` : ''}; ${baseline.runs.filter(run => run.epoch === baseline.epochs.length - 1).length} runs in ${directory}`,
    )
  })
}

function declareList(command: Command): void {
  declareOptions(
    command.command('list').description('show the runs').exitOverride().argument('<DIR>', 'the baseline'),
    LIST,
  ).action(async (directory: string, flags: Flags<typeof LIST>) => {
    const baseline = await needBaseline(directory)
    const ledger = await readLedger(directory)
    const noise = { runs: ledger.runs, model: ledger.model, entries: ledger.entries.length }
    return writeResult(
      undefined,
      flags.json === true ? `${JSON.stringify({ ...baseline, noise })}\n` : runList(baseline, ledger),
    )
  })
}

function runList(baseline: Baseline, ledger: NoiseLedger): string {
  const last = baseline.epochs.length - 1
  const lines = textTable(
    ['epoch', 'commit', 'date', 'total', 'run', ''],
    baseline.runs.map(run => [
      String(run.epoch),
      run.commit ?? '-',
      run.date.slice(0, 19),
      String(run.total),
      run.label,
      run.epoch === last ? '' : 'before the accepted change',
    ]),
    'rllrll',
  )
  const key = Object.entries(baseline.key)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
  const noise =
    ledger.runs === 0
      ? 'noise ledger: empty'
      : `noise ledger: ${ledger.runs} runs, ${ledger.entries.length} entries, clumping ${ledger.model.delta.toFixed(2)}, run to run ${(ledger.model.tau * 100).toFixed(2)}%`
  return [...textTable([key], [], 'l'), ...lines, noise, ''].join('\n')
}

function declarePrune(command: Command): void {
  declareOptions(
    command
      .command('prune')
      .description('remove the oldest runs; what they say about noise is kept')
      .exitOverride()
      .argument('<DIR>', 'the baseline'),
    PRUNE,
  ).action(async (directory: string, flags: Flags<typeof PRUNE>) => {
    const { removed, baseline, ledger } = await pruneRuns(directory, flags.keep)
    remark(`${removed} removed, ${baseline.runs.length} kept; the noise of ${ledger.runs} is in the ledger`)
  })
}

function declareAccept(command: Command): void {
  command
    .command('accept')
    .description('take a change as the new normal: earlier runs no longer count')
    .exitOverride()
    .argument('<DIR>', 'the baseline')
    .argument('<COMMIT>', 'that brought the change')
    .argument('[RUN...]', 'runs of the accepted state')
    .action(async (directory: string, commit: string, paths: string[]) => {
      const inputs = await readRuns(paths)
      remarkQuality(inputs)
      const { added, kept } = await acceptChange(directory, commit, profilesOf(inputs), new Date())
      const facts = [
        ...((kept ?? 0) > 0 ? [`${kept} runs of it kept`] : []),
        ...(added > 0 ? [`${added} runs added`] : []),
      ]
      remark(`${commit} accepted; ${facts.length > 0 ? facts.join(', ') : 'add its runs with bpfview baseline add'}`)
    })
}
