import { framesOf, unitFact } from '../../src/model/index.ts'
import { NO_STACK } from '../words/no-stack.ts'
import type { Tell } from './losses.ts'
import { losses } from './losses.ts'
import type { StackRows } from './stack-rows.ts'
import { tellStackless } from './stack-rows.ts'
import { threadsOf } from './threads.ts'

/** Speedscope's words for units. */
const UNITS = new Map([
  ['ns', 'nanoseconds'],
  ['us', 'microseconds'],
  ['ms', 'milliseconds'],
  ['s', 'seconds'],
  ['bytes', 'bytes'],
])

/** A file for speedscope in pieces: a profile per thread in the order of time, or one profile. Source: file-format-spec.ts of speedscope 1.25. */
export function* speedscopeFile(rows: StackRows, version: string, tell: Tell): Iterable<string> {
  const { stacks, value, name, node, weight } = rows
  const unit = UNITS.get(value.unit) ?? 'none'
  if (unit === 'none' && unitFact(value.unit).dimension !== 'count') tell(losses.unitDropped(value.unit, 'speedscope'))
  tellStackless(rows, tell, at => at === 0)
  if (rows.time !== undefined) tell(losses.timesDropped(node.length, 'speedscope'))
  if (rows.cpu !== undefined) tell(losses.labelsDropped(['cpu'], 'speedscope'))
  if (weight.some(each => each < 0)) tell(losses.negative('speedscope'))
  const { frames } = stacks
  yield '{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":['
  for (let i = 0; i < frames.name.length; i++) {
    const file = frames.module[i]!
    yield `${JSON.stringify({ name: frames.name[i]!, ...(file !== '' && { file }) })},`
  }
  yield `{"name":${JSON.stringify(NO_STACK)}}]},"profiles":[`
  const noStack = [frames.name.length]
  let first = true
  for (const { title, at } of threadsOf(rows, false)) {
    const kept = at.filter(row => weight[row]! >= 0)
    const idle = kept.map((row, i) => (i === 0 ? 0 : gapBefore(rows, kept[i - 1]!, row)))
    const total = kept.reduce((all, row, i) => all + weight[row]! + idle[i]!, 0)
    const profile = {
      type: 'sampled',
      name: title === '' ? name : `${name}: ${title}`,
      unit,
      startValue: 0,
      endValue: total,
    }
    yield `${first ? '' : ','}\n${JSON.stringify(profile).slice(0, -1)},"samples":[`
    first = false
    for (let i = 0; i < kept.length; i++) {
      const end = node[kept[i]!]!
      yield `${i === 0 ? '' : ','}${idle[i]! > 0 ? '[],' : ''}${JSON.stringify(end === 0 ? noStack : framesOf(stacks, end))}`
    }
    yield `],"weights":${JSON.stringify(kept.flatMap((row, i) => (idle[i]! > 0 ? [idle[i]!, weight[row]!] : [weight[row]!])))}}`
  }
  yield `],"name":${JSON.stringify(name)},"activeProfileIndex":0,"exporter":${JSON.stringify(`bpfview ${version}`)}}\n`
}

/** Periods of a thread's sampling in which it was not seen between two samples that count 1; 0 = none, or nobody knows. */
function gapBefore({ time, weight, value, meta }: StackRows, before: number, row: number): number {
  if (time === undefined || value.unit !== 'samples' || weight[row] !== 1 || !(meta.frequency! > 0)) return 0
  const periods = (time[row]! - time[before]!) * meta.frequency!
  return periods > 1.5 ? Math.round(periods) - 1 : 0
}
