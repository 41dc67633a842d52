import type { ColumnSource } from 'hyparquet-writer'
import type { CaptureRecord } from '../model/archive-schema.ts'
import { captureRecordSchema } from '../model/archive-schema.ts'
import type { Meta, Profile, SampleTable } from '../model/index.ts'
import { BpfviewError, framesOf, StackTreeBuilder } from '../model/index.ts'
import { sum } from '../ops/stacks/totals.ts'
import { frameTexts, StackPlanter } from './frames.ts'
import { captureId, captureNumber, sha256, stackId } from './identity.ts'
import type { ParquetFile } from './parquet.ts'
import { openParquet, parquetBytes } from './parquet.ts'
import { timelineColumns } from './timeline.ts'

/** What whoever adds a capture says of it. */
export interface CaptureFacts {
  readonly service: string
  readonly host: string
  /** Microseconds since 1970. */
  readonly ts: number
  /** What it was read from, and the SHA-256 of that. */
  readonly label: string
  readonly source: string
}

/** The files of one capture, in the order in which they are written: the last makes it visible. */
export interface CaptureFiles {
  readonly record: CaptureRecord
  readonly stacks: Uint8Array
  readonly timeline: Uint8Array | undefined
  readonly samples: Uint8Array
}

const RECORD_KEY = 'bpfview.capture'
const DIGEST_KEY = 'bpfview.capture.sha256'

/** The files that hold a profile and, where they are known, the times of its samples. Throws BpfviewError E_BAD_INPUT for values that are not finite. */
export async function captureFiles(
  profile: Profile,
  facts: CaptureFacts,
  samples: readonly SampleTable[] = [],
): Promise<CaptureFiles> {
  const rows = rowsOf(profile)
  const ids = rows.map(({ text }) => stackId(text))
  refuseCollision(ids, facts.label)
  const stacks = await parquetBytes([
    { name: 'stack_id', data: ids, type: 'INT64' },
    { name: 'frames', data: rows.map(({ text }) => text), type: 'STRING' },
  ])
  const cells = timelineColumns(samples)
  const timeline = cells === undefined ? undefined : await parquetBytes(cells)
  const { name: event, value, measures, meta } = profile
  const { frames } = profile.stacks
  const record: CaptureRecord = captureRecordSchema.parse({
    id: captureId({ ...facts, event, value }),
    service: facts.service,
    host: facts.host,
    tool: meta.tool ?? '',
    event,
    value,
    ...(measures !== undefined && { measures }),
    ts: facts.ts,
    rows: rows.length,
    total: sum(rows.map(row => row.value)),
    modules: frames.module.length === 0 ? null : frames.module.some(module => module !== ''),
    label: facts.label,
    source: facts.source,
    stacks: sha256(stacks),
    ...(timeline !== undefined && { timeline: sha256(timeline) }),
    meta,
  })
  const text = JSON.stringify(record)
  const samplesFile = await parquetBytes(samplesColumns([{ record, ids, values: rows.map(row => row.value) }]), [
    [RECORD_KEY, text],
    [DIGEST_KEY, sha256(text)],
  ])
  return { record, stacks, timeline, samples: samplesFile }
}

/** The columns of a file of samples: those of the captures, one after the other. */
export function samplesColumns(captures: readonly CaptureColumns[]): ColumnSource[] {
  const each = <T>(of: (record: CaptureRecord) => T): T[] =>
    captures.flatMap(({ record, ids }) => Array<T>(ids.length).fill(of(record)))
  return [
    { name: 'capture_id', data: each(({ id }) => captureNumber(id)), type: 'INT64' },
    { name: 'host', data: each(({ host }) => host), type: 'STRING' },
    { name: 'tool', data: each(({ tool }) => tool), type: 'STRING' },
    { name: 'event', data: each(({ event }) => event), type: 'STRING' },
    { name: 'unit', data: each(({ value }) => value.unit), type: 'STRING' },
    { name: 'ts_us', data: each(({ ts }) => BigInt(ts)), type: 'INT64' },
    { name: 'stack_id', data: captures.flatMap(({ ids }) => ids), type: 'INT64' },
    { name: 'value', data: captures.flatMap(({ values }) => values), type: 'DOUBLE' },
  ]
}

