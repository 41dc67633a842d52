import type { Dataset, HistogramSeries, Parsed, Profile } from '../../src/model/index.ts'

/** One family of tool output with what must hold for each of its files. */
export interface Family {
  readonly name: string
  /** Families of the manifests of corpus and captures. */
  readonly families: RegExp
  /** Tools of the family that are read as something else. */
  readonly except?: RegExp
  readonly formats: readonly string[]
  /** What the text printed and what was parsed, by two independent ways; equal when all is well. */
  totals(text: string, parsed: Parsed): { readonly printed: number; readonly parsed: number }
}

/** The families of stacks and bpftrace output; the totals of the text are taken by patterns of their own, never by the readers' code. */
export const STACK_FAMILIES: readonly Family[] = [
  {
    name: 'b folded stacks',
    families: /^(?:b-folded|folded)/,
    except: /nameattr/,
    formats: ['folded', 'austin'],
    totals: foldedTotals,
  },
  {
    name: 'c BCC multi-line stacks',
    families: /^(?:c-)?bcc-multiline-stack$/,
    formats: ['bcc-stacks'],
    totals: numberLines,
  },
  { name: 'c wake-up stacks', families: /^(?:c-)?wake-stacks$/, formats: ['wake-stacks'], totals: numberLines },
  { name: 'c memleak', families: /^(?:c-)?memleak$/, formats: ['memleak'], totals: memleakTotals },
  { name: 'c deadlock', families: /^(?:c-)?deadlock$/, formats: ['deadlock'], totals: deadlockTotals },
  {
    name: 'c events with stacks',
    families: /^(?:c-)?event-with-stack$/,
    formats: ['event-table', 'lock-stats', 'critical-sections'],
    totals: eventTotals,
  },
  {
    name: 'd bpftrace maps with stacks',
    families: /^(?:d-)?bpftrace-map-stack$/,
    formats: ['bpftrace'],
    totals: mapTotals,
  },
  { name: 'e bpftrace histograms', families: /^(?:e-)?bpftrace-hist$/, formats: ['bpftrace'], totals: bucketTotals },
  {
    name: 'e bpftrace maps and series',
    families: /^(?:e-)?bpftrace-(?:map|tseries)$/,
    formats: ['bpftrace', 'bpftrace-output', 'event-table'],
    totals: bucketTotals,
  },
  { name: 'e bpftrace -f json', families: /^(?:e-)?bpftrace-json$/, formats: ['bpftrace-json'], totals: jsonTotals },
]

const SPEC = /\r$/

function linesOf(text: string): string[] {
  return text.split('\n').map(line => line.replace(SPEC, '').replace(/^(?:\^C)+/, ''))
}

function profiles(parsed: Parsed): Profile[] {
  return parsed.datasets.filter((dataset): dataset is Profile => dataset.kind === 'profile')
}

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Number.isNaN(values[i]) ? 0 : values[i]!
  return sum
}

function sumProfiles(parsed: Parsed, keep: (profile: Profile) => boolean = () => true): number {
  return profiles(parsed)
    .filter(keep)
    .reduce((sum, profile) => sum + sumOf(profile.self), 0)
}

/** Sum of what stands after the last blank of each line; both columns of a differential file. */
function foldedTotals(text: string, parsed: Parsed): { printed: number; parsed: number } {
  const diff = parsed.datasets.find(dataset => dataset.kind === 'profile-diff')
  let printed = 0
  for (const line of linesOf(text)) {
    if (line.startsWith('#')) continue
    const numbers = /(?: (\d+(?:\.\d*)?))? (\d+(?:\.\d*)?)\s*$/.exec(line)
    if (numbers === null) continue
    printed += Number(numbers[2])
    if (diff !== undefined) printed += Number(numbers[1] ?? 0)
  }
  const total = diff?.kind === 'profile-diff' ? sumOf(diff.before) + sumOf(diff.after) : sumProfiles(parsed)
  return { printed, parsed: total }
}

