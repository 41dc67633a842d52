import { closeSync, openSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { FoldedPartReader } from '../../parsers/folded-fast.ts'
import type { FoldedPart } from '../../parsers/folded.ts'
import type { ParseOptions } from '../../parsers/parse.ts'
import type { Parsed } from '../model/datasets.ts'
import type { FoldedJob } from './folded-worker.ts'
import { Progress } from './progress.ts'
import { readRange } from './range.ts'

/** The second thread starts later and its part has to be taken over, so it gets less. */
const FIRST_SHARE = 0.54
const LINE_BYTES = 1 << 20

/**
 * What a large plain file of folded stacks holds, read by two threads; undefined when it has to be read by one, because a line needs the ones before it.
 * The result is the same as one thread's.
 */
export async function readFoldedParallel(path: string, size: number, options: ParseOptions): Promise<Parsed | undefined> {
  if (availableParallelism() < 2 || options.strict === true) return undefined
  const border = lineStart(path, Math.floor(size * FIRST_SHARE))
  if (border === undefined) return undefined
  const job: FoldedJob = { path, start: border, end: size, options }
  const worker = new Worker(new URL('./folded-worker.js', import.meta.url), { workerData: job })
  const answer = new Promise<FoldedPart | undefined>((resolve, reject) => {
    worker.on('message', ({ part }: { readonly part?: FoldedPart }) => resolve(part))
    worker.on('error', reject)
    worker.on('exit', () => resolve(undefined))
  })
  answer.catch(() => {})
  const reader = new FoldedPartReader(options, false)
  const progress = new Progress()
  progress.start(size)
  try {
    for (const chunk of readRange(path, 0, border)) {
      reader.push(chunk)
      progress.advance(chunk.length / FIRST_SHARE)
    }
    return reader.join([await answer])
  } finally {
    progress.stop()
    void worker.terminate()
  }
}

/** Position of the first line start after `from`, undefined when none is near. */
function lineStart(path: string, from: number): number | undefined {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(LINE_BYTES)
    const at = bytes.subarray(0, readSync(file, bytes, 0, LINE_BYTES, from)).indexOf(10)
    return at < 0 ? undefined : from + at + 1
  } finally {
    closeSync(file)
  }
}
