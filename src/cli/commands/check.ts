import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import type { Command } from 'commander'
import { checkText } from '../../../renderers/check-text.ts'
import { compareRuns } from '../../ops/compare-runs.ts'
import type { Comparison } from '../../ops/compare-runs.ts'
import type { NameMode } from '../../ops/align-names.ts'
import type { NoiseLedger } from '../../ops/noise-ledger.ts'
import { takesStdout, writeCheck } from '../check-outputs.ts'
import type { CheckOutputs } from '../check-outputs.ts'
import { EXIT } from '../exit.ts'
import { defined, numberOption, percentOption, wholeOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { readPolicy } from '../policy.ts'
import type { PolicyFlags } from '../policy.ts'
import { remarkQuality } from '../quality.ts'
import { datasetsOf, profilesOf, readRuns } from '../runs.ts'

interface CheckFlags extends PolicyFlags, CheckOutputs {
  readonly base: readonly string[]
  readonly new: readonly string[]
  readonly strict?: boolean
  readonly names?: NameMode
  readonly weights?: 'counts' | 'measures'
  readonly event?: string
  readonly value?: string
  readonly format?: string
  readonly force?: boolean
  readonly quiet?: boolean
  readonly noise?: string
}

export function declareCheck(command: Command): void {
  command
    .requiredOption('--base <RUN...>', 'runs before: files, captures, or a directory of them (a baseline)')
    .requiredOption('--new <RUN...>', 'runs after')
    .option('--policy <FILE>', 'thresholds, budgets and allow-list as JSON')
    .option('--json <FILE>', 'write the whole answer as JSON')
    .option('--markdown <FILE>', 'write a comment for a pull request')
    .option('--junit <FILE>', 'write JUnit XML')
    .option('--svg <FILE>', 'write the differential flame graph')
    .option('--strict', 'exit 3 when inconclusive')
    .option('--fdr <RATE>', 'false discovery rate (default 0.05)', numberOption(1e-6, 0.5))
    .option('--by', 'control it under any dependence (Benjamini-Yekutieli)')
    .option('--min-points <POINTS>', 'a change must be at least this many points of the whole (default 0.5)', percentOption)
    .option('--min-rel <PERCENT>', 'and this much of what it was (default 5%)', percentOption)
    .option('--runs-min <N>', 'fewer runs on a side never fail (default 3)', wholeOption(3, 1000))
    .addOption(new Option('--normalize <HOW>', 'share of the whole, per unit of work, per second, as counted, or against the trimmed mean (default share)')
      .choices(['share', 'work', 'time', 'absolute', 'robust']))
    .addOption(new Option('--fail-on <VERDICT...>', 'verdicts that exit 1 (default regressed)').choices(['regressed', 'improved', 'shifted', 'unchanged']))
    .option('--allow <NAME...>', 'functions that may grow: names with *, or /regular expressions/')
    .option('--budget <LIMIT...>', "limits like 'js:parse*<=12%' or 'self:memcpy<=3%'")
    .addOption(new Option('--names <MODE>', 'align: drop what changes between builds; bare: template arguments too; raw: leave names alone (default align)').choices(['align', 'bare', 'raw']))
    .addOption(new Option('--weights <KIND>', 'what values are, where folded text cannot say').choices(['counts', 'measures']))
    .option('--seed <N>', 'seed of permutations (default 1)', wholeOption(0, 4294967295))
    .option('--event <NAME>', 'compare this event of inputs that hold several')
    .option('--value <NAME>', 'and this value of events that have several')
    .option('--format <ID>', 'read the inputs as this format instead of detecting it')
    .option('--key <NAME>', 'names the comment for a bot that updates it')
    .option('--noise <DIR>', 'judge by the noise ledger of this baseline (default: that of --base)')
    .option('--force', 'compare although event, unit or frequency differ')
    .option('-q, --quiet', 'print only the verdict')
    .addHelpText('after', `
Exit status: 0 nothing violates the policy; 1 something does; 2 could not compare; 3 inconclusive, with --strict.
Fewer than three runs on a side never fail. Best: five runs on each, taken in turns.

Examples:
  $ bpfview check --base before/*.folded --new after/*.folded
  $ bpfview check --base base/ --new head/ --markdown comment.md --junit check.xml
  $ bpfview check --base base/ --new head/ --budget 'json_parse*<=12%' --strict`)
    .action(runCheck)
}

async function runCheck(flags: CheckFlags): Promise<void> {
  const silent = takesStdout(flags)
  const { policy, strict, names } = await readPolicy(flags)
  const options = defined({ format: flags.format })
  const base = await readRuns(flags.base, options)
  const head = await readRuns(flags.new, options)
  remarkQuality([...base, ...head])
  if (base.every(input => datasetsOf(input, 'histograms').length > 0 && !input.parsed.datasets.some(({ kind }) => kind === 'profile' || kind === 'samples'))) {
    const { runHistogramCheck } = await import('../check-histograms.ts')
    return runHistogramCheck(base, head, policy, { ...flags, strict: flags.strict ?? strict })
  }
  const before = profilesOf(base, flags.event, undefined, flags.value)
  const after = profilesOf(head, flags.event, before[0]!.profile.name, flags.value)
  const ledger = await ledgerOf(flags)
  const comparison = compareRuns(before, after, {
    policy, ...defined({ ledger, names: flags.names ?? names, weights: flags.weights, force: flags.force }),
  })
  // before anything is written, so that a full disk is still told
  process.exitCode = exitOf(comparison, flags.strict ?? strict)
  await writeCheck(comparison, flags, { before, after, names: flags.names ?? names })
  if (!silent) await writeResult(undefined, flags.quiet === true ? `${comparison.verdict}\n` : checkText(comparison))
}

/** The noise ledger that applies: the one asked for, or that of a baseline among the runs before. */
async function ledgerOf(flags: CheckFlags): Promise<NoiseLedger | undefined> {
  const directory = flags.noise ?? flags.base.find(path => existsSync(join(path, 'noise.json')))
  if (directory === undefined) return undefined
  const { readLedger } = await import('../baseline.ts')
  const ledger = await readLedger(directory)
  return ledger.entries.length > 0 ? ledger : undefined
}

function exitOf(comparison: Comparison, strict: boolean): number {
  if (comparison.violated) return EXIT.crossed
  return strict && comparison.verdict === 'inconclusive' ? EXIT.inconclusive : EXIT.fine
}
