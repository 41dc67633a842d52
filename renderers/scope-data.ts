import type { ScopeHeader, ScopeNames } from './scope-pack.ts'

/**
 * The samples as the page works on them, and what it asks of them. The functions of this file are shipped as text inside the page
 * (scope-script.ts): each stands by itself and uses nothing but its arguments.
 */
export interface ScopeData {
  readonly header: ScopeHeader
  readonly names: ScopeNames
  readonly kinds: Uint8Array
  readonly frameModules: Int32Array
  readonly parent: Int32Array
  readonly frame: Int32Array
  /** Node of each distinct stack, and whether it is an idle one. */
  readonly leaves: Int32Array
  readonly idle: Uint8Array
  readonly pids: Int32Array
  readonly tids: Int32Array
  /** One per sample, in time order. Ticks count from the start of the first second. */
  readonly tick: Uint32Array | Float64Array
  readonly stack: Uint8Array | Uint16Array | Int32Array
  readonly thread: Uint8Array | Uint16Array | Int32Array
  /** 0 = unknown, else the number and one. */
  readonly cpu: Uint8Array | Uint16Array | Int32Array
  readonly event: Uint8Array | undefined
  readonly weight: Float64Array | undefined
  /** First sample of each second, and the number of samples at the end. */
  readonly secondStart: Uint32Array
}

/** Which samples count, and for how much. */
export interface ScopeFilter {
  /** -1 = all. */
  readonly event: number
  readonly cpu: number
  /** One per thread, 0 = not wanted; undefined = all. */
  readonly threads: Uint8Array | undefined
  readonly withoutIdle: boolean
  readonly weigh: 'samples' | 'period' | 'time'
}

export interface ScopeSelection {
  /** One per node: the value of the stack that ends there. */
  readonly self: Float64Array
  readonly samples: number
  readonly total: number
}

/** Columns of the page, back as arrays. `column` gives a column's inflated bytes, empty when there is none. */
export function unpackScope(header: ScopeHeader, column: (name: string) => Uint8Array): ScopeData {
  const varints = (bytes: Uint8Array, count: number): Int32Array => {
    const values = new Int32Array(count)
    let at = 0
    for (let i = 0; i < count; i++) {
      let byte = bytes[at++]!
      let value = byte & 127
      for (let scale = 128; byte > 127; scale *= 128) {
        byte = bytes[at++]!
        value += (byte & 127) * scale
      }
      values[i] = value
    }
    return values
  }
  const planes = (bytes: Uint8Array, count: number, many: number): Uint8Array | Uint16Array | Int32Array => {
    if (many === 1) return bytes
    const values = many === 2 ? new Uint16Array(count) : new Int32Array(count)
    for (let i = 0; i < count; i++) {
      let value = bytes[i]! | (bytes[count + i]! << 8)
      for (let plane = 2; plane < many; plane++) value |= bytes[plane * count + i]! << (8 * plane)
      values[i] = value
    }
    return values
  }
  const count = header.samples
  const names = JSON.parse(new TextDecoder().decode(column('names'))) as ScopeNames

  const steps = varints(column('parents'), header.nodes - 1)
  const links = varints(column('frames'), header.nodes - 1)
  const parent = new Int32Array(header.nodes)
  const frame = new Int32Array(header.nodes)
  parent[0] = -1
  frame[0] = -1
  for (let i = 1; i < header.nodes; i++) {
    parent[i] = i - steps[i - 1]!
    frame[i] = links[i - 1]!
  }
  const ids = varints(column('threads'), header.threads * 2)
  const pids = new Int32Array(header.threads)
  const tids = new Int32Array(header.threads)
  for (let t = 0; t < header.threads; t++) {
    pids[t] = ids[t * 2]! - 1
    tids[t] = ids[t * 2 + 1]! - 1
  }

  const tick = header.seconds * header.ticks < 0xffff_ffff ? new Uint32Array(count) : new Float64Array(count)
  const secondStart = new Uint32Array(header.seconds + 1)
  {
    const bytes = column('time')
    let at = 0
    let now = 0
    let second = 0
    let next = header.ticks
    for (let i = 0; i < count; i++) {
      let byte = bytes[at++]!
      let step = byte & 127
      for (let scale = 128; byte > 127; scale *= 128) {
        byte = bytes[at++]!
        step += (byte & 127) * scale
      }
      now += step
      while (now >= next) {
        secondStart[++second] = i
        next += header.ticks
      }
      tick[i] = now
    }
    while (second < header.seconds) secondStart[++second] = count
  }

  const cpu = planes(column('cpu'), count, header.cpuPlanes)
  const follow = planes(column('thread'), count, header.threadPlanes)
  const wheel = header.cpus + 1
  const last = new Int32Array(wheel)
  let slot = 0
  for (let i = 0; i < count; i++) {
    slot += cpu[i]!
    if (slot >= wheel) slot -= wheel
    cpu[i] = slot
    const code = follow[i]!
    if (code > 0) last[slot] = code - 1
    follow[i] = last[slot]!
  }
  let weight: Float64Array | undefined
  if (header.weights === 'float') {
    const bytes = column('weight').slice()
    weight = new Float64Array(bytes.buffer, 0, count)
  } else if (header.weights === 'varint') {
    weight = new Float64Array(count)
    const bytes = column('weight')
    let at = 0
    for (let i = 0; i < count; i++) {
      let byte = bytes[at++]!
      let value = byte & 127
      for (let scale = 128; byte > 127; scale *= 128) {
        byte = bytes[at++]!
        value += (byte & 127) * scale
      }
      weight[i] = value
    }
  }
  const event = header.events.length > 1 ? column('event') : undefined
  return {
    header, names, kinds: column('kinds'), frameModules: varints(column('frameModules'), names.frames.length), parent, frame, leaves: varints(column('leaves'), header.distinct),
    idle: column('idle'), pids, tids, tick, stack: planes(column('stack'), count, header.stackPlanes), thread: follow, cpu, event, weight, secondStart,
  }
}

