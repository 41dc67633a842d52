import { posix } from 'node:path'
import type { ParseOptions } from '../../../parsers/parse.ts'
import { parseStream } from '../../../parsers/parse.ts'
import type { JitMap } from '../../../parsers/stacks/jit-map.ts'
import type { Parsed } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import type { CaptureManifest } from '../../model/manifest.ts'
import { unpacked } from './bytes.ts'
import type { PassingDigest } from './capture-truth.ts'
import { passingDigest } from './capture-truth.ts'
import { jitMapFiles, jitMapIn, MAX_MAP_BYTES, withJitMaps } from './jit-maps.ts'
import type { Capture } from './manifest.ts'
import {
  assembleCapture,
  MANIFEST,
  MAX_MANIFEST_BYTES,
  outputsOf,
  parseManifest,
  readOutput,
  whyUnsafe,
} from './manifest.ts'
import type { TarEntry } from './tar.ts'
import { tarEntries } from './tar.ts'

/** How many bytes may come before the manifest; a collector writes it first. */
const MAX_HELD_BYTES = 64 << 20

/** What the tool outputs of a capture in a tar archive hold. Works as the bytes come; nothing is unpacked to disk. */
export async function readArchive(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
  options: ParseOptions,
): Promise<Capture> {
  const reader = new ArchiveReader(source, options)
  const seen = new Set<string>()
  for await (const entry of tarEntries(bytes, source)) {
    const path = jailed(entry, source)
    if (entry.kind === 'directory') continue
    if (seen.has(path))
      throw new BpfviewError('E_BAD_INPUT', `${quote(path)} comes twice; expected each file once`, { source, line: 0 })
    seen.add(path)
    await reader.take(entry, path)
  }
  return reader.finish()
}

/** Reads the files of an archive in any order: what comes before the manifest or before a map that it needs waits. */
class ArchiveReader {
  private readonly source: string
  private readonly options: ParseOptions
  private manifest: CaptureManifest | undefined
  /** Directory of the manifest. */
  private base = ''
  /** Files that came before the manifest. */
  private readonly held = new Map<string, Uint8Array>()
  private heldBytes = 0
  private readonly parts = new Map<string, Parsed | BpfviewError>()
  private readonly maps = new Map<string, JitMap>()
  /** Outputs that came before a map of their names. */
  private readonly waiting = new Map<string, Uint8Array>()

  constructor(source: string, options: ParseOptions) {
    this.source = source
    this.options = options
  }

  async take(entry: TarEntry, path: string): Promise<void> {
    if (posix.basename(path) === MANIFEST) await this.takeManifest(entry, path)
    else if (this.manifest !== undefined) await this.takeFile(this.manifest, path, entry)
    else {
      this.heldBytes += entry.size
      if (this.heldBytes > MAX_HELD_BYTES)
        throw new BpfviewError(
          'E_INPUT_TOO_LARGE',
          `no ${MANIFEST} in the first ${MAX_HELD_BYTES} bytes; expected it first, as a collector writes it: tar czf capture.tgz ${MANIFEST} ...`,
          { source: this.source, line: 0 },
        )
      this.held.set(path, await collect(entry))
    }
  }

  async finish(): Promise<Capture> {
    const { manifest, source } = this
    if (manifest === undefined)
      throw new BpfviewError('E_MANIFEST', `an archive without ${MANIFEST}; expected a finished capture`, {
        source,
        line: 0,
      })
    for (const [path, content] of this.waiting) await this.parse(manifest, path, stored(content))
    return assembleCapture(
      manifest,
      source,
      outputsOf(manifest, source).map(output => {
        const part = this.parts.get(posix.join(this.base, output.path))
        if (part === undefined)
          throw new BpfviewError(
            'E_NOT_FOUND',
            `${quote(output.path)} is missing; expected it because the manifest names it`,
            { source, line: 0 },
          )
        return part
      }),
    )
  }

