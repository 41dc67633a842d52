import { parentPort, workerData } from 'node:worker_threads'
import { FoldedPartReader } from '../../parsers/folded-fast.ts'
import type { ReadOptions } from '../../parsers/format.ts'
import { readRange } from './range.ts'

/** One part of a file of folded stacks for a thread to read. */
export interface FoldedJob {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly options: ReadOptions
}

const { path, start, end, options } = workerData as FoldedJob
const reader = new FoldedPartReader(options, true)
for (const chunk of readRange(path, start, end)) reader.push(chunk)
const part = reader.part()
parentPort!.postMessage({ part }, part === undefined ? [] : [part.stacks.parent.buffer, part.stacks.frame.buffer, part.self.buffer] as ArrayBuffer[])
