import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, join, sep } from 'node:path'
import type { ParseOptions } from '../../parsers/parse.ts'
import { BpfviewError, quote } from '../model/index.ts'
import type { Dataset, Meta, Parsed } from '../model/index.ts'
import { captureManifestSchema } from '../model/manifest.ts'
import type { CaptureManifest } from '../model/manifest.ts'
import { cannotRead } from './bytes.ts'
import { readFile } from './input.ts'

const MANIFEST = 'manifest.json'
const MAX_MANIFEST_BYTES = 1 << 20

/** What the tool outputs in a capture directory hold, with what the manifest says about them. */
export async function readCapture(directory: string, options: ParseOptions): Promise<Parsed> {
  const manifest = readManifest(directory)
  const outputs = manifest.files.filter(file => file.role === 'stdout')
  if (outputs.length === 0) throw new BpfviewError('E_MANIFEST', 'no file of role "stdout"; expected at least one', { source: join(directory, MANIFEST), line: 0 })
  const parts: Parsed[] = []
  for (const output of outputs) parts.push(await readFile(jailed(directory, output.path), { tool: manifest.tool, ...options }))
  const meta = metaOf(manifest)
  return {
    format: [...new Set(parts.map(part => part.format))].join('+'),
    datasets: parts.flatMap(part => part.datasets.map(dataset => withMeta(dataset, meta))),
    diagnostics: parts.flatMap(part => part.diagnostics),
    skippedLines: parts.reduce((sum, part) => sum + part.skippedLines, 0),
    lost: Math.max(manifest.lost ?? 0, parts.reduce((sum, part) => sum + part.lost, 0)),
  }
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
    throw new BpfviewError('E_MANIFEST', `a directory without ${MANIFEST}; expected a finished capture`, { source: directory, line: 0 })
  }
}

/** The manifest in a text. Throws BpfviewError E_MANIFEST naming the first field that is wrong. */
export function parseManifest(text: string, source: string): CaptureManifest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new BpfviewError('E_MANIFEST', `${(error as Error).message}; expected JSON`, { source, line: 0 })
  }
  const result = captureManifestSchema.safeParse(json)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new BpfviewError('E_MANIFEST', `${issue.path.map(String).join('.') || 'the document'}: ${issue.message}; expected a capture manifest of version 1`, { source, line: 0 })
}

/** Path of a capture's file, which must be a regular file inside the capture. */
function jailed(directory: string, path: string): string {
  const refuse = (why: string): never => {
    throw new BpfviewError('E_UNSAFE_PATH', `the path ${quote(path)} ${why}; expected a file inside the capture`, { source: join(directory, MANIFEST), line: 0 })
  }
  if (path.includes('\0') || path.includes('\\') || isAbsolute(path) || /^[A-Za-z]:/.test(path)) refuse('is not relative')
  if (path.split('/').includes('..')) refuse('leaves the capture')
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

/** What a manifest says about every dataset of its capture. */
function metaOf(manifest: CaptureManifest): Meta {
  const { tool, toolVersion, command, event, frequency, duration, cpus, host, kernel, arch } = manifest
  return {
    tool,
    command: command.join(' '),
    ...(toolVersion && { toolVersion }),
    ...(event && { event }),
    ...(frequency && { frequency }),
    ...(duration && { duration }),
    ...(cpus && { cpus }),
    ...(manifest.work && { work: manifest.work }),
    ...(host && { host }),
    ...(kernel && { kernel }),
    ...(arch && { arch }),
  }
}

/** The dataset with a manifest's facts; what the output says itself wins, but for the host, which the collector may have hidden on purpose. */
function withMeta(dataset: Dataset, meta: Meta): Dataset {
  return { ...dataset, meta: { ...meta, ...dataset.meta, ...(meta.host !== undefined && { host: meta.host }) } }
}