  private async takeManifest(entry: TarEntry, path: string): Promise<void> {
    const source = `${this.source}/${path}`
    if (this.manifest !== undefined)
      throw new BpfviewError('E_MANIFEST', `a second manifest, ${quote(path)}; expected one capture per archive`, {
        source: this.source,
        line: 0,
      })
    if (entry.size > MAX_MANIFEST_BYTES)
      throw new BpfviewError('E_MANIFEST', `${entry.size} bytes; expected at most ${MAX_MANIFEST_BYTES}`, {
        source,
        line: 0,
      })
    const manifest = parseManifest(new TextDecoder().decode(await collect(entry)), source)
    for (const output of outputsOf(manifest, source)) {
      const why = whyUnsafe(output.path)
      if (why !== undefined) throw unsafePath(output.path, why, source)
    }
    this.manifest = manifest
    this.base = posix.dirname(path)
    for (const [earlier, content] of this.held) await this.takeFile(manifest, earlier, stored(content))
    this.held.clear()
  }

  private async takeFile(manifest: CaptureManifest, path: string, file: StoredFile): Promise<void> {
    const files = jitMapFiles(manifest, this.options)
    const name = [...files].find(([, map]) => posix.join(this.base, map) === path)?.[0]
    if (name !== undefined) {
      if (file.size <= MAX_MAP_BYTES) this.maps.set(name, jitMapIn(await collect(file)))
      return
    }
    const mayWait = file.size <= MAX_HELD_BYTES && this.heldBytes + file.size <= MAX_HELD_BYTES
    if (this.maps.size < files.size && mayWait) {
      this.heldBytes += file.size
      this.waiting.set(path, await collect(file))
    } else await this.parse(manifest, path, file)
  }

  private async parse(manifest: CaptureManifest, path: string, { size, data }: StoredFile): Promise<void> {
    const output = outputsOf(manifest, this.source).find(file => posix.join(this.base, file.path) === path)
    if (output === undefined) return
    const place = `${this.source}/${path}`
    const digest = passingDigest()
    const options = withJitMaps(this.options, this.maps)
    const part = await readOutput(manifest, output, size, given =>
      parseStream(unpacked(place, hashed(data, digest)), {
        ...options,
        ...given,
        perf: { ...options.perf, ...given.perf },
        source: place,
      }),
    )
    const differs = part instanceof BpfviewError || !wholeSize(output, size) ? undefined : digest.differs(output)
    this.parts.set(
      path,
      differs === undefined || part instanceof BpfviewError
        ? part
        : { ...part, diagnostics: [differs, ...part.diagnostics] },
    )
  }
}

/** Path of an entry inside the archive; BpfviewError when it is one that no collector writes. */
function jailed(entry: TarEntry, source: string): string {
  const why =
    entry.kind === 'link'
      ? 'is a link'
      : entry.kind === 'special'
        ? 'is a device, a FIFO or the like'
        : whyUnsafe(entry.name)
  if (why !== undefined) throw unsafePath(entry.name, why, source)
  return posix.normalize(entry.name)
}

function unsafePath(path: string, why: string, source: string): BpfviewError {
  return new BpfviewError('E_UNSAFE_PATH', `the path ${quote(path)} ${why}; expected a file inside the capture`, {
    source,
    line: 0,
  })
}

/** A file of the archive, or one that was kept of it. */
interface StoredFile {
  readonly size: number
  readonly data: AsyncGenerator<Uint8Array>
}

async function collect(entry: StoredFile): Promise<Uint8Array> {
  const out = new Uint8Array(entry.size)
  let filled = 0
  for await (const chunk of entry.data) {
    out.set(chunk, filled)
    filled += chunk.length
  }
  return out
}

function stored(bytes: Uint8Array): StoredFile {
  return { size: bytes.length, data: once(bytes) }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The same bytes, seen by the digest as they pass. */
async function* hashed(bytes: AsyncGenerator<Uint8Array>, digest: PassingDigest): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    digest.update(chunk)
    yield chunk
  }
}

/** True when the size is the manifest's: another size is said already. */
function wholeSize(output: CaptureManifest['files'][number], size: number): boolean {
  return output.bytes === undefined || output.bytes === size
}
