import type { CaptureColumns } from '../../archive/capture-file.ts'
import { profileOf, readSamples, readStacks, recordOf } from '../../archive/capture-file.ts'
import { dayHeadOf, readDay } from '../../archive/day-file.ts'
import { openParquet } from '../../archive/parquet.ts'
import type { TimeRange } from '../../archive/range.ts'
import { ALWAYS, isoOf } from '../../archive/range.ts'
import { CaptureSum } from '../../archive/sum.ts'
import type { CaptureRecord, DayHead } from '../../model/archive-schema.ts'
import type { Profile } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { compareTexts } from '../../model/text/compare.ts'
import { isCount } from '../../model/units.ts'
import { nameMatcher } from '../../ops/name-pattern.ts'
import type { NameMode } from '../../ops/stacks/align-names.ts'
import type { LabelledProfile } from '../../ops/stacks/merge-runs.ts'
import type { FileRef } from './store.ts'
import { bytesOf, filePath, filesOf, needArchive } from './store.ts'

/** Which captures a question is about. */
export interface Query {
  readonly service?: string | undefined
  /** A name, `*` for anything, or a regular expression between slashes. */
  readonly host?: string | undefined
  readonly range?: TimeRange | undefined
  readonly event?: string | undefined
  /** Name or unit of a value. */
  readonly value?: string | undefined
  /** First digits of an id. */
  readonly capture?: string | undefined
}

/** A capture and where its samples and stacks are. */
export interface FoundCapture {
  readonly record: CaptureRecord
  readonly samples: string
  readonly stacks: string
  /** True when the files hold a whole day. */
  readonly day: boolean
}

/** The captures of an archive that a query asks for, by time. Reads their records, not their stacks. */
export async function findCaptures(directory: string, query: Query): Promise<FoundCapture[]> {
  needArchive(directory)
  const host = query.host === undefined ? undefined : nameMatcher(query.host)
  const { range = ALWAYS } = query
  const wanted = ({ record }: FoundCapture): boolean =>
    record.ts >= range.from &&
    record.ts < range.until &&
    (query.capture === undefined || record.id.startsWith(query.capture)) &&
    (host === undefined || host(record.host)) &&
    (query.event === undefined || record.event === query.event) &&
    (query.value === undefined || record.value.name === query.value || record.value.unit === query.value)
  const listed = listFiles(directory, query)
  const days = await findDays(directory, query, listed.days)
  const known = new Set(days.map(({ record }) => record.id))
  const found = days.filter(wanted)
  for (const { id, path } of listed.own) {
    if (known.has(id) || (query.capture !== undefined && !id.startsWith(query.capture))) continue
    const record = recordOf(await openParquet(bytesOf(path), path), path)
    const one = { record, samples: path, stacks: filePath(directory, 'stacks', record, record.stacks), day: false }
    if (wanted(one)) found.push(one)
  }
  return found.sort((a, b) => a.record.ts - b.record.ts || compareTexts(a.record.id, b.record.id))
}

/** Listings that a writer may spoil before one is taken as it is. */
const MOST_LISTINGS = 20

/**
 * Files of captures and of days as they stood at one moment. A capture's own file goes only after its day's has come, but a folder is listed name by name, so the lists are taken again
 * until neither a day came nor a file went meanwhile.
 */
function listFiles(
  directory: string,
  query: Query,
): { readonly own: readonly FileRef[]; readonly days: readonly FileRef[] } {
  const paths = (files: readonly FileRef[]): Set<string> => new Set(files.map(({ path }) => path))
  for (let trial = 1; ; trial++) {
    const own = filesOf(directory, 'samples', query)
    const days = filesOf(directory, 'day-samples', query)
    const [ownNow, daysNow] = [
      paths(filesOf(directory, 'samples', query)),
      paths(filesOf(directory, 'day-samples', query)),
    ]
    const same = daysNow.size === days.length && days.every(({ path }) => daysNow.has(path))
    if ((same && own.every(({ path }) => ownNow.has(path))) || trial === MOST_LISTINGS) return { own, days }
  }
}

/** The captures that stand in files of days; one that stands in several is taken from the largest. */
export async function findDays(
  directory: string,
  query: Query,
  files: readonly FileRef[] = filesOf(directory, 'day-samples', query),
): Promise<FoundCapture[]> {
  const days: { readonly file: FileRef; readonly head: DayHead }[] = []
  for (const file of files)
    days.push({ file, head: dayHeadOf(await openParquet(bytesOf(file.path), file.path), file.path) })
  days.sort((a, b) => b.head.captures.length - a.head.captures.length || compareTexts(a.file.path, b.file.path))
  const known = new Set<string>()
  return days.flatMap(({ file, head }) =>
    head.captures
      .filter(({ id }) => !known.has(id) && known.add(id))
      .map(record => ({
        record,
        samples: file.path,
        stacks: filePath(directory, 'day-stacks', file, head.stacks),
        day: true,
      })),
  )
}

/**
 * Does something that reads files of an archive, again when one is gone: whoever makes days of captures, or removes old ones, may do so meanwhile.
 */
export async function steady<T>(work: () => Promise<T>): Promise<T> {
  for (let trial = 1; ; trial++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof BpfviewError && error.code === 'E_NOT_FOUND' && trial < 5)) throw error
    }
  }
}

/**
 * The same, of one service, event and unit. Throws BpfviewError E_NO_DATA when there are none, E_MIXED when they differ, or when counts were sampled
 * at different frequencies, because such sums mean nothing.
 */
