import type { Profile } from '../../model/index.ts'
import type { RunTree } from '../../stats/entities.ts'
import { countEntities, outermostRows } from '../../stats/entities.ts'
import type { NoiseModel } from '../../stats/noise.ts'
import { assumedNoise, fitNoise } from '../../stats/noise.ts'
import type { PriorDispersion } from '../../stats/test-counts.ts'

/** How much one function varied between like runs that are gone: enough to judge later runs by, without the runs. */
export interface LedgerEntry {
  readonly name: string
  readonly module: string
  readonly kind: 'total' | 'self'
  /** Sums over runs of its count and of the runs' totals. */
  readonly count: number
  readonly exposure: number
  /** Sum of squared Pearson residuals and its degrees of freedom. */
  readonly squares: number
  readonly df: number
}

/** Noise of runs that are gone: what is known of how much functions vary. */
export interface NoiseLedger {
  readonly schema: 'bpfview.noise'
  readonly version: 1
  /** Runs that went into it. */
  readonly runs: number
  readonly model: NoiseModel
  /** Sorted by name, module and kind. */
  readonly entries: readonly LedgerEntry[]
}

/** A ledger that knows nothing. */
export const emptyLedger: NoiseLedger = {
  schema: 'bpfview.noise',
  version: 1,
  runs: 0,
  model: assumedNoise,
  entries: [],
}

/** The ledger with the variation between the runs of one merged profile added; fewer than two runs add nothing. */
export function addToLedger(ledger: NoiseLedger, profile: Profile): NoiseLedger {
  const runs = profile.runs ?? []
  if (runs.length < 2) return ledger
  const { stacks } = profile
  const tree: RunTree = {
    parent: stacks.parent,
    frame: stacks.frame,
    frameCount: stacks.frames.name.length,
    self: runs.map(run => run.self),
    before: runs.length,
  }
  const { counts, totals } = countEntities(tree, outermostRows(tree))
  const exposure = totals.reduce((sum, total) => sum + total, 0)
  const entries = new Map(ledger.entries.map(entry => [keyOf(entry), entry]))
  for (let e = 0; e < 2 * tree.frameCount; e++) {
    const count = counts.reduce((sum, run) => sum + run[e]!, 0)
    const rate = exposure > 0 ? count / exposure : 0
    if (count < 5 * runs.length || rate >= 0.98) continue
    let squares = 0
    counts.forEach((run, r) => {
      const expected = totals[r]! * rate
      if (expected > 0) squares += (run[e]! - expected) ** 2 / (expected * (1 - rate))
    })
    const f = e % tree.frameCount
    const entry = {
      name: stacks.frames.name[f]!,
      module: stacks.frames.module[f]!,
      kind: e < tree.frameCount ? ('total' as const) : ('self' as const),
    }
    const old = entries.get(keyOf(entry))
    entries.set(keyOf(entry), {
      ...entry,
      count: count + (old?.count ?? 0),
      exposure: exposure + (old?.exposure ?? 0),
      squares: squares + (old?.squares ?? 0),
      df: runs.length - 1 + (old?.df ?? 0),
    })
  }
  const sorted = [...entries.entries()]
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    .map(([, entry]) => entry)
  const all = ledger.runs + runs.length
  return { schema: 'bpfview.noise', version: 1, runs: all, model: fitted(sorted, all), entries: sorted }
}

function fitted(entries: readonly LedgerEntry[], runs: number): NoiseModel {
  const dfs = entries.map(entry => entry.df).sort((a, b) => a - b)
  const df = dfs[dfs.length >> 1] ?? 0
  const model = fitNoise(
    entries.map(entry => entry.squares / entry.df),
    entries.map(({ count, exposure }) => count / runs / (1 - count / exposure)),
    df,
  )
  return model.source === 'fitted' ? { ...model, source: 'ledger' } : model
}

/** What a ledger knows of the given frames of a profile, in their order: totals, then own values. */
export function priorOf(ledger: NoiseLedger, profile: Pick<Profile, 'stacks'>, frames: Int32Array): PriorDispersion {
  const { name, module } = profile.stacks.frames
  const squares = new Float64Array(2 * frames.length)
  const df = new Float64Array(2 * frames.length)
  const entries = new Map(ledger.entries.map(entry => [keyOf(entry), entry]))
  for (let i = 0; i < frames.length; i++) {
    const f = frames[i]!
    for (const kind of ['total', 'self'] as const) {
      const entry = entries.get(keyOf({ name: name[f]!, module: module[f]!, kind }))
      if (entry === undefined) continue
      const e = kind === 'total' ? i : frames.length + i
      squares[e] = entry.squares
      df[e] = entry.df
    }
  }
  return { squares, df }
}

function keyOf(entry: Pick<LedgerEntry, 'name' | 'module' | 'kind'>): string {
  return `${entry.name}\0${entry.module}\0${entry.kind}`
}
