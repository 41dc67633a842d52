/** Limits on one function: `max` is a share of the whole, 0..1. */
export interface Budget {
  /** Glob over frame names: `*` stands for anything. */
  readonly frame: string
  readonly max: number
  /** `total` counts stacks that hold a matching frame, `self` those that end in one. */
  readonly kind: 'total' | 'self'
}

export type Verdict = 'regressed' | 'improved' | 'shifted' | 'unchanged' | 'inconclusive'
export type CheckNormalization = 'share' | 'work' | 'time' | 'absolute' | 'robust'

/** What a check holds a change against. */
export interface Policy {
  /** False discovery rate over all tested frames. */
  readonly fdr: number
  readonly method: 'bh' | 'by'
  /** A change must be at least this many points (0.005 = half a point of the whole). */
  readonly minPoints: number
  /** And at least this much of what it was (0.05 = 5 %). */
  readonly minRelative: number
  /** Fewer runs on a side never fail a build. */
  readonly minRuns: number
  readonly normalize: CheckNormalization
  /** Verdicts that violate the policy. */
  readonly failOn: readonly Verdict[]
  /** Frames whose growth is accepted: globs, or regular expressions between slashes. */
  readonly allow: readonly string[]
  readonly budgets: readonly Budget[]
  readonly seed: number
}

export const defaultPolicy: Policy = {
  fdr: 0.05, method: 'bh', minPoints: 0.005, minRelative: 0.05, minRuns: 3, normalize: 'share', failOn: ['regressed'], allow: [], budgets: [], seed: 1,
}

/** A test of names for a glob (`*` = anything), or for a regular expression between slashes. Globs take linear time. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  if (pattern.length > 2 && pattern.startsWith('/') && pattern.endsWith('/')) {
    const expression = new RegExp(pattern.slice(1, -1))
    return name => expression.test(name.length > 4096 ? name.slice(0, 4096) : name)
  }
  const parts = pattern.split('*')
  if (parts.length === 1) return name => name === pattern
  return name => {
    const first = parts[0]!
    const last = parts[parts.length - 1]!
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
    let at = first.length
    for (let i = 1; i < parts.length - 1; i++) {
      const found = name.indexOf(parts[i]!, at)
      if (found < 0) return false
      at = found + parts[i]!.length
    }
    return at <= name.length - last.length
  }
}