export async function findAlike(directory: string, query: Query): Promise<FoundCapture[]> {
  const found = await findCaptures(directory, query)
  if (found.length === 0)
    throw new BpfviewError('E_NO_DATA', `no captures ${wordsOf(query)}; expected at least one (bpfview archive list)`, {
      source: directory,
      line: 0,
    })
  refuseMixed(directory, found)
  return found
}

/** Throws BpfviewError E_MIXED when captures differ in what they measure. */
export function refuseMixed(directory: string, found: readonly FoundCapture[]): void {
  const differ = (what: string, option: string, of: (record: CaptureRecord) => string): void => {
    const counts = new Map<string, number>()
    for (const { record } of found) counts.set(of(record), (counts.get(of(record)) ?? 0) + 1)
    if (counts.size < 2) return
    const each = [...counts].map(([name, count]) => `${quote(name)} (${count} captures)`).sort(compareTexts)
    throw new BpfviewError('E_MIXED', `several ${what}: ${each.slice(0, 8).join(', ')}; expected one: ${option}`, {
      source: directory,
      line: 0,
    })
  }
  differ('services', '--service NAME', record => record.service)
  differ('events', '--event NAME', record => record.event)
  differ('values', '--value NAME', record => `${record.value.name}, ${record.value.unit}`)
  const counted = found.filter(({ record }) => isCount(record.value.unit) && record.meta['frequency'] !== undefined)
  if (counted.length < 2) return
  const frequency = ({ record }: FoundCapture): string => `${record.meta['frequency']} Hz`
  const other = counted.find(each => frequency(each) !== frequency(counted[0]!))
  if (other !== undefined)
    throw new BpfviewError(
      'E_MIXED',
      `captures sampled at ${frequency(counted[0]!)} and at ${frequency(other)}; expected one frequency: choose by --host or time`,
      { source: directory, line: 0 },
    )
}

function wordsOf({ service, host, range, event, value, capture }: Query): string {
  return [
    ...(service === undefined ? [] : [`of service ${quote(service)}`]),
    ...(host === undefined ? [] : [`on host ${quote(host)}`]),
    ...(event === undefined ? [] : [`of event ${quote(event)}`]),
    ...(value === undefined ? [] : [`of value ${quote(value)}`]),
    ...(capture === undefined ? [] : [`with the id ${quote(capture)}`]),
    ...(range === undefined || (range.from === 0 && range.until === Infinity)
      ? []
      : [`from ${isoOf(range.from)}${Number.isFinite(range.until) ? ` until ${isoOf(range.until)}` : ''}`]),
  ].join(' ')
}

/** The sum of captures as one profile: what `merge` of the files they came from gives. */
export async function sumOf(found: readonly FoundCapture[], names: NameMode): Promise<Profile> {
  const sum = new CaptureSum()
  const reader = new CaptureReader()
  for (const each of inOrder(found)) {
    const columns = await reader.columns(each)
    if (sum.unknown(columns)) {
      const texts = await reader.stacks(each)
      sum.learn(texts)
    }
    sum.add(columns)
  }
  return sum.finish(names)
}

/** The order in which merge adds runs, but for captures of one file, which stay together. */
function inOrder(found: readonly FoundCapture[]): FoundCapture[] {
  return [...found].sort(
    (a, b) =>
      (a.day && b.day ? compareTexts(a.samples, b.samples) : Number(a.day) - Number(b.day)) ||
      compareTexts(a.record.label, b.record.label) ||
      compareTexts(a.record.id, b.record.id),
  )
}

/** A profile for each capture, labelled by what it was read from. */
export async function runsOf(found: readonly FoundCapture[]): Promise<LabelledProfile[]> {
  const reader = new CaptureReader()
  const runs: LabelledProfile[] = []
  for (const each of found) {
    const columns = await reader.columns(each)
    const texts = await reader.stacks(each)
    const profile = profileOf(columns, id => {
      const text = texts.get(id)
      if (text === undefined)
        throw new BpfviewError(
          'E_BAD_INPUT',
          `a stack of capture ${each.record.id} is missing; run bpfview archive verify`,
        )
      return text
    })
    runs.push({ label: each.record.label, profile })
  }
  return runs
}

/** Reads captures one after the other; the files of a day are read once for captures that follow one another. */
export class CaptureReader {
  private day: { readonly path: string; readonly captures: ReadonlyMap<string, CaptureColumns> } | undefined
  private texts: { readonly path: string; readonly byId: ReadonlyMap<bigint, string> } | undefined

  /** Ids and values of a capture. */
  async columns({ record, samples, day }: FoundCapture): Promise<CaptureColumns> {
    if (!day) return readSamples(bytesOf(samples), samples)
    if (this.day?.path !== samples) {
      const file = await openParquet(bytesOf(samples), samples)
      this.day = { path: samples, captures: await readDay(file, dayHeadOf(file, samples), samples) }
    }
    return this.day.captures.get(record.id)!
  }

  /** The stacks of a capture by their numbers; of a day all stacks of that day. */
  async stacks({ stacks }: FoundCapture): Promise<ReadonlyMap<bigint, string>> {
    if (this.texts?.path !== stacks) {
      const { ids, texts } = await readStacks(bytesOf(stacks), stacks)
      this.texts = { path: stacks, byId: new Map(ids.map((id, i) => [id, texts[i]!])) }
    }
    return this.texts.byId
  }
}

/** Captures by service, event, value and unit. */
export function alikeGroups(found: readonly FoundCapture[]): FoundCapture[][] {
  const by = new Map<string, FoundCapture[]>()
  for (const each of found) {
    const { service, event, value } = each.record
    const key = JSON.stringify([service, event, value.name, value.unit])
    const own = by.get(key)
    if (own === undefined) by.set(key, [each])
    else own.push(each)
  }
  return [...by.values()]
}
