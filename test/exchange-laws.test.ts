/** What is written for another tool and read back is what was there: over every fixture that holds stacks, in every format with a reader and a writer. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import { firefoxFile } from '../renderers/exchange/firefox.ts'
import type { Loss } from '../renderers/exchange/losses.ts'
import { otlpFile } from '../renderers/exchange/otlp.ts'
import { pprofFile } from '../renderers/exchange/pprof.ts'
import { speedscopeFile } from '../renderers/exchange/speedscope.ts'
import type { StackRows } from '../renderers/exchange/stack-rows.ts'
import { stackRows } from '../renderers/exchange/stack-rows.ts'
import { NO_STACK } from '../renderers/words/no-stack.ts'
import type { Dataset, Profile, SampleTable } from '../src/model/index.ts'
import { BpfviewError, conversion, framesOf } from '../src/model/index.ts'

type Tell = (loss: Loss) => void
type Stacks = Profile | SampleTable

interface Form {
  readonly write: (rows: StackRows, tell: Tell) => Uint8Array | string
  /** True when a thread is a profile of its own: its name is the first frame of what is read. */
  readonly threads?: boolean
  /** Names of a stack, as the format gives them back. */
  readonly names: (names: readonly string[], rows: StackRows, node: number) => readonly string[]
}

const known = (name: string): string => (name === '' ? '[unknown]' : name)
/** A stack of nothing but a task, or of nothing, has a frame that says so. */
const marked = (names: readonly string[], { task, stacks }: StackRows, node: number): readonly string[] => {
  const all = node === 0 || (stacks.parent[node] === 0 && task[node] !== -1) ? [...names, NO_STACK] : names
  // no format has a place for a task without a name
  return task[node]! >= 0 && names[0] === '' ? all.slice(1) : all
}

const FORMS: Readonly<Record<string, Form>> = {
  pprof: { write: (rows, tell) => pprofFile(rows, undefined, tell), names: (...of) => marked(...of).map(known) },
  otlp: { write: (rows, tell) => otlpFile(rows, undefined, '0', tell), names: (...of) => marked(...of).map(known) },
  speedscope: {
    write: (rows, tell) => [...speedscopeFile(rows, '0', tell)].join(''),
    threads: true,
    names: (names, _, node) => (node === 0 ? [NO_STACK] : names),
  },
  firefox: {
    write: (rows, tell) => [...firefoxFile(rows, undefined, '0', tell)].join(''),
    names: (names, rows, node) =>
      rows.task[node]! < 0 || names[0] === '' ? ['all', ...marked(names, rows, node)] : marked(names, rows, node),
  },
}

function namesOf({ stacks }: Stacks | StackRows, node: number): string[] {
  return framesOf(stacks, node).map(frame => stacks.frames.name[frame]!)
}

function sums(
  datasets: readonly Stacks[],
  names: (dataset: Stacks, node: number) => readonly string[],
): Map<string, number> {
  const found = new Map<string, number>()
  const add = (dataset: Stacks, node: number, value: number): void => {
    if (value === 0) return
    const key = names(dataset, node).join(';')
    found.set(key, (found.get(key) ?? 0) + value)
  }
  for (const dataset of datasets)
    if (dataset.kind === 'profile') dataset.self.forEach((value, node) => void add(dataset, node, value))
    else dataset.weight.forEach((value, row) => void add(dataset, dataset.stack[row]!, value))
  return found
}

const isStacks = (dataset: Dataset): dataset is Stacks => dataset.kind === 'profile' || dataset.kind === 'samples'

/** What a fixture holds, a dataset of each kind of value that can be written. */
function stacksIn(path: string): Stacks[] {
  const bytes = readFileSync(path)
  try {
    const { datasets } = parse(path.endsWith('.gz') ? gunzipSync(bytes) : bytes, { timeline: true })
    return datasets.filter(isStacks).filter(one => stackRows(one).weight.some(weight => weight > 0))
  } catch (error) {
    if (error instanceof BpfviewError) return []
    throw error
  }
}

const OTHERS = new Set(['captures', 'incidents', 'workloads', 'render', 'policy', 'malformed'])
const FILES = readdirSync('fixtures')
  .filter(name => !OTHERS.has(name) && statSync(join('fixtures', name)).isDirectory())
  .flatMap(folder => readdirSync(join('fixtures', folder)).map(name => join('fixtures', folder, name)))
  .filter(path => !path.endsWith('.golden') && statSync(path).isFile())
