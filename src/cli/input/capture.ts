import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { ParseOptions } from '../../../parsers/parse.ts'
import type { JitMap } from '../../../parsers/stacks/jit-map.ts'
import type { Diagnostic, Parsed } from '../../model/index.ts'
import { BpfviewError, quote } from '../../model/index.ts'
import type { CaptureManifest } from '../../model/manifest.ts'
import { cannotRead } from './bytes.ts'
import { observations, passingDigest, stderrOf, unattachedProbes, unfinishedCapture } from './capture-truth.ts'
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
import { reasonIn } from './manifest-doubts.ts'
import { readRange } from './range.ts'

type CaptureFile = CaptureManifest['files'][number]

/** More of a tool's standard error is not looked at. */
const MAX_STDERR_BYTES = 1 << 20

/** What the tool outputs in a capture directory hold, with what the manifest says about them. */
export async function readCapture(
  directory: string,
  options: ParseOptions,
  readFile: (path: string, options: ParseOptions) => Promise<Parsed>,
): Promise<Capture> {
  const manifest = readManifest(directory)
  const parts: (Parsed | BpfviewError)[] = []
  const { maps, unread } = readJitMaps(directory, manifest, options)
  const named = withJitMaps(options, maps)
  for (const output of outputsOf(manifest, join(directory, MANIFEST))) {
    const path = jailed(directory, output.path)
    const part = await readOutput(manifest, output, statSync(path).size, given =>
      readFile(path, { ...named, ...given, perf: { ...named.perf, ...given.perf } }),
    )
    parts.push(part instanceof BpfviewError ? part : doubted(directory, manifest, output, part))
  }
  const capture = assembleCapture(manifest, join(directory, MANIFEST), parts, failureReasons(directory, manifest))
  return unread.length === 0 ? capture : { ...capture, diagnostics: [...unread, ...capture.diagnostics] }
}

/** Why tools that were tried did not work, by their names: in what the last one tried printed. */
function failureReasons(directory: string, manifest: CaptureManifest): Map<string, string> {
  const reasons = new Map<string, string>()
  for (const { role, path: name } of manifest.files) {
    if (role !== 'failed' || !existsSync(join(directory, name))) continue
    const path = jailed(directory, name)
    const reason = statSync(path).size > MAX_STDERR_BYTES ? undefined : reasonIn(readFileSync(path, 'utf8'))
    if (reason !== undefined) reasons.set(name.replace(/\..*$/, ''), reason)
  }
  return reasons
}

/** What was read, with what speaks against it: bytes that are not those captured, probes that were not attached. */
function doubted(directory: string, manifest: CaptureManifest, output: CaptureFile, part: Parsed): Parsed {
  const doubts: Diagnostic[] = []
  const known = part.diagnostics.some(({ code }) => code === 'changed-output')
  if (output.sha256 !== undefined && !known) {
    const digest = passingDigest()
    for (const chunk of readRange(jailed(directory, output.path), 0, Infinity)) digest.update(chunk)
    const differs = digest.differs(output)
    if (differs !== undefined) doubts.push(differs)
  }
  const stderr = stderrOf(manifest, output)
  if (stderr !== undefined && existsSync(join(directory, stderr.path))) {
    const path = jailed(directory, stderr.path)
    if (statSync(path).size <= MAX_STDERR_BYTES) {
      const unattached = unattachedProbes(readFileSync(path, 'utf8'), output, observations(part))
      if (unattached !== undefined) doubts.push(unattached)
    }
  }
  return doubts.length === 0 ? part : { ...part, diagnostics: [...doubts, ...part.diagnostics] }
}

/** Maps of compiled code in a capture, by their names, and which were too large. */
function readJitMaps(
  directory: string,
  manifest: CaptureManifest,
  options: ParseOptions,
): { readonly maps: ReadonlyMap<string, JitMap>; readonly unread: readonly Diagnostic[] } {
  const maps = new Map<string, JitMap>()
  const unread: Diagnostic[] = []
  for (const [name, file] of jitMapFiles(manifest, options)) {
    if (!existsSync(join(directory, file))) {
      unread.push({
        severity: 'warning',
        code: 'missing-map',
        message: `${quote(file)}: no such file: compiled code keeps the names that the tool printed`,
        count: 1,
      })
      continue
    }
    const path = jailed(directory, file)
    const { size } = statSync(path)
    if (size <= MAX_MAP_BYTES) maps.set(name, jitMapIn(readFileSync(path)))
    else
      unread.push({
        severity: 'warning',
        code: 'unread-map',
        message: `${quote(file)} has ${size} bytes; maps of compiled code of more than ${MAX_MAP_BYTES} bytes are not read`,
        count: 1,
      })
  }
  return { maps, unread }
}

/** The manifest of a capture directory. Throws BpfviewError when there is none or it is not one. */
export function readManifest(directory: string): CaptureManifest {
  const path = join(directory, MANIFEST)
  const refuse = (what: string): never => {
    throw new BpfviewError('E_MANIFEST', what, { source: path, line: 0 })
  }
  try {
    const stat = lstatSync(path)
    if (!stat.isFile()) refuse('not a regular file; expected a manifest written by a collector')
    if (stat.size > MAX_MANIFEST_BYTES) refuse(`${stat.size} bytes; expected at most ${MAX_MANIFEST_BYTES}`)
    return parseManifest(readFileSync(path, 'utf8'), path)
  } catch (error) {
    if (error instanceof BpfviewError) throw error
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannotRead(path, error)
    const unfinished = unfinishedCapture(directory, readdirSync(directory))
    if (unfinished !== undefined) throw unfinished
    throw new BpfviewError('E_MANIFEST', `a directory without ${MANIFEST}; expected a finished capture`, {
      source: directory,
      line: 0,
    })
  }
}

/** Path of a capture's file, which must be a regular file inside the capture. */
function jailed(directory: string, path: string): string {
  const refuse = (why: string): never => {
    throw new BpfviewError('E_UNSAFE_PATH', `the path ${quote(path)} ${why}; expected a file inside the capture`, {
      source: join(directory, MANIFEST),
      line: 0,
    })
  }
  const why = whyUnsafe(path)
  if (why !== undefined) refuse(why)
  const full = join(directory, path)
  let stat
  try {
    stat = lstatSync(full)
  } catch (error) {
    throw cannotRead(full, error)
  }
  if (!stat.isFile()) refuse(stat.isSymbolicLink() ? 'is a symbolic link' : 'is not a regular file')
  if (!realpathSync(full).startsWith(realpathSync(directory) + sep)) refuse('leaves the capture')
  return full
}
