import { closeSync, openSync, readSync } from 'node:fs'
import { cannotRead } from './bytes.ts'

const CHUNK_BYTES = 256 << 10

/** Bytes [start, end) of a file; a chunk is valid until the next one is asked for. */
export function* readRange(path: string, start: number, end: number): Generator<Uint8Array> {
  let file
  try {
    file = openSync(path, 'r')
    const buffer = new Uint8Array(CHUNK_BYTES)
    for (let at = start; at < end; ) {
      const read = readSync(file, buffer, 0, Math.min(CHUNK_BYTES, end - at), at)
      if (read === 0) return
      yield buffer.subarray(0, read)
      at += read
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : cannotRead(path, error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
