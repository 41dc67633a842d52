import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { ParseOptions } from '../../../parsers/parse.ts'
import type { CheckFacts } from '../../../renderers/check/facts.ts'
import { BpfviewError } from '../../model/error.ts'
import { compareHistograms } from '../../ops/compare/compare-histograms.ts'
import { compareInFull } from '../../ops/compare/compare-runs.ts'
import type { Comparison } from '../../ops/compare/comparison.ts'
import { failedRuns, refuseFailed } from '../../ops/compare/failed-runs.ts'
import { judgeHistograms } from '../../ops/compare/histogram-check.ts'
import { measuredSides } from '../../ops/compare/measured-sides.ts'
import type { RunUnit } from '../../ops/compare/measurements.ts'
import { isMeasured } from '../../ops/compare/measurements.ts'
import type { NoiseLedger } from '../../ops/compare/noise-ledger.ts'
import type { Policy } from '../../ops/compare/policy.ts'
import { compareScalars } from '../../ops/compare/scalars.ts'
import type { SuitePart } from '../../ops/compare/suite.ts'
import { judgeSuite, partPolicy } from '../../ops/compare/suite.ts'
import type { NameMode } from '../../ops/stacks/align-names.ts'
import type { LabelledProfile } from '../../ops/stacks/merge-runs.ts'
import { readBenchmarks } from '../input/benchmarks.ts'
import { measuredInputs } from '../input/compare-others.ts'
import type { Input } from '../input/input.ts'
import { datasetsOf, profilesOf } from '../input/runs.ts'
import { CHECK_OUTPUTS, checkTargets } from '../options/check-outputs.ts'
import { MEASURED, RUN_LENGTHS } from '../options/measured.ts'
import { NAMES } from '../options/names.ts'
import { POLICY, readPolicy } from '../options/policy.ts'
import { CHOOSING, READING_STACKS } from '../options/reading.ts'
import { SIDES } from '../options/sides.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, flag, text } from '../options/table.ts'
import { defined } from '../options/values.ts'
import { checkFacts } from '../output/check-facts.ts'
import { checkExit, writeCheck, writeStackCheck } from '../output/check-outputs.ts'
import { remarkQuality } from '../output/quality.ts'

const OPTIONS = {
  ...POLICY,
  strict: flag('--strict', 'exit 3 when inconclusive'),
  ...NAMES,
  ...MEASURED,
  runs: choice<readonly RunUnit[]>('--runs <UNIT>', 'of benchmarks: what one run is (default processes)', [
    'processes',
    'repetitions',
  ]),
  ...CHOOSING,
  format: READING_STACKS.format,
  allThreads: READING_STACKS.allThreads,
  prints: READING_STACKS.prints,
  maxStacks: READING_STACKS.maxStacks,
  key: text('--key <NAME>', 'names the comment for a bot that updates it'),
  baseCommit: text('--base-commit <ID>', 'commit of the runs before, for the comment'),
  newCommit: text('--new-commit <ID>', 'commit of the runs after'),
  noise: text('--noise <DIR>', 'judge by the noise ledger of this baseline (default: that of --before)'),
  force: flag('--force', 'compare although event, unit or frequency differ, or a command failed'),
  quiet: flag('-q, --quiet', 'print only the verdict'),
} satisfies OptionTable

type CheckFlags = Flags<typeof OPTIONS & typeof SIDES & typeof CHECK_OUTPUTS>

export function declareCheck(command: Command): void {
  declareOptions(command, { ...SIDES, ...CHECK_OUTPUTS, ...OPTIONS })
    .addHelpText(
      'after',
      `
Exit status: 0 nothing violates the policy; 1 something does; 2 could not compare; 3 inconclusive, with --strict.
Fewer than three distinct runs on a side never fail. Best: five runs on each, taken in turns.

Examples:
  $ bpfview check --before before/*.folded --after after/*.folded
  $ bpfview check --before base/ --after head/ --markdown comment.md --junit check.xml
  $ bpfview check --before base/ --after head/ --budget 'json_parse*<=12%' --strict`,
    )
    .action(runCheck)
}

