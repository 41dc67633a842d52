import { parentPort } from 'node:worker_threads'
import type { ReadOptions } from '../../parsers/format.ts'
import { PerfPartReader } from '../../parsers/perf-script-parts.ts'
import type { PerfShape } from '../../parsers/perf-script-parts.ts'
import { BpfviewError } from '../model/error.ts'
import { readRange } from './range.ts'

/** One part of a perf script file for a thread to read. */
export interface PerfJob {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly options: ReadOptions
  readonly shape: PerfShape
}

parentPort!.once('message', ({ path, start, end, options, shape }: PerfJob) => {
  try {
    const reader = new PerfPartReader(options, shape)
    for (const chunk of readRange(path, start, end)) reader.push(chunk)
    reader.finish()
    parentPort!.postMessage({ part: reader.part() })
  } catch (error) {
    if (!(error instanceof BpfviewError)) throw error
    parentPort!.postMessage({ error: { code: error.code, message: error.message } })
  }
})
