import type { DiagnosticLog, Parsed } from '../src/model/index.ts'
import type { Reader } from './format.ts'
import { concat } from './lines.ts'

const LF = 10
const CR = 13

/** What a fast line grammar does with the bytes of a line, [start, end) of `bytes`, which are valid only during the call. */
export interface ByteLineSink {
  /** Called when `bytes` of the calls to come change; what the sink wants to keep of the old ones it must copy now. */
  turn(bytes: Uint8Array): void
  line(bytes: Uint8Array, start: number, end: number, number: number): void
  end(): Parsed
}

/** Reader that cuts bytes into lines for a sink without decoding them: any chunking, LF or CRLF, no final newline needed. */
export function byteLineReader(sink: ByteLineSink, log: DiagnosticLog, maxBytes: number): Reader {
  let rest: Uint8Array[] = []
  let restBytes = 0
  let skipping = false
  let number = 0

  const emit = (bytes: Uint8Array, start: number, last: number): void => {
    number++
    const end = last > start && bytes[last - 1] === CR ? last - 1 : last
    if (end - start > maxBytes) skip(bytes.subarray(start, start + 200), `line of ${end - start} bytes; expected at most ${maxBytes}`)
    else sink.line(bytes, start, end, number)
  }
  const skip = (head: Uint8Array, message: string): void => log.skip(number, new TextDecoder().decode(head), message)

  const emitRest = (last: Uint8Array): void => {
    if (skipping) {
      number++
      skip(rest[0]!.subarray(0, 200), `line longer than ${maxBytes} bytes`)
    } else {
      const whole = concat([...rest, last], restBytes + last.length)
      sink.turn(whole)
      emit(whole, 0, whole.length)
    }
    rest = []
    restBytes = 0
    skipping = false
  }

  return {
    push(chunk) {
      let start = 0
      let end = chunk.indexOf(LF)
      if (end >= 0 && restBytes > 0) {
        emitRest(chunk.subarray(0, end))
        start = end + 1
        end = chunk.indexOf(LF, start)
      }
      if (end >= 0) sink.turn(chunk)
      for (; end >= 0; end = chunk.indexOf(LF, start)) {
        emit(chunk, start, end)
        start = end + 1
      }
      sink.turn(new Uint8Array(0))
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
