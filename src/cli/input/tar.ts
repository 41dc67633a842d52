import { BpfviewError, quote } from '../../model/error.ts'

const BLOCK = 512
const MAX_RECORD_BYTES = 1 << 20
const MAX_ENTRIES = 20_000

/** One member of a tar archive. */
export interface TarEntry {
  /** As the archive has it, unchecked. */
  readonly name: string
  readonly kind: 'file' | 'directory' | 'link' | 'special'
  readonly size: number
  /** The bytes of a file; what is not read is skipped. Valid until the next entry is asked for. */
  readonly data: AsyncGenerator<Uint8Array>
}

/** Whether these first bytes of an input are a tar archive's. */
export function isTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && ascii(head, 257, 5) === 'ustar' && checksumHolds(head.subarray(0, BLOCK))
}

/**
 * Members of a tar archive (ustar, GNU and pax names and sizes), in order. Nothing is written anywhere. Throws BpfviewError for a broken or
 * cut archive.
 */
export async function* tarEntries(bytes: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<TarEntry> {
  const input = new ByteQueue(bytes)
  const refuse = (what: string): never => {
    throw new BpfviewError('E_READ', `broken tar archive: ${what}; expected a whole archive`, { source, line: 0 })
  }
  try {
    yield* entriesOf(input, refuse)
  } finally {
    await input.close()
  }
}

async function* entriesOf(input: ByteQueue, refuse: (what: string) => never): AsyncGenerator<TarEntry> {
  let longName: string | undefined
  let longSize: number | undefined
  for (let count = 0; ; count++) {
    const header = await input.read(BLOCK)
    if (header.length === 0) return
    if (header.every(byte => byte === 0)) {
      await input.skip(Infinity) // to the end, so that a compressed archive's own checksum is looked at
      return
    }
    if (header.length < BLOCK) refuse('it ends within a header')
    if (!checksumHolds(header)) refuse('the checksum of a header is wrong')
    if (count >= MAX_ENTRIES) refuse(`more than ${MAX_ENTRIES} entries`)
    const type = String.fromCharCode(header[156]!)
    const size = longSize ?? number(header, 124, 12)
    if (!Number.isSafeInteger(size) || size < 0) refuse('the size of an entry is no number')
    const name = longName ?? nameOf(header)
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      if (size > MAX_RECORD_BYTES) refuse(`a name of ${size} bytes`)
      const record = await input.read(size)
      if (record.length < size) refuse('it ends within a name')
      await input.skip(padding(size))
      if (type === 'L') longName = upToNul(record)
      if (type === 'x') {
        const fields = paxFields(record)
        longName = fields.get('path') ?? longName
        const paxSize = fields.get('size')
        if (paxSize !== undefined)
          longSize = /^\d{1,15}$/.test(paxSize) ? Number(paxSize) : refuse('the size of an entry is no number')
      }
      continue
    }
    longName = undefined
    longSize = undefined
    let left = size
    const data = async function* (): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const chunk = await input.take(left)
        if (chunk.length === 0) refuse(`it ends within ${quote(name)}`)
        left -= chunk.length
        yield chunk
      }
    }
    yield { name, kind: kindOf(type), size, data: data() }
    const skipped = await input.skip(left)
    if (skipped < left) refuse(`it ends within ${quote(name)}`)
    await input.skip(padding(size))
  }
}

function kindOf(type: string): TarEntry['kind'] {
  if (type === '0' || type === '\0' || type === '7') return 'file'
  if (type === '5') return 'directory'
  return type === '1' || type === '2' ? 'link' : 'special'
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

function checksumHolds(header: Uint8Array): boolean {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!
  return sum === number(header, 148, 8)
}

/** A number field: octal text, or base 256 when its first bit is set. NaN when it is neither. */
function number(header: Uint8Array, at: number, length: number): number {
  if ((header[at]! & 0x80) !== 0) {
    let value = header[at]! & 0x7f
    for (let i = at + 1; i < at + length; i++) value = value * 256 + header[i]!
    return value
  }
  const text = ascii(header, at, length)
    .replace(/[\0 ]+$/, '')
    .trim()
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : NaN
}

function nameOf(header: Uint8Array): string {
  const name = upToNul(header.subarray(0, 100))
  const prefix = ascii(header, 257, 6) === 'ustar\0' ? upToNul(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function upToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

/** The `LENGTH KEY=VALUE\n` records of a pax header. */
function paxFields(record: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>()
  let at = 0
  while (at < record.length) {
    const space = record.indexOf(32, at)
    if (space < 0) break
    const length = Number(ascii(record, at, Math.min(space - at, 8)))
    if (!(length > space - at) || at + length > record.length) break
    const text = new TextDecoder().decode(record.subarray(space + 1, at + length - 1))
    const equals = text.indexOf('=')
    if (equals > 0) fields.set(text.slice(0, equals), text.slice(equals + 1))
    at += length
  }
  return fields
}

/** Bytes of a stream, taken in pieces of any length. */
class ByteQueue {
  private readonly source: AsyncIterator<Uint8Array>
  private chunk: Uint8Array = new Uint8Array(0)

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.source = bytes[Symbol.asyncIterator]()
  }

  /** A copy of the next `length` bytes; fewer at the end of the stream. */
  async read(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const piece = await this.take(length - filled)
      if (piece.length === 0) break
      out.set(piece, filled)
      filled += piece.length
    }
    return filled === length ? out : out.subarray(0, filled)
  }

  /** At least one and at most `most` bytes, valid until the next call; none at the end of the stream. */
  async take(most: number): Promise<Uint8Array> {
    while (this.chunk.length === 0) {
      const next = await this.source.next()
      if (next.done === true) return this.chunk
      this.chunk = next.value
    }
    const piece = this.chunk.subarray(0, most)
    this.chunk = this.chunk.subarray(piece.length)
    return piece
  }

  /** Lets go of the stream, whether or not it has ended. */
  async close(): Promise<void> {
    await this.source.return?.()
  }

  /** How many bytes were passed over: `length`, or fewer at the end of the stream. */
  async skip(length: number): Promise<number> {
    let left = length
    while (left > 0) {
      const piece = await this.take(left)
      if (piece.length === 0) break
      left -= piece.length
    }
    return length - left
  }
}
