import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CaptureColumns } from '../../archive/capture-file.ts'
import { dayFiles } from '../../archive/day-file.ts'
import { sha256 } from '../../archive/identity.ts'
import type { TimeRange } from '../../archive/range.ts'
import type { Profile } from '../../model/datasets.ts'
import { withLock } from '../output/lock.ts'
import { writeResult } from '../output/write.ts'
import type { FoundCapture } from './find.ts'
import { alikeGroups, CaptureReader, findCaptures, sumOf } from './find.ts'
import { removeFile } from './prune.ts'
import type { FileRef } from './store.ts'
import { filePath, filesOf, KINDS, makeFolder, needArchive } from './store.ts'

/** What became of an archive's days. */
export interface Compacted {
  readonly days: number
  readonly captures: number
  /** Files that were removed because those of a day hold what they held. */
  readonly removed: number
}

/**
 * Puts the captures of each service and day into files of that day. Readers see every capture once, before and after: the day's samples are renamed into
 * place last and hide the captures' own files, which go `grace` milliseconds later, by the next call. One process at a time does this; any may add meanwhile.
 */
export async function compactArchive(
  directory: string,
  options: { readonly service?: string | undefined; readonly range: TimeRange; readonly grace: number },
): Promise<Compacted> {
  needArchive(directory)
  return withLock(directory, async () => {
    let days = 0
    let captures = 0
    for (const { service, from, until } of daysOf(directory, options)) {
      const found = await findCaptures(directory, { service, range: { from, until } })
      if (found.every(({ day }) => day) && new Set(found.map(({ samples }) => samples)).size < 2) continue
      await writeDay(directory, service, found)
      days++
      captures += found.length
    }
    return { days, captures, removed: await removeHidden(directory, options) }
  })
}

/** Days of a service that have captures and lie in a range as a whole. */
function daysOf(
  directory: string,
  { service, range }: { readonly service?: string | undefined; readonly range: TimeRange },
): { readonly service: string; readonly from: number; readonly until: number }[] {
  const seen = new Map<string, { service: string; from: number; until: number }>()
  for (const kind of ['samples', 'day-samples'] as const)
    for (const file of filesOf(directory, kind, { service, range })) {
      const from = Date.parse(`${file.date}T00:00:00Z`) * 1000
      const until = from + 86_400e6
      if (from >= range.from && until <= range.until)
        seen.set(`${file.service} ${file.date}`, { service: file.service, from, until })
    }
  return [...seen.values()]
}

async function writeDay(directory: string, service: string, found: readonly FoundCapture[]): Promise<void> {
  const reader = new CaptureReader()
  const captures: CaptureColumns[] = []
  const texts = new Map<bigint, string>()
  for (const each of found) {
    captures.push(await reader.columns(each))
    for (const [id, text] of await reader.stacks(each)) texts.set(id, text)
  }
  const files = await dayFiles(captures, texts, await sumsOf(found))
  const own = { service, ts: files.ts, id: files.id }
  for (const [kind, bytes] of [
    ['day-stacks', files.stacks],
    ['day-functions', files.functions],
    ['day-samples', files.samples],
  ] as const) {
    const path = filePath(directory, kind, own, sha256(bytes))
    makeFolder(dirname(path))
    await writeResult(path, bytes, { inPlace: true })
  }
}

/** A day's sums by event and value. */
function sumsOf(found: readonly FoundCapture[]): Promise<Profile[]> {
  return Promise.all(alikeGroups(found).map(own => sumOf(own, 'align')))
}

/** Removes files whose captures stand in those of a day that is older than the grace time; samples first. */
async function removeHidden(
  directory: string,
  { service, grace }: { readonly service?: string | undefined; readonly grace: number },
): Promise<number> {
  const shown = (await findCaptures(directory, { service })).filter(
    ({ day, samples }) => day && isOlder(samples, grace),
  )
  const hidden = new Set(shown.map(({ record }) => record.id))
  const used = new Set(shown.map(({ samples }) => samples))
  const inUse = (file: FileRef): boolean => [...used].some(path => path.includes(file.id))
  let removed = 0
  for (const kind of [...KINDS].reverse()) {
    if (kind === 'timeline') continue
    for (const file of filesOf(directory, kind, { service })) {
      const goes = kind.startsWith('day-')
        ? isOlder(file.path, grace) && !inUse(file) && replaced(directory, file, used)
        : hidden.has(file.id)
      if (!goes) continue
      removeFile(file.path)
      removed++
    }
  }
  return removed
}

/** True for files of a day for which newer ones of the same day are shown. */
function replaced(directory: string, file: FileRef, used: ReadonlySet<string>): boolean {
  return filesOf(directory, 'day-samples', { service: file.service }).some(
    other => other.date === file.date && other.id !== file.id && used.has(other.path),
  )
}

function isOlder(path: string, grace: number): boolean {
  const file = statSync(path, { throwIfNoEntry: false })
  return file !== undefined && Date.now() - file.mtimeMs >= grace
}
