import { parentPort } from 'node:worker_threads'
import type { PerfReadOptions } from '../../../parsers/perf-script/options.ts'
import type { PerfPart, PerfShape } from '../../../parsers/perf-script/part-reader.ts'
import type { PerfSumsPart } from '../../../parsers/perf-script/sums-reader.ts'
import { PerfSumsReader } from '../../../parsers/perf-script/sums-reader.ts'
import { BpfviewError } from '../../model/error.ts'
import { readRange } from './range.ts'

/** One part of a perf script file for a thread to read. */
export interface PerfJob {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly options: PerfReadOptions
  readonly shape: PerfShape
  /** The sums of a kernel are enough, as far as it can read. */
  readonly sums: boolean
}

/** What a thread read: sums first, then what these do not tell. */
export interface PerfAnswer {
  readonly sums?: PerfSumsPart | undefined
  readonly rest?: { readonly part: PerfPart; readonly lines: number } | undefined
  readonly error?: { readonly code: BpfviewError['code']; readonly message: string }
}

async function answer(job: PerfJob): Promise<PerfAnswer> {
  try {
    const sums = job.sums ? readSums(job) : undefined
    const start = job.start + (sums?.bytes ?? 0)
    return { sums, rest: start === job.end ? undefined : await readRest(job, start) }
  } catch (error) {
    if (!(error instanceof BpfviewError)) throw error
    return { error: { code: error.code, message: error.message } }
  }
}

function readSums({ path, start, end, shape }: PerfJob): PerfSumsPart {
  const reader = new PerfSumsReader(shape)
  for (const chunk of readRange(path, start, end)) if (!reader.push(chunk)) break
  return reader.finish()
}

/** Most files need none of this, and loading it takes as long as reading 20 MB. */
async function readRest({ path, end, options, shape }: PerfJob, start: number): Promise<PerfAnswer['rest']> {
  const { PerfPartReader } = await import('../../../parsers/perf-script/part-reader.ts')
  const reader = new PerfPartReader(options, shape)
  for (const chunk of readRange(path, start, end)) reader.push(chunk)
  reader.finish()
  return reader.part()
}

parentPort!.once(
  'message',
  (job: PerfJob) =>
    void answer(job).then(told => {
      parentPort!.postMessage(
        told,
        told.sums === undefined ? [] : [told.sums.sums.cells.buffer, told.sums.sums.frames.buffer],
      )
    }),
)
