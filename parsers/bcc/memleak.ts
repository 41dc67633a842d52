/**
 * Outstanding allocations of memleak: snapshots, each with bytes and allocations per stack, leaf first:
 *
 *     Attaching to pid 11652, Ctrl+C to quit.
 *     [23:57:39] Top 10 stacks with outstanding allocations:
 *     <TAB>addr = 1a4dc1f0 size = 1524                                  with -a
 *     <TAB>89521 bytes in 99 allocations from stack
 *     <TAB><TAB>0x00000000004fb51c<TAB>[unknown] [python3.11]           2018 and later; libbpf: `0 [<000000000048f3a5>] main+0x6d app.c:12`
 *             80 bytes in 5 allocations from stack
 *                      main+0x6d [allocs]                               before
 *
 * A snapshot holds what is allocated at its time: snapshots are never added up. Source: bcc tools/memleak.py:532, libbpf-tools memleak.c:745; FORMATS c4.
 */

import type { Dataset, Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { addStack, kernelFrames } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { readSymbol } from '../stacks/symbol.ts'
import { isBanner } from '../words/banners.ts'
import { takeCutMark } from '../words/cut-mark.ts'

const SNAPSHOT = /^\[(\d{1,2}):(\d{1,2}):(\d{1,2})\] (?:Top (\d+) stacks with outstanding allocations:|Top \d+ .*)$/
const ENTRY = /^\s*(\d+) bytes in (\d+) allocations from stack\s*$/
const ALLOCATION = /^\s*addr = (?:0x)?([0-9a-f]+) size = (\d+)\s*$/
const NUMBERED = /^\s*\d+ (?=\[<[0-9a-f]+>\])/
const TALK = /^(?:Attaching to |\.\.\.$|Tracing outstanding memory allocs|opened |found |using |skipping )/

export const memleak: Format = {
  id: 'memleak',
  title: 'outstanding allocations of memleak',
  sniff: head =>
    head.lines.some(
      line => ENTRY.test(line) || /^\[\d{1,2}:\d{1,2}:\d{1,2}\] Top \d+ stacks with outstanding/.test(line),
    ),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new MemleakReader(log, options), log)
  },
}

/** Earlier snapshots that are kept as profiles of their own. */
const MAX_SNAPSHOTS = 500

interface Entry {
  readonly bytes: number
  readonly count: number
  readonly stack: FrameLine[]
}

interface Snapshot {
  /** Seconds since midnight; NaN before the first heading. */
  readonly time: number
  readonly clock: string
  readonly entries: Entry[]
}

interface Allocation {
  readonly time: number
  readonly address: string
  readonly size: number
}

class MemleakReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly offsets: boolean
  private readonly snapshots: Snapshot[] = []
  private readonly allocations: Allocation[] = []
  private readonly symbols = new Map<string, FrameLine>()
  private entry: Entry | undefined
  private indented = false

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.offsets = options.offsets === true
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (line.trim() === '') return
    const heading = SNAPSHOT.exec(line)
    if (heading !== null) {
      const [hours, minutes, seconds] = [Number(heading[1]), Number(heading[2]), Number(heading[3])]
      this.open(
        hours * 3600 + minutes * 60 + seconds,
        [hours, minutes, seconds].map(part => String(part).padStart(2, '0')).join(':'),
      )
      return
    }
    const entry = ENTRY.exec(line)
    if (entry !== null) {
      const { entries } = this.present()
      this.entry = { bytes: Number(entry[1]), count: Number(entry[2]), stack: [] }
      entries.push(this.entry)
      return
    }
    const allocation = ALLOCATION.exec(line)
    if (allocation !== null) {
      this.allocations.push({ time: this.present().time, address: allocation[1]!, size: Number(allocation[2]) })
      this.entry = undefined
      return
    }
    if ((this.entry === undefined && TALK.test(line)) || takeCutMark(this.log, line, number, text)) return
    if (TALK.test(line) || isBanner(line)) return
    // a copy may have lost its leading blanks
    if (/^\s/.test(line)) this.indented = true
    if (this.entry !== undefined && (!this.indented || /^\s/.test(line))) {
      this.entry.stack.push(this.symbol(line))
      return
    }
    this.log.skip(number, text, 'a line outside of a stack; expected `N bytes in N allocations from stack`')
  }

  end(): Parsed {
    const datasets: Dataset[] = []
    const last = this.snapshots.at(-1)
    if (last !== undefined) {
      const earlier = this.snapshots.slice(-1 - MAX_SNAPSHOTS, -1)
      const left = this.snapshots.length - 1 - earlier.length
      if (left > 0)
        this.log.note('prints-left-out', `the stacks of ${left} earlier snapshots are not kept; their sums are`, {
          count: left,
          severity: 'info',
        })
      for (const value of ['bytes', 'count'] as const) datasets.push(profileOf('outstanding', value, last))
      const taken = new Map<string, number>()
      for (const snapshot of earlier) {
        const again = (taken.get(snapshot.clock) ?? 0) + 1
        taken.set(snapshot.clock, again)
        const name = `outstanding at ${snapshot.clock}${again === 1 ? '' : ` (${again})`}`
        for (const value of ['bytes', 'count'] as const) datasets.push(profileOf(name, value, snapshot))
      }
      datasets.push(this.growth())
    }
    if (this.allocations.length > 0) datasets.push(this.allocationTable())
    return {
      format: memleak.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private open(time: number, clock: string): void {
    this.entry = undefined
    this.snapshots.push({ time, clock, entries: [] })
  }

  private present(): Snapshot {
    const last = this.snapshots.at(-1)
    if (last !== undefined) return last
    this.open(NaN, 'start')
    return this.snapshots[0]!
  }

  private symbol(line: string): FrameLine {
    let symbol = this.symbols.get(line)
    if (symbol === undefined) this.symbols.set(line, (symbol = readSymbol(line.replace(NUMBERED, ''), this.offsets)))
    return symbol
  }

  /** How much was outstanding at each snapshot, among the stacks it lists. */
  private growth(): Dataset {
    const { snapshots } = this
    const sum = (pick: (entry: Entry) => number): Float64Array =>
      Float64Array.from(snapshots, snapshot => snapshot.entries.reduce((all, entry) => all + pick(entry), 0))
    return {
      kind: 'events',
      name: 'snapshots',
      tool: 'memleak',
      length: snapshots.length,
      meta: META,
      columns: [
        {
          name: 'TIME',
          type: 'number',
          unit: 'clock',
          values: Float64Array.from(snapshots, snapshot => snapshot.time),
        },
        {
          name: 'STACKS',
          type: 'number',
          unit: '',
          values: Float64Array.from(snapshots, snapshot => snapshot.entries.length),
        },
        { name: 'BYTES', type: 'number', unit: 'bytes', values: sum(entry => entry.bytes) },
        { name: 'COUNT', type: 'number', unit: 'count', values: sum(entry => entry.count) },
      ],
    }
  }

  private allocationTable(): Dataset {
    const rows = this.allocations
    return {
      kind: 'events',
      name: 'allocations',
      tool: 'memleak',
      length: rows.length,
      meta: META,
      columns: [
        { name: 'TIME', type: 'number', unit: 'clock', values: Float64Array.from(rows, row => row.time) },
        { name: 'ADDR', type: 'text', values: rows.map(row => `0x${row.address}`) },
        { name: 'SIZE', type: 'number', unit: 'bytes', values: Float64Array.from(rows, row => row.size) },
      ],
    }
  }
}

const META: Meta = { tool: 'memleak', event: 'outstanding allocations' }

function profileOf(name: string, value: 'bytes' | 'count', snapshot: Snapshot): Dataset {
  const profile = new ProfileBuilder()
  for (const entry of snapshot.entries)
    profile.add(addStack(profile.stacks, ROOT, entry.stack, kernelFrames(entry.stack)), entry[value])
  return profile.finish(name, { name: value, unit: value }, META)
}
