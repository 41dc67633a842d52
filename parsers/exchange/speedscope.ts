/**
 * The file of speedscope, which py-spy, rbspy, dotnet-trace, pyinstrument and many others write too:
 *
 *     {"$schema":"https://www.speedscope.app/file-format-schema.json",
 *      "shared":{"frames":[{"name":"main","file":"/srv/app.c","line":3},{"name":"work"}]},
 *      "profiles":[
 *        {"type":"sampled","name":"thread 7","unit":"milliseconds","startValue":0,"endValue":3,"samples":[[0,1],[],[0]],"weights":[1,1,1]},
 *        {"type":"evented","name":"thread 8","unit":"none","startValue":0,"endValue":10,
 *         "events":[{"type":"O","frame":0,"at":0},{"type":"C","frame":0,"at":10}]}]}
 *
 * A sample lists frames from the root; an empty one is idle time. An event opens a frame or closes the innermost one; the time between two events belongs to
 * the stack that is open. Source: file-format-spec.ts of speedscope 1.25.
 */
import type { Dataset, ValueType } from '../../src/model/index.ts'
import { conversion, kindCode } from '../../src/model/index.ts'
import { Doubles, Integers } from '../build/growing.ts'
import { SequenceTrie } from '../build/sequence-trie.ts'
import { kindOfModule } from '../stacks/frame-kind.ts'
import { amount, record, word } from './fields.ts'
import type { ThreadSink } from './thread-set.ts'
import type { ListsReader, Reading } from './whole-file.ts'
import { listsFormat } from './whole-file.ts'

/** Units of a profile, by speedscope's words for them. */
export const SPEEDSCOPE_UNITS: ReadonlyMap<string, ValueType> = new Map([
  ['none', { name: 'samples', unit: 'samples' }],
  ['nanoseconds', { name: 'time', unit: 'ns' }],
  ['microseconds', { name: 'time', unit: 'us' }],
  ['milliseconds', { name: 'time', unit: 'ms' }],
  ['seconds', { name: 'time', unit: 's' }],
  ['bytes', { name: 'bytes', unit: 'bytes' }],
])

export const speedscope = listsFormat({
  id: 'speedscope',
  title: 'speedscope files: py-spy, rbspy, dotnet-trace, pyinstrument and speedscope itself',
  what: 'a speedscope file',
  sniff: shape =>
    /speedscope/.test(shape.text('$schema') ?? '') ||
    (shape.has('shared.frames') && (shape.has('profiles[].type') || shape.has('profiles[].unit'))) ||
    shape.has('shared.frames[].name'),
  lists: ['profiles[].samples', 'profiles[].weights', 'profiles[].events'],
  read: reading => new SpeedscopeReader(reading),
})

interface Frame {
  readonly name: string
  readonly module: string
}

type Profile = Readonly<Record<string, unknown>>

/** What the lists of one profile hold; stacks by their node in the tree of frame numbers, 0 = none. */
interface Rows {
  /** Of samples. */
  readonly stack: Integers
  readonly weight: Doubles
  /** Of the spans between two events. */
  readonly spanStack: Integers
  readonly spanStart: Doubles
  readonly spanLength: Doubles
  /** Nodes of the frames that are open, and their numbers. */
  readonly nodes: number[]
  readonly frames: number[]
  events: number
  first: number
  last: number
}

/** Takes the samples of the profiles as they come: what their frames are called and in which unit they count is known at the end. */
class SpeedscopeReader implements ListsReader {
  private readonly reading: Reading
  private readonly trie = new SequenceTrie()
  private readonly rows = new Map<number, Rows>()

  constructor(reading: Reading) {
    this.reading = reading
  }

  take(path: string, owner: number, items: readonly unknown[]): void {
    const rows = this.rowsOf(owner)
    const where = `profiles[${owner}]`
    if (path.endsWith('.samples')) for (const item of items) this.sample(item, rows, where)
    else if (path.endsWith('.events')) for (const item of items) this.event(item, rows, where)
    else for (const item of items) rows.weight.push(this.number(item, () => `${where}.weights[${rows.weight.length}]`))
  }

  /** A finite number; `place` is only asked for in a message. */
  private number(item: unknown, place: () => string): number {
    return typeof item === 'number' ? item : this.reading.fields.number(item, place())
  }

