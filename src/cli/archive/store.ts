import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TimeRange } from '../../archive/range.ts'
import { ALWAYS, dateOf } from '../../archive/range.ts'
import { ARCHIVE_VERSION, archiveSchema } from '../../model/archive-schema.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { cannotRead } from '../input/bytes.ts'
import { checkedJson } from '../input/json-file.ts'
import { cannotWrite, writeResult } from '../output/write.ts'

const HEAD = 'archive.json'
const HEAD_FILE = { code: 'E_MANIFEST', maxBytes: 1 << 20, expected: 'what bpfview archive init writes' } as const

/**
 * What an archive keeps, each in a folder of its own. `samples` is written last and makes a capture visible, `day-samples` makes a day of
 * captures visible and hides their own files.
 */
export const KINDS = ['stacks', 'timeline', 'samples', 'day-stacks', 'day-functions', 'day-samples'] as const
export type FileKind = (typeof KINDS)[number]

/** A file of an archive by its name; nothing of it has been read. */
export interface FileRef {
  readonly kind: FileKind
  readonly path: string
  readonly date: string
  readonly service: string
  /** Microseconds since 1970. */
  readonly ts: number
  readonly id: string
  /** The first digits of the file's SHA-256. */
  readonly digest: string
}

const NAME = /^(\d{16})-([0-9a-f]{16})-([0-9a-f]{16})\.parquet$/
const DIGEST_DIGITS = 16
const SERVICE = /^[A-Za-z0-9._-]{1,100}$/

/** Throws BpfviewError E_USAGE for a service that cannot name a folder. */
export function checkService(service: string): string {
  if (SERVICE.test(service) && !/^\.+$/.test(service)) return service
  throw new BpfviewError(
    'E_USAGE',
    `--service: ${quote(service)}; expected at most 100 letters, digits, dots, dashes and underscores`,
  )
}

/** Makes a directory an archive; one that is an archive stays as it is. True when it was made. */
export async function initArchive(directory: string): Promise<boolean> {
  if (existsSync(join(directory, HEAD))) {
    needArchive(directory)
    return false
  }
  makeFolder(directory)
  await writeResult(
    join(directory, HEAD),
    `${JSON.stringify({ bpfview: 'archive', version: ARCHIVE_VERSION, frames: 1 })}\n`,
  )
  return true
}

/** Throws BpfviewError when a directory is no archive, or one of a newer version. */
export function needArchive(directory: string): void {
  const path = join(directory, HEAD)
  if (!existsSync(path))
    throw new BpfviewError('E_NOT_FOUND', `no ${HEAD}; expected an archive (bpfview archive init makes one)`, {
      source: directory,
      line: 0,
    })
  const { version, frames } = checkedJson(path, archiveSchema, HEAD_FILE)
  if (version > ARCHIVE_VERSION || frames > 1)
    throw new BpfviewError(
      'E_MANIFEST',
      `an archive of version ${version}, frames ${frames}; expected at most ${ARCHIVE_VERSION} and 1: a newer bpfview reads it`,
      { source: path, line: 0 },
    )
}

/** Where a file of a capture stands. */
export function filePath(
  directory: string,
  kind: FileKind,
  { service, ts, id }: { readonly service: string; readonly ts: number; readonly id: string },
  sha256: string,
): string {
  const name = `${String(ts).padStart(16, '0')}-${id}-${sha256.slice(0, DIGEST_DIGITS)}.parquet`
  return join(directory, kind, `date=${dateOf(ts)}`, `service=${service}`, name)
}

/** True when bytes of that SHA-256 are what the name of a file says. */
export function isNamed(ref: FileRef, sha256: string): boolean {
  return sha256.startsWith(ref.digest)
}

/** Files of one kind whose capture began within a range (of a day: that touch it), by time and id; of several for one capture the first. */
export function filesOf(
  directory: string,
  kind: FileKind,
  { service, range = ALWAYS }: { readonly service?: string | undefined; readonly range?: TimeRange | undefined } = {},
): FileRef[] {
  const found: FileRef[] = []
  for (const date of folders(join(directory, kind), 'date=')) {
    // a day of which no moment is in the range
    const day = Date.parse(`${date}T00:00:00Z`) * 1000
    if (day >= range.until || day + 86_400e6 <= range.from) continue
    for (const each of folders(join(directory, kind, `date=${date}`), 'service=')) {
      if (service !== undefined && each !== service) continue
      found.push(...filesIn(join(directory, kind, `date=${date}`, `service=${each}`), { kind, date, service: each }))
    }
  }
  const seen = new Set<string>()
  return found
    .filter(({ ts }) => kind.startsWith('day-') || (ts >= range.from && ts < range.until))
    .sort((a, b) => a.ts - b.ts || (a.path < b.path ? -1 : 1))
    .filter(({ id }) => !seen.has(id) && seen.add(id))
}

function filesIn(folder: string, own: Pick<FileRef, 'kind' | 'date' | 'service'>): FileRef[] {
  return entriesOf(folder).flatMap(name => {
    const match = NAME.exec(name)
    return match === null
      ? []
      : [{ ...own, path: join(folder, name), ts: Number(match[1]), id: match[2]!, digest: match[3]! }]
  })
}

/** Names in an archive that are none of its files: leftovers of a process that died, and what others put there. */
export function strangers(directory: string): string[] {
  const found: string[] = []
  for (const kind of KINDS)
    for (const date of folders(join(directory, kind), 'date='))
      for (const service of folders(join(directory, kind, `date=${date}`), 'service=')) {
        const folder = join(directory, kind, `date=${date}`, `service=${service}`)
        for (const name of entriesOf(folder)) if (!NAME.test(name)) found.push(join(folder, name))
      }
  return found
}

function folders(folder: string, prefix: string): string[] {
  return entriesOf(folder)
    .filter(name => name.startsWith(prefix))
    .map(name => name.slice(prefix.length))
    .filter(name => (prefix === 'date=' ? /^\d{4}-\d{2}-\d{2}$/.test(name) : SERVICE.test(name)))
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cannotRead(folder, error)
  }
}

/** The bytes of a file of the archive. */
export function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw cannotRead(path, error)
  }
}

/** Makes a folder and those above it. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw cannotWrite(folder, error)
  }
}
