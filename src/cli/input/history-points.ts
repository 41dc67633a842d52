import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ParseOptions } from '../../../parsers/parse.ts'
import type { Baseline } from '../../model/baseline-schema.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { areInTurns } from '../../ops/compare/turns.ts'
import type { HistoryInput } from '../../ops/history/history.ts'
import type { LabelledProfile } from '../../ops/stacks/merge-runs.ts'
import { needBaseline } from './baseline.ts'
import { isSameCommit } from './commits.ts'
import type { Input } from './input.ts'
import { naturalOrder, runFolders } from './run-files.ts'
import { profilesOf, readRuns } from './runs.ts'

/** How runs become points, and which of them are the reference. */
export interface PointOptions {
  /** Default: by commit where one is known. */
  readonly by?: 'commit' | 'day'
  /** A commit of a baseline, or how the names of the reference's runs begin. */
  readonly against?: string
  readonly event?: string
  readonly value?: string
}

/** One run before it belongs to a point. */
interface DatedRun {
  readonly run: LabelledProfile
  /** Capture's start, ISO 8601; undefined = not known. */
  readonly start: string | undefined
}

interface OpenPoint {
  readonly label: string
  date: string | null
  readonly runs: DatedRun[]
  readonly reference: DatedRun[]
  epoch: number
}

/** The points of a history, oldest first. Throws BpfviewError when a run belongs to none, or when a point lacks the reference that was asked for. */
export async function historyPoints(
  directory: string,
  reading: ParseOptions,
  options: PointOptions,
): Promise<HistoryInput[]> {
  const points = existsSync(join(directory, 'baseline.json'))
    ? await pointsOfBaseline(directory, reading, options)
    : await pointsOfDirectory(directory, reading, options)
  const bare = points.find(point => point.reference.length === 0)
  if (options.against !== undefined && bare !== undefined)
    throw new BpfviewError(
      'E_NO_DATA',
      `${quote(bare.label)} has no run of the reference ${quote(options.against)}; expected every point to be measured with it`,
      { source: directory, line: 0 },
    )
  return points.map(({ label, date, runs, reference, epoch }, j) => ({
    label,
    date,
    runs: runs.map(({ run }) => run),
    reference: reference.map(({ run }) => run),
    inTurns: areInTurns(runs, reference),
    accepted: j > 0 && epoch > points[j - 1]!.epoch,
  }))
}

function dated(inputs: readonly Input[], { event, value }: PointOptions): DatedRun[] {
  return profilesOf(inputs, event, undefined, value).map(run => ({ run, start: run.profile.meta.start }))
}

/** All runs of a baseline, those before accepted changes too: by commit, else by day. Runs of the reference go to the point they were captured with. */
async function pointsOfBaseline(directory: string, reading: ParseOptions, options: PointOptions): Promise<OpenPoint[]> {
  const { runs: entries } = await needBaseline(directory)
  const inputs = await readRuns([directory], reading, { allEpochs: true })
  const runs = dated(inputs, options)
  const isReference = (entry: Baseline['runs'][number]): boolean =>
    options.against !== undefined && entry.commit !== null && isSameCommit(entry.commit, options.against)
  const byPath = new Map(entries.map(entry => [join(directory, 'runs', entry.file), entry]))
  const points = new Map<string, OpenPoint>()
  const reference: { run: DatedRun; date: string }[] = []
  const days = options.by === 'day' || entries.every(({ commit }) => commit === null)
  const listed = inputs
    .map((input, i) => ({ entry: byPath.get(input.source)!, run: runs[i]! }))
    .sort((a, b) => entries.indexOf(a.entry) - entries.indexOf(b.entry))
  for (const { entry, run } of listed) {
    const named = { ...run, run: { ...run.run, label: `${entry.label} ${entry.file}` } }
    const date = run.start ?? entry.date
    if (isReference(entry)) {
      reference.push({ run: named, date })
      continue
    }
    const label = days || entry.commit === null ? date.slice(0, 10) : entry.commit
    const point = pointOf(points, label, date, entry.epoch)
    point.runs.push(named)
  }
  if (options.against !== undefined && reference.length === 0)
    throw new BpfviewError(
      'E_NO_DATA',
      `no runs of commit ${quote(options.against)}; expected the commit of the reference's runs (bpfview baseline list)`,
      { source: directory, line: 0 },
    )
  const sorted = [...points.values()].sort(byDate)
  for (const { run, date } of reference) nearest(sorted, date)?.reference.push(run)
  return sorted
}

