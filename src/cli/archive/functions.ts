import type { DayFunctions } from '../../archive/day-file.ts'
import { dayHeadOf, readFunctions } from '../../archive/day-file.ts'
import { openParquet } from '../../archive/parquet.ts'
import type { TimeRange } from '../../archive/range.ts'
import { BpfviewError } from '../../model/error.ts'
import { topFunctions } from '../../ops/stacks/top.ts'
import { sum } from '../../ops/stacks/totals.ts'
import type { FoundCapture, Query } from './find.ts'
import { alikeGroups, findCaptures, sumOf } from './find.ts'
import { bytesOf, filePath, filesOf } from './store.ts'

/** What one function of a service cost before and after: shares of all that the service did. */
export interface FunctionChange {
  readonly service: string
  readonly event: string
  readonly unit: string
  readonly name: string
  /** 0 to 1. */
  readonly before: number
  readonly after: number
}

/** Values of functions by service, event and value. */
type Costs = Map<
  string,
  { readonly service: string; readonly event: string; readonly unit: string; readonly totals: Map<string, number> }
>

/**
 * Functions of all services by how many points of their service they grew, the most first. Days that were compacted answer from what was summed up then;
 * others, and parts of days, from their captures. Services without captures on a side are left out.
 */
export async function functionChanges(
  directory: string,
  query: Query,
  sides: { readonly before: TimeRange; readonly after: TimeRange },
): Promise<FunctionChange[]> {
  const before = await costsOf(directory, { ...query, range: sides.before })
  const after = await costsOf(directory, { ...query, range: sides.after })
  const changes: FunctionChange[] = []
  for (const [key, { service, event, unit, totals }] of after) {
    const other = before.get(key)?.totals
    const whole = totals.get('') ?? 0
    const wholeBefore = other?.get('') ?? 0
    if (other === undefined || whole <= 0 || wholeBefore <= 0) continue
    for (const name of new Set([...totals.keys(), ...other.keys()])) {
      if (name === '') continue
      changes.push({
        service,
        event,
        unit,
        name,
        before: (other.get(name) ?? 0) / wholeBefore,
        after: (totals.get(name) ?? 0) / whole,
      })
    }
  }
  if (changes.length === 0)
    throw new BpfviewError('E_NO_DATA', 'no service has captures on both sides; expected at least one', {
      source: directory,
      line: 0,
    })
  return changes.sort(
    (a, b) =>
      b.after - b.before - (a.after - a.before) ||
      (a.service < b.service ? -1 : a.service > b.service ? 1 : 0) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  )
}

async function costsOf(directory: string, query: Query & { readonly range: TimeRange }): Promise<Costs> {
  const costs: Costs = new Map()
  const add = (service: string, { event, value, unit, name, total }: Omit<DayFunctions, 'self'>): void => {
    if (query.event !== undefined && event !== query.event) return
    if (query.value !== undefined && value !== query.value && unit !== query.value) return
    const key = JSON.stringify([service, event, value, unit])
    const own = costs.get(key) ?? { service, event, unit, totals: new Map<string, number>() }
    costs.set(key, own)
    own.totals.set(name, (own.totals.get(name) ?? 0) + total)
  }
  const found = await findCaptures(directory, query)
  // the sums of a day are of all its hosts
  const summed = query.host === undefined ? await summedDays(directory, query, found) : new Map<string, SummedDay>()
  for (const { service, functions } of summed.values())
    for (const row of await readFunctions(await openParquet(bytesOf(functions), functions))) add(service, row)
  const rest = found.filter(({ samples }) => !summed.has(samples))
  for (const own of alikeGroups(rest)) {
    const profile = await sumOf(own, 'align')
    const { service } = own[0]!.record
    const facts = { event: profile.name, value: profile.value.name, unit: profile.value.unit }
    add(service, { ...facts, name: '', total: sum(profile.self) })
    for (const { name, total } of topFunctions(profile, 'total')) add(service, { ...facts, name, total })
  }
  return costs
}

interface SummedDay {
  readonly service: string
  /** Path of the file of its functions. */
  readonly functions: string
}

/** Days of captures that lie in the range as a whole, by the path of their samples. */
async function summedDays(
  directory: string,
  { service, range }: Query & { readonly range: TimeRange },
  found: readonly FoundCapture[],
): Promise<Map<string, SummedDay>> {
  const shown = new Set(found.filter(({ day }) => day).map(({ samples }) => samples))
  const days = new Map<string, SummedDay>()
  const files = filesOf(directory, 'day-samples', { service, range }).filter(({ path }) => shown.has(path))
  for (const file of files) {
    const from = Date.parse(`${file.date}T00:00:00Z`) * 1000
    // two files of one day share captures
    const alone = files.filter(other => other.date === file.date && other.service === file.service).length === 1
    if (from < range.from || from + 86_400e6 > range.until || !alone) continue
    const { functions } = dayHeadOf(await openParquet(bytesOf(file.path), file.path), file.path)
    days.set(file.path, { service: file.service, functions: filePath(directory, 'day-functions', file, functions) })
  }
  return days
}