interface Row {
  readonly text: string
  readonly value: number
}

/** A profile's stacks that have a value, sorted by their text. */
function rowsOf(profile: Profile): readonly Row[] {
  const { stacks, self } = profile
  const frames = frameTexts(stacks.frames)
  const rows: Row[] = []
  for (let node = 0; node < self.length; node++) {
    const value = self[node]!
    if (value === 0) continue
    if (!Number.isFinite(value))
      throw new BpfviewError('E_BAD_INPUT', `a stack has the value ${value}; expected a finite number`)
    rows.push({
      text: framesOf(stacks, node)
        .map(f => frames[f]!)
        .join('\n'),
      value,
    })
  }
  return rows.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
}

/** Two stacks of one number would become one. */
function refuseCollision(ids: readonly bigint[], source: string): void {
  if (new Set(ids).size < ids.length)
    throw new BpfviewError(
      'E_BAD_INPUT',
      'two stacks of one hash; expected stacks that differ in the first 64 bits of SHA-256',
      {
        source,
        line: 0,
      },
    )
}

/** What the samples file of a capture says of it. Throws BpfviewError E_BAD_INPUT when it does not. */
export function recordOf(file: ParquetFile, source: string): CaptureRecord {
  const text = file.metadata.get(RECORD_KEY)
  const broken = (what: string): BpfviewError =>
    new BpfviewError('E_BAD_INPUT', `${what}; expected the samples file of a capture`, { source, line: 0 })
  if (text === undefined) throw broken('no record of a capture')
  if (file.metadata.get(DIGEST_KEY) !== sha256(text)) throw broken('the record of the capture was altered')
  const parsed = captureRecordSchema.safeParse(JSON.parse(text))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw broken(`${issue.path.map(String).join('.')}: ${issue.message}`)
  }
  return parsed.data
}

/** Values by stack of one capture. */
export interface CaptureColumns {
  readonly record: CaptureRecord
  readonly ids: readonly bigint[]
  readonly values: readonly number[]
}

/** The columns of a samples file. */
export async function readSamples(bytes: Uint8Array, source: string): Promise<CaptureColumns> {
  const file = await openParquet(bytes, source)
  const record = recordOf(file, source)
  const ids = await columnOf<bigint>(file, 'stack_id')
  const values = await columnOf<number>(file, 'value')
  if (ids.length !== record.rows || values.length !== record.rows)
    throw new BpfviewError(
      'E_BAD_INPUT',
      `${ids.length} rows, but its record says ${record.rows}; run bpfview archive verify`,
      {
        source,
        line: 0,
      },
    )
  return { record, ids, values }
}

/** The texts of stacks by their numbers. */
export async function readStacks(
  bytes: Uint8Array,
  source: string,
): Promise<{ ids: readonly bigint[]; texts: readonly string[] }> {
  const file = await openParquet(bytes, source)
  return { ids: await columnOf<bigint>(file, 'stack_id'), texts: await columnOf<string>(file, 'frames') }
}

/** A column as a plain array. */
export async function columnOf<T>(file: ParquetFile, name: string): Promise<readonly T[]> {
  return file.rows === 0 ? [] : Array.from((await file.column(name)) as ArrayLike<T>)
}

/** The profile of one capture, as it was added. `text` gives a stack by its number. */
export function profileOf({ record, ids, values }: CaptureColumns, text: (id: bigint) => string): Profile {
  const builder = new StackTreeBuilder()
  const planter = new StackPlanter(builder)
  const nodes = ids.map(id => planter.node(text(id)))
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  nodes.forEach((node, i) => (self[node]! += values[i]!))
  return { kind: 'profile', ...factsOf(record), stacks, self }
}

/** What a profile of a capture says besides its stacks. */
export function factsOf(record: CaptureRecord): Pick<Profile, 'name' | 'value' | 'measures' | 'meta'> {
  const { event, value, measures, meta } = record
  return { name: event, value, ...(measures !== undefined && { measures }), meta: meta as Meta }
}
