import { normalCdf, normalQuantile } from './normal.ts'
import { studentQuantile } from './student.ts'

export interface PowerSetting {
  readonly runsBefore: number
  readonly runsAfter: number
  /** Observations in one run. */
  readonly samples: number
  readonly delta: number
  readonly tau: number
  /** Number of things tested at once. */
  readonly tests?: number
  /** Two-sided level (or false discovery rate). */
  readonly level?: number
  readonly power?: number
  /** Degrees of freedom that the noise is known with; Infinity by default. */
  readonly df?: number
}

/** Smallest relative change (0.1 = +10 %) of a share `p` that the setting detects with its power; Infinity for p = 0. */
export function detectableChange(p: number, setting: PowerSetting): number {
  if (!(p > 0)) return Infinity
  const tests = setting.tests ?? 100
  const z =
    studentQuantile(1 - (setting.level ?? 0.05) / (2 * tests), setting.df ?? Infinity) +
    normalQuantile(setting.power ?? 0.9)
  return Math.exp(z * Math.sqrt((1 / setting.runsBefore + 1 / setting.runsAfter) * logVariance(p, setting))) - 1
}

/** Probability that a relative change `change` of a share `p` is detected in the setting. */
export function detectionPower(p: number, change: number, setting: PowerSetting): number {
  const error = Math.sqrt(
    (1 / setting.runsBefore + 1 / setting.runsAfter) * logVariance(p * Math.sqrt(1 + change), setting),
  )
  return normalCdf(
    Math.log1p(change) / error -
      studentQuantile(1 - (setting.level ?? 0.05) / (2 * (setting.tests ?? 100)), setting.df ?? Infinity),
  )
}

/** Runs per side at which a relative change `change` of a share `p` becomes detectable; Infinity when never below 10,000. */
export function runsNeeded(p: number, change: number, setting: PowerSetting): number {
  const z =
    studentQuantile(1 - (setting.level ?? 0.05) / (2 * (setting.tests ?? 100)), setting.df ?? Infinity) +
    normalQuantile(setting.power ?? 0.9)
  const runs = 2 * (z / Math.log1p(change)) ** 2 * logVariance(p, setting)
  return runs > 10_000 ? Infinity : Math.max(2, Math.ceil(runs))
}

/** Variance of the logarithm of one run's share. */
export function logVariance(
  p: number,
  setting: { readonly samples: number; readonly delta: number; readonly tau: number },
): number {
  return (setting.delta * (1 - Math.min(p, 1))) / (setting.samples * p) + setting.tau * setting.tau
}
