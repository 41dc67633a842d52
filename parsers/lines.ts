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

/** A reader of lines that another reader may take some of. */
export interface LineReader extends Reader {
  /** Counts lines that somebody else took. To be called only between two lines. */
  pass(lines: number): void
  /** Takes a last line without a line feed, and returns the number of lines; for when the sink's end is not this reader's. */
  finish(): number
}

/**
 * Reader that cuts bytes into lines for a sink: any chunking, LF or CRLF, no final newline needed. Each line is decoded by itself
 * (UTF-8, bad bytes become U+FFFD), so the input's text is never held as one string. Lines of more than `maxBytes` are skipped and counted.
 */
export function lineReader(sink: LineSink, log: DiagnosticLog, maxBytes = MAX_LINE_BYTES): LineReader {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest: Uint8Array[] = []
  let restBytes = 0
  let number = 0
  let skipping = false

  const skip = (bytes: Uint8Array, number: number): void => log.skip(number, decoder.decode(bytes.subarray(0, 200)), `a line of more than ${maxBytes} bytes`)

  const emit = (bytes: Uint8Array): void => {
    number++
    const end = bytes.length > 0 && bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length
    if (end > maxBytes) skip(bytes, number)
    else sink.line(decoder.decode(bytes.subarray(0, end)), number)
  }

  const emitRest = (last: Uint8Array): void => {
    if (skipping) {
      number++
      skip(rest[0]!, number)
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
      rest.push(new Uint8Array(chunk.subarray(start)))
      if (restBytes > maxBytes + 1) {
        skipping = true
        rest = [concat(rest, restBytes)]
      }
    },
    pass(lines) {
      number += lines
    },
    finish() {
      if (restBytes > 0) emitRest(new Uint8Array(0))
      return number
    },
    end() {
      this.finish()
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