const INPUTS = FILES.map(path => [path, stacksIn(path)] as const).filter(([, stacks]) => stacks.length > 0)

test('there are fixtures with stacks and with times', () => {
  expect(INPUTS.length).toBeGreaterThan(100)
  expect(INPUTS.filter(([, stacks]) => stacks.some(({ kind }) => kind === 'samples')).length).toBeGreaterThan(20)
})

describe.each(Object.entries(FORMS))('%s', (_, form) => {
  test.each(INPUTS)('%s', (_path, all) => {
    for (const dataset of all) {
      const rows = stackRows(dataset)
      const said: Loss[] = []
      const file = form.write(rows, loss => void said.push(loss))
      const tables = form.threads === true || form === FORMS['firefox']
      const read = parse(file, tables ? { allThreads: true } : {}).datasets.filter(isStacks)
      const before = sums([dataset], (_one, node) => form.names(namesOf(rows, node), rows, node))
      const after = sums(read, (one, node) => namesOf(one, node).slice(form.threads === true ? 1 : 0))
      const scale = conversion(dataset.value.unit, read[0]!.value.unit) ?? 1
      // a value that is rounded to 0 leaves its stack out
      const rounded = said.some(({ code }) => code === 'values-rounded' || code === 'values-cut')
      if (rounded) expect([...after.keys()].filter(key => !before.has(key))).toEqual([])
      else expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
      // values that no int64 holds are cut there, which is said
      if (said.some(({ code }) => code === 'values-cut')) continue
      const slack = rounded ? rows.node.length : 0
      for (const [key, value] of after) {
        const expected = before.get(key)! * scale
        expect(Math.abs(value - expected), `${key}: ${value}, not ${expected}`).toBeLessThanOrEqual(
          slack + 1e-9 * expected,
        )
      }
    }
  })
})

/** Every sample with its thread, weight and stack, and its microseconds from the first; sorted. */
function samplesOf(
  tables: readonly SampleTable[],
  names: (table: SampleTable, node: number) => readonly string[],
  scale: number,
) {
  const found: { key: string; micros: number }[] = []
  for (const table of tables)
    table.weight.forEach((weight, row) => {
      if (weight === 0) return
      const value = Number((weight * scale).toPrecision(9))
      found.push({
        key: `${table.tid?.[row] ?? -1} ${value} ${names(table, table.stack[row]!).join(';')}`,
        micros: table.time[row]! * 1e6,
      })
    })
  const first = found.reduce((least, { micros }) => Math.min(least, micros), Infinity)
  return found
    .map(({ key, micros }) => ({ key, micros: micros - first }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.micros - b.micros))
}

const TIMED = INPUTS.flatMap(([path, all]) =>
  all
    .filter((one): one is SampleTable => one.kind === 'samples' && one.time.every(time => Number.isFinite(time)))
    .map(one => [`${path} ${one.name} ${one.value.name}`, one] as const),
)

describe.each(['firefox', 'otlp'])('every time, thread, stack and weight survives %s', id => {
  const form = FORMS[id]!
  test.each(TIMED)('%s', (_, dataset) => {
    const rows = stackRows(dataset)
    const said: Loss[] = []
    const file = form.write(rows, loss => void said.push(loss))
    if (said.some(({ code }) => code === 'values-rounded' || code === 'values-cut')) return
    const read = parse(file, { timeline: true, allThreads: id === 'firefox' }).datasets.filter(
      one => one.kind === 'samples',
    )
    const scale = conversion(dataset.value.unit, read[0]!.value.unit) ?? 1
    // Firefox has a thread of number 0 where none is known
    const ids = Int32Array.from(dataset.time, (_at, row) =>
      Math.max(id === 'firefox' ? 0 : -1, dataset.tid?.[row] ?? -1),
    )
    const before = samplesOf(
      [{ ...dataset, tid: ids }],
      (_one, node) => form.names(namesOf(rows, node), rows, node),
      scale,
    )
    const after = samplesOf(read, namesOf, 1)
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
    // nanoseconds since 1970 are good to a quarter of a microsecond as doubles
    before.forEach(({ micros }, i) => void expect(Math.abs(after[i]!.micros - micros)).toBeLessThan(1))
  })
})