  end(document: unknown): readonly Dataset[] {
    const { fields, threads } = this.reading
    const file = fields.object(document, 'the document')
    const shared = fields.object(file['shared'], 'shared')
    const frames = fields.list(shared['frames'], 'shared.frames').map((value, i): Frame => {
      const frame = fields.object(value, `shared.frames[${i}]`)
      return { name: fields.text(frame['name'], `shared.frames[${i}].name`), module: word(frame['file']) }
    })
    const profiles = fields.list(file['profiles'], 'profiles').map((value, i) => fields.object(value, `profiles[${i}]`))
    const active = amount(file['activeProfileIndex']) ?? 0
    const order = profiles.map((_, i) => i).sort((a, b) => Number(b === active) - Number(a === active) || a - b)
    const placer = new Placer(this.trie, frames, this.reading)
    for (const i of order) this.profile(profiles[i]!, i, placer)
    const exporter = word(file['exporter'])
    return threads.finish(exporter === '' ? {} : { tool: exporter })
  }

  private rowsOf(owner: number): Rows {
    let rows = this.rows.get(owner)
    if (rows === undefined) {
      rows = {
        stack: new Integers(),
        weight: new Doubles(),
        spanStack: new Integers(),
        spanStart: new Doubles(),
        spanLength: new Doubles(),
        nodes: [0],
        frames: [],
        events: 0,
        first: 0,
        last: 0,
      }
      this.rows.set(owner, rows)
    }
    return rows
  }

  private sample(item: unknown, { stack }: Rows, where: string): void {
    const { fields } = this.reading
    let node = 0
    const place = (): string => `${where}.samples[${stack.length}]`
    const list = Array.isArray(item) ? (item as readonly unknown[]) : fields.list(item, place())
    for (const frame of list) {
      if (typeof frame !== 'number' || frame < 0 || (frame | 0) !== frame)
        fields.index(frame, MAX_FRAMES, `a frame of ${place()}`)
      node = this.trie.child(node, frame as number)
    }
    stack.push(node)
  }

  private event(item: unknown, rows: Rows, where: string): void {
    const { fields } = this.reading
    const place = (): string => `${where}.events[${rows.events}]`
    const event = record(item) ?? fields.object(item, place())
    const frame = this.number(event['frame'], () => `${place()}.frame`)
    if ((frame | 0) !== frame || frame < 0) fields.index(frame, MAX_FRAMES, `${place()}.frame`)
    const at = this.number(event['at'], () => `${place()}.at`)
    if (rows.events === 0) rows.first = rows.last = at
    if (at < rows.last) fields.refuse(`${place()}.at is ${at}, before ${rows.last}`)
    span(rows, at)
    if (event['type'] === 'O') {
      rows.frames.push(frame)
      rows.nodes.push(this.trie.child(rows.nodes[rows.nodes.length - 1]!, frame))
    } else if (event['type'] === 'C') {
      if (rows.frames.pop() !== frame) fields.refuse(`${place()} closes a frame that is not the innermost one`)
      rows.nodes.pop()
    } else fields.refuse(`${place()}.type is neither O nor C`)
    rows.events++
  }

  private profile(profile: Profile, i: number, placer: Placer): void {
    const { fields, threads } = this.reading
    const where = `profiles[${i}]`
    const unit = fields.text(profile['unit'], `${where}.unit`)
    const value = SPEEDSCOPE_UNITS.get(unit) ?? fields.refuse(`${where}.unit is ${JSON.stringify(unit.slice(0, 40))}`)
    const isSampled = profile['type'] === 'sampled'
    if (!isSampled && profile['type'] !== 'evented') fields.refuse(`${where}.type is neither sampled nor evented`)
    const facts = { name: word(profile['name']), value, sampled: isSampled && unit !== 'none' }
    const add = placer.thread(threads.open(facts), value)
    const rows = this.rowsOf(i)
    if (isSampled) this.addSamples(profile, rows, where, add)
    else this.addSpans(profile, rows, where, add)
    placer.noteIdle()
    this.rows.delete(i)
  }

  private addSamples(profile: Profile, { stack, weight }: Rows, where: string, add: Add): void {
    const { fields } = this.reading
    fields.list(profile['samples'], `${where}.samples`)
    fields.list(profile['weights'], `${where}.weights`)
    if (stack.length !== weight.length)
      fields.refuse(`${where} has ${stack.length} samples and ${weight.length} weights`)
    let at = amount(profile['startValue']) ?? 0
    for (let i = 0; i < stack.length; i++) {
      const of = weight.at(i)
      if (of < 0) fields.refuse(`${where}.weights[${i}] is ${of}, a negative weight`)
      add(stack.at(i), of, at)
      at += of
    }
  }

