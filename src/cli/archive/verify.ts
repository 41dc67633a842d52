import { readSamples, readStacks } from '../../archive/capture-file.ts'
import { dayHeadOf, readDay } from '../../archive/day-file.ts'
import { sha256, stackId } from '../../archive/identity.ts'
import { openParquet } from '../../archive/parquet.ts'
import { readTimeline } from '../../archive/timeline.ts'
import type { CaptureRecord } from '../../model/archive-schema.ts'
import { BpfviewError } from '../../model/error.ts'
import { sum } from '../../ops/stacks/totals.ts'
import type { FileKind, FileRef } from './store.ts'
import { bytesOf, filePath, filesOf, isNamed, KINDS, needArchive, strangers } from './store.ts'

/** What verify found: sentences that begin with a path; warnings are nothing that a query sees. */
export interface Verified {
  readonly captures: number
  readonly stacks: number
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Holds every file of an archive against its name and every capture against its record: digests, numbers of stacks, totals. Two stacks of one number in one
 * service are found, and files that belong to no capture.
 */
export async function verifyArchive(directory: string): Promise<Verified> {
  needArchive(directory)
  const errors: string[] = []
  const warnings = strangers(directory).map(path => `${path}: not a file of the archive; it may be removed`)
  /** Text of each stack by service and number. */
  const known = new Map<string, Map<bigint, string>>()
  const used = new Set<string>()
  const files = filesOf(directory, 'samples')
  for (const file of files) {
    used.add(file.path)
    try {
      for (const path of await verifyCapture(directory, file, known)) used.add(path)
    } catch (error) {
      if (!(error instanceof BpfviewError)) throw error
      errors.push(error.message)
    }
  }
  const days = filesOf(directory, 'day-samples')
  const inDays = new Set<string>()
  for (const file of days) {
    used.add(file.path)
    try {
      for (const path of await verifyDay(directory, file, known, inDays)) used.add(path)
    } catch (error) {
      if (!(error instanceof BpfviewError)) throw error
      errors.push(error.message)
    }
  }
  for (const kind of KINDS)
    for (const { path } of filesOf(directory, kind))
      if (!used.has(path)) warnings.push(`${path}: belongs to no capture; bpfview archive prune --orphans removes it`)
  let stacks = 0
  for (const texts of known.values()) stacks += texts.size
  return { captures: files.filter(({ id }) => !inDays.has(id)).length + inDays.size, stacks, errors, warnings }
}

/** Paths of the other files of a capture. Throws BpfviewError for the first thing that is wrong. */
async function verifyCapture(
  directory: string,
  file: FileRef,
  known: Map<string, Map<bigint, string>>,
): Promise<string[]> {
  const { record, ids, values } = await readSamples(
    checkedBytes(file.path, name => isNamed(file, name)),
    file.path,
  )
  const wrong = (what: string, path = file.path): BpfviewError =>
    new BpfviewError('E_BAD_INPUT', `${what}; restore the file from a copy, or remove it and add the capture again`, {
      source: path,
      line: 0,
    })
  if (record.id !== file.id || record.ts !== file.ts || record.service !== file.service)
    throw wrong(`the record is of capture ${record.id} of service ${record.service}`)
  if (!near(sum(values), record.total)) throw wrong(`values add up to ${sum(values)}, the record says ${record.total}`)
  const path = ownFile(directory, 'stacks', record)
  const stacks = await readStacks(
    checkedBytes(path, digest => digest === record.stacks),
    path,
  )
  const own = verifyStacks(stacks, path, textsOf(known, record.service))
  const missing = ids.find(id => !own.has(id))
  if (missing !== undefined) throw wrong(`stack ${missing} is missing`, path)
  if (record.timeline === undefined) return [path]
  const times = ownFile(directory, 'timeline', record)
  await readTimeline(
    await openParquet(
      checkedBytes(times, digest => digest === record.timeline),
      times,
    ),
  )
  return [path, times]
}

/** Paths of the other files of a day, and of the times of its captures. Throws BpfviewError for the first thing that is wrong. */
async function verifyDay(
  directory: string,
  file: FileRef,
  known: Map<string, Map<bigint, string>>,
  seen: Set<string>,
): Promise<string[]> {
  const samples = await openParquet(
    checkedBytes(file.path, name => isNamed(file, name)),
    file.path,
  )
  const head = dayHeadOf(samples, file.path)
  const path = filePath(directory, 'day-stacks', file, head.stacks)
  const stacks = await readStacks(
    checkedBytes(path, digest => digest === head.stacks),
    path,
  )
  const own = verifyStacks(stacks, path, textsOf(known, file.service))
  const functions = filePath(directory, 'day-functions', file, head.functions)
  checkedBytes(functions, digest => digest === head.functions)
  const paths = [path, functions]
  for (const { record, ids, values } of (await readDay(samples, head, file.path)).values()) {
    seen.add(record.id)
    if (record.service !== file.service)
      throw damaged(file.path, `capture ${record.id} is of service ${record.service}`)
    if (ids.length !== record.rows || !near(sum(values), record.total))
      throw damaged(file.path, `capture ${record.id} adds up to ${sum(values)}, its record says ${record.total}`)
    const missing = ids.find(id => !own.has(id))
    if (missing !== undefined) throw damaged(path, `stack ${missing} is missing`)
    if (record.timeline === undefined) continue
    const times = ownFile(directory, 'timeline', record)
    checkedBytes(times, digest => digest === record.timeline)
    paths.push(times)
  }
  return paths
}

/** The numbers of stacks, each of which is what its frames give and stands for one stack in the service. */
function verifyStacks(
  { ids, texts }: { readonly ids: readonly bigint[]; readonly texts: readonly string[] },
  path: string,
  known: Map<bigint, string>,
): Set<bigint> {
  texts.forEach((text, i) => {
    const id = ids[i]!
    if (stackId(text) !== id) throw damaged(path, `stack ${id} has another number than its frames give`)
    const before = known.get(id)
    if (before !== undefined && before !== text) throw damaged(path, `two stacks have the number ${id}`)
    known.set(id, text)
  })
  return new Set(ids)
}

function textsOf(known: Map<string, Map<bigint, string>>, service: string): Map<bigint, string> {
  const texts = known.get(service) ?? new Map<bigint, string>()
  known.set(service, texts)
  return texts
}

function damaged(path: string, what: string): BpfviewError {
  return new BpfviewError(
    'E_BAD_INPUT',
    `${what}; restore the file from a copy, or remove it and add the capture again`,
    {
      source: path,
      line: 0,
    },
  )
}

function ownFile(directory: string, kind: FileKind, record: CaptureRecord): string {
  return filePath(directory, kind, record, kind === 'stacks' ? record.stacks : record.timeline!)
}

/** Bytes of a file whose digest is right. */
function checkedBytes(path: string, right: (digest: string) => boolean): Uint8Array {
  const bytes = bytesOf(path)
  if (right(sha256(bytes))) return bytes
  throw new BpfviewError(
    'E_BAD_INPUT',
    'the bytes were altered since they were written; restore the file from a copy, or remove it and add the capture again',
    { source: path, line: 0 },
  )
}

function near(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}