/** Sum of the lines that hold nothing but an indented number. */
function numberLines(text: string, parsed: Parsed): { printed: number; parsed: number } {
  let printed = 0
  for (const line of linesOf(text)) if (/^\s+\d+\s*$/.test(line)) printed += Number(line)
  return { printed, parsed: sumProfiles(parsed) }
}

/** Bytes and allocations of the last snapshot, which is never mixed with those before it. */
function memleakTotals(text: string, parsed: Parsed): { printed: number; parsed: number } {
  const last = text.slice(Math.max(0, text.lastIndexOf('stacks with outstanding')))
  let printed = 0
  for (const match of last.matchAll(/(\d+) bytes in (\d+) allocations from stack/g))
    printed += Number(match[1]) + Number(match[2])
  return { printed, parsed: sumProfiles(parsed, profile => profile.name === 'outstanding') }
}

function deadlockTotals(text: string, parsed: Parsed): { printed: number; parsed: number } {
  return {
    printed: linesOf(text).filter(line => line.endsWith('here:') || /while holding .*:$/.test(line)).length,
    parsed: sumProfiles(parsed),
  }
}

/** Rows that have lines of a stack under them; of lock tables their counts. */
function eventTotals(text: string, parsed: Parsed): { printed: number; parsed: number } {
  if (parsed.format === 'lock-stats') {
    let printed = 0
    for (const line of linesOf(text)) {
      const row = /^\s*\S+\s+\d+\s+(\d+)\s+\d+\s+\d+$/.exec(line)
      if (row !== null) printed += Number(row[1])
    }
    return { printed, parsed: sumProfiles(parsed, profile => profile.value.name === 'count') }
  }
  let printed = 0
  const lines = linesOf(text)
  lines.forEach((line, i) => {
    if (/^(?: {4,}|\t)\S/.test(line) && !/^(?: {4,}|\t)\S/.test(lines[i - 1] ?? '')) printed++
  })
  return { printed, parsed: sumProfiles(parsed, profile => profile.value.name === 'events') }
}

/** Values of maps with stacks, where no map was printed twice: integers, and the counts of stats and of buckets. */
function mapTotals(text: string, parsed: Parsed): { printed: number; parsed: number } {
  const names = new Set(profiles(parsed).map(profile => profile.name))
  if ([...names].some(name => / print \d+/.test(name))) return { printed: 0, parsed: 0 }
  let printed = 0
  let map = ''
  for (const line of linesOf(text)) {
    map = /^(@\w*)[[:]/.exec(line)?.[1] ?? map
    if (!names.has(map)) continue
    const value = /\]: (?:count )?(\d+)(?:$|,)/.exec(line) ?? /^[[(][^|]*[)\]]\s*(\d+)\s*\|/.exec(line)
    if (value !== null) printed += Number(value[1])
  }
  return { printed, parsed: sumProfiles(parsed, profile => profile.value.name === 'count') }
}

/** Counts of all histogram rows; every print of a histogram is a row of its series. */
function bucketTotals(text: string, parsed: Parsed): { printed: number; parsed: number } {
  let printed = 0
  for (const line of linesOf(text)) {
    const row = /^[[(][^|@]*[)\]]\s*(\d+)\s*[|@]/.exec(line)
    if (row !== null) printed += Number(row[1])
  }
  return { printed, parsed: sumHistograms(parsed.datasets) }
}

function jsonTotals(text: string, parsed: Parsed): { printed: number; parsed: number } {
  let printed = 0
  for (const match of text.matchAll(/\{\s*(?:"min": ?-?\d+,?\s*)?(?:"max": ?-?\d+,?\s*)?"count": ?(\d+)\s*\}/g))
    printed += Number(match[1])
  return { printed, parsed: sumHistograms(parsed.datasets) }
}

function sumHistograms(datasets: readonly Dataset[]): number {
  return datasets
    .filter((dataset): dataset is HistogramSeries => dataset.kind === 'histograms')
    .reduce((sum, series) => sum + sumOf(series.counts), 0)
}