  private addSpans(profile: Profile, rows: Rows, where: string, add: Add): void {
    const { fields, log } = this.reading
    fields.list(profile['events'], `${where}.events`)
    const start = amount(profile['startValue']) ?? rows.first
    if (rows.events > 0 && rows.first < start) fields.refuse(`${where}.events[0].at is ${rows.first}, before ${start}`)
    const end = amount(profile['endValue']) ?? rows.last
    if (rows.events === 0) rows.first = rows.last = Math.min(start, end)
    if (rows.first > start) add(0, rows.first - start, start)
    if (rows.frames.length > 0)
      log.note('truncated-record', 'frames that were not closed: they last to the end of the profile', {
        count: rows.frames.length,
      })
    if (end > rows.last) span(rows, end)
    for (let i = 0; i < rows.spanStack.length; i++)
      add(rows.spanStack.at(i), rows.spanLength.at(i), rows.spanStart.at(i))
  }
}

/** Frames that a file can have. */
const MAX_FRAMES = 2 ** 31

type Add = (stack: number, weight: number, at: number) => void

/** Gives the time up to `at` to the frame that is open. */
function span(rows: Rows, at: number): void {
  if (at <= rows.last) return
  rows.spanStack.push(rows.nodes[rows.nodes.length - 1]!)
  rows.spanStart.push(rows.last)
  rows.spanLength.push(at - rows.last)
  rows.last = at
}

/** Puts stacks of frame numbers into the trees of threads, one thread after the other; counts the time without a stack. */
class Placer {
  private readonly trie: SequenceTrie
  private readonly frames: readonly Frame[]
  private readonly reading: Reading
  private number = 0
  /** By node of the trie, and by frame: the node or frame of the thread, of the thread with this number. */
  private readonly placed: Int32Array
  private readonly placedOf: Int32Array
  private readonly known: Int32Array
  private readonly knownOf: Int32Array
  private idle = 0
  private idles = 0
  private unit = ''

  constructor(trie: SequenceTrie, frames: readonly Frame[], reading: Reading) {
    this.trie = trie
    this.frames = frames
    this.reading = reading
    this.placed = new Int32Array(trie.count)
    this.placedOf = new Int32Array(trie.count)
    this.known = new Int32Array(frames.length)
    this.knownOf = new Int32Array(frames.length)
  }

  /** Goes on to the next thread; adds a sample to it. */
  thread(sink: ThreadSink, { unit }: ValueType): Add {
    this.number++
    this.idle = 0
    this.idles = 0
    this.unit = unit
    const scale = conversion(unit, 's')
    return (stack, weight, at) => {
      if (stack !== 0) sink.add(this.node(stack, sink), weight, scale === undefined ? NaN : at * scale)
      else if (weight !== 0) {
        this.idle += weight
        this.idles++
      }
    }
  }

  noteIdle(): void {
    if (this.idles > 0)
      this.reading.log.note(
        'idle-time',
        `${Number(this.idle.toPrecision(6))} ${this.unit} without a stack: idle, left out`,
        { severity: 'info', count: this.idles },
      )
  }

  private node(stack: number, sink: ThreadSink): number {
    const path: number[] = []
    let at = stack
    while (at !== 0 && this.placedOf[at] !== this.number) {
      path.push(at)
      at = this.trie.parent(at)
    }
    let node = at === 0 ? sink.root : this.placed[at]!
    for (let i = path.length - 1; i >= 0; i--) {
      node = sink.stacks.child(node, this.frame(this.trie.item(path[i]!), sink))
      this.placed[path[i]!] = node
      this.placedOf[path[i]!] = this.number
    }
    return node
  }

  private frame(index: number, sink: ThreadSink): number {
    const { frames, reading } = this
    if (index >= frames.length) reading.fields.index(index, frames.length, 'a frame of a stack')
    if (this.knownOf[index] !== this.number) {
      const { name, module } = frames[index]!
      this.known[index] = sink.stacks.frame(name, module, kindCode(kindOfModule(module, name)))
      this.knownOf[index] = this.number
    }
    return this.known[index]!
  }
}
