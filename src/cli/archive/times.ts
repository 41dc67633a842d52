import { openParquet } from '../../archive/parquet.ts'
import { isoOf } from '../../archive/range.ts'
import { readTimeline } from '../../archive/timeline.ts'
import type { HistogramSeries, Meta } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import type { Query } from './find.ts'
import { findAlike } from './find.ts'
import { bytesOf, filePath } from './store.ts'

/** Pictures side by side at most. */
const MOST = 24

/** When the samples of captures fell, a table for each. Throws BpfviewError E_NO_DATA for captures without times, E_TOO_MANY for more than 24. */
export async function findTimes(directory: string, query: Query): Promise<HistogramSeries[]> {
  const found = await findAlike(directory, query)
  if (found.length > MOST)
    throw new BpfviewError(
      'E_TOO_MANY',
      `${found.length} captures; expected at most ${MOST}: choose one with --capture ID, or a shorter --range`,
      { source: directory, line: 0 },
    )
  const tables: HistogramSeries[] = []
  for (const { record } of found) {
    if (record.timeline === undefined) continue
    const path = filePath(directory, 'timeline', record, record.timeline)
    const { service, host, ts, meta } = record
    tables.push({
      kind: 'histograms',
      name: found.length === 1 ? 'offset in the second' : `${service} ${host} ${isoOf(ts)}: offset in the second`,
      key: '',
      ...(await readTimeline(await openParquet(bytesOf(path), path))),
      meta: meta as Meta,
    })
  }
  if (tables.length === 0)
    throw new BpfviewError('E_NO_DATA', 'no times in the captures; expected captures of samples with times', {
      source: directory,
      line: 0,
    })
  return tables
}
