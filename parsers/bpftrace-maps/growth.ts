import { growthOf, PrintValues } from '../build/print-growth.ts'
import type { MapLog } from './map-log.ts'
import type { Print } from './prints.ts'

/** How a map that was printed several times is read. */
export interface Reading {
  /**
   * `grew`: each print contains those before it, the last one is the answer. `cleared`: each print begins anew, all add up.
   * `cleared-at-times`: the map was cleared before some prints; the last print before each clear counts.
   */
  readonly how: 'grew' | 'cleared' | 'cleared-at-times'
  /** Of `grew`: no print before the last takes anything from it, so that differences are what was added. */
  readonly grows: boolean
  /** Prints that count, in order. */
  readonly counting: readonly Print[]
  /** Prints before which the map was cleared, by index. */
  readonly clears: ReadonlySet<number>
  /** What was assumed where the numbers fit both readings; undefined where they settle it. */
  readonly assumed?: string
}

/** What a user says about prints of one map: the last one holds all, or all of them add up. */
export type PrintsOption = 'last' | 'sum'

/** Evidence in bits above which a reading counts as settled. */
const SETTLED_BITS = 10

/** Whether prints of a map contain those before them: as `option` says, else from their values alone. */
export function readPrints(log: MapLog, prints: readonly Print[], option?: PrintsOption): Reading {
  const grew: Reading = { how: 'grew', grows: true, counting: prints.slice(-1), clears: new Set() }
  const cleared: Reading = { how: 'cleared', grows: false, counting: prints, clears: new Set(prints.keys()) }
  if (option === 'last') return { ...grew, grows: prints.length < 2 }
  if (prints.length < 2 || !isCounted(log)) return grew
  if (option === 'sum') return cleared
  const guessed = prints.filter(print => print.guessed).length
  const { how, clears, bits, top, doubtful } = growthOf(valuesOf(log, prints), log.has('stats'))
  switch (how) {
    case 'cleared':
      if (guessed > 0)
        return {
          ...cleared,
          assumed: `${guessed} of ${prints.length} prints begin without a mark: read as cleared in between`,
        }
      return doubtful
        ? { ...cleared, assumed: `${prints.length} prints have other keys each: read as cleared in between` }
        : cleared
    case 'grew':
      return bits >= SETTLED_BITS && !top && guessed === 0
        ? grew
        : {
            ...grew,
            assumed: `${prints.length} prints ${top ? 'of the largest keys ' : ''}only grow: read as one total that the last print holds`,
          }
    case 'cleared-at-times':
      return {
        how,
        grows: false,
        counting: prints.filter((_, i) => i + 1 === prints.length || clears.has(i + 1)),
        clears,
        assumed: `${prints.length} prints fall ${clears.size} times: read as cleared only there`,
      }
  }
}

function isCounted(log: MapLog): boolean {
  return log.has('number') || log.has('stats') || log.has('hist')
}

function* valuesOf(log: MapLog, prints: readonly Print[]): Iterable<PrintValues> {
  for (const { start, end } of prints) {
    const values = new PrintValues()
    for (let entry = start; entry < end; entry++) {
      const key = log.key(entry)
      const value = log.kind(entry) === 'hist' ? undefined : log.value(entry)
      if (value?.is === 'number') values.add(key, 0, value.value)
      else if (value?.is === 'stats') {
        values.add(key, 0, value.count)
        values.add(key, 1, value.total)
      } else if (value === undefined) log.eachBucket(entry, (bucket, count) => values.add(key, bucket, count))
      const rank = value?.is === 'stats' ? value.count : log.rank(entry)
      if (!Number.isNaN(rank)) values.rank(key, rank)
    }
    yield values
  }
}
