/** Bytes of what was given to the page: the browser's counterpart of the command's reading of files. */
import { BpfviewError } from '../../model/error.ts'

const RATIO_FREE_BYTES = 64 * 1024 ** 2
const MAX_RATIO = 200

/** The same bytes, unpacked when they are gzip. Throws BpfviewError for broken data and for what unpacks to more than is reasonable. */
export async function* unpacked(path: string, raw: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0)
  while (start.length < 4) {
    const next = await raw.next()
    if (next.done === true) break
    start = start.length === 0 ? next.value.slice() : joined(start, next.value)
  }
  if (start.length === 0) return
  const whole = chain(start, raw)
  if (start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd)
    throw new BpfviewError('E_READ', 'zstd data; expected gzip or plain text: zstd -d FILE', { source: path, line: 0 })
  if (start[0] !== 0x1f || start[1] !== 0x8b) yield* whole
  else yield* gunzipped(path, whole)
}

async function* gunzipped(path: string, whole: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let packed = 0
  let out = 0
  const source = new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await whole.next()
      if (next.done === true) {
        controller.close()
        return
      }
      packed += next.value.length
      controller.enqueue(next.value.slice())
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      out += value.length
      if (out > RATIO_FREE_BYTES && out > packed * MAX_RATIO)
        throw new BpfviewError(
          'E_INPUT_TOO_LARGE',
          `${packed} bytes of gzip unpack to more than ${out}; expected at most ${MAX_RATIO} times as many`,
          { source: path, line: 0 },
        )
      yield value
    }
  } catch (error) {
    if (error instanceof BpfviewError) throw error
    throw new BpfviewError('E_READ', 'broken gzip data; expected a whole gzip file', { source: path, line: 0 })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** What a path that cannot be read gets; a page has none. */
export function cannotRead(path: string, error: unknown): BpfviewError {
  return new BpfviewError('E_READ', `cannot read: ${String(error)}; expected a file of this computer`, {
    source: path,
    line: 0,
  })
}

async function* chain(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length)
  whole.set(a)
  whole.set(b, a.length)
  return whole
}
