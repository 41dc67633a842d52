/**
 * A map of compiled code, which a JIT appends to as it compiles: `START SIZE NAME`, in hexadecimal:
 *
 *     400100 100 JS:*oldName shop.js:1:1
 *     400110 80 JS:*newName shop.js:9:1
 *
 * perf takes the first entry that covers an address, but a JIT uses addresses again: the last one is right. Source: linux tools/perf/Documentation/jit-interface.txt.
 */
export interface JitMap {
  /** Where a stretch of one name starts, ascending; it ends where the next one starts. */
  readonly starts: Float64Array
  /** By stretch: index into `names`, -1 = no code. */
  readonly entries: Int32Array
  readonly names: readonly string[]
}

/** Maps by the name of their file, `perf-123.map`. */
export type JitMaps = Readonly<Record<string, JitMap>>

const LINE = /^(?:0x)?([0-9a-f]{1,16}) +(?:0x)?([0-9a-f]{1,16}) (.*)$/i

/** The map in a text, where of entries that overlap the last one counts. Lines that are none are passed over. n log n. */
export function parseJitMap(text: string): JitMap {
  const from: number[] = []
  const to: number[] = []
  const names: string[] = []
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at)
    const end = feed < 0 ? text.length : feed
    const match = LINE.exec(text.slice(at, end).trimEnd())
    at = end + 1
    if (match === null) continue
    const [start, size] = [parseInt(match[1]!, 16), parseInt(match[2]!, 16)]
    if (size === 0) continue
    from.push(start)
    to.push(start + size)
    names.push(match[3]!)
  }
  return { ...newestCovering(from, to), names }
}

/** Stretches by the newest entry over them: a sweep over all borders, with the entries that are open in a heap, newest first. */
function newestCovering(from: readonly number[], to: readonly number[]): Pick<JitMap, 'starts' | 'entries'> {
  const order = Int32Array.from(from, (_, i) => i).sort((a, b) => from[a]! - from[b]!)
  const borders = Float64Array.from([...from, ...to]).sort()
  const starts: number[] = []
  const entries: number[] = []
  const open: number[] = []
  let next = 0
  for (let b = 0; b < borders.length; b++) {
    const border = borders[b]!
    if (b > 0 && border === borders[b - 1]) continue
    for (; next < order.length && from[order[next]!]! === border; next++) push(open, order[next]!)
    while (open.length > 0 && to[open[0]!]! <= border) pop(open)
    const entry = open[0] ?? -1
    if (entries.length > 0 && entries[entries.length - 1] === entry) continue
    starts.push(border)
    entries.push(entry)
  }
  return { starts: Float64Array.from(starts), entries: Int32Array.from(entries) }
}

function push(heap: number[], value: number): void {
  let i = heap.push(value) - 1
  for (let up = (i - 1) >> 1; i > 0 && heap[up]! < value; i = up, up = (i - 1) >> 1) {
    heap[i] = heap[up]!
    heap[up] = value
  }
}

function pop(heap: number[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let i = 0
  for (let child = 1; child < heap.length; child = 2 * i + 1) {
    if (child + 1 < heap.length && heap[child + 1]! > heap[child]!) child++
    if (heap[child]! <= last) break
    heap[i] = heap[child]!
    i = child
  }
  heap[i] = last
}

/** Name of the newest entry that covers an address, undefined when none does. */
export function jitName({ starts, entries, names }: JitMap, address: number): string | undefined {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= address) low = middle + 1
    else high = middle
  }
  return low === 0 ? undefined : names[entries[low - 1]!]
}

/** Name of the map's file in a module as perf prints it, `/tmp/perf-123.map`; undefined for other modules. */
export function jitMapOf(module: string): string | undefined {
  return /(?:^|\/)(perf-\d+\.map)$/.exec(module)?.[1]
}
