import type { DiagnosticLog, Meta, Profile, StackTreeBuilder, ValueType } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import { TASK, withoutMark } from '../stacks/frame-kind.ts'
import { isKernelThread, kindOfSymbol } from '../stacks/kernel-side.ts'
import type { EntryValue } from './map-log.ts'
import type { MapView } from './map-view.ts'
import type { Print } from './prints.ts'

/** What a profile of a map weighs its stacks by. */
interface Measure {
  readonly value: ValueType
  readonly event?: string
  weigh(value: EntryValue): number | undefined
}

/** Nodes with stacks below them of which the next equal stack is found at once. */
const MAX_PLACES = 1 << 16

type Side = 'kernel' | 'user' | 'either'

/** One profile per measure of a map with stacks. */
export class MapProfiles {
  private readonly view: MapView
  private readonly sides: readonly Side[]
  private readonly offsets: boolean
  private readonly log: DiagnosticLog
  private readonly meta: Meta

  /** `offsets` = names keep what follows them: `do_sys+12`. */
  constructor(view: MapView, offsets: boolean, log: DiagnosticLog, meta: Meta) {
    this.view = view
    this.offsets = offsets
    this.log = log
    this.meta = meta
    this.sides = view.stackColumns.map(column => sideOf(view, column))
  }

  of(name: string, prints: readonly Print[]): Profile[] {
    return measuresOf(this.view).map(measure => this.profile(name, prints, measure))
  }

  private profile(name: string, prints: readonly Print[], measure: Measure): Profile {
    const { log } = this.view
    const profile = new ProfileBuilder()
    const frames = new FrameCache(profile.stacks, this.view, this.offsets)
    for (const { start, end } of prints) {
      for (let entry = start; entry < end; entry++) {
        const value = log.value(entry)
        const weight = measure.weigh(value)
        if (weight === undefined) continue
        if (weight < 0) {
          profile.leaveOut(weight)
          this.log.note('negative-value', 'a stack with a negative value cannot be drawn and is left out', {
            text: this.view.keys.text(log.key(entry)),
          })
          continue
        }
        profile.add(this.node(profile.stacks, frames, entry, value), weight)
      }
    }
    const { event } = measure
    return profile.finish(name, measure.value, event === undefined ? this.meta : { ...this.meta, event })
  }

  /** Kernel frames stand above user frames whatever the order of the key; text comes first, a comm before a number. */
  private node(stacks: StackTreeBuilder, frames: FrameCache, entry: number, value: EntryValue): number {
    const { stackColumns } = this.view
    const parts = this.view.parts(entry)
    const texts = parts.filter(
      (part, i): part is string => typeof part === 'string' && !(part === '' && stackColumns.includes(i)),
    )
    let node = ROOT
    for (const text of [...texts.filter(isComm), ...texts.filter(text => !isComm(text))])
      node = stacks.child(node, stacks.frame(text, '', TASK))
    const kernelThread = texts.find(isKernelThread)
    const ordered: { stack: number; side: Side }[] = []
    stackColumns.forEach((column, i) => {
      const part = parts[column]
      if (typeof part === 'number') ordered.push({ stack: part, side: this.sides[i]! })
    })
    if (value.is === 'stack') ordered.push({ stack: value.stack, side: 'either' })
    if (ordered.length > 1) ordered.sort((a, b) => rankOfSide(a.side) - rankOfSide(b.side))
    for (const { stack, side } of ordered) {
      const kernel =
        side === 'kernel' ? Infinity : side === 'user' ? 0 : this.view.keys.stacks.kernelFrames(stack, kernelThread)
      node = frames.add(node, stack, kernel)
    }
    return node
  }
}

/** Adds stacks to a tree; a symbol is looked up by its name only once. */
class FrameCache {
  private readonly tree: StackTreeBuilder
  private readonly view: MapView
  private readonly offsets: boolean
  /** Frame by shape (by symbol with offsets) and side. */
  private readonly known = new Map<number, number>()
  /** Node of a stack by the node below which it stands and its frames' kernel part. */
  private readonly nodes = new Map<string, Map<number, number>>()

