import type { LineReader } from '../reading/lines.ts'

/** Bytes of one line after which a map is cut into several. */
const CUT_BYTES = 1 << 22
/** A longer beginning is no map's. */
const MAX_PREFIX = 4096
const [LF, QUOTE, COMMA, BACKSLASH] = [10, 34, 44, 92]
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [91, 93, 123, 125]
const END = new TextEncoder().encode('}}}\n')

/**
 * The reader with maps of more than `cutBytes` in one line cut into several lines of the same number, between two keys:
 *
 *     {"type": "map", "data": {"@": {"a": 1, "b": 2}}}
 *     {"type": "map", "data": {"@": {"a": 1}}}      and      {"type": "map", "data": {"@": { "b": 2}}}
 *
 * so that a print of any length is never held as one text.
 */
export function cutLongObjects(reader: LineReader, cutBytes = CUT_BYTES): LineReader {
  let depth = 0
  let inString = false
  let escaped = false
  let atStart = true
  /** Bytes of the present object up to its third brace; undefined where that is none, or too far. */
  let prefix: number[] = []
  let open = false
  let bytes = 0

  const begin = (): void => {
    depth = 0
    inString = false
    escaped = false
    prefix = []
    open = false
    bytes = 0
  }
  const structure = (byte: number): void => {
    if (byte === QUOTE) inString = true
    else if (byte === OPEN || byte === OPEN_LIST) {
      depth++
      if (depth === 3 && !open && byte === OPEN) open = prefix.length < MAX_PREFIX
    } else if (byte === CLOSE || byte === CLOSE_LIST) depth--
  }

  return {
    ...reader,
    push(chunk) {
      let start = 0
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]!
        if (atStart && byte === OPEN) begin()
        atStart = byte === LF
        bytes++
        if (!open && prefix.length < MAX_PREFIX) prefix.push(byte)
        if (escaped) escaped = false
        else if (inString) {
          if (byte === QUOTE) inString = false
          else if (byte === BACKSLASH) escaped = true
        } else if (byte !== COMMA) structure(byte)
        else if (depth === 3 && open && bytes > cutBytes) {
          reader.push(chunk.subarray(start, i))
          reader.push(END)
          reader.pass(-1)
          reader.push(Uint8Array.from(prefix))
          start = i + 1
          bytes = 0
        }
      }
      if (start < chunk.length) reader.push(chunk.subarray(start))
    },
    end: () => reader.end(),
  }
}
