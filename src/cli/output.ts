import { closeSync, fsyncSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { BpfviewError } from '../model/error.ts'
import { EXIT, OutputError } from './exit.ts'

/** Makes a closed pipe end the program quietly, and any other write error a clear line. */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    process.stderr.write(`bpfview: standard output: ${error.message}; expected room to write\n`)
    process.exitCode = EXIT.writeFailed
  })
  process.stderr.on('error', () => {})
}

/**
 * Writes a result to a file, whole or not at all, or to standard output when `path` is undefined or `-`. Throws BpfviewError E_WRITE when
 * the file cannot be made, OutputError when writing broke.
 */
export async function writeResult(path: string | undefined, content: string | Iterable<string>): Promise<void> {
  if (path === undefined || path === '-') await writeStdout(chunks(content))
  else if (path === '') throw new BpfviewError('E_USAGE', 'an empty name for the output; expected a file')
  else writeFileWhole(path, chunks(content))
}

const CHUNK = 1 << 16

/** Joins small pieces so that each write is worth its call. */
function* chunks(content: string | Iterable<string>): Iterable<string> {
  if (typeof content === 'string') {
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

async function writeStdout(pieces: Iterable<string>): Promise<void> {
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

function writeFileWhole(path: string, pieces: Iterable<string>): void {
  const direct = statSync(path, { throwIfNoEntry: false })?.isFile() === false
  const target = direct ? path : join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  const file = open(target, direct ? 'w' : 'wx', path)
  try {
    try {
      for (const piece of pieces) writeAll(file, Buffer.from(piece))
      if (!direct) sync(file)
    } finally {
      closeSync(file)
    }
    if (!direct) renameSync(target, path)
  } catch (error) {
    if (!direct) unlinkSync(target)
    if (!isSystemError(error)) throw error
    throw new OutputError(`${path}: ${error.code ?? error.message} while writing; nothing was left behind`)
  }
}

function open(target: string, flags: string, path: string): number {
  try {
    return openSync(target, flags)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new BpfviewError('E_WRITE', `cannot write: ${code}; expected a path in a writable directory`, { source: path, line: 0 })
  }
}

/** Sees the bytes to the disk before the file gets its name; Node's permission model does not offer that. */
function sync(file: number): void {
  try {
    fsyncSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
