import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CaptureFiles } from '../../archive/capture-file.ts'
import { captureFiles } from '../../archive/capture-file.ts'
import { captureId, sha256 } from '../../archive/identity.ts'
import { microsOf } from '../../archive/range.ts'
import type { Profile, SampleTable } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { remark } from '../exit.ts'
import { cannotRead } from '../input/bytes.ts'
import { stackProfiles } from '../input/choose.ts'
import type { Input } from '../input/input.ts'
import { datasetsOf, profilesOf } from '../input/runs.ts'
import { writeResult } from '../output/write.ts'
import { findDays } from './find.ts'
import { filePath, filesOf, makeFolder } from './store.ts'

/** What the user says of captures that they do not say themselves. */
export interface AddFacts {
  readonly service: string
  readonly host?: string | undefined
  /** Microseconds since 1970. */
  readonly ts?: number | undefined
  readonly event?: string | undefined
  readonly value?: string | undefined
}

/** Adds every event of an input. The numbers of captures that were added, and that the archive had. */
export async function addInput(
  directory: string,
  input: Input,
  facts: AddFacts,
): Promise<{ readonly added: number; readonly known: number }> {
  const source = digestOf(input.source)
  let added = 0
  let known = 0
  for (const profile of wantedProfiles(input, facts)) {
    if ((profile.runs?.length ?? 0) > 1)
      remark(
        `${input.source} holds ${profile.runs!.length} runs, which become one capture; add them one by one to compare them`,
      )
    const own = { ...ownFacts(profile, input.source, facts), source }
    const id = captureId({ ...own, event: profile.name, value: profile.value })
    if (await isKnown(directory, own, id)) {
      known++
      continue
    }
    await writeCapture(directory, await captureFiles(profile, own, timesOf(input, profile)))
    added++
  }
  return { added, known }
}

/** Whether the archive has a capture, by itself or in the files of a day. */
async function isKnown(
  directory: string,
  { service, ts }: { readonly service: string; readonly ts: number },
  id: string,
): Promise<boolean> {
  const query = { service, range: { from: ts, until: ts + 1 } }
  if (filesOf(directory, 'samples', query).some(file => file.id === id)) return true
  return (await findDays(directory, query)).some(({ record }) => record.id === id)
}

/** One profile for each event and value of an input. */
function wantedProfiles(input: Input, { event, value }: AddFacts): Profile[] {
  const kinds = new Map<string, readonly [string, string]>()
  for (const profile of stackProfiles(input)) {
    if (event !== undefined && profile.name !== event) continue
    if (value !== undefined && profile.value.name !== value && profile.value.unit !== value) continue
    kinds.set(JSON.stringify([profile.name, profile.value.name]), [profile.name, profile.value.name])
  }
  // what is missing, in the words of all commands
  if (kinds.size === 0) profilesOf([input], event, undefined, value)
  return [...kinds.values()].map(([name, unit]) => profilesOf([input], name, undefined, unit)[0]!.profile)
}

function timesOf(input: Input, { name }: Profile): SampleTable[] {
  return datasetsOf(input, 'samples').filter(samples => samples.name === name)
}

/** Service, host and time of a capture. Throws BpfviewError E_USAGE when neither the user nor the capture says them. */
function ownFacts(
  { meta, runs }: Profile,
  source: string,
  { service, host, ts }: AddFacts,
): { service: string; host: string; ts: number; label: string } {
  const missing = (what: string, option: string): BpfviewError =>
    new BpfviewError('E_USAGE', `the capture does not say ${what}; expected ${option}`, { source, line: 0 })
  const at = ts ?? (meta.start === undefined ? undefined : microsOf(meta.start))
  if (at === undefined) throw missing('when it was made', '--ts 2026-11-17T10:00')
  const name = host ?? meta.host
  if (name === undefined) throw missing('of which host it is', '--host NAME')
  if (name.length > 256 || /\p{Cc}/u.test(name))
    throw new BpfviewError(
      'E_USAGE',
      `--host: ${quote(name)}; expected at most 256 characters without control characters`,
    )
  return { service, host: name, ts: at, label: (runs?.length === 1 ? runs[0]!.label : source).slice(-1000) }
}

/** Writes the files of a capture, each whole or not at all, the samples last: without them the others count for nothing. */
async function writeCapture(directory: string, { record, stacks, timeline, samples }: CaptureFiles): Promise<void> {
  const write = async (kind: 'stacks' | 'timeline' | 'samples', bytes: Uint8Array): Promise<void> => {
    const path = filePath(directory, kind, record, sha256(bytes))
    makeFolder(dirname(path))
    await writeResult(path, bytes, { inPlace: true })
  }
  await write('stacks', stacks)
  if (timeline !== undefined) await write('timeline', timeline)
  await write('samples', samples)
}

/** SHA-256 of what a path holds: the bytes of a file; of a directory its files by name. */
function digestOf(path: string): string {
  if (path === 'standard input')
    throw new BpfviewError('E_USAGE', 'standard input has no bytes to come back to; expected a file or a capture')
  try {
    if (!statSync(path).isDirectory()) return fileDigest(path)
    const hash = createHash('sha256')
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()) {
      const file = join(path, name)
      if (statSync(file).isFile()) hash.update(`${JSON.stringify(name)} ${fileDigest(file)}\n`)
    }
    return hash.digest('hex')
  } catch (error) {
    throw cannotRead(path, error)
  }
}

function fileDigest(path: string): string {
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  try {
    const buffer = new Uint8Array(1 << 20)
    for (;;) {
      const length = readSync(file, buffer)
      if (length === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
}
