import { kindCode, unitFact } from '../../src/model/index.ts'
import { Locations, Numbering } from './locations.ts'
import type { Tell } from './losses.ts'
import { losses } from './losses.ts'
import { Message } from './protobuf.ts'
import type { StackRows } from './stack-rows.ts'
import { epochOf, tellStackless, wholeUnit, wholeValues } from './stack-rows.ts'

/** Units in the words of UCUM. */
const UCUM = new Map([
  ['ns', 'ns'],
  ['bytes', 'By'],
])

/** Rows with the same stack and attributes. */
interface Group {
  readonly stack: number
  readonly attributes: readonly number[]
  readonly rows: number[]
}

/** The tables that a file's profiles share; element 0 of each stands for none. */
class Dictionary {
  readonly strings = new Numbering<string>(0)
  private readonly attributes = new Numbering<Message>(1)
  private readonly modules = new Numbering<string>(1)
  private readonly functions = new Numbering<string>(1)
  private readonly stacks = new Numbering<readonly number[]>(1)
  private readonly locations: Locations

  constructor(rows: StackRows) {
    this.locations = new Locations(rows)
    this.text('')
  }

  text(of: string): number {
    return this.strings.of(of, of)
  }

  attribute(key: string, value: string | number): number {
    const any = typeof value === 'string' ? new Message().text(1, value) : new Message().number(3, value)
    return this.attributes.of(
      `${key} ${typeof value} ${value}`,
      new Message().number(1, this.text(key)).message(2, any),
    )
  }

  stack(node: number): number {
    const places = this.locations.of(node)
    return this.stacks.of(places.join(' '), places)
  }

  finish(): Message {
    const none = new Message()
    const dictionary = new Message()
    const places = this.locations.all.map(({ lines, module, kind }) => {
      const location = new Message()
      if (module !== '') location.number(1, this.modules.of(module, module))
      for (const frame of lines) {
        const name = this.locations.nameOf(frame)
        location.message(3, new Message().number(1, this.functions.of(name, name)))
      }
      const type = kind === kindCode('kernel') ? 'kernel' : kind === kindCode('user') ? 'native' : undefined
      return type === undefined ? location : location.numbers(4, [this.attribute('profile.frame.type', type)])
    })
    const functions = this.functions.all.map(name => new Message().number(1, this.text(name)))
    const mappings = this.modules.all.map(module => new Message().number(4, this.text(module)))
    for (const each of [none, ...mappings]) dictionary.message(1, each)
    for (const each of [none, ...places]) dictionary.message(2, each)
    for (const each of [none, ...functions]) dictionary.message(3, each)
    dictionary.message(4, new Message().data(1, new Uint8Array(16)).data(2, new Uint8Array(8)))
    for (const each of this.strings.all) dictionary.text(5, each)
    for (const each of [none, ...this.attributes.all]) dictionary.message(6, each)
    dictionary.message(7, none)
    for (const each of this.stacks.all) dictionary.message(7, new Message().numbers(1, each))
    return dictionary
  }
}

/** Profiles of OpenTelemetry as a binary ProfilesData of proto 1.10. `start`: milliseconds since 1970. Source: profiles/v1development/profiles.proto. */
export function otlpFile(rows: StackRows, start: number | undefined, version: string, tell: Tell): Uint8Array {
  const dictionary = new Dictionary(rows)
  const { unit, scale } = wholeUnit(rows.value.unit)
  const word = unitFact(unit).dimension === 'count' ? 'count' : (UCUM.get(unit) ?? unit)
  const name = rows.value.unit === 'samples' ? 'samples' : rows.value.name
  const values = wholeValues(rows.weight, scale, tell)
  tellStackless(rows, tell)
  const epoch = epochOf(rows, start)
  const { time, meta } = rows
  if (time !== undefined && epoch === undefined) tell(losses.clockUnknown())
  const from = epoch ?? BigInt(Math.round((time?.[0] ?? 0) * 1e9))
  const profile = new Message().message(
    1,
    new Message().number(1, dictionary.text(name)).number(2, dictionary.text(word)),
  )
  for (const { stack, attributes, rows: of } of groups(rows, dictionary)) {
    const sample = new Message().number(1, stack).numbers(2, attributes)
    if (time === undefined) sample.numbers(4, [of.reduce((all, row) => all + values[row]!, 0)])
    else {
      if (of.some(row => values[row] !== 1))
        sample.numbers(
          4,
          of.map(row => values[row]!),
        )
      sample.fixed(
        5,
        of.map(row => from + BigInt(Math.round((time[row]! - time[0]!) * 1e9))),
      )
    }
    profile.message(2, sample)
  }
  if (epoch !== undefined) profile.fixed64(3, epoch)
  if (meta.duration !== undefined) profile.number(4, Math.round(meta.duration * 1e9))
  const scope = new Message().text(1, 'bpfview').text(2, version)
  const resource = new Message().message(2, new Message().message(1, scope).message(2, profile))
  return new Message().message(1, resource).message(2, dictionary.finish()).finish()
}

function groups({ node, task, stacks, pid, tid, cpu }: StackRows, dictionary: Dictionary): Group[] {
  const found = new Map<string, Group>()
  for (let row = 0; row < node.length; row++) {
    const attributes: number[] = []
    const comm = task[node[row]!]!
    if (comm >= 0) attributes.push(dictionary.attribute('thread.name', stacks.frames.name[comm]!))
    for (const [key, column] of [
      ['process.pid', pid],
      ['thread.id', tid],
      ['cpu.logical_number', cpu],
    ] as const)
      if (column !== undefined && column[row]! >= 0) attributes.push(dictionary.attribute(key, column[row]!))
    const stack = dictionary.stack(node[row]!)
    const key = `${stack} ${attributes.join(' ')}`
    let group = found.get(key)
    if (group === undefined) found.set(key, (group = { stack, attributes, rows: [] }))
    group.rows.push(row)
  }
  return [...found.values()]
}
