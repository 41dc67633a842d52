import type { CaptureRecord, DayHead } from '../model/archive-schema.ts'
import { dayHeadSchema } from '../model/archive-schema.ts'
import type { Profile } from '../model/index.ts'
import { BpfviewError } from '../model/index.ts'
import { topFunctions } from '../ops/stacks/top.ts'
import { sum } from '../ops/stacks/totals.ts'
import type { CaptureColumns } from './capture-file.ts'
import { columnOf, samplesColumns } from './capture-file.ts'
import { captureNumber, sha256 } from './identity.ts'
import type { ParquetFile } from './parquet.ts'
import { parquetBytes } from './parquet.ts'

const RECORDS_KEY = 'bpfview.captures'
const DIGEST_KEY = 'bpfview.captures.sha256'

/** The captures of a service and day in files of their own, which take the place of the captures' own files. */
export interface DayFiles {
  /** 16 hexadecimal digits. */
  readonly id: string
  /** Microseconds since 1970 of the first capture. */
  readonly ts: number
  readonly stacks: Uint8Array
  readonly functions: Uint8Array
  /** Written last. */
  readonly samples: Uint8Array
}

/** What the day's functions cost, of one event and unit. */
export interface DayFunctions {
  readonly event: string
  readonly value: string
  readonly unit: string
  readonly name: string
  readonly self: number
  readonly total: number
}

/** The files that hold captures of one service and day; `sums` are their sums by event and value, with aligned names. */
export async function dayFiles(
  captures: readonly CaptureColumns[],
  texts: ReadonlyMap<bigint, string>,
  sums: readonly Profile[],
): Promise<DayFiles> {
  const ordered = [...captures].sort(
    (a, b) => compare(a.record.event, b.record.event) || a.record.ts - b.record.ts || compare(a.record.id, b.record.id),
  )
  const records = ordered.map(({ record }) => record)
  const stacks = [...texts].sort(([, a], [, b]) => compare(a, b))
  const stacksFile = await parquetBytes([
    { name: 'stack_id', data: stacks.map(([id]) => id), type: 'INT64' },
    { name: 'frames', data: stacks.map(([, text]) => text), type: 'STRING' },
  ])
  const functions = await functionsFile(sums)
  const head = JSON.stringify({ stacks: sha256(stacksFile), functions: sha256(functions), captures: records })
  return {
    id: sha256(
      records
        .map(({ id }) => id)
        .sort()
        .join('\n'),
    ).slice(0, 16),
    ts: Math.min(...records.map(({ ts }) => ts)),
    stacks: stacksFile,
    functions,
    samples: await parquetBytes(samplesColumns(ordered), [
      [RECORDS_KEY, head],
      [DIGEST_KEY, sha256(head)],
    ]),
  }
}

function functionsFile(sums: readonly Profile[]): Promise<Uint8Array> {
  const rows = sums.flatMap(profile => [
    // everything, which shares are of
    { event: profile.name, value: profile.value, name: '', self: 0, total: sum(profile.self) },
    ...topFunctions(profile, 'total').map(({ name, self, total }) => ({
      event: profile.name,
      value: profile.value,
      name,
      self,
      total,
    })),
  ])
  return parquetBytes([
    { name: 'event', data: rows.map(({ event }) => event), type: 'STRING' },
    { name: 'value', data: rows.map(({ value }) => value.name), type: 'STRING' },
    { name: 'unit', data: rows.map(({ value }) => value.unit), type: 'STRING' },
    { name: 'fn', data: rows.map(({ name }) => name.toWellFormed()), type: 'STRING' },
    { name: 'self', data: rows.map(({ self }) => self), type: 'DOUBLE' },
    { name: 'total', data: rows.map(({ total }) => total), type: 'DOUBLE' },
  ])
}

/** The functions of a day: the row without a name is everything. */
export async function readFunctions(file: ParquetFile): Promise<DayFunctions[]> {
  const [event, value, unit, name] = await Promise.all(
    ['event', 'value', 'unit', 'fn'].map(column => columnOf<string>(file, column)),
  )
  const [self, total] = await Promise.all(['self', 'total'].map(column => columnOf<number>(file, column)))
  return event!.map((_, i) => ({
    event: event![i]!,
    value: value![i]!,
    unit: unit![i]!,
    name: name![i]!,
    self: self![i]!,
    total: total![i]!,
  }))
}

/** What the samples of a day say of its captures. Throws BpfviewError E_BAD_INPUT when they do not. */
export function dayHeadOf(file: ParquetFile, source: string): DayHead {
  const text = file.metadata.get(RECORDS_KEY)
  const broken = (what: string): BpfviewError =>
    new BpfviewError('E_BAD_INPUT', `${what}; expected the samples of a day`, { source, line: 0 })
  if (text === undefined) throw broken('no record of captures')
  if (file.metadata.get(DIGEST_KEY) !== sha256(text)) throw broken('the record of captures was altered')
  const parsed = dayHeadSchema.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw broken(`${issue.path.map(String).join('.')}: ${issue.message}`)
}

/** Values by stack of every capture in a day's samples, by the capture's id. */
export async function readDay(
  file: ParquetFile,
  { captures }: DayHead,
  source: string,
): Promise<Map<string, CaptureColumns>> {
  const [capture, ids] = await Promise.all(['capture_id', 'stack_id'].map(name => columnOf<bigint>(file, name)))
  const values = await columnOf<number>(file, 'value')
  const found = new Map<string, { record: CaptureRecord; ids: bigint[]; values: number[] }>()
  const byNumber = new Map<bigint, { ids: bigint[]; values: number[] }>()
  for (const record of captures) {
    const own = { record, ids: [], values: [] }
    found.set(record.id, own)
    byNumber.set(captureNumber(record.id), own)
  }
  for (let row = 0; row < values.length; row++) {
    const own = byNumber.get(capture![row]!)
    if (own === undefined)
      throw new BpfviewError('E_BAD_INPUT', `rows of an unknown capture; run bpfview archive verify`, {
        source,
        line: 0,
      })
    own.ids.push(ids![row]!)
    own.values.push(values[row]!)
  }
  return found
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