async function runCheck(flags: CheckFlags): Promise<void> {
  const { before, after } = flags
  if (before === undefined || after === undefined)
    throw new BpfviewError(
      'E_USAGE',
      `no runs ${before === undefined ? 'before' : 'after'}; expected --before RUN... --after RUN...`,
    )
  // before large inputs are read
  checkTargets('check', flags)
  const { policy, ...file } = await readPolicy(flags)
  const { format, allThreads, prints, maxStacks } = flags
  const options = defined({ format, allThreads, prints, maxStacks })
  const sides = [await readBenchmarks(before, options), await readBenchmarks(after, options)] as const
  remarkQuality(sides.flatMap(side => [...side.values()].flat()))
  const asked: Asked = { flags: { ...flags, before, after }, options, names: flags.names ?? file.names }
  const facts = checkFacts({ ...flags, before, after })
  const strict = flags.strict ?? file.strict
  const { groups, alone } = pairGroups(sides)
  if (groups.length <= 1 && (alone.length === 0 || groups.length === 0)) {
    const [base, head] = sides.map(side => [...side.values()].flat())
    return writeOne(await checkGroup({ benchmark: '', base: base!, head: head! }, policy, asked), facts, flags, strict)
  }
  const own = partPolicy(policy, groups.length)
  const parts: SuitePart[] = []
  for (const group of groups) parts.push((await checkGroup(group, own, asked)).part)
  const suite = judgeSuite(parts, policy, alone)
  process.exitCode = checkExit(suite, strict)
  const { suiteAnnotations } = await import('../../../renderers/check/suite.ts')
  return writeCheck('suiteCheck', suite, { facts }, flags, () => suiteAnnotations(suite))
}

/** What the command line asks of every comparison. */
interface Asked {
  readonly flags: CheckFlags & { readonly before: readonly string[]; readonly after: readonly string[] }
  readonly options: ParseOptions
  readonly names: NameMode | undefined
}

/** Runs of one benchmark and kind of data on both sides. */
interface Group {
  readonly benchmark: string
  readonly base: readonly Input[]
  readonly head: readonly Input[]
}

interface Checked {
  readonly part: SuitePart
  /** Of functions: the runs of both sides. */
  readonly sides?: { readonly before: readonly LabelledProfile[]; readonly after: readonly LabelledProfile[] }
}

/** Inputs that are compared with one another: of one benchmark, and all histograms, all numbers, or all stacks. */
function pairGroups(sides: readonly [ReadonlyMap<string, readonly Input[]>, ReadonlyMap<string, readonly Input[]>]): {
  groups: Group[]
  alone: string[]
} {
  const groups: Group[] = []
  const alone: string[] = []
  for (const benchmark of [...new Set(sides.flatMap(side => [...side.keys()]))].sort())
    for (const [kind, holds] of KINDS) {
      const [base, head] = sides.map(side => (side.get(benchmark) ?? []).filter(holds))
      if (base!.length > 0 && head!.length > 0) groups.push({ benchmark, base: base!, head: head! })
      else if (base!.length + head!.length > 0)
        alone.push(`${kind} of ${benchmark || 'the runs'} ${base!.length > 0 ? 'before' : 'after'} only`)
    }
  return { groups, alone }
}

const KINDS: readonly (readonly [string, (input: Input) => boolean])[] = [
  ['histograms', input => holdsHistogramsOnly(input)],
  ['numbers', input => holdsMeasurements(input)],
  ['stacks', input => !holdsHistogramsOnly(input) && !holdsMeasurements(input)],
]

async function checkGroup({ benchmark, base, head }: Group, policy: Policy, asked: Asked): Promise<Checked> {
  const { flags, options, names } = asked
  if (base.every(holdsHistogramsOnly)) {
    refuseFailed(failedRuns([...base, ...head].map(exitOf)), flags.force)
    const check = judgeHistograms(histogramsOf(base, head, policy), policy)
    return { part: { benchmark, kind: 'histograms', check } }
  }
  if (base.every(holdsMeasurements)) {
    const { before, after, caveats } = measuredSides(measuredInputs(base), measuredInputs(head), flags)
    const check = compareScalars(before, after, policy, flags.runs, caveats)
    return { part: { benchmark, kind: 'numbers', check } }
  }
  const before = profilesOf(base, flags.event, undefined, flags.value)
  const after = profilesOf(head, flags.event, before[0]!.profile.name, flags.value)
  const compared = compareInFull(before, after, {
    policy,
    ...defined({
      ledger: await ledgerOf(flags.before, flags.noise),
      names,
      length: flags.work === undefined ? undefined : RUN_LENGTHS[flags.work],
      weights: flags.weights,
      interrupts: flags.interrupts,
      force: flags.force,
    }),
  })
  const comparison = await beginningsOf(compared.comparison, flags, after, { names, ...options })
  return { part: { benchmark, kind: 'functions', check: { ...compared, comparison } }, sides: { before, after } }
}

