/**
 * A profile as `go tool pprof -raw` prints it: samples by the numbers of their locations, leaf first, then what these are:
 *
 *     PeriodType: cpu nanoseconds
 *     Period: 10000000
 *     Duration: 30.12
 *     Samples:
 *     samples/count cpu/nanoseconds[dflt]
 *               1   10000000: 1 2 3
 *                     key:[value]                                            labels of the sample
 *     Locations
 *          1: 0x46e2a1 M=1 main.hot /srv/app.go:12:0 s=10
 *                 main.inlinedInto /srv/app.go:14:0 s=10
 *     Mappings
 *     1: 0x400000/0x4f0000/0x0 /usr/bin/app  [FN]
 *
 * Every type of value is a profile of its own. Labels, addresses and source lines are not kept. Source: github.com/google/pprof profile/profile.go String.
 */
import type { Dataset, DiagnosticLog, Meta, Profile, ValueType } from '../../src/model/index.ts'
import { ROOT, StackTreeBuilder } from '../../src/model/index.ts'
import { DenseSums } from '../build/node-sums.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import type { DumpFrame } from './dump-stacks.ts'
import { addDumpFrame } from './dump-stacks.ts'
import { goFrame, pprofUnit } from './pprof-words.ts'

const TYPES = /^(?:[^\s/]+\/[^\s/]+(?: |$))+/
const SAMPLE = /^\s*(-?\d+(?:\s+-?\d+)*): ([\d ]*)$/
const LABEL = /^\s{8,}\S+:\[.*\]/
const LOCATION = /^\s*(\d+): (0x[0-9a-f]+)(?: M=(\d+))?(?: \[F\])?(?: (.*))?$/
const FUNCTION = /^(.*?) (\S*):(\d+)(?::\d+)? s=\d+(?:\((.*)\))?$/
const MAPPING = /^\s*(\d+): 0x[0-9a-f]+\/0x[0-9a-f]+\/0x[0-9a-f]+ (.*?)(?: {2}\[[A-Z]*\])?\s*$/

export const pprofRaw = lineFormat({
  id: 'pprof-raw',
  title: 'pprof -raw',
  sniff: head =>
    head.lines.slice(0, 20).some(line => /^(?:PeriodType|Period|Samples): ?/.test(line)) &&
    head.lines.some(line => line === 'Samples:') &&
    head.lines.some(line => TYPES.test(line)),
  indented: true,
  longest: 1 << 20,
  grammar: log => new PprofRawGrammar(log),
})

const UNKNOWN: DumpFrame = { name: '[unknown]', module: '', kind: 'unknown' }

interface RawSample {
  readonly values: readonly number[]
  readonly locations: Int32Array
}

interface Location {
  readonly module: number
  readonly address: string
  /** Innermost first. */
  readonly functions: string[]
}

class PprofRawGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private section: 'head' | 'samples' | 'locations' | 'mappings' = 'head'
  private types: readonly ValueType[] = []
  private meta: Meta = { tool: 'pprof' }
  private readonly samples: RawSample[] = []
  private readonly locations = new Map<number, Location>()
  private readonly modules = new Map<number, string>()
  private last: Location | undefined

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  line(text: string): boolean {
    if (text === 'Samples:') this.section = 'samples'
    else if (/^Locations:?\s*$/.test(text)) this.section = 'locations'
    else if (/^Mappings:?\s*$/.test(text)) this.section = 'mappings'
    else if (this.section === 'head') this.fact(text)
    else if (this.section === 'samples') return this.sample(text)
    else if (this.section === 'locations') return this.location(text)
    else return this.mapping(text)
    return true
  }

  datasets(): readonly Dataset[] {
    if (this.samples.length === 0) return []
    let unknown = 0
    const builder = new StackTreeBuilder()
    const frames = new Map<number, readonly DumpFrame[]>()
    const sums = this.types.map(() => new DenseSums())
    for (const { values, locations } of this.samples) {
      let node = locations.length === 0 ? addDumpFrame(builder, ROOT, UNKNOWN) : ROOT
      for (let i = locations.length - 1; i >= 0; i--) {
        const id = locations[i]!
        let known = frames.get(id)
        if (known === undefined) {
          if (!this.locations.has(id)) unknown++
          frames.set(id, (known = this.framesOf(id)))
        }
        for (const frame of known) node = addDumpFrame(builder, node, frame)
      }
      values.forEach((value, i) => sums[i]?.add(node, value))
    }
    if (unknown > 0)
      this.log.note('unknown-location', 'locations that the file does not list; their frames are [unknown]', {
        count: unknown,
      })
    const stacks = builder.finish()
    return this.types.map(
      (value, i): Profile => ({
        kind: 'profile',
        name: 'profile',
        value,
        stacks,
        self: sums[i]!.column(stacks.parent.length),
        meta: this.meta,
      }),
    )
  }

  private fact(text: string): void {
    const duration = /^Duration: ([\d.]+)/.exec(text)
    if (duration !== null) this.meta = { ...this.meta, duration: Number(duration[1]) }
    const time = /^Time: (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) \+0000/.exec(text)
    if (time !== null) this.meta = { ...this.meta, start: `${time[1]!}T${time[2]!}Z` }
  }

  private sample(text: string): boolean {
    if (this.types.length === 0) {
      if (!TYPES.test(text)) return false
      this.types = text
        .trim()
        .split(/\s+/)
        .map(word => {
          const [name, unit] = word.replace(/\[dflt\]$/, '').split('/')
          return { name: name!, unit: pprofUnit(unit!, name!) }
        })
      return true
    }
    const match = SAMPLE.exec(text)
    if (match === null) return LABEL.test(text)
    const values = match[1]!.split(/\s+/).map(Number)
    if (values.some(value => value < 0)) return false
    const ids = match[2]!.trim()
    this.samples.push({ values, locations: ids === '' ? new Int32Array(0) : Int32Array.from(ids.split(/ +/), Number) })
    return true
  }

  private location(text: string): boolean {
    const match = LOCATION.exec(text)
    if (match !== null) {
      const [, id, address, module, first] = match
      this.last = { address: address!, module: Number(module ?? -1), functions: [] }
      this.locations.set(Number(id), this.last)
      if (first !== undefined && first.trim() !== '') this.last.functions.push(first.trim())
      return true
    }
    if (this.last === undefined || !FUNCTION.test(text.trim())) return false
    this.last.functions.push(text.trim())
    return true
  }

  private mapping(text: string): boolean {
    const match = MAPPING.exec(text)
    if (match !== null) this.modules.set(Number(match[1]), match[2]!.trim())
    return match !== null
  }

  /** Frames of a location, outermost first. */
  private framesOf(id: number): readonly DumpFrame[] {
    const location = this.locations.get(id)
    if (location === undefined) return [UNKNOWN]
    const module = this.modules.get(location.module) ?? ''
    if (location.functions.length === 0) return [{ name: location.address, module, kind: 'unknown' }]
    return location.functions
      .map((text, i) => goFrame(FUNCTION.exec(text)?.[1] ?? text, module, i < location.functions.length - 1))
      .reverse()
  }
}
