/**
 * Raw profiles of the Gecko engine, as Firefox's `dump` and `perf script report gecko` write them; rows are lists in the order of their schema:
 *
 *     {"meta":{"interval":1,"processType":0,"product":"vm","stackwalk":1,"version":24,"categories":[{"name":"User",...},{"name":"Kernel",...}]},"libs":[],
 *      "threads":[{"tid":7,"pid":7,"name":"app","samples":{"schema":{"stack":0,"time":1,"responsiveness":2},"data":[[1,0.25,0]]},
 *        "frameTable":{"schema":{"location":0,"relevantForJS":1,"innerWindowID":2,"implementation":3,"line":4,"column":5,"category":6,"subcategory":7},
 *          "data":[[0,false,0,null,null,null,0,null],[1,false,0,null,null,null,1,null]]},
 *        "stackTable":{"schema":{"prefix":0,"frame":1},"data":[[null,0],[0,1]]},"stringTable":["main (in /bin/app)","do_sys (in [kernel.kallsyms])"]}],
 *      "processes":[]}
 *
 * Source: tools/perf/scripts/python/gecko.py; docs-developer/gecko-profile-format.md of firefox-devtools/profiler.
 */
import type { Dataset } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import { kindOfModule } from '../stacks/frame-kind.ts'
import { amount, items, record, word } from './fields.ts'
import { firefoxMeta } from './firefox-meta.ts'
import type { ThreadSink } from './thread-set.ts'
import type { Reading } from './whole-file.ts'

type Json = Readonly<Record<string, unknown>>

/** A table of rows that are lists. */
class Rows {
  readonly data: readonly unknown[]
  private readonly schema: Json

  constructor(value: unknown, where: string, { fields }: Reading) {
    const table = fields.object(value, where)
    this.schema = fields.object(table['schema'], `${where}.schema`)
    this.data = fields.list(table['data'], `${where}.data`)
  }

  /** A cell; undefined when the table has no such column or row. */
  cell(row: number, column: string): unknown {
    const at = amount(this.schema[column])
    return at === undefined ? undefined : items(this.data[row])[at]
  }
}

/** The datasets of a raw profile. */
export function readGecko(profile: Json, meta: Json, reading: Reading): readonly Dataset[] {
  const work: Json[] = [profile]
  for (let at = 0; at < work.length; at++) {
    const process = work[at]!
    const of = record(process['meta']) ?? meta
    const categories = items(of['categories']).map(one => word(record(one)?.['name']))
    // times of a process count from its own start
    const shift = ((amount(of['startTime']) ?? 0) - (amount(meta['startTime']) ?? 0)) / 1000
    for (const [i, value] of reading.fields.list(process['threads'], 'threads').entries())
      readThread(reading.fields.object(value, `threads[${i}]`), categories, shift, reading)
    for (const inner of items(process['processes'])) work.push(reading.fields.object(inner, 'a process'))
  }
  return reading.threads.finish(firefoxMeta(meta))
}

function readThread(thread: Json, categories: readonly string[], shift: number, reading: Reading): void {
  const { fields, threads, log } = reading
  const samples = new Rows(thread['samples'], 'samples', reading)
  const stacks = new Rows(thread['stackTable'], 'stackTable', reading)
  const frames = new Rows(thread['frameTable'], 'frameTable', reading)
  const strings = fields.list(thread['stringTable'], 'stringTable')
  const tid = amount(thread['tid'])
  const pid = amount(thread['pid'])
  const sink = threads.open({
    name: word(thread['name']) || 'thread',
    value: { name: 'samples', unit: 'samples' },
    ...(tid !== undefined && { tid }),
    ...(pid !== undefined && { pid }),
  })
  const frameOf = (number: number): number => {
    const location = fields.index(frames.cell(number, 'location'), strings.length, `frameTable.data[${number}]`)
    return geckoFrame(
      fields.text(strings[location], 'a string'),
      categories[amount(frames.cell(number, 'category')) ?? -1],
      sink,
    )
  }
  const known = new Map<number, number>()
  const placed = new Map<number, number>()
  let stackless = 0
  for (let i = 0; i < samples.data.length; i++) {
    const time = shift + (amount(samples.cell(i, 'time')) ?? NaN) / 1000
    const told = samples.cell(i, 'stack')
    if (told === null || told === undefined) {
      stackless++
      sink.add(sink.root, 1, time)
      continue
    }
    const path: number[] = []
    let stack = fields.index(told, stacks.data.length, 'a sample’s stack')
    while (stack >= 0 && !placed.has(stack)) {
      path.push(stack)
      const prefix = stacks.cell(stack, 'prefix')
      stack = prefix === null || prefix === undefined ? -1 : fields.index(prefix, stack, `stackTable.data[${stack}]`)
    }
    let node = stack < 0 ? sink.root : placed.get(stack)!
    for (let at = path.length - 1; at >= 0; at--) {
      const number = fields.index(stacks.cell(path[at]!, 'frame'), frames.data.length, 'a stack’s frame')
      let frame = known.get(number)
      if (frame === undefined) known.set(number, (frame = frameOf(number)))
      node = sink.stacks.child(node, frame)
      placed.set(path[at]!, node)
    }
    sink.add(node, 1, time)
  }
  if (stackless > 0)
    log.note('no-stack', 'samples without a stack: they count for the whole', { severity: 'info', count: stackless })
}

/** Frame of `main (in /bin/app)`, as perf and Gecko name a place in native code; other places keep their whole name. */
function geckoFrame(location: string, category: string | undefined, { stacks }: ThreadSink): number {
  const at = location.endsWith(')') ? location.lastIndexOf(' (in ') : -1
  const name = at > 0 ? location.slice(0, at) : location
  const module = at > 0 ? location.slice(at + 5, -1) : ''
  const kind = category === 'Kernel' ? 'kernel' : category === 'JavaScript' ? 'jit' : kindOfModule(module, name)
  return stacks.frame(name, module, kindCode(kind))
}
