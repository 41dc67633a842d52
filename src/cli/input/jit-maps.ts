import { posix } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { ParseOptions } from '../../../parsers/parse.ts'
import type { JitMap } from '../../../parsers/stacks/jit-map.ts'
import { jitMapOf, parseJitMap } from '../../../parsers/stacks/jit-map.ts'
import type { CaptureManifest } from '../../model/manifest.ts'

/** Largest map that is read: the names of a JIT that runs for days. */
export const MAX_MAP_BYTES = 256 << 20

/** Paths of the maps of compiled code that a manifest names, by the name of the file as perf prints it; none when names are wanted as printed. */
export function jitMapFiles(manifest: CaptureManifest, options: ParseOptions): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  if (options.offsets === true || options.perf?.compat !== undefined) return files
  for (const { path, role } of manifest.files) {
    const name = jitMapOf(posix.basename(path).replace(/\.gz$/, ''))
    if (role === 'map' && name !== undefined) files.set(name, path)
  }
  return files
}

/** The map in the bytes of a file, gzipped or not. */
export function jitMapIn(bytes: Uint8Array): JitMap {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MAX_MAP_BYTES }) : bytes
  return parseJitMap(new TextDecoder().decode(plain))
}

/** The options with maps to name compiled code by. */
export function withJitMaps(options: ParseOptions, maps: ReadonlyMap<string, JitMap>): ParseOptions {
  return maps.size === 0 ? options : { ...options, perf: { ...options.perf, jitMaps: Object.fromEntries(maps) } }
}