/** What each sample of an event adds when samples are weighed so; undefined = its own weight. */
export function eventWeights(data: ScopeData, weigh: string): (number | undefined)[] {
  return data.header.events.map(event => {
    if (weigh === 'samples') return 1
    const period = data.weight === undefined ? data.header.weight : undefined
    if (weigh === 'period') return period
    if (event.clock) return period === undefined ? undefined : period
    return event.frequency > 0 ? 1e9 / event.frequency : 0
  })
}

/**
 * Cells of the map: column-major, `rows` per second, each the weight of the samples that lie in it. Every sample that the filter keeps is in exactly
 * one cell.
 */
export function scopeCells(data: ScopeData, rows: number, filter: ScopeFilter, weights: readonly (number | undefined)[]): { readonly cells: Float64Array, readonly samples: number, readonly idle: number } {
  const { header, tick, stack, thread, cpu, event, weight, idle, secondStart } = data
  const cells = new Float64Array(header.seconds * rows)
  const wantedCpu = filter.cpu + 1
  const { threads, withoutIdle } = filter
  let kept = 0
  let idleSamples = 0
  for (let second = 0; second < header.seconds; second++) {
    const base = second * header.ticks
    const end = secondStart[second + 1]!
    for (let i = secondStart[second]!; i < end; i++) {
      if (threads !== undefined && threads[thread[i]!] === 0) continue
      if (filter.cpu >= 0 && cpu[i] !== wantedCpu) continue
      const kind = event === undefined ? 0 : event[i]!
      if (filter.event >= 0 && kind !== filter.event) continue
      if (idle[stack[i]!] === 1) {
        idleSamples++
        if (withoutIdle) continue
      }
      const cell = second * rows + Math.floor((tick[i]! - base) * rows / header.ticks)
      cells[cell] = cells[cell]! + (weights[kind] ?? (weight === undefined ? 1 : weight[i]!))
      kept++
    }
  }
  return { cells, samples: kept, idle: idleSamples }
}