function pointOf(points: Map<string, OpenPoint>, label: string, date: string | null, epoch = 0): OpenPoint {
  let point = points.get(label)
  if (point === undefined) points.set(label, (point = { label, date, runs: [], reference: [], epoch }))
  if (date !== null && (point.date === null || date < point.date)) point.date = date
  point.epoch = Math.max(point.epoch, epoch)
  return point
}

function byDate(a: OpenPoint, b: OpenPoint): number {
  return a.epoch - b.epoch || Date.parse(a.date ?? '') - Date.parse(b.date ?? '') || naturalOrder(a.label, b.label)
}

/** The point with the run that was captured nearest in time. */
function nearest(points: readonly OpenPoint[], date: string): OpenPoint | undefined {
  const at = Date.parse(date)
  let best: OpenPoint | undefined
  let least = Infinity
  for (const point of points)
    for (const { start } of point.runs) {
      const distance = Math.abs(Date.parse(start ?? point.date ?? '') - at)
      if (distance < least) [least, best] = [distance, point]
    }
  return best
}

/** Points of a directory: each folder in it that holds runs is one, in order of date, else of name; without folders, each day of its captures. */
async function pointsOfDirectory(
  directory: string,
  reading: ParseOptions,
  options: PointOptions,
): Promise<OpenPoint[]> {
  const folders = runFolders(directory)
  const { against } = options
  const isReference = (label: string): boolean => against !== undefined && startsWithWord(basename(label), against)
  const points = new Map<string, OpenPoint>()
  if (folders.length > 0) {
    for (const folder of folders) {
      const inputs = await readRuns([join(directory, folder)], reading)
      const point = pointOf(points, folder, /\d{4}-\d\d-\d\d/.exec(folder)?.[0] ?? null)
      for (const run of dated(inputs, options)) {
        ;(isReference(run.run.label) ? point.reference : point.runs).push(run)
        if (run.start !== undefined && (point.date === null || run.start < point.date)) point.date = run.start
      }
      if (point.runs.length === 0)
        throw new BpfviewError(
          'E_NO_DATA',
          `only runs of the reference ${quote(against!)}; expected others beside them`,
          {
            source: join(directory, folder),
            line: 0,
          },
        )
    }
    const found = [...points.values()]
    return found.every(({ date }) => date !== null)
      ? found.sort(byDate)
      : found.sort((a, b) => naturalOrder(a.label, b.label))
  }
  const reference: DatedRun[] = []
  for (const run of dated(await readRuns([directory], reading), options)) {
    const date = run.start ?? /\d{4}-\d\d-\d\d/.exec(basename(run.run.label))?.[0]
    if (date === undefined)
      throw new BpfviewError(
        'E_NO_DATA',
        'no day known of this run; expected a folder for each commit or day, a baseline, or captures that say when they began',
        { source: run.run.label, line: 0 },
      )
    if (isReference(run.run.label)) reference.push(run)
    else pointOf(points, date.slice(0, 10), date).runs.push(run)
  }
  const sorted = [...points.values()].sort(byDate)
  for (const run of reference) nearest(sorted, run.start ?? run.run.label)?.reference.push(run)
  return sorted
}

/** `base` is the start of `base-1` and of `base`, not of `baseline-1`. */
function startsWithWord(name: string, word: string): boolean {
  return name.startsWith(word) && !/^\w/.test(name.slice(word.length))
}
