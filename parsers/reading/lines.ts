import type { DiagnosticLog, Parsed } from '../../src/model/index.ts'
import { decodeUtf8 } from '../../src/model/text/decode.ts'
import type { Reader } from './format.ts'

/** Longest line that is read; a longer one is skipped and counted. */
export const MAX_LINE_BYTES = 1 << 20

const LF = 10
const CR = 13

/** What a line-oriented grammar does; block assembly lives behind it. */
export interface LineSink {
  /** One line without its end; number counts from 1. */
  line(text: string, number: number): void
  /** Takes the line chunk[start, end) by its bytes; false when it has to be decoded, which follows at once. */
  takeBytes?(chunk: Uint8Array, start: number, end: number): boolean
  /**
   * Takes whole lines from chunk[start] on, all of which end before `end`, and returns how many; `next` is where the first line that was not taken begins.
   * 0 when the line at `start` has to be decoded.
   */
  takeLines?(chunk: Uint8Array, start: number, end: number): number
  /** Where takeLines stopped. */
  readonly next?: number
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
  let rest: Uint8Array[] = []
  let restBytes = 0
  let number = 0
  let skipping = false
  const byBytes = sink.takeBytes !== undefined
  const byBlock = sink.takeLines !== undefined

  const skip = (bytes: Uint8Array, number: number): void =>
    log.skip(number, decodeUtf8(bytes, 0, Math.min(200, bytes.length)), `a line of more than ${maxBytes} bytes`)

  /** A line with its end cut off; a carriage return may stand before it. */
  const emit = (bytes: Uint8Array, start: number, feed: number): void => {
    const end = feed > start && bytes[feed - 1] === CR ? feed - 1 : feed
    if (byBytes && sink.takeBytes!(bytes, start, end)) {
      number++
      return
    }
    number++
    if (end - start > maxBytes) skip(bytes.subarray(start, end), number)
    else sink.line(decodeUtf8(bytes, start, end), number)
  }

  const emitRest = (last: Uint8Array): void => {
    if (skipping) {
      number++
      skip(rest[0]!, number)
    } else {
      const whole = concat([...rest, last], restBytes + last.length)
      emit(whole, 0, whole.length)
    }
    rest = []
    restBytes = 0
    skipping = false
  }

  return {
    push(chunk) {
      let start = 0
      const whole = byBlock ? chunk.lastIndexOf(LF) + 1 : 0
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        const lines = byBlock && restBytes === 0 ? sink.takeLines!(chunk, start, whole) : 0
        if (lines > 0) {
          number += lines
          start = sink.next!
          continue
        }
        if (restBytes > 0) emitRest(chunk.subarray(start, end))
        else emit(chunk, start, end)
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
