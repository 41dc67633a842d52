/** What Node's Buffer can do with the bytes of any array, without a view of them. */
interface Slicing {
  readonly utf8Slice?: (this: Uint8Array, start: number, end: number) => string
  readonly latin1Slice?: (this: Uint8Array, start: number, end: number) => string
}

const slicing = (globalThis as { Buffer?: { prototype?: Slicing } }).Buffer?.prototype
const utf8Slice = typeof slicing?.utf8Slice === 'function' ? slicing.utf8Slice : undefined
const latin1Slice = typeof slicing?.latin1Slice === 'function' ? slicing.latin1Slice : undefined
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text of bytes[start, end) as UTF-8; bad bytes become U+FFFD, a byte-order mark stays. Twice as fast in Node as a TextDecoder of a view. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return utf8Slice === undefined ? plainDecodeUtf8(bytes, start, end) : utf8Slice.call(bytes, start, end)
}

/** The same with what every platform has. */
export function plainDecodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
}

/** The text of bytes that are all ASCII. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice === undefined ? plainDecodeUtf8(bytes, start, end) : latin1Slice.call(bytes, start, end)
}
