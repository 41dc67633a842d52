import { closeSync, openSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { detect } from '../../parsers/parse.ts'
import type { ParseOptions } from '../../parsers/parse.ts'
import { PerfPartReader, mayPart, perfShapeOf, recordStart } from '../../parsers/perf-script-parts.ts'
import type { PerfPart, PerfShape } from '../../parsers/perf-script-parts.ts'
import { byteOrderMark } from '../../parsers/utf16.ts'
import type { Parsed } from '../model/datasets.ts'
import { BpfviewError } from '../model/error.ts'
import type { PerfJob } from './perf-worker.ts'
import { readRange } from './range.ts'
import { Progress } from './progress.ts'

/** Each thread needs memory of its own. */
const MAX_THREADS = 4
const HEAD = 1 << 20

interface WorkerAnswer {
  readonly part?: { readonly part: PerfPart; readonly lines: number }
  readonly error?: { readonly code: BpfviewError['code']; readonly message: string }
}

/**
 * What a large perf script file holds, read by several threads; undefined when the file is not one, or not one to be read so. The result is the same as
 * one thread's.
 */
export async function readPerfParallel(path: string, size: number, options: ParseOptions): Promise<Parsed | undefined> {
  const threads = Math.min(availableParallelism(), MAX_THREADS)
  if (threads < 2 || !mayPart(options)) return undefined
  const plan = planParts(path, size, threads, options)
  if (plan === undefined) return undefined
  const { shape, starts } = plan
  const ends = [...starts.slice(1), size]
  const workers = starts.slice(1).map((start, i) => startWorker({ path, start, end: ends[i + 1]!, options, shape }))
  const answers = Promise.all(workers.map(answerOf))
  answers.catch(() => {})
  const reader = new PerfPartReader(options, shape)
  const progress = new Progress()
  progress.start(size)
  try {
    for (const chunk of readRange(path, 0, ends[0]!)) {
      reader.push(chunk)
      progress.advance(chunk.length * starts.length)
    }
    reader.finish()
    for (const part of await answers) reader.absorb(part)
  } finally {
    progress.stop()
    for (const worker of workers) void worker.terminate()
  }
  return reader.end()
}

/** Where the parts of a file start, with the shape that its first lines tell; undefined when it cannot be parted. */
function planParts(path: string, size: number, threads: number, options: ParseOptions): { readonly shape: PerfShape; readonly starts: readonly number[] } | undefined {
  const file = openSync(path, 'r')
  try {
    const head = readAt(file, 0)
    if (byteOrderMark(head) !== undefined || (head[0] === 0x1f && head[1] === 0x8b)) return undefined
    if (options.format === undefined ? detect(head, true)?.id !== 'perf-script' : options.format !== 'perf-script') return undefined
    const shape = perfShapeOf(head)
    if (shape === undefined) return undefined
    const starts = [0]
    for (let thread = 1; thread < threads; thread++) {
      const from = Math.floor((size / threads) * thread)
      const start = recordStart(readAt(file, from))
      if (start >= 0) starts.push(from + start)
    }
    return starts.length > 1 ? { shape, starts } : undefined
  } finally {
    closeSync(file)
  }
}

function readAt(file: number, position: number): Uint8Array {
  const bytes = new Uint8Array(HEAD)
  return bytes.subarray(0, readSync(file, bytes, 0, HEAD, position))
}

function startWorker(job: PerfJob): Worker {
  return new Worker(new URL('./perf-worker.js', import.meta.url), { workerData: job, resourceLimits: { maxYoungGenerationSizeMb: 8 } })
}

function answerOf(worker: Worker): Promise<NonNullable<WorkerAnswer['part']>> {
  return new Promise((resolve, reject) => {
    worker.on('message', ({ part, error }: WorkerAnswer) => {
      if (part !== undefined) resolve(part)
      else reject(new BpfviewError(error!.code, error!.message))
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('a reading thread ended without an answer')))
  })
}
