import type { Parsed } from '../src/model/index.ts'
import type { DiagnosticLog } from '../src/model/index.ts'
import type { Reader } from './format.ts'

/** Longest line that is read; a longer one is skipped and counted. */
export const MAX_LINE_BYTES = 1 << 20

const LF = 10
const CR = 13

/** What a line-oriented grammar does; block assembly lives behind it. */
export interface LineSink {
  /** One line without its end; number counts from 1. */
  line(text: string, number: number): void
  end(): Parsed
}

/**
 * Reader that cuts bytes into lines for a sink: any chunking, LF or CRLF, no final newline needed. Each line is decoded by itself
 * (UTF-8, bad bytes become U+FFFD), so the input's text is never held as one string. Lines of more than `maxBytes` are skipped and counted.
 */
export function lineReader(sink: LineSink, log: DiagnosticLog, maxBytes = MAX_LINE_BYTES): Reader {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest: Uint8Array[] = []
  let restBytes = 0
  let number = 0
  let skipping = false

  const skip = (bytes: Uint8Array): void => log.skip(number, decoder.decode(bytes.subarray(0, 200)), `a line of more than ${maxBytes} bytes`)

  const emit = (bytes: Uint8Array): void => {
    number++
    const end = bytes.length > 0 && bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length
    if (end > maxBytes) return skip(bytes)
    sink.line(decoder.decode(bytes.subarray(0, end)), number)
  }

  const emitRest = (last: Uint8Array): void => {
    if (skipping) {
      number++
      skip(rest[0]!)
    } else if (rest.length === 0) {
      emit(last)
    } else {
      emit(concat([...rest, last], restBytes + last.length))
    }
    rest = []
    restBytes = 0
    skipping = false
  }

  return {
    push(chunk) {
      let start = 0
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        if (restBytes > 0) emitRest(chunk.subarray(start, end))
        else emit(chunk.subarray(start, end))
        start = end + 1
      }
      if (start === chunk.length) return
      restBytes += chunk.length - start
      if (skipping) return
      rest.push(chunk.slice(start))
      if (restBytes > maxBytes + 1) {
        skipping = true
        rest = [concat(rest, restBytes)]
      }
    },
    end() {
      if (restBytes > 0) emitRest(new Uint8Array(0))
      return sink.end()
    },
  }
}

/** The parts as one array of `length` bytes. */
export function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
