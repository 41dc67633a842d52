/**
 * Output of made-up bpftrace programs whose numbers are known: a map that counts events, printed at an interval and once more at the end,
 * cleared, zeroed, cut to its largest keys, or left to grow.
 */

export type MapKind = 'scalar' | 'count' | 'stats' | 'hist' | 'keyed-hist' | 'lhist' | 'keyed-lhist' | 'stacks'

export interface Program {
  readonly kind: MapKind
  readonly format: 'text' | 'json'
  /** What follows each print. */
  readonly after: 'nothing' | 'clear' | 'zero'
  /** N of print(@, N); 0 = all. */
  readonly top: number
  /** What the program prints between two prints. */
  readonly between: 'nothing' | 'time' | 'other-map' | 'text'
  /** Events per print: key and size of each. */
  readonly rounds: readonly (readonly { readonly key: number; readonly size: number }[])[]
}

export interface Output {
  readonly text: string
  /** Events that the output tells of: of the last print where the map grows, of all prints else. */
  readonly truth: number
  /** Prints that are not empty. */
  readonly prints: number
}

interface Entry {
  count: number
  total: number
  readonly buckets: Map<number, number>
}

/** Runs a program. */
export function runProgram(program: Program): Output {
  const map = new Map<number, Entry>()
  const lines: string[] = [
    program.format === 'json' ? '{"type": "attached_probes", "data": {"probes": 2}}' : 'Attaching 2 probes...',
  ]
  let sum = 0
  let last = 0
  let prints = 0
  program.rounds.forEach((round, i) => {
    for (const { key, size } of round) observe(map, isSingle(program.kind) ? 0 : key, size, program.kind)
    const shown = shownEntries(program, map)
    if (shown.length > 0) {
      prints++
      last = shown.reduce((all, [, entry]) => all + entry.count, 0)
      sum += last
    }
    for (const line of between(program, i)) lines.push(line)
    for (const line of printed(program, shown, map.size)) lines.push(line)
    if (program.after === 'clear') map.clear()
    if (program.after === 'zero') for (const key of map.keys()) map.set(key, { count: 0, total: 0, buckets: new Map() })
  })
  return { text: `${lines.join('\n')}\n`, truth: program.after === 'nothing' ? last : sum, prints }
}

/** Kinds of maps without a key. */
function isSingle(kind: MapKind): boolean {
  return kind === 'scalar' || kind === 'hist' || kind === 'lhist'
}

/** Width of the steps of lhist(). */
const STEP = 10

/** First and next value of a bucket: powers of two of hist(), steps of lhist(). */
function bounds(kind: MapKind, bucket: number): readonly [number, number] {
  return kind.endsWith('lhist') ? [STEP * bucket, STEP * (bucket + 1)] : [2 ** bucket, 2 ** (bucket + 1)]
}

function observe(map: Map<number, Entry>, key: number, size: number, kind: MapKind): void {
  let entry = map.get(key)
  if (entry === undefined) map.set(key, (entry = { count: 0, total: 0, buckets: new Map() }))
  entry.count++
  entry.total += size
  const bucket = kind.endsWith('lhist') ? Math.floor(size / STEP) : Math.floor(Math.log2(size))
  entry.buckets.set(bucket, (entry.buckets.get(bucket) ?? 0) + 1)
}

/** Entries as bpftrace sorts and cuts them. */
function shownEntries({ kind, top }: Program, map: ReadonlyMap<number, Entry>): (readonly [number, Entry])[] {
  const rank = (entry: Entry): number =>
    kind === 'stats' ? Math.floor(entry.total / Math.max(1, entry.count)) : entry.count
  const sorted = [...map].sort((a, b) => rank(a[1]) - rank(b[1]))
  return top > 0 && kind !== 'stats' ? sorted.slice(-top) : sorted
}

function between({ between, format }: Program, i: number): string[] {
  const json = (type: string, data: unknown): string => JSON.stringify({ type, data })
  const clock = `10:00:0${i % 10}`
  switch (between) {
    case 'nothing':
      return []
    case 'time':
      return [format === 'json' ? json('time', `${clock}\n`) : clock]
    case 'text':
      return [format === 'json' ? json('printf', `--- round ${i}\n`) : `--- round ${i}`]
    case 'other-map':
      return format === 'json' ? [json('map', { '@other': i })] : [`@other: ${i}`, '']
  }
}

const KEYS = ['bash', 'node', 'x]: 5', 'kworker/0:1', 'C2 Compiler', 'cat', 'a', 'b']

function printed(program: Program, shown: readonly (readonly [number, Entry])[], size: number): string[] {
  if (program.format === 'json') return shown.length === 0 ? [] : [jsonLine(program, shown)]
  const lines: string[] = []
  for (const [key, entry] of shown) {
    const name = KEYS[key % KEYS.length]!
    switch (program.kind) {
      case 'scalar':
        lines.push(`@: ${entry.count}`)
        break
      case 'count':
        lines.push(`@[${name}]: ${entry.count}`)
        break
      case 'stats':
        lines.push(
          `@[${name}]: count ${entry.count}, average ${Math.floor(entry.total / Math.max(1, entry.count))}, total ${entry.total}`,
        )
        break
      case 'stacks':
        lines.push('@[', `    vfs_read+${key}`, '    ksys_read+2', `, ${name}]: ${entry.count}`)
        break
      default:
        lines.push(isSingle(program.kind) ? '@: ' : `@[${name}]: `)
        for (const [bucket, count] of [...entry.buckets].sort((a, b) => a[0] - b[0]))
          lines.push(`[${bounds(program.kind, bucket).join(', ')})  ${count} |@@|`)
        lines.push('')
    }
  }
  // bpftrace 0.17 ends a print with a blank line unless it left keys out
  if (program.kind !== 'scalar' && !program.kind.endsWith('hist') && shown.length === size) lines.push('')
  return lines
}

function jsonLine(program: Program, shown: readonly (readonly [number, Entry])[]): string {
  const hist = (entry: Entry): unknown =>
    [...entry.buckets]
      .sort((a, b) => a[0] - b[0])
      .map(([bucket, count]) => [bounds(program.kind, bucket), count] as const)
      .map(([[min, end], count]) => ({ min, max: end - 1, count }))
  const value = (entry: Entry): unknown => {
    if (program.kind === 'stats')
      return { count: entry.count, average: Math.floor(entry.total / Math.max(1, entry.count)), total: entry.total }
    return program.kind.endsWith('hist') ? hist(entry) : entry.count
  }
  const keyOf = (key: number): string => {
    const name = KEYS[key % KEYS.length]!
    return program.kind === 'stacks' ? `\n    vfs_read+${key}\n    ksys_read+2\n,${name}` : name
  }
  const data = isSingle(program.kind)
    ? value(shown[0]![1])
    : Object.fromEntries(shown.map(([key, entry]) => [keyOf(key), value(entry)]))
  const type = program.kind === 'stats' ? 'stats' : program.kind.endsWith('hist') ? 'hist' : 'map'
  return JSON.stringify({ type, data: { '@': data } })
}
