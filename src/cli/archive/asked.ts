import { timeRange } from '../../archive/range.ts'
import { CaptureSum } from '../../archive/sum.ts'
import type { Profile } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import type { NameMode } from '../../ops/stacks/align-names.ts'
import type { LabelledProfile } from '../../ops/stacks/merge-runs.ts'
import { remarkOnce } from '../exit.ts'
import type { FoundCapture, Query } from './find.ts'
import { findAlike, refuseMixed, runsOf, steady, sumOf } from './find.ts'
import { queryOf } from './query.ts'

/** Above this many files a question takes seconds. */
const MANY = 300

/** What works out sums: js = bpfview itself. */
export type Engine = 'js' | 'duckdb'

type Asked = Pick<Query, 'service' | 'host' | 'event' | 'value'>

/** The sum of the captures that the flags ask for. */
export async function askedSum(
  directory: string,
  flags: Asked & {
    readonly range?: string | undefined
    readonly names?: NameMode | undefined
    readonly engine?: Engine | undefined
  },
): Promise<Profile> {
  const names = flags.names ?? 'align'
  return steady(async () => {
    const found = await findAlike(directory, queryOf(flags))
    const duck = await engineFor(flags.engine, found)
    if (duck === undefined) return sumOf(found, names)
    const { duckSums } = await import('./duckdb.ts')
    const { ids, values, texts } = await duckSums(duck, found)
    const sum = new CaptureSum()
    sum.learn(texts)
    sum.addSums(
      found.map(({ record }) => record),
      ids,
      values,
    )
    return sum.finish(names)
  })
}

/** DuckDB where it is asked for, or installed and worth its start. */
async function engineFor(engine: Engine | undefined, found: readonly FoundCapture[]) {
  if (engine === 'js') return undefined
  const files = new Set(found.map(({ samples }) => samples)).size
  if (engine === undefined && files <= MANY) return undefined
  const { ADVICE, duckDb, needDuckDb } = await import('./duckdb.ts')
  if (engine === 'duckdb') return needDuckDb()
  const duck = await duckDb()
  if (duck === undefined)
    remarkOnce(
      `${files} files are read one by one; DuckDB is faster (${ADVICE}), fewer files too (bpfview archive compact)`,
    )
  return duck
}

/** The captures before and after, each a run. Throws BpfviewError E_USAGE without two times, E_MIXED when the sides measure different things. */
export async function askedSides(
  directory: string,
  flags: Asked & { readonly before?: string | undefined; readonly after?: string | undefined },
): Promise<{ readonly before: LabelledProfile[]; readonly after: LabelledProfile[] }> {
  const now = Date.now() * 1000
  const side = async (name: 'before' | 'after') => {
    const text = flags[name]
    if (text === undefined)
      throw new BpfviewError('E_USAGE', `no --${name}; expected a time for each side: --before 14d..7d --after 7d`)
    return findAlike(directory, { ...queryOf(flags), range: timeRange(text, now, `--${name}`) })
  }
  return steady(async () => {
    const [one, other] = [await side('before'), await side('after')]
    refuseMixed(directory, [...one, ...other])
    return { before: await runsOf(one), after: await runsOf(other) }
  })
}
