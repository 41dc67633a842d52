import { statSync, unlinkSync } from 'node:fs'
import { recordOf } from '../../archive/capture-file.ts'
import { dayHeadOf } from '../../archive/day-file.ts'
import { openParquet } from '../../archive/parquet.ts'
import { BpfviewError } from '../../model/error.ts'
import { cannotWrite } from '../output/write.ts'
import { findCaptures } from './find.ts'
import type { FileRef } from './store.ts'
import { bytesOf, filePath, filesOf, KINDS, needArchive, strangers } from './store.ts'

/** A process that adds a capture needs less than this from its first file to its last. */
const YOUNG_MS = 3600_000

export interface Pruned {
  readonly captures: number
  readonly files: number
}

/**
 * Removes the captures that began before a time (microseconds since 1970), their samples first, so that a query sees a capture whole or not at all. With
 * `orphans` also files that belong to no capture and are older than an hour.
 */
export async function pruneArchive(
  directory: string,
  { before, service, orphans, dryRun }: PruneOptions,
): Promise<Pruned> {
  needArchive(directory)
  let captures = 0
  let files = 0
  const remove = (path: string): void => {
    if (dryRun !== true) removeFile(path)
    files++
  }
  if (before !== undefined) {
    for (const file of filesOf(directory, 'samples', { service, range: { from: 0, until: before } })) {
      const others = await othersOf(directory, file)
      remove(file.path)
      for (const path of others) remove(path)
      captures++
    }
    captures += await pruneDays(directory, service, before, remove)
  }
  if (orphans === true) {
    const ids = new Set((await findCaptures(directory, {})).map(({ record }) => record.id))
    const days = new Set(filesOf(directory, 'day-samples').map(({ id }) => id))
    const left = KINDS.flatMap(kind => filesOf(directory, kind)).filter(({ id }) => !ids.has(id) && !days.has(id))
    for (const path of [...left.map(file => file.path), ...strangers(directory)]) if (isOld(path)) remove(path)
  }
  return { captures, files }
}

/** Removes the files of days whose captures all began before a time; how many captures. */
async function pruneDays(
  directory: string,
  service: string | undefined,
  before: number,
  remove: (path: string) => void,
): Promise<number> {
  const gone = new Set<string>()
  for (const file of filesOf(directory, 'day-samples', { service, range: { from: 0, until: before } })) {
    const head = dayHeadOf(await openParquet(bytesOf(file.path), file.path), file.path)
    if (head.captures.some(({ ts }) => ts >= before)) continue
    remove(file.path)
    remove(filePath(directory, 'day-stacks', file, head.stacks))
    remove(filePath(directory, 'day-functions', file, head.functions))
    for (const record of head.captures) {
      gone.add(record.id)
      if (record.timeline !== undefined) remove(filePath(directory, 'timeline', record, record.timeline))
    }
  }
  return gone.size
}

interface PruneOptions {
  readonly before?: number | undefined
  readonly service?: string | undefined
  readonly orphans?: boolean | undefined
  /** Only count. */
  readonly dryRun?: boolean | undefined
}

async function othersOf(directory: string, file: FileRef): Promise<string[]> {
  try {
    const record = recordOf(await openParquet(bytesOf(file.path), file.path), file.path)
    return [
      filePath(directory, 'stacks', record, record.stacks),
      ...(record.timeline === undefined ? [] : [filePath(directory, 'timeline', record, record.timeline)]),
    ]
  } catch (error) {
    // a broken capture goes too; its other files are orphans
    if (error instanceof BpfviewError) return []
    throw error
  }
}

function isOld(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false })
  return file !== undefined && Date.now() - file.mtimeMs > YOUNG_MS
}

/** Removes a file; one that is gone is gone. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannotWrite(path, error)
  }
}
