import { parse } from '../parsers/index.ts'
import { BpfviewError } from '../src/model/index.ts'
import { dump } from './dump.ts'

/** Everything an input gives, or the error it ends in, as text; any error that is not BpfviewError gets out. */
export function outcome(input: Uint8Array | Iterable<Uint8Array>, format?: string): string {
  try {
    return dump(parse(input, { source: 'fuzz', ...(format !== undefined && { format }) }))
  } catch (error) {
    if (error instanceof BpfviewError) return `${error.code} ${error.message}`
    throw error
  }
}

/** The bytes in chunks of 1 to `most`. */
export function* chunked(bytes: Uint8Array, random: () => number, most: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * most)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** A small generator of random numbers in [0, 1), the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** The bytes after one to four random injuries: cut, flipped, spliced, doubled, lines dropped or swapped. */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = bytes
  const at = (length: number): number => Math.floor(random() * (length + 1))
  for (let round = 1 + Math.floor(random() * 4); round > 0; round--) {
    const [from, to] = [at(result.length), at(result.length)].sort((a, b) => a - b) as [number, number]
    const short = Math.min(to, from + 200)
    switch (Math.floor(random() * 8)) {
      case 0:
        result = result.slice(0, to)
        break
      case 1:
        result = result.slice(from)
        break
      case 2:
        result = join(result.subarray(0, from), result.subarray(to))
        break
      case 3:
        result = join(result.subarray(0, short), result.subarray(from))
        break
      case 4: {
        result = result.slice()
        for (let n = 1 + Math.floor(random() * 6); n > 0; n--)
          result[at(result.length - 1)] = Math.floor(random() * 256)
        break
      }
      case 5: {
        result = result.slice()
        for (let n = 1 + Math.floor(random() * 6); n > 0; n--)
          result[at(result.length - 1)] = ODD[Math.floor(random() * ODD.length)]!
        break
      }
      case 6:
        result = join(result.subarray(0, from), result.subarray(from, short), result.subarray(from))
        break
      case 7:
        result = join(
          result.subarray(0, from),
          new TextEncoder().encode(PIECES[Math.floor(random() * PIECES.length)]!),
          result.subarray(from),
        )
        break
    }
  }
  return result
}

const ODD = new Uint8Array([
  0, 9, 10, 10, 13, 32, 32, 35, 40, 41, 43, 45, 46, 47, 48, 57, 58, 59, 91, 93, 97, 102, 120, 255,
])
const PIECES = [
  '\n',
  '\n\n',
  '\r\n',
  ' ',
  '\t',
  ': ',
  '+0x1 (',
  '+0x',
  ' (inlined)',
  '()',
  ' 1 1.000000: ',
  ' 12/13 [001] 5.123456789: 7 e: ',
  '# event : name = x, ',
  'PERF_RECORD_LOST lost 5',
  '\t  ffffffff81000130 x+0x1 ([k])\n',
  'a 5/6 10.000003: cycles: ',
  'x: ',
]

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
