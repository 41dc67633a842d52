import { closeSync, openSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { noteInexactSums } from '../../../parsers/build/inexact-sums.ts'
import type { PerfReadOptions } from '../../../parsers/perf-script/options.ts'
import type { PerfShape } from '../../../parsers/perf-script/part-reader.ts'
import { mayPart, PerfPartReader, perfShapeOf, recordStart } from '../../../parsers/perf-script/part-reader.ts'
import type { Parsed } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import type { PerfAnswer, PerfJob } from './perf-worker.ts'
import { Progress } from './progress.ts'
import { readRange } from './range.ts'

/** Each thread needs memory of its own. */
const MAX_THREADS = 4
/** Share of an equal part that the first thread reads less than the others: it names all frames and puts the parts together. */
const LESS = 0.1
/** As much of a file as is looked at for its shape, or for where a record starts. */
const LOOK_BYTES = [1 << 16, 1 << 20]

/**
 * What a large perf script file holds, read by several threads; undefined when it cannot be read so. The result is the same as one thread's.
 */
export async function readPerfParallel(
  path: string,
  size: number,
  options: PerfReadOptions,
  progress: Progress = new Progress(),
): Promise<Parsed | undefined> {
  const threads = Math.min(availableParallelism(), MAX_THREADS)
  if (threads < 2 || !mayPart(options)) return undefined
  // they start while the file is looked at
  const workers = Array.from(
    { length: threads - 1 },
    () => new Worker(new URL('./perf-worker.js', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 8 } }),
  )
  try {
    const plan = planParts(path, size, threads)
    if (plan === undefined) return undefined
    const { shape, starts } = plan
    const reader = new PerfPartReader(options, shape)
    const answers = Promise.all(
      starts.slice(1).map((start, i) => {
        const job: PerfJob = { path, start, end: starts[i + 2] ?? size, options, shape, sums: reader.wantsSums }
        workers[i]!.postMessage(job)
        return answerOf(workers[i]!)
      }),
    )
    answers.catch(() => {})
    progress.start(size)
    for (const chunk of readRange(path, 0, starts[1]!)) {
      reader.push(chunk)
      progress.advance((chunk.length * size) / starts[1]!)
    }
    reader.finish()
    for (const { sums, rest } of await answers) {
      if (sums !== undefined) reader.absorbSums(sums)
      if (rest !== undefined) reader.absorb(rest)
    }
    return noteInexactSums(reader.end())
  } finally {
    progress.stop()
    for (const worker of workers) void worker.terminate()
  }
}

/** Where the parts of a file start, with the shape that its first lines tell; undefined when it cannot be parted. */
function planParts(
  path: string,
  size: number,
  threads: number,
): { readonly shape: PerfShape; readonly starts: readonly number[] } | undefined {
  const file = openSync(path, 'r')
  try {
    const shape = firstFound(file, 0, perfShapeOf)
    if (shape === undefined) return undefined
    const starts = [0]
    for (let thread = 1; thread < threads; thread++) {
      const from = Math.floor((size * (thread - LESS)) / (threads - LESS))
      const start = firstFound(file, from, bytes => {
        const at = recordStart(bytes)
        return at < 0 ? undefined : from + at
      })
      if (start !== undefined) starts.push(start)
    }
    return starts.length > 1 ? { shape, starts } : undefined
  } finally {
    closeSync(file)
  }
}

/** What is found in the bytes from a position on; more of them are read when it is not in the first. */
function firstFound<T>(file: number, position: number, find: (bytes: Uint8Array) => T | undefined): T | undefined {
  for (const length of LOOK_BYTES) {
    const bytes = new Uint8Array(length)
    const found = find(bytes.subarray(0, readSync(file, bytes, 0, length, position)))
    if (found !== undefined) return found
  }
  return undefined
}

function answerOf(worker: Worker): Promise<PerfAnswer> {
  return new Promise((resolve, reject) => {
    worker.on('message', (answer: PerfAnswer) => {
      if (answer.error === undefined) resolve(answer)
      else reject(new BpfviewError(answer.error.code, answer.error.message))
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('a reading thread ended without an answer')))
  })
}
