/** Encoding named by a byte-order mark at the start, with the mark's length; undefined without one. */
export function byteOrderMark(
  bytes: Uint8Array,
): { readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be'; readonly length: number } | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', length: 3 }
  return undefined
}

/** Turns UTF-16 bytes in any chunking into UTF-8 bytes (PowerShell redirections write UTF-16). */
export class Utf16Decoder {
  private readonly bigEndian: boolean
  private readonly decoder = new TextDecoder('utf-16le')
  private readonly encoder = new TextEncoder()
  private odd = -1

  constructor(encoding: 'utf-16le' | 'utf-16be') {
    this.bigEndian = encoding === 'utf-16be'
  }

  push(chunk: Uint8Array): Uint8Array {
    const pairs = new Uint8Array(chunk.length + 1)
    let length = 0
    if (this.odd >= 0) pairs[length++] = this.odd
    pairs.set(chunk, length)
    length += chunk.length
    this.odd = length % 2 === 1 ? pairs[--length]! : -1
    if (this.bigEndian) {
      for (let i = 0; i < length; i += 2) {
        const high = pairs[i]!
        pairs[i] = pairs[i + 1]!
        pairs[i + 1] = high
      }
    }
    return this.encoder.encode(this.decoder.decode(pairs.subarray(0, length), { stream: true }))
  }

  end(): Uint8Array {
    return this.encoder.encode(this.decoder.decode())
  }
}
