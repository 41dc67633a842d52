/** What the reader of archives takes from node, as far as a browser has it; the bundler puts this in the place of node's modules. */
import { BpfviewError } from '../../model/error.ts'

/** node:path, of the paths in archives. */
export const posix = {
  normalize(path: string): string {
    const parts: string[] = []
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue
      if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
      else parts.push(part)
    }
    return parts.length === 0 ? '.' : parts.join('/')
  },
  join: (...parts: readonly string[]): string => posix.normalize(parts.join('/')),
  dirname(path: string): string {
    const at = path.lastIndexOf('/')
    return at < 0 ? '.' : path.slice(0, at)
  },
  basename: (path: string): string => path.slice(path.lastIndexOf('/') + 1),
}
export const { join, dirname, basename } = posix
export const sep = '/'

export function isAbsolute(path: string): boolean {
  return path.startsWith('/')
}

/** node:zlib: only maps of compiled code that are packed ask for it. */
export function gunzipSync(): never {
  throw new BpfviewError('E_READ', 'a packed map of compiled code; expected it plain, as collectors write it')
}

/** node:fs: a page has no files but those it was given. */
export function noFiles(): never {
  throw new BpfviewError('E_READ', 'a page reads no files by their names')
}
export { noFiles as closeSync, noFiles as fstatSync, noFiles as openSync, noFiles as readSync }

/** node:crypto, for SHA-256. */
export function createHash(): { update(bytes: Uint8Array): void; digest(): string } {
  const state = Uint32Array.from(START)
  let rest: Uint8Array = new Uint8Array(0)
  let length = 0
  const take = (bytes: Uint8Array): void => {
    const all = new Uint8Array(rest.length + bytes.length)
    all.set(rest)
    all.set(bytes, rest.length)
    let at = 0
    for (; at + 64 <= all.length; at += 64) compress(state, all.subarray(at, at + 64))
    rest = all.slice(at)
  }
  return {
    update(bytes) {
      length += bytes.length
      take(bytes)
    },
    digest() {
      const tail = new Uint8Array(((length % 64) + 9 > 64 ? 128 : 64) - (length % 64))
      tail[0] = 0x80
      new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(length) * 8n)
      take(tail)
      return Array.from(state, word => word.toString(16).padStart(8, '0')).join('')
    },
  }
}

const PRIMES = firstPrimes(64)
/** The first 32 bits of the fractions of roots of the first primes. Source: FIPS 180-4, 4.2.2 and 5.3.3. */
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32)
const START = PRIMES.slice(0, 8).map(prime => fraction(Math.sqrt(prime)))
const ROUNDS = Uint32Array.from(PRIMES, prime => fraction(Math.cbrt(prime)))

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every(prime => n % prime !== 0)) primes.push(n)
  return primes
}

function compress(state: Uint32Array, block: Uint8Array): void {
  const words = new Uint32Array(64)
  const view = new DataView(block.buffer, block.byteOffset, 64)
  const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))
  for (let i = 0; i < 64; i++) {
    if (i < 16) {
      words[i] = view.getUint32(4 * i)
      continue
    }
    const [a, b] = [words[i - 15]!, words[i - 2]!]
    const near = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
    const far = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
    words[i] = words[i - 16]! + near + words[i - 7]! + far
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i]! + words[i]!) >>> 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) >>> 0, c, b, a, (one + two) >>> 0]
  }
  const sums = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) state[i] = state[i]! + sums[i]!
}