/** One comparison: its own outputs. The exit status stands before anything is written, so that a full disk is still told. */
async function writeOne(
  { part, sides }: Checked,
  facts: CheckFacts,
  flags: CheckFlags,
  strict: boolean,
): Promise<void> {
  process.exitCode = checkExit(part.kind === 'functions' ? part.check.comparison : part.check, strict)
  if (part.kind === 'functions') return writeStackCheck(part.check, facts, flags, sides!)
  if (part.kind === 'numbers') {
    const { scalarCheckAnnotations } = await import('../../../renderers/check/scalars.ts')
    return writeCheck('numberCheck', part.check, { facts }, flags, () => scalarCheckAnnotations(part.check))
  }
  const { histogramCheckAnnotations } = await import('../../../renderers/check/histograms.ts')
  return writeCheck('histogramCheck', part.check, { facts }, flags, () => histogramCheckAnnotations(part.check))
}

/** How the command of a capture ended. */
function exitOf({ source, parsed }: Input): { label: string; exit: number | undefined } {
  return { label: source, exit: parsed.datasets.find(({ meta }) => (meta.exit ?? 0) !== 0)?.meta.exit }
}

function holdsHistogramsOnly(input: Input): boolean {
  const kinds = input.parsed.datasets.map(dataset => dataset.kind)
  return kinds.includes('histograms') && !kinds.includes('profile') && !kinds.includes('samples')
}

/** Numbers of benchmarks or counters, one file or process a run. */
function holdsMeasurements(input: Input): boolean {
  const { datasets } = input.parsed
  return datasets.length > 0 && datasets.every(dataset => dataset.kind === 'events' && isMeasured(dataset))
}

function histogramsOf(
  base: readonly Input[],
  head: readonly Input[],
  policy: Policy,
): ReturnType<typeof compareHistograms> {
  const changes = compareHistograms(
    base.map(input => datasetsOf(input, 'histograms')),
    head.map(input => datasetsOf(input, 'histograms')),
    policy,
  )
  if (changes.length > 0) return changes
  throw new BpfviewError(
    'E_MIXED',
    'no histogram of one name, key and unit on both sides; expected the output of one tool',
  )
}

/** The noise ledger that applies: the one asked for, or that of a baseline among the runs before. */
async function ledgerOf(before: readonly string[], noise: string | undefined): Promise<NoiseLedger | undefined> {
  const directory = noise ?? before.find(path => existsSync(join(path, 'noise.json')))
  if (directory === undefined) return undefined
  const { readLedger } = await import('../input/baseline.ts')
  const ledger = await readLedger(directory)
  return ledger.entries.length > 0 ? ledger : undefined
}

/** Says when causes began, where the runs before are a baseline of several commits or days. */
async function beginningsOf(
  comparison: Comparison,
  flags: CheckFlags & { readonly before: readonly string[] },
  after: readonly LabelledProfile[],
  { names, ...options }: ParseOptions & { readonly names?: NameMode | undefined },
): Promise<Comparison> {
  const directory = flags.before.find(path => existsSync(join(path, 'baseline.json')))
  if (directory === undefined || flags.before.length > 1 || comparison.causes.length === 0) return comparison
  const [{ historyPoints }, { withBeginnings }] = await Promise.all([
    import('../input/history-points.ts'),
    import('../../ops/history/beginnings.ts'),
  ])
  const points = await historyPoints(directory, options, defined({ event: flags.event, value: flags.value }))
  const last = points.findLastIndex(point => point.accepted)
  const checked = {
    label: flags.newCommit ?? 'these runs',
    date: null,
    runs: after,
    reference: [],
    inTurns: false,
    accepted: false,
  }
  return withBeginnings(
    comparison,
    [...points.slice(Math.max(0, last)), checked],
    defined({ names, weights: flags.weights, interrupts: flags.interrupts }),
  )
}