  constructor(tree: StackTreeBuilder, view: MapView, offsets: boolean) {
    this.tree = tree
    this.view = view
    this.offsets = offsets
  }

  /** The node of a stack below `node`; the first `kernel` frames printed are the kernel's. */
  add(node: number, stack: number, kernel: number): number {
    const { stacks } = this.view.keys
    const place = `${node} ${Math.min(kernel, stacks.depth(stack))}`
    let below = this.nodes.get(place)
    if (below === undefined && this.nodes.size < MAX_PLACES) this.nodes.set(place, (below = new Map()))
    const alike = this.offsets ? stack : stacks.plainStack(stack)
    const known = below?.get(alike)
    if (known !== undefined) return known
    for (let i = stacks.depth(stack) - 1; i >= 0; i--)
      node = this.tree.child(node, this.frame(stacks.symbol(stack, i), i < kernel))
    below?.set(alike, node)
    return node
  }

  private frame(symbol: number, kernel: boolean): number {
    const { symbols } = this.view.keys.stacks
    const what = this.offsets ? symbol : symbols.shapeId(symbol)
    const id = kernel ? -1 - what : what
    let frame = this.known.get(id)
    if (frame === undefined) {
      const shape = symbols.shape(symbol)
      const name = this.offsets ? symbols.nameWithOffset(symbol) : shape.name
      this.known.set(
        id,
        (frame = this.tree.frame(withoutMark(name), shape.module, kindCode(kindOfSymbol(shape, kernel)))),
      )
    }
    return frame
  }
}

function measuresOf({ log, unit, banner }: MapView): Measure[] {
  const found: Measure[] = []
  if (log.has('number')) {
    const timed = unit === '' && banner?.stacks === true
    found.push({
      value: timed
        ? { name: banner.event === '' ? 'time' : `${banner.event} time`, unit: banner.unit }
        : unit === ''
          ? { name: 'count', unit: 'count' }
          : { name: log.name.slice(1), unit },
      ...(timed && banner.event !== '' && { event: banner.event }),
      weigh: value => (value.is === 'number' ? value.value : undefined),
    })
  }
  if (log.has('stats')) {
    found.push({
      value: { name: 'count', unit: 'count' },
      weigh: value => (value.is === 'stats' ? value.count : undefined),
    })
    found.push({ value: { name: 'total', unit }, weigh: value => (value.is === 'stats' ? value.total : undefined) })
  }
  if (log.has('hist'))
    found.push({
      value: { name: 'count', unit: 'count' },
      weigh: value => (value.is === 'hist' ? value.buckets.reduce((sum, bucket) => sum + bucket.count, 0) : undefined),
    })
  if (log.has('stack'))
    found.push({ value: { name: 'entries', unit: 'count' }, weigh: value => (value.is === 'stack' ? 1 : undefined) })
  return found
}

function isComm(text: string): boolean {
  return (
    !/^-?\d+$/.test(text) &&
    !/^(?:k(?:ret)?probe|u(?:ret)?probe|tracepoint|rawtracepoint|usdt|profile|interval|software|hardware|watchpoint|kfunc|kretfunc|fentry|fexit|iter|rawtracepoint|[a-z]):/.test(
      text,
    )
  )
}

function rankOfSide(side: Side): number {
  return side === 'user' ? 0 : side === 'either' ? 1 : 2
}

/** Which half a key's column holds: the text does not say, so the stacks vote. */
function sideOf(view: MapView, column: number): Side {
  let kernel = 0
  let user = 0
  for (let entry = 0; entry < view.log.length; entry++) {
    const stack = view.parts(entry)[column]
    if (typeof stack !== 'number' || stack === 0) continue
    if (view.keys.stacks.kernelFrames(stack) > 0) kernel++
    else user++
  }
  return kernel > user ? 'kernel' : kernel === 0 ? 'user' : kernel * 4 < user ? 'user' : 'either'
}
