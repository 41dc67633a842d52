import { BpfviewError, quote } from '../../model/error.ts'
import type { PolicyFile } from '../../model/policy-schema.ts'
import type { Budget, CheckNormalization, Policy, Verdict } from '../../ops/compare/policy.ts'
import { defaultPolicy } from '../../ops/compare/policy.ts'
import { isExpression, nameMatcher } from '../../ops/name-pattern.ts'
import type { NameMode } from '../../ops/stacks/align-names.ts'
import { defined } from '../defined.ts'
import { checkedJson } from '../input/json-file.ts'
import type { Flags, OptionTable } from './table.ts'
import { choice, flag, option, several, text, texts } from './table.ts'
import { numberOption, percentOption, wholeOption } from './values.ts'

const NORMALIZATIONS: readonly CheckNormalization[] = ['share', 'work', 'time', 'absolute', 'robust']
const VERDICTS: readonly Verdict[] = ['regressed', 'improved', 'slower', 'shifted', 'unchanged']

/** What a check holds a change against; percentages as numbers of per cent. */
export const POLICY = {
  policy: text('--policy <FILE>', 'thresholds, budgets and allow-list as JSON'),
  fdr: option<number>('--fdr <RATE>', `false discovery rate (default ${defaultPolicy.fdr})`, numberOption(1e-6, 0.5)),
  by: flag('--by', 'control it under any dependence (Benjamini-Yekutieli)'),
  minPoints: option<number>(
    '--min-points <POINTS>',
    `a change must be at least this many points of the whole (default ${100 * defaultPolicy.minPoints})`,
    percentOption,
  ),
  minRel: option<number>(
    '--min-rel <PERCENT>',
    `and its cost this much more than it was (default ${100 * defaultPolicy.minRelative}%)`,
    percentOption,
  ),
  maxTotal: option<number>(
    '--max-total <PERCENT>',
    'fail when the total of a run grows by more than this',
    numberOfPercent,
  ),
  prove: option<number>(
    '--prove <POINTS>',
    'inconclusive unless growth beyond this is ruled out for every function',
    percentOption,
  ),
  runsMin: option<number>(
    '--runs-min <N>',
    `fewer distinct runs on a side never fail (default ${defaultPolicy.minRuns})`,
    wholeOption(3, 1000),
  ),
  normalize: choice<readonly CheckNormalization[]>(
    '--normalize <HOW>',
    `share of the whole, per unit of work, per second, as counted, or against the trimmed mean (default ${defaultPolicy.normalize})`,
    NORMALIZATIONS,
  ),
  failOn: several<Verdict>(
    '--fail-on <VERDICT...>',
    `verdicts that exit 1 (default ${defaultPolicy.failOn.join(', ')})`,
    VERDICTS,
  ),
  allow: texts('--allow <NAME...>', 'functions that may grow: names with *, or /regular expressions/'),
  budget: texts('--budget <LIMIT...>', "limits like 'js:parse*<=12%' or 'self:memcpy<=3%'"),
  seed: option<number>(
    '--seed <N>',
    `seed of permutations (default ${defaultPolicy.seed})`,
    wholeOption(0, 4294967295),
  ),
} satisfies OptionTable

export type PolicyFlags = Flags<typeof POLICY>

/** A number of per cent that may be larger than 100. */
function numberOfPercent(text: string): number {
  return numberOption(0, 10_000)(text.endsWith('%') ? text.slice(0, -1) : text)
}

const MAX_BYTES = 1 << 20

/** The policy of a command line: defaults, then the file, then flags; allow-lists and budgets add up. */
export async function readPolicy(
  flags: PolicyFlags,
): Promise<{ policy: Policy; strict: boolean; names: NameMode | undefined }> {
  const file: PolicyFile = flags.policy === undefined ? {} : await readPolicyFile(flags.policy)
  const hundredth = (value: number | undefined): number | undefined => (value === undefined ? undefined : value / 100)
  const policy: Policy = {
    ...defaultPolicy,
    ...defined({
      fdr: file.fdr,
      method: file.method,
      minPoints: hundredth(file.minPoints),
      minRelative: hundredth(file.minRelative),
      minRuns: file.minRuns,
      normalize: file.normalize,
      failOn: file.failOn,
      seed: file.seed,
      maxTotal: hundredth(file.maxTotal),
      prove: hundredth(file.prove),
    }),
    ...defined({
      fdr: flags.fdr,
      method: flags.by === true ? ('by' as const) : undefined,
      minPoints: hundredth(flags.minPoints),
      minRelative: hundredth(flags.minRel),
      minRuns: flags.runsMin,
      normalize: flags.normalize,
      failOn: flags.failOn,
      seed: flags.seed,
      maxTotal: hundredth(flags.maxTotal),
      prove: hundredth(flags.prove),
    }),
    allow: [...(file.allow ?? []), ...(flags.allow ?? [])],
    budgets: [
      ...(file.budgets ?? []).map(({ frame, max, kind }): Budget => ({ frame, max: max / 100, kind: kind ?? 'total' })),
      ...(flags.budget ?? []).map(budgetOf),
    ],
  }
  for (const pattern of policy.allow) checkPattern(pattern, flags.policy)
  for (const { frame } of policy.budgets) checkPattern(frame, flags.policy)
  return { policy, strict: file.strict ?? false, names: file.names }
}

async function readPolicyFile(path: string): Promise<PolicyFile> {
  const { policySchema } = await import('../../model/policy-schema.ts')
  return checkedJson(path, policySchema, {
    code: 'E_POLICY',
    maxBytes: MAX_BYTES,
    expected: 'a policy (see docs/compare.md)',
  })
}

/** `js:parse*<=12%`, `self:memcpy<=3`. */
function budgetOf(text: string): Budget {
  const match = /^(self:|total:)?(.+)<=\s*(\d+(?:\.\d+)?)\s*%?$/.exec(text)
  if (match === null || Number(match[3]) > 100)
    throw new BpfviewError('E_USAGE', `budget ${quote(text)}; expected FRAME<=PERCENT, for example 'parse*<=12%'`)
  return { frame: match[2]!, max: Number(match[3]) / 100, kind: match[1] === 'self:' ? 'self' : 'total' }
}

function checkPattern(pattern: string, source: string | undefined): void {
  if (!isExpression(pattern)) return
  try {
    nameMatcher(pattern)
  } catch (error) {
    throw new BpfviewError(
      'E_POLICY',
      `${quote(pattern)}: ${(error as Error).message}; expected a regular expression of RE2 (no look-around, no back references)`,
      source === undefined ? undefined : { source, line: 0 },
    )
  }
}
