import { unitFact } from '../../src/model/index.ts'
import { Locations, Numbering } from './locations.ts'
import type { Tell } from './losses.ts'
import { losses } from './losses.ts'
import { Message } from './protobuf.ts'
import type { StackRows } from './stack-rows.ts'
import { epochOf, tellStackless, wholeUnit, wholeValues } from './stack-rows.ts'

/** Pprof's words for units. */
const WORDS = new Map([
  ['ns', 'nanoseconds'],
  ['bytes', 'bytes'],
])

/** Samples with the same stack and labels, added up. */
interface Sum {
  readonly node: number
  /** Keys and numbers. */
  readonly labels: readonly (readonly [string, number])[]
  value: number
}

/** A profile for pprof, not compressed. `start`: milliseconds since 1970. Source: proto/profile.proto of google/pprof. */
export function pprofFile(rows: StackRows, start: number | undefined, tell: Tell): Uint8Array {
  const strings = new Numbering<string>(0)
  const text = (of: string): number => strings.of(of, of)
  text('')
  const { unit, scale } = wholeUnit(rows.value.unit)
  const word = unitFact(unit).dimension === 'count' ? 'count' : (WORDS.get(unit) ?? unit)
  const counts = rows.value.unit === 'samples'
  const pair = (type: string, of: string): Message => new Message().number(1, text(type)).number(2, text(of))
  const file = new Message().message(1, pair(counts ? 'samples' : rows.value.name, word))
  const locations = new Locations(rows)
  const sums = summed(rows)
  const values = wholeValues(
    Float64Array.from(sums, each => each.value),
    scale,
    tell,
  )
  tellStackless(rows, tell)
  sums.forEach(({ node, labels }, i) => {
    const sample = new Message().numbers(1, locations.of(node)).numbers(2, [values[i]!])
    const task = rows.task[node]!
    if (task >= 0)
      sample.message(3, new Message().number(1, text('comm')).number(2, text(rows.stacks.frames.name[task]!)))
    for (const [key, number] of labels) sample.message(3, new Message().number(1, text(key)).number(3, number))
    file.message(2, sample)
  })
  writeTables(file, locations, text)
  const epoch = epochOf(rows, start)
  if (rows.time !== undefined) {
    tell(losses.timesDropped(rows.node.length, 'pprof'))
    if (epoch === undefined) tell(losses.clockUnknown())
  }
  if (epoch !== undefined) file.number(9, epoch)
  const { duration, frequency, event } = rows.meta
  if (duration !== undefined) file.number(10, Math.round(duration * 1e9))
  if (frequency !== undefined && frequency > 0)
    file.message(11, pair(event ?? 'cpu', 'nanoseconds')).number(12, Math.round(1e9 / frequency))
  for (const each of strings.all) file.text(6, each)
  return file.finish()
}

function summed({ node, weight, pid, tid, cpu }: StackRows): Sum[] {
  const sums = new Map<string, Sum>()
  for (let row = 0; row < node.length; row++) {
    const labels: [string, number][] = []
    for (const [key, column] of [
      ['pid', pid],
      ['tid', tid],
      ['cpu', cpu],
    ] as const)
      if (column !== undefined && column[row]! >= 0) labels.push([key, column[row]!])
    const key = `${node[row]} ${labels.join(' ')}`
    let sum = sums.get(key)
    if (sum === undefined) sums.set(key, (sum = { node: node[row]!, labels, value: 0 }))
    sum.value += weight[row]!
  }
  return [...sums.values()]
}

/** Mappings, locations and functions, numbered from 1. */
function writeTables(file: Message, locations: Locations, text: (of: string) => number): void {
  const modules = new Numbering<string>(1)
  const functions = new Numbering<string>(1)
  locations.all.forEach(({ lines, module }, i) => {
    const location = new Message().number(1, i + 1)
    if (module !== '') location.number(2, modules.of(module, module))
    for (const frame of lines) {
      const name = locations.nameOf(frame)
      location.message(4, new Message().number(1, functions.of(name, name)))
    }
    file.message(4, location)
  })
  // has_functions: pprof would look for symbols otherwise
  modules.all.forEach((module, i) => {
    file.message(
      3,
      new Message()
        .number(1, i + 1)
        .number(5, text(module))
        .number(7, 1),
    )
  })
  functions.all.forEach((name, i) => {
    file.message(
      5,
      new Message()
        .number(1, i + 1)
        .number(2, text(name))
        .number(3, text(name)),
    )
  })
}
