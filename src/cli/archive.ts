import { posix } from 'node:path'
import { parseStream } from '../../parsers/parse.ts'
import type { ParseOptions } from '../../parsers/parse.ts'
import { BpfviewError, quote } from '../model/error.ts'
import type { Parsed } from '../model/datasets.ts'
import type { CaptureManifest } from '../model/manifest.ts'
import { unpacked } from './bytes.ts'
import { MANIFEST, MAX_MANIFEST_BYTES, assembleCapture, outputsOf, parseManifest, readOutput, whyUnsafe } from './capture.ts'
import { tarEntries } from './tar.ts'
import type { TarEntry } from './tar.ts'

/** How many bytes may come before the manifest; a collector writes it first. */
const MAX_HELD_BYTES = 64 << 20

/** What the tool outputs of a capture in a tar archive hold. Works as the bytes come; nothing is unpacked to disk. */
export async function readArchive(bytes: AsyncIterable<Uint8Array>, source: string, options: ParseOptions): Promise<Parsed> {
  let manifest: CaptureManifest | undefined
  let base = ''
  const held = new Map<string, Uint8Array>()
  let heldBytes = 0
  const seen = new Set<string>()
  const parts = new Map<string, Parsed | BpfviewError>()

  const parsePart = async (known: CaptureManifest, path: string, size: number, data: AsyncGenerator<Uint8Array>): Promise<void> => {
    const output = outputsOf(known, source).find(file => posix.join(base, file.path) === path)
    if (output === undefined) return
    const place = `${source}/${path}`
    parts.set(path, await readOutput(known, output, size, given => parseStream(unpacked(place, data), { ...options, ...given, source: place })))
  }

  for await (const entry of tarEntries(bytes, source)) {
    const path = jailed(entry, source)
    if (entry.kind === 'directory') continue
    if (seen.has(path)) throw new BpfviewError('E_BAD_INPUT', `${quote(path)} comes twice; expected each file once`, { source, line: 0 })
    seen.add(path)
    if (posix.basename(path) === MANIFEST) {
      if (manifest !== undefined) throw new BpfviewError('E_MANIFEST', `a second manifest, ${quote(path)}; expected one capture per archive`, { source, line: 0 })
      if (entry.size > MAX_MANIFEST_BYTES) throw new BpfviewError('E_MANIFEST', `${entry.size} bytes; expected at most ${MAX_MANIFEST_BYTES}`, { source: `${source}/${path}`, line: 0 })
      manifest = parseManifest(new TextDecoder().decode(await collect(entry)), `${source}/${path}`)
      for (const output of outputsOf(manifest, `${source}/${path}`)) {
        const why = whyUnsafe(output.path)
        if (why !== undefined) throw unsafePath(output.path, why, `${source}/${path}`)
      }
      base = posix.dirname(path)
      for (const [earlier, content] of held) await parsePart(manifest, earlier, content.length, once(content))
      held.clear()
    } else if (manifest !== undefined) {
      await parsePart(manifest, path, entry.size, entry.data)
    } else {
      heldBytes += entry.size
      if (heldBytes > MAX_HELD_BYTES) {
        throw new BpfviewError('E_INPUT_TOO_LARGE', `no ${MANIFEST} in the first ${MAX_HELD_BYTES} bytes; expected it first, as a collector writes it: tar czf capture.tgz ${MANIFEST} ...`, { source, line: 0 })
      }
      held.set(path, await collect(entry))
    }
  }
  if (manifest === undefined) throw new BpfviewError('E_MANIFEST', `an archive without ${MANIFEST}; expected a finished capture`, { source, line: 0 })
  return assembleCapture(manifest, source, outputsOf(manifest, source).map(output => {
    const part = parts.get(posix.join(base, output.path))
    if (part === undefined) throw new BpfviewError('E_NOT_FOUND', `${quote(output.path)} is missing; expected it because the manifest names it`, { source, line: 0 })
    return part
  }))
}

/** Path of an entry inside the archive; BpfviewError when it is one that no collector writes. */
function jailed(entry: TarEntry, source: string): string {
  const why = entry.kind === 'link' ? 'is a link' : entry.kind === 'special' ? 'is a device, a FIFO or the like' : whyUnsafe(entry.name)
  if (why !== undefined) throw unsafePath(entry.name, why, source)
  return posix.normalize(entry.name)
}

function unsafePath(path: string, why: string, source: string): BpfviewError {
  return new BpfviewError('E_UNSAFE_PATH', `the path ${quote(path)} ${why}; expected a file inside the capture`, { source, line: 0 })
}

async function collect(entry: TarEntry): Promise<Uint8Array> {
  const out = new Uint8Array(entry.size)
  let filled = 0
  for await (const chunk of entry.data) {
    out.set(chunk, filled)
    filled += chunk.length
  }
  return out
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
