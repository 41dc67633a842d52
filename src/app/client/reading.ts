/** Files that were dropped on the page, read: texts, archives of captures, captures. */
import type { ParseOptions } from '../../../parsers/parse.ts'
import { parseStream } from '../../../parsers/parse.ts'
import { readArchive } from '../../cli/input/archive.ts'
import { assembleCapture, MANIFEST, outputsOf, parseManifest, readOutput } from '../../cli/input/manifest.ts'
import { isTar } from '../../cli/input/tar.ts'
import type { Parsed } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import { unpacked } from './unpack.ts'

/** A file as the page has it. */
export interface GivenFile {
  /** With its folders, where a folder was dropped. */
  readonly path: string
  readonly blob: Blob
}

export interface ReadInput {
  readonly source: string
  readonly parsed: Parsed
}

/** Of a longer file the samples are added up as they are read. */
const TIMELINE_BYTES = 512e6
const HEAD_BYTES = 1024

/** What the files hold: every folder with a manifest is a capture, every other file an input. `advance` gets bytes as they are read. */
export async function readFiles(files: readonly GivenFile[], advance: (bytes: number) => void): Promise<ReadInput[]> {
  const manifests = files.filter(({ path }) => path === MANIFEST || path.endsWith(`/${MANIFEST}`))
  const inputs: ReadInput[] = []
  const captured = new Set<GivenFile>()
  for (const manifest of manifests) {
    const base = manifest.path.slice(0, -MANIFEST.length)
    const held = files.filter(({ path }) => path.startsWith(base))
    for (const file of held) captured.add(file)
    inputs.push({ source: base.replace(/\/$/, '') || 'capture', parsed: await readHeld(base, manifest, held, advance) })
  }
  for (const file of files)
    if (!captured.has(file)) inputs.push({ source: file.path, parsed: await readOne(file, advance) })
  if (inputs.length === 0) throw new BpfviewError('E_EMPTY', 'no file; expected what perf, bpftrace or BCC printed')
  return inputs
}

async function readOne({ path, blob }: GivenFile, advance: (bytes: number) => void): Promise<Parsed> {
  const options: ParseOptions = { source: path, timeline: blob.size < TIMELINE_BYTES }
  const bytes = unpacked(path, chunksOf(blob, advance))
  const { head, whole } = await peek(bytes)
  return isTar(head) ? readArchive(whole, path, options) : parseStream(whole, options)
}

/** A capture in files of its own. */
async function readHeld(
  base: string,
  { path: place, blob }: GivenFile,
  held: readonly GivenFile[],
  advance: (bytes: number) => void,
): Promise<Parsed> {
  const manifest = parseManifest(await blob.text(), place)
  const parts: (Parsed | BpfviewError)[] = []
  for (const output of outputsOf(manifest, place)) {
    const file = held.find(each => each.path === `${base}${output.path}`)
    if (file === undefined)
      throw new BpfviewError('E_NOT_FOUND', 'is missing; expected it because the manifest names it', {
        source: `${base}${output.path}`,
        line: 0,
      })
    parts.push(
      await readOutput(manifest, output, file.blob.size, given =>
        parseStream(unpacked(file.path, chunksOf(file.blob, advance)), {
          ...given,
          source: file.path,
          timeline: file.blob.size < TIMELINE_BYTES,
        }),
      ),
    )
  }
  return assembleCapture(manifest, place, parts)
}

async function* chunksOf(blob: Blob, advance: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    advance(value.length)
    yield value
  }
}

/** The first bytes, enough to see an archive, and all of them. */
async function peek(
  bytes: AsyncGenerator<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncGenerator<Uint8Array> }> {
  const first: Uint8Array[] = []
  let length = 0
  while (length < HEAD_BYTES) {
    const next = await bytes.next()
    if (next.done === true) break
    first.push(next.value.slice())
    length += next.value.length
  }
  const head = new Uint8Array(length)
  first.reduce((at, chunk) => {
    head.set(chunk, at)
    return at + chunk.length
  }, 0)
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    if (length > 0) yield head
    yield* bytes
  }
  return { head, whole: whole() }
}
