import { BpfviewError, quote } from '../model/error.ts'
import type { PolicyFile } from '../model/policy-schema.ts'
import type { NameMode } from '../ops/align-names.ts'
import { defaultPolicy } from '../ops/check-policy.ts'
import type { Budget, Policy } from '../ops/check-policy.ts'
import { checkedJson } from './json-file.ts'
import { defined } from './options.ts'

/** Thresholds as flags; percentages as numbers of per cent. */
export interface PolicyFlags {
  readonly policy?: string
  readonly fdr?: number
  readonly by?: boolean
  readonly minPoints?: number
  readonly minRel?: number
  readonly runsMin?: number
  readonly normalize?: Policy['normalize']
  readonly failOn?: readonly string[]
  readonly allow?: readonly string[]
  readonly budget?: readonly string[]
  readonly seed?: number
}

const MAX_BYTES = 1 << 20

/** The policy of a command line: defaults, then the file, then flags; allow-lists and budgets add up. */
export async function readPolicy(flags: PolicyFlags): Promise<{ policy: Policy, strict: boolean, names: NameMode | undefined }> {
  const file: PolicyFile = flags.policy === undefined ? {} : await readPolicyFile(flags.policy)
  const hundredth = (value: number | undefined): number | undefined => value === undefined ? undefined : value / 100
  const policy: Policy = {
    ...defaultPolicy,
    ...defined({ fdr: file.fdr, method: file.method, minPoints: hundredth(file.minPoints), minRelative: hundredth(file.minRelative), minRuns: file.minRuns,
      normalize: file.normalize, failOn: file.failOn, seed: file.seed }),
    ...defined({ fdr: flags.fdr, method: flags.by === true ? 'by' as const : undefined, minPoints: hundredth(flags.minPoints), minRelative: hundredth(flags.minRel),
      minRuns: flags.runsMin, normalize: flags.normalize, failOn: flags.failOn as Policy['failOn'] | undefined, seed: flags.seed }),
    allow: [...file.allow ?? [], ...flags.allow ?? []],
    budgets: [...(file.budgets ?? []).map(({ frame, max, kind }): Budget => ({ frame, max: max / 100, kind: kind ?? 'total' })), ...(flags.budget ?? []).map(budgetOf)],
  }
  for (const pattern of policy.allow) checkPattern(pattern, flags.policy)
  for (const { frame } of policy.budgets) checkPattern(frame, flags.policy)
  return { policy, strict: file.strict ?? false, names: file.names }
}

async function readPolicyFile(path: string): Promise<PolicyFile> {
  const { policySchema } = await import('../model/policy-schema.ts')
  return checkedJson(path, policySchema, { code: 'E_POLICY', maxBytes: MAX_BYTES, expected: 'a policy (see docs/compare.md)' })
}

/** `js:parse*<=12%`, `self:memcpy<=3`. */
function budgetOf(text: string): Budget {
  const match = /^(self:|total:)?(.+)<=\s*(\d+(?:\.\d+)?)\s*%?$/.exec(text)
  if (match === null || Number(match[3]) > 100) throw new BpfviewError('E_USAGE', `budget ${quote(text)}; expected FRAME<=PERCENT, for example 'parse*<=12%'`)
  return { frame: match[2]!, max: Number(match[3]) / 100, kind: match[1] === 'self:' ? 'self' : 'total' }
}

function checkPattern(pattern: string, source: string | undefined): void {
  if (!(pattern.length > 2 && pattern.startsWith('/') && pattern.endsWith('/'))) return
  try {
    new RegExp(pattern.slice(1, -1))
  } catch (error) {
    throw new BpfviewError('E_POLICY', `${quote(pattern)}: ${(error as Error).message}; expected a regular expression`, source === undefined ? undefined : { source, line: 0 })
  }
}
