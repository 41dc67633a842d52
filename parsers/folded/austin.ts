/**
 * Folded stacks of austin, the sampler of Python: process and thread before the frames, microseconds or bytes behind them:
 *
 *     # austin: 3.6.0
 *     # mode: wall
 *     P4242;T4242;app.py:<module>:40;app.py:work:12 100
 *     P4242;T0:4242;app.py:<module>:40;app.py:alloc:14 110,1,4096          -f: microseconds, 1 = idle, bytes
 *     W1;T7;main.py:main:3;work.py:hot:9 100
 *     # duration: 3000000
 *
 * With three values the time, the time that was not idle, and the bytes that were allocated and freed are profiles of their own. Source: austin's README,
 * "Austin output"; `src/stats.c`, `src/py_proc.c`.
 */
import type { Dataset, DiagnosticLog, Meta, StackLimits, StackTree, ValueType } from '../../src/model/index.ts'
import { kindCode, ROOT, StackTreeBuilder } from '../../src/model/index.ts'
import { DenseSums } from '../build/node-sums.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { MAX_FOLDED_LINE } from './line.ts'

const OWNERS = /^([PW]\d+);(T(?:\d+:)?[0-9a-fx]+)(?:;| (?=-?\d))/
const VALUES = /^(-?\d+)(?:,([01]),(-?\d+))?$/
const METADATA = /^# ([a-z_]+): (.*)$/
const JIT = kindCode('jit')
const MARKER = kindCode('marker')

export const austin = lineFormat({
  id: 'austin',
  title: 'folded stacks of austin',
  sniff: sniffAustin,
  indented: true,
  longest: MAX_FOLDED_LINE,
  grammar: (log, options) => new AustinGrammar(log, options),
})

/** Half of the lines that are no comments begin with a process and a thread, and end in a value. */
function sniffAustin(head: Head): boolean {
  const stacks = head.lines.filter(line => !line.startsWith('#'))
  const good = stacks.filter(isStack).length
  return good > 0 && good * 2 >= stacks.length
}

function isStack(line: string): boolean {
  return OWNERS.test(line) && VALUES.test(line.slice(line.lastIndexOf(' ') + 1))
}

/** Sums of one kind of value over the stacks. */
interface Series {
  readonly name: string
  readonly value: ValueType
  readonly sums: DenseSums
  count: number
}

class AustinGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly stacks: StackTreeBuilder
  private readonly series = {
    time: series('wall time', 'us'),
    busy: series('not idle time', 'us'),
    allocated: series('allocated memory', 'bytes'),
    freed: series('freed memory', 'bytes'),
  }
  private meta: Meta = { tool: 'austin' }
  private mode: string | undefined
  private negative = false
  private full = false

  constructor(log: DiagnosticLog, limits: StackLimits) {
    this.log = log
    this.stacks = new StackTreeBuilder(limits)
  }

  line(text: string): boolean {
    const metadata = METADATA.exec(text)
    if (metadata !== null) return this.fact(metadata[1]!, metadata[2]!)
    if (text.startsWith('#')) return true
    const owners = OWNERS.exec(text)
    const blank = text.lastIndexOf(' ')
    const values = VALUES.exec(text.slice(blank + 1))
    if (owners === null || values === null) return false
    this.add(this.node(owners, text.slice(owners[0].length, Math.max(blank, owners[0].length))), values)
    return true
  }

  datasets(): readonly Dataset[] {
    const { time, busy, allocated, freed } = this.series
    const stacks = this.stacks.finish()
    if (this.full) return [time, busy, allocated, freed].flatMap(each => this.dataset(stacks, each.name, each))
    if (this.mode === 'memory' || this.negative) {
      return [
        ...this.dataset(stacks, allocated.name, { ...time, value: { name: allocated.name, unit: 'bytes' } }),
        ...this.dataset(stacks, freed.name, freed),
      ]
    }
    if (time.count > 0 && this.mode === undefined)
      this.log.note(
        'assumed-unit',
        'no line says what the values are; they are read as microseconds, as austin prints without -m',
        {
          severity: 'info',
        },
      )
    const name = this.mode === 'cpu' ? 'CPU time' : 'wall time'
    return this.dataset(stacks, name, { ...time, value: { name, unit: 'us' } })
  }

  private fact(key: string, value: string): true {
    if (key === 'mode') this.mode = value.trim()
    else if (key === 'austin') this.meta = { ...this.meta, toolVersion: value.trim() }
    else if (key === 'duration' && /^\d+$/.test(value)) this.meta = { ...this.meta, duration: Number(value) / 1e6 }
    return true
  }

  private node(owners: RegExpExecArray, frames: string): number {
    const { stacks } = this
    let node = stacks.child(ROOT, stacks.frame(owners[1]!, '', TASK))
    node = stacks.child(node, stacks.frame(owners[2]!, '', TASK))
    if (frames === '') return node
    for (const name of frames.split(';')) {
      const marker = /^:[A-Z]+:$/.test(name) || name === ':idle:'
      node = stacks.child(node, stacks.frame(name, '', marker ? MARKER : JIT))
    }
    return node
  }

  private add(node: number, [, first, idle, bytes]: RegExpExecArray): void {
    const { time, busy, allocated, freed } = this.series
    const value = Number(first)
    if (bytes === undefined) {
      if (value < 0) this.negative = true
      put(value < 0 ? freed : time, node, Math.abs(value))
      return
    }
    this.full = true
    put(time, node, Math.abs(value))
    if (idle === '0') put(busy, node, Math.abs(value))
    const memory = Number(bytes)
    if (memory !== 0) put(memory < 0 ? freed : allocated, node, Math.abs(memory))
  }

  private dataset(stacks: StackTree, name: string, { value, sums, count }: Series): Dataset[] {
    if (count === 0) return []
    return [{ kind: 'profile', name, value, stacks, self: sums.column(stacks.parent.length), meta: this.meta }]
  }
}

function series(name: string, unit: string): Series {
  return { name, value: { name, unit }, sums: new DenseSums(), count: 0 }
}

function put(into: Series, node: number, value: number): void {
  into.sums.add(node, value)
  into.count++
}
