import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ParseOptions } from '../../parsers/parse.ts'
import { ChunkEncoder } from '../../parsers/reading/chunk-encoder.ts'
import { unpacked } from '../cli/input/bytes.ts'
import { readBytesOf, readInput } from '../cli/input/input.ts'
import type { Capture } from '../cli/input/manifest.ts'
import { MANIFEST } from '../cli/input/manifest.ts'
import { Progress } from '../cli/input/progress.ts'
import { runsIn } from '../cli/input/run-files.ts'
import { describeValue } from '../model/arguments.ts'
import type { Parsed } from '../model/datasets.ts'
import { BpfviewError, quote } from '../model/index.ts'

export type { Capture } from '../cli/input/manifest.ts'

/** How an input is read; everything is optional. */
export type InputOptions = ParseOptions

/** A path or file URL, a stream of bytes or text, or bytes. */
export type InputSource = string | URL | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> | Uint8Array

/** An input and where it came from. */
export interface NamedInput {
  /** Its path. */
  readonly source: string
  readonly parsed: Parsed
}

/**
 * What one input holds: a text that a tool printed, plain or packed (gzip; zstd where node unpacks it, from 22.15 on), a capture directory or its
 * `manifest.json`, an archive of a capture (.tar, .tgz), or a stream or the bytes of any of these files. The format is detected. Nothing is written to
 * standard error, whatever the size.
 *
 * Throws BpfviewError: E_NOT_FOUND and E_READ for what cannot be read, E_EMPTY, E_UNKNOWN_FORMAT, E_BAD_INPUT and E_INPUT_TOO_LARGE for what it holds,
 * E_MANIFEST and E_UNSAFE_PATH for captures, E_USAGE for a directory of several runs, which `openInputs` reads.
 *
 * @example
 * ```ts
 * import { openInput } from 'bpfview/node'
 * const { format, datasets, diagnostics } = await openInput('capture.tgz')
 * const piped = await openInput(process.stdin)
 * ```
 */
export async function openInput(source: InputSource, options: InputOptions = {}): Promise<Parsed> {
  const path = pathOf(source)
  if (path === undefined) {
    const name = options.source ?? 'input'
    return readBytesOf(unpacked(name, chunksOf(source)), { ...options, source: name })
  }
  const runs = runsIn(path)
  if (runs.length !== 1 || runs[0] !== path)
    throw new BpfviewError('E_USAGE', `a directory of ${runs.length} runs; expected one input, or openInputs(path)`, {
      source: path,
      line: 0,
    })
  return readInput(path, options, new Progress(false))
}

/**
 * What several inputs hold, in order; a directory without a manifest stands for the captures and files in it, sorted by name.
 *
 * Throws BpfviewError as `openInput` does, and E_NO_DATA for a directory in which nothing can be read.
 *
 * @example
 * ```ts
 * import { mergeProfiles } from 'bpfview'
 * import { openInputs } from 'bpfview/node'
 * const runs = await openInputs('runs/')
 * const profiles = runs.flatMap(run => run.parsed.datasets).filter(dataset => dataset.kind === 'profile')
 * const whole = mergeProfiles(profiles)
 * ```
 */
export async function openInputs(
  paths: string | URL | readonly (string | URL)[],
  options: InputOptions = {},
): Promise<NamedInput[]> {
  const inputs: NamedInput[] = []
  for (const each of typeof paths === 'string' || paths instanceof URL ? [paths] : paths) {
    const path = pathOf(each)
    if (path === undefined)
      throw new BpfviewError('E_USAGE', `openInputs got ${describeValue(each)}; expected paths, or openInput(stream)`)
    for (const run of runsIn(path))
      inputs.push({ source: run, parsed: await readInput(run, options, new Progress(false)) })
  }
  return inputs
}

/**
 * A capture that a collector made, with its manifest: the directory, its `manifest.json`, or the archive of it (.tar, .tgz). Values carry what the
 * manifest knows: tool, host, kernel, CPUs, frequency in Hz, duration in seconds.
 *
 * Throws BpfviewError as `openInput` does, and E_MANIFEST for an input that is no capture.
 *
 * @example
 * ```ts
 * import { readCapture } from 'bpfview/node'
 * const { manifest, datasets, lost } = await readCapture('capture/')
 * console.log(manifest.collector, manifest.host, datasets.length, lost)
 * ```
 */
export async function readCapture(path: string | URL, options: InputOptions = {}): Promise<Capture> {
  const place = pathOf(path)
  if (place === undefined)
    throw new BpfviewError('E_USAGE', `readCapture got ${describeValue(path)}; expected the path of a capture`)
  const parsed = await readInput(directoryOf(place), options, new Progress(false))
  if (isCapture(parsed)) return parsed
  throw new BpfviewError(
    'E_MANIFEST',
    `${quote(parsed.format)} without a manifest; expected a capture, or openInput(path)`,
    {
      source: place,
      line: 0,
    },
  )
}

function isCapture(parsed: Parsed): parsed is Capture {
  return 'manifest' in parsed
}

/** A manifest stands for the directory it is in. */
function directoryOf(path: string): string {
  return basename(path) === MANIFEST ? dirname(path) : path
}

function pathOf(source: unknown): string | undefined {
  if (source instanceof URL) {
    if (source.protocol !== 'file:')
      throw new BpfviewError(
        'E_USAGE',
        `a URL of ${quote(source.protocol)}; expected file:, or a stream of what it gives`,
      )
    return fileURLToPath(source)
  }
  if (typeof source !== 'string') return undefined
  if (source === '') throw new BpfviewError('E_USAGE', 'an empty path; expected a file, a directory or a stream')
  return source
}

/** The bytes of a stream of bytes or text. */
async function* chunksOf(source: unknown): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source
    return
  }
  if (!isIterable(source))
    throw new BpfviewError(
      'E_USAGE',
      `openInput got ${describeValue(source)}; expected a path, or a stream of bytes or text`,
    )
  const encoder = new ChunkEncoder()
  for await (const chunk of source) yield encoder.encode(chunk, 'openInput')
  const rest = encoder.end()
  if (rest.length > 0) yield rest
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
}
