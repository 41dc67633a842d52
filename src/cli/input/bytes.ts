import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Gunzip } from 'node:zlib'
import { BpfviewError } from '../../model/error.ts'
import { MemoryWatch } from './memory.ts'
import type { Progress } from './progress.ts'

const CHUNK_BYTES = 256 << 10
/** Limits that keep a small hostile file from filling memory or time. */
const MAX_BYTES = 8 * 1024 ** 3
const RATIO_FREE_BYTES = 64 * 1024 ** 2
const MAX_RATIO = 200

/** Bytes of a file or, for `-`, of standard input, unpacked when they are gzip or zstd. A chunk is valid until the next one is asked for. */
export async function* readBytes(path: string, progress?: Progress): AsyncGenerator<Uint8Array> {
  yield* unpacked(path, path === '-' ? stdinBytes(progress) : fileBytes(path, progress))
}

/** The same bytes, unpacked when they are gzip or zstd. Throws BpfviewError for what unpacks to more than is reasonable. */
export async function* unpacked(path: string, raw: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await raw.next()
  if (first.done === true) return
  let start = first.value
  if (start.length === 1 && start[0] === 0x1f) {
    // a pipe may give the first byte alone
    const second = await raw.next()
    if (second.done !== true) start = Buffer.concat([start, second.value])
  }
  const whole = chain(start, raw)
  const packing = packingOf(start)
  yield* limited(packing === undefined ? whole : unpackedAs(packing, path, whole), path)
}

/** How a file is packed, by its first bytes; undefined when it is not. */
export function packingOf(start: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip'
  return start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd ? 'zstd' : undefined
}

/** Reads without the thread pool: its round trips take longer than a small file, and nothing else waits meanwhile. */
async function* fileBytes(path: string, progress: Progress | undefined): AsyncGenerator<Uint8Array> {
  let file
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw cannotRead(path, error)
  }
  try {
    const stat = fstatSync(file)
    progress?.start(stat.size)
    const buffer = new Uint8Array(stat.isFile() ? Math.min(CHUNK_BYTES, stat.size + 1) : CHUNK_BYTES)
    for (;;) {
      const length = readSync(file, buffer, 0, buffer.length, null)
      if (length === 0) return
      yield buffer.subarray(0, length)
      progress?.advance(length)
    }
  } catch (error) {
    throw error instanceof BpfviewError ? error : cannotRead(path, error)
  } finally {
    progress?.stop()
    closeSync(file)
  }
}

async function* stdinBytes(progress: Progress | undefined): AsyncGenerator<Uint8Array> {
  progress?.start(0)
  try {
    for await (const chunk of process.stdin) {
      yield chunk as Uint8Array
      progress?.advance((chunk as Uint8Array).length)
    }
  } finally {
    progress?.stop()
  }
}

async function* chain(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

async function* unpackedAs(
  packing: 'gzip' | 'zstd',
  path: string,
  bytes: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const [{ Readable }, zlib] = await Promise.all([import('node:stream'), import('node:zlib')])
  const { createZstdDecompress } = zlib as typeof zlib & Zstd
  if (packing === 'zstd' && createZstdDecompress === undefined)
    throw new BpfviewError(
      'E_READ',
      `zstd data, which Node ${process.versions.node} does not unpack; expected Node 22.15 or newer, or \`zstd -dc FILE | bpfview ... -\``,
      { source: path, line: 0 },
    )
  let packed = 0
  // behind the last byte that is not zero
  let filled = 0
  const count = (chunk: Uint8Array): void => {
    const last = chunk.findLastIndex(byte => byte !== 0)
    if (last >= 0) filled = packed + last + 1
    packed += chunk.length
  }
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      count(chunk)
      yield chunk.slice()
    }
  }
  const source = Readable.from(counted())
  const unpack =
    packing === 'gzip' ? zlib.createGunzip({ chunkSize: 1 << 18 }) : createZstdDecompress!({ chunkSize: 1 << 18 })
  source.on('error', error => unpack.destroy(error))
  let unpacked = 0
  try {
    for await (const chunk of source.pipe(unpack)) {
      unpacked += (chunk as Uint8Array).length
      if (unpacked > RATIO_FREE_BYTES && unpacked > packed * MAX_RATIO) {
        throw new BpfviewError(
          'E_INPUT_TOO_LARGE',
          `${packed} bytes of ${packing} unpack to more than ${unpacked}; expected at most ${MAX_RATIO} times as many`,
          { source: path, line: 0 },
        )
      }
      yield chunk as Uint8Array
    }
    // zlib stops at a zero byte behind the data: padding of a tape, unless something follows
    for await (const chunk of bytes) count(chunk)
    if (packing === 'gzip' && filled > unpack.bytesWritten)
      throw new BpfviewError(
        'E_READ',
        `something follows behind ${unpack.bytesWritten} bytes of gzip data; expected nothing but gzip data`,
        { source: path, line: 0 },
      )
  } catch (error) {
    if (error instanceof BpfviewError) throw error
    throw new BpfviewError(
      'E_READ',
      `broken ${packing} data (${(error as Error).message}); expected a whole ${packing} file`,
      { source: path, line: 0 },
    )
  } finally {
    source.destroy()
    unpack.destroy()
  }
}

/** What node:zlib has from Node 22.15 on. */
interface Zstd {
  readonly createZstdDecompress?: (options: { readonly chunkSize: number }) => Gunzip
}

async function* limited(bytes: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  let total = 0
  const memory = new MemoryWatch(path === '-' ? 'standard input' : path)
  for await (const chunk of bytes) {
    memory.read(chunk.length)
    total += chunk.length
    if (total > MAX_BYTES)
      throw new BpfviewError('E_INPUT_TOO_LARGE', `more than ${MAX_BYTES} bytes; expected a smaller capture`, {
        source: path,
        line: 0,
      })
    yield chunk
  }
}

/** The BpfviewError for a path that could not be opened or read. */
export function cannotRead(path: string, error: unknown, expected = 'a file, a capture directory or -'): BpfviewError {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT')
    return new BpfviewError('E_NOT_FOUND', `no such file; expected ${expected}`, {
      source: path,
      line: 0,
    })
  return new BpfviewError('E_READ', `cannot read: ${code ?? String(error)}; expected a readable file`, {
    source: path,
    line: 0,
  })
}