/** Values per stack of the samples in half-open tick ranges [from, to), given as flat pairs that do not overlap. */
export function scopeSelect(data: ScopeData, ranges: readonly number[], filter: ScopeFilter, weights: readonly (number | undefined)[]): ScopeSelection {
  const { header, tick, stack, thread, cpu, event, weight, idle, leaves } = data
  const perStack = new Float64Array(leaves.length)
  const wantedCpu = filter.cpu + 1
  const { threads, withoutIdle } = filter
  let samples = 0
  let total = 0
  const firstAt = (wanted: number): number => {
    let low = 0
    let high = tick.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (tick[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
  for (let r = 0; r < ranges.length; r += 2) {
    const end = firstAt(ranges[r + 1]!)
    for (let i = firstAt(ranges[r]!); i < end; i++) {
      if (threads !== undefined && threads[thread[i]!] === 0) continue
      if (filter.cpu >= 0 && cpu[i] !== wantedCpu) continue
      const kind = event === undefined ? 0 : event[i]!
      if (filter.event >= 0 && kind !== filter.event) continue
      const which = stack[i]!
      if (withoutIdle && idle[which] === 1) continue
      const value = weights[kind] ?? (weight === undefined ? 1 : weight[i]!)
      perStack[which] = perStack[which]! + value
      total += value
      samples++
    }
  }
  const self = new Float64Array(header.nodes)
  for (let s = 0; s < perStack.length; s++) if (perStack[s] !== 0) self[leaves[s]!] = self[leaves[s]!]! + perStack[s]!
  return { self, samples, total }
}

/** Ranges of ticks as flat pairs in order, joined where they touch or overlap, cut to [0, end). */
export function joinRanges(ranges: readonly number[], end: number): number[] {
  const pairs: [number, number][] = []
  for (let r = 0; r + 1 < ranges.length; r += 2) {
    const from = Math.max(0, ranges[r]!)
    const to = Math.min(end, ranges[r + 1]!)
    if (to > from) pairs.push([from, to])
  }
  pairs.sort((a, b) => a[0] - b[0])
  const joined: number[] = []
  for (const [from, to] of pairs) {
    if (joined.length > 0 && from <= joined[joined.length - 1]!) joined[joined.length - 1] = Math.max(joined[joined.length - 1]!, to)
    else joined.push(from, to)
  }
  return joined
}

/** Boxes of a flame graph, parents before children and left to right; columns of equal length. */
export interface ScopeBoxes {
  readonly node: number[]
  readonly depth: number[]
  readonly start: number[]
  readonly total: number[]
  readonly self: number[]
  readonly hidden: number[]
  readonly hiddenFrames: number[]
  /** Frames not drawn, and their value. */
  readonly pruned: number
  readonly prunedValue: number
}

/**
 * Boxes of the frames that have at least `minShare` of the total, children in node order (which is by name), what is pruned counted where it was. The tree's parents
 * stand before their children.
 */
export function scopeBoxes(parent: Int32Array, self: Float64Array, minShare: number, maxDepth: number): ScopeBoxes {
  const size = parent.length
  const total = self.slice()
  for (let i = size - 1; i > 0; i--) total[parent[i]!] = total[parent[i]!]! + total[i]!
  const least = Math.max(total[0]! * minShare, Number.MIN_VALUE)
  const boxOf = new Int32Array(size).fill(-1)
  const kept: number[] = [0]
  const above: number[] = [-1]
  const depths: number[] = [0]
  const hiddenFrames: number[] = [0]
  const drawnTotal: number[] = [0]
  const children: number[][] = [[]]
  boxOf[0] = 0
  let pruned = 0
  for (let i = 1; i < size; i++) {
    if (!(total[i]! > 0)) continue
    const under = boxOf[parent[i]!]!
    const drawn = under >= 0 && kept[under] === parent[i]
    if (drawn && total[i]! >= least && depths[under]! < maxDepth) {
      boxOf[i] = kept.length
      children[under]!.push(kept.length)
      drawnTotal[under] = drawnTotal[under]! + total[i]!
      kept.push(i)
      above.push(under)
      depths.push(depths[under]! + 1)
      hiddenFrames.push(0)
      drawnTotal.push(0)
      children.push([])
    } else {
      boxOf[i] = under
      if (under >= 0) hiddenFrames[under]!++
      pruned++
    }
  }
  const boxes = { node: [] as number[], depth: [] as number[], start: [] as number[], total: [] as number[], self: [] as number[], hidden: [] as number[], hiddenFrames: [] as number[] }
  const begin = new Float64Array(kept.length)
  const stack = [0]
  let prunedValue = 0
  while (stack.length > 0) {
    const box = stack.pop()!
    const node = kept[box]!
    const hidden = hiddenFrames[box]! > 0 ? Math.max(0, total[node]! - self[node]! - drawnTotal[box]!) : 0
    prunedValue += hidden
    boxes.node.push(node)
    boxes.depth.push(depths[box]!)
    boxes.start.push(begin[box]!)
    boxes.total.push(total[node]!)
    boxes.self.push(self[node]!)
    boxes.hidden.push(hidden)
    boxes.hiddenFrames.push(hiddenFrames[box]!)
    const list = children[box]!
    let at = begin[box]!
    for (const child of list) {
      begin[child] = at
      at += total[kept[child]!]!
    }
    for (let c = list.length - 1; c >= 0; c--) stack.push(list[c]!)
  }
  return { ...boxes, pruned, prunedValue }
}

/** Whether each node is the outermost of its function on its stack: totals of functions count those only, so that recursion counts once. */
export function outermostNodes(parent: Int32Array, frame: Int32Array): Uint8Array {
  const outer = new Uint8Array(parent.length)
  for (let i = 1; i < parent.length; i++) {
    let n = parent[i]!
    while (n > 0 && frame[n] !== frame[i]) n = parent[n]!
    outer[i] = n > 0 ? 0 : 1
  }
  return outer
}

/** Self and total value of each function. */
export function scopeFunctions(parent: Int32Array, frame: Int32Array, outer: Uint8Array, self: Float64Array, functions: number): { readonly self: Float64Array, readonly total: Float64Array } {
  const total = self.slice()
  for (let i = parent.length - 1; i > 0; i--) total[parent[i]!] = total[parent[i]!]! + total[i]!
  const own = new Float64Array(functions)
  const all = new Float64Array(functions)
  for (let i = 1; i < parent.length; i++) {
    const f = frame[i]!
    own[f] = own[f]! + self[i]!
    if (outer[i] === 1) all[f] = all[f]! + total[i]!
  }
  return { self: own, total: all }
}

/** Seconds as printed of a tick, with as many decimals as it needs. */
export function tickText(start: number, tick: number, ticks: number): string {
  const whole = Math.floor(tick / ticks)
  const rest = tick - whole * ticks
  if (rest === 0) return String(start + whole)
  const micros = Math.ceil(rest * 1e6 / ticks - 1e-6)
  return (start + whole) + '.' + String(micros).padStart(6, '0').replace(/0+$/, '')
}

/** Flat pairs of ticks of `12.3..14.1,20..21` in seconds as printed; what cannot be read is left out. */
export function parseTicks(text: string, start: number, ticks: number): number[] {
  const flat: number[] = []
  for (const part of text.split(',')) {
    const [from, to] = part.split('..').map(Number)
    if (from === undefined || to === undefined || !(to > from)) continue
    flat.push(Math.round((from - start) * ticks), Math.round((to - start) * ticks))
  }
  return flat
}

/** Colour class of a share that went from `before` to `after`; `certainty` in standard errors turns what may be noise to grey (diff-palette's rule). */
export function diffClass(before: number, after: number, certainty: number): string {
  if (before === after) return 'same'
  if (before === 0) return 'new'
  if (after === 0) return 'gone'
  const size = Math.min(1, Math.abs(Math.log2(after / before)))
  const sure = Math.min(1, Math.max(0, certainty - 0.5))
  const step = Math.round(size * sure * 5)
  return step === 0 ? 'same' : (after > before ? 'more' : 'less') + step
}

/** How many standard errors two shares of samples are apart. */
export function certaintyOf(before: number, after: number, samplesBefore: number, samplesAfter: number): number {
  if (!(samplesBefore > 0) || !(samplesAfter > 0)) return 0
  const pooled = Math.min(1, Math.max(0, (before * samplesBefore + after * samplesAfter) / (samplesBefore + samplesAfter)))
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / samplesBefore + 1 / samplesAfter))
  return error > 0 ? Math.abs(after - before) / error : 0
}

/** The shade of a name among `shades`: palette's shadeOf with its constant handed over. */
export function nameShade(name: string, shades: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  return (hash >>> 0) % shades
}
