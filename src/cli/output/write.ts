import type { Stats } from 'node:fs'
import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { BpfviewError, quote } from '../../model/error.ts'
import { EXIT, OutputError } from '../exit.ts'
import { isNoted } from '../input/noted.ts'

/** Makes a closed pipe end the program quietly, and any other write error a clear line. */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || process.exitCode === EXIT.writeFailed) return
    process.stderr.write(`bpfview: standard output: ${error.message}; expected room to write\n`)
    process.exitCode = EXIT.writeFailed
  })
  process.stderr.on('error', () => {})
}

/**
 * Writes a result to a file, whole or not at all, or to standard output when `path` is undefined or `-`. Throws BpfviewError E_WRITE when
 * the file cannot be made, E_USAGE when it is an input and not to be renewed `inPlace`, OutputError when writing broke.
 */
export async function writeResult(
  path: string | undefined,
  content: string | Uint8Array | Iterable<string>,
  { inPlace = false } = {},
): Promise<void> {
  if (path === undefined || path === '-') await writeStdout(chunks(content))
  else if (path === '') throw new BpfviewError('E_USAGE', 'an empty name for the output; expected a file')
  else await writeFile(path, chunks(content), inPlace)
}

const CHUNK = 1 << 16

/** Joins small pieces so that each write is worth its call. */
function* chunks(content: string | Uint8Array | Iterable<string>): Iterable<string | Uint8Array> {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    yield content
    return
  }
  let pending: string[] = []
  let length = 0
  for (const piece of content) {
    pending.push(piece)
    length += piece.length
    if (length < CHUNK) continue
    yield pending.join('')
    pending = []
    length = 0
  }
  if (length > 0) yield pending.join('')
}

async function writeStdout(pieces: Iterable<string | Uint8Array>): Promise<void> {
  const { stdout } = process
  for (const piece of pieces) {
    if (stdout.destroyed || !stdout.writable) return
    if (!stdout.write(piece)) await writable(stdout)
  }
}

/** Resolves when a stream takes more, or never will. */
function writable(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'close', 'error']) stream.on(event, done)
  })
}

/** Signals that end the program, though not before half a file is gone. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Bytes between two looks for a signal. */
const LOOK_BYTES = 4 << 20

/** An existing file keeps its permissions, and a symbolic link to one stays a link. */
async function writeFile(path: string, pieces: Iterable<string | Uint8Array>, inPlace: boolean): Promise<void> {
  const { there, real } = lookedAt(path)
  if (there?.isFile() === false) return writeDevice(path, pieces)
  if (there !== undefined && !inPlace && isNoted(there))
    throw new BpfviewError('E_USAGE', `${quote(path)} is an input; expected another name for the output`)
  let ended: NodeJS.Signals | undefined
  const note = (signal: NodeJS.Signals): void => {
    ended = signal
  }
  const target = join(dirname(real), temporaryName(basename(real)))
  const mode = there === undefined ? undefined : there.mode & 0o777
  // before the file is there: a signal between the two would leave it
  for (const signal of SIGNALS) process.once(signal, note)
  try {
    const file = open(target, 'wx', mode ?? 0o666, path)
    try {
      try {
        // the umask took its part of them
        if (mode !== undefined && (fstatSync(file).mode & 0o777) !== mode) chmodSync(target, mode)
        let unlooked = 0
        for (const piece of pieces) {
          unlooked += writeAll(file, piece)
          if (unlooked > LOOK_BYTES) {
            await turn()
            unlooked = 0
          }
          if (ended !== undefined) break
        }
        sync(file)
      } finally {
        closeSync(file)
      }
      await turn()
      if (ended === undefined) renameSync(target, real)
      else unlinkSync(target)
    } catch (error) {
      unlinkSync(target)
      throw broken(path, error)
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, note)
  }
  if (ended !== undefined) process.kill(process.pid, ended)
}

/** Writes to what is there and stays: a device or a pipe. */
function writeDevice(path: string, pieces: Iterable<string | Uint8Array>): void {
  const file = open(path, 'w', 0o666, path)
  try {
    for (const piece of pieces) writeAll(file, piece)
  } catch (error) {
    throw broken(path, error)
  } finally {
    closeSync(file)
  }
}

/** What to throw for an error while writing. */
function broken(path: string, error: unknown): unknown {
  return isSystemError(error)
    ? new OutputError(`${path}: ${error.code ?? error.message} while writing; nothing was left behind`)
    : error
}

/** Lets signals that came be noticed. */
function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** What stands at an output's path, if anything, and where a link to it leads. */
function lookedAt(path: string): { readonly there: Stats | undefined; readonly real: string } {
  try {
    const there = statSync(path, { throwIfNoEntry: false })
    return { there, real: there !== undefined && lstatSync(path).isSymbolicLink() ? realpathSync(path) : path }
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/** Short enough for any name, and another one after a crash: in a container every run may have the same process id. */
function temporaryName(name: string): string {
  return `.${name.slice(0, 50)}.${process.pid}${Math.random().toString(36).slice(1, 8)}.tmp`
}

function open(target: string, flags: string, mode: number, path: string): number {
  try {
    return openSync(target, flags, mode)
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/** The BpfviewError for a path that could not be made or written to. */
export function cannotWrite(path: string, error: unknown): BpfviewError {
  return new BpfviewError(
    'E_WRITE',
    `cannot write: ${(error as NodeJS.ErrnoException).code ?? String(error)}; expected a path in a writable directory`,
    { source: path, line: 0 },
  )
}

/** Sees the bytes to the disk before the file gets its name; Node's permission model does not offer that. */
function sync(file: number): void {
  try {
    fsyncSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error
  }
}

/** How many bytes it wrote: all. */
function writeAll(file: number, piece: string | Uint8Array): number {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  return bytes.length
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
