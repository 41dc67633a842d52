import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { noteInexactSums } from '../../../parsers/build/inexact-sums.ts'
import { limitStacks } from '../../../parsers/build/stack-limit.ts'
import type { ParseOptions } from '../../../parsers/parse.ts'
import { plainFormat } from '../../../parsers/quick-detect.ts'
import { HEAD_BYTES } from '../../../parsers/reading/head.ts'
import { byteOrderMark } from '../../../parsers/reading/utf16.ts'
import type { Parsed } from '../../model/datasets.ts'
import { cannotRead, packingOf, readBytes } from './bytes.ts'
import { noteInput } from './noted.ts'
import { Progress } from './progress.ts'
import { runsIn } from './run-files.ts'

/** One IN of the command line and what it gave. */
export interface Input {
  /** As the user wrote it; `-` is standard input. */
  readonly source: string
  readonly parsed: Parsed
}

/**
 * What every IN of a command line holds, in order; a directory of runs stands for the runs in it, and no IN at all for standard input.
 */
export async function readInputs(paths: readonly string[], options: ParseOptions = {}): Promise<Input[]> {
  const inputs: Input[] = []
  for (const path of paths.length === 0 ? ['-'] : paths.flatMap(runsIn))
    inputs.push({ source: path === '-' ? 'standard input' : path, parsed: await readInput(path, options) })
  return inputs
}

/** What one IN holds: a file, a packed file, a capture directory or its manifest, or `-`. Throws BpfviewError when there is no answer. */
export async function readInput(
  path: string,
  options: ParseOptions = {},
  progress: Progress = new Progress(),
): Promise<Parsed> {
  const directory = isDirectory(path) ? path : basename(path) === MANIFEST ? dirname(path) : undefined
  if (directory === undefined) return readFile(path, options, progress)
  const { readCapture } = await import('./capture.ts')
  return readCapture(directory, options, (file, given) => readFile(file, given, progress))
}

/** What one file of any size holds. */
export async function readFile(
  path: string,
  options: ParseOptions,
  progress: Progress = new Progress(),
): Promise<Parsed> {
  const file = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false })
  if (file !== undefined) noteInput(file)
  const size = file?.size ?? 0
  const source = path === '-' ? 'standard input' : path
  if (size >= LARGE_BYTES && COMPILED) {
    const parsed = await readLarge(path, size, { ...options, source }, progress)
    if (parsed !== undefined) return parsed
  }
  return readBytesOf(readBytes(path, progress), { ...options, source })
}

/** What a stream of bytes holds: a text, or an archive of a capture. `source` of the options names it in messages. */
export async function readBytesOf(unpacked: AsyncGenerator<Uint8Array>, options: ParseOptions): Promise<Parsed> {
  const { head, bytes } = await peek(unpacked, PEEK_BYTES)
  if (head[257] === 0x75 && head[258] === 0x73) {
    const [{ isTar }, { readArchive }] = await Promise.all([import('./tar.ts'), import('./archive.ts')])
    if (isTar(head)) return readArchive(bytes, options.source ?? 'input', options)
  }
  return readStream(head, bytes, options)
}

/** Reads a stream with the readers it needs: most inputs tell at once what they are, and loading every reader takes longer than a small file. */
async function readStream(head: Uint8Array, bytes: AsyncGenerator<Uint8Array>, options: ParseOptions): Promise<Parsed> {
  const plain = options.format === undefined ? plainFormat(head) : undefined
  if (plain === undefined) return (await import('../../../parsers/parse.ts')).parseStream(bytes, options)
  const format =
    plain === 'folded'
      ? (await import('../../../parsers/folded/format.ts')).folded
      : (await import('../../../parsers/perf-script/format.ts')).perfScript
  const reader = format.reader(options)
  for await (const chunk of bytes) reader.push(chunk)
  return noteInexactSums(limitStacks(reader.end(), options))
}

/** What a large perf script file holds where several threads can read it; undefined for all others. */
async function readLarge(
  path: string,
  size: number,
  options: ParseOptions,
  progress: Progress,
): Promise<Parsed | undefined> {
  const head = new Uint8Array(HEAD_BYTES)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, head, 0, head.length, 0)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw cannotRead(path, error)
  }
  if (packingOf(head) !== undefined || byteOrderMark(head) !== undefined) return undefined
  const format =
    options.format ?? plainFormat(head) ?? (await import('../../../parsers/parse.ts')).detect(head, true)?.id
  return format === 'perf-script'
    ? (await import('./perf-parallel.ts')).readPerfParallel(path, size, options, progress)
    : undefined
}

/** A smaller file is read as fast by one thread: each has to learn the file's lines by itself. */
export const LARGE_BYTES = 300e6

/** The file that makes a directory a capture. */
const MANIFEST = 'manifest.json'

/** A thread is started from a compiled module; tests run this one from its source. */
const COMPILED = import.meta.url.endsWith('.js')

/** Enough for a tar header, which tells an archive from text, and to see what a text is. */
const PEEK_BYTES = 16 * 1024

/** The first bytes of a stream, and the whole stream. */
async function peek(
  stream: AsyncGenerator<Uint8Array>,
  length: number,
): Promise<{ head: Uint8Array; bytes: AsyncGenerator<Uint8Array> }> {
  let head: Uint8Array = new Uint8Array(0)
  let last: Uint8Array | undefined
  while (head.length < length) {
    const next = await stream.next()
    if (next.done === true) break
    if (head.length === 0 && next.value.length >= length) {
      head = next.value.slice(0, length)
      last = next.value
      break
    }
    const longer = new Uint8Array(head.length + next.value.length)
    longer.set(head)
    longer.set(next.value, head.length)
    head = longer
  }
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield last ?? head
      yield* stream
    } finally {
      await stream.return(undefined)
    }
  }
  return { head, bytes: bytes() }
}

function isDirectory(path: string): boolean {
  if (path === '-') return false
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw cannotRead(path, error)
  }
}
