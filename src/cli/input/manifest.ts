import { isAbsolute, posix } from 'node:path'
import type { ParseOptions } from '../../../parsers/parse.ts'
import type { Dataset, Diagnostic, Meta, Parsed } from '../../model/index.ts'
import { BpfviewError, quote } from '../../model/index.ts'
import type { CaptureManifest } from '../../model/manifest.ts'
import { captureManifestSchema } from '../../model/manifest.ts'
import { emptyCapture } from './capture-truth.ts'
import { jsonOf } from './json-file.ts'
import { manifestDoubts } from './manifest-doubts.ts'

export const MANIFEST = 'manifest.json'
export const MAX_MANIFEST_BYTES = 1 << 20

/** What a capture holds, and what its collector wrote down. */
export interface Capture extends Parsed {
  readonly manifest: CaptureManifest
}

type CaptureFile = CaptureManifest['files'][number]

/** The tool outputs a manifest names. Throws BpfviewError when there is none, or one is named twice and would count twice. */
export function outputsOf(manifest: CaptureManifest, source: string): readonly CaptureFile[] {
  const outputs = manifest.files.filter(file => file.role === 'stdout')
  if (outputs.length === 0)
    throw new BpfviewError('E_MANIFEST', 'no file of role "stdout"; expected at least one', { source, line: 0 })
  const paths = new Set<string>()
  for (const { path } of outputs) {
    if (paths.has(posix.normalize(path)))
      throw new BpfviewError('E_MANIFEST', `${quote(path)} is named twice; expected each file once`, {
        source,
        line: 0,
      })
    paths.add(posix.normalize(path))
  }
  return outputs
}

/** What one output of `size` bytes holds; of a capture of several tools also why it could not be read, for the others' sake. */
export async function readOutput(
  manifest: CaptureManifest,
  output: CaptureFile,
  size: number,
  read: (given: ParseOptions) => Promise<Parsed>,
): Promise<Parsed | BpfviewError> {
  const own = metaOf(manifest, output)
  try {
    const waits = waitsOf(manifest)
    const parsed = await read({
      tool: output.tool ?? manifest.tool,
      ...(waits !== undefined && { perf: { waits } }),
    })
    const diagnostics =
      output.bytes === undefined || output.bytes === size
        ? parsed.diagnostics
        : [changed(output, size), ...parsed.diagnostics]
    return { ...parsed, diagnostics, datasets: parsed.datasets.map(dataset => withMeta(dataset, own)) }
  } catch (error) {
    if (error instanceof BpfviewError && error.code === 'E_EMPTY') {
      const empty = emptyCapture(manifest, output, size)
      if (empty !== undefined) return { ...empty, datasets: empty.datasets.map(dataset => withMeta(dataset, own)) }
    }
    const several = manifest.files.filter(file => file.role === 'stdout').length > 1
    if (several && error instanceof BpfviewError && (error.code === 'E_EMPTY' || error.code === 'E_UNKNOWN_FORMAT'))
      return error
    throw error
  }
}

/** What a recording of switches can tell of waits: of every thread, or of those it was filtered to; undefined of other captures. */
function waitsOf({ collector, command }: CaptureManifest): true | number[] | undefined {
  if (collector !== 'offcpu-events') return undefined
  const filter = command.find(word => word.startsWith('prev_pid=='))
  return filter === undefined ? true : [...filter.matchAll(/prev_pid==(\d{1,10})/g)].map(match => Number(match[1]))
}

/** A copy that broke off still reads as text: only the manifest knows how much there was. */
function changed(output: CaptureFile, size: number): Diagnostic {
  return {
    severity: 'warning',
    code: 'changed-output',
    message: `${quote(output.path)} has ${size} bytes, but the manifest says ${output.bytes}: cut or changed since it was captured`,
    count: 1,
  }
}

/** One answer of the outputs of a capture, in the manifest's order. Throws BpfviewError when none of them could be read. */
export function assembleCapture(
  manifest: CaptureManifest,
  source: string,
  outputs: readonly (Parsed | BpfviewError)[],
  reasons: ReadonlyMap<string, string> = new Map(),
): Capture {
  const parts = outputs.filter((output): output is Parsed => !(output instanceof BpfviewError))
  const failures = outputs.filter((output): output is BpfviewError => output instanceof BpfviewError)
  if (parts.length === 0)
    throw failures[0] ?? new BpfviewError('E_NO_DATA', 'nothing could be read', { source, line: 0 })
  return {
    manifest,
    format: [...new Set(parts.map(part => part.format))].join('+'),
    datasets: parts.flatMap(part => part.datasets),
    diagnostics: [
      ...parts.flatMap(part => part.diagnostics),
      ...manifestDoubts(manifest, reasons),
      ...failures.map(failure => ({
        severity: 'warning' as const,
        code: 'unread-output',
        message: failure.message,
        count: 1,
      })),
    ],
    skippedLines: parts.reduce((sum, part) => sum + part.skippedLines, 0),
    lost: Math.max(
      manifest.lost ?? 0,
      parts.reduce((sum, part) => sum + part.lost, 0),
    ),
  }
}

/** The manifest in a text. Throws BpfviewError E_MANIFEST naming the first field that is wrong. */
export function parseManifest(text: string, source: string): CaptureManifest {
  let json: unknown
  try {
    json = jsonOf(text)
  } catch (error) {
    throw new BpfviewError('E_MANIFEST', `${(error as Error).message}; expected JSON`, { source, line: 0 })
  }
  const result = captureManifestSchema.safeParse(json)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new BpfviewError(
    'E_MANIFEST',
    `${issue.path.map(String).join('.') || 'the document'}: ${issue.message}; expected a capture manifest of version 1`,
    { source, line: 0 },
  )
}

/** Why a path that came from outside is not one of a file inside a capture; undefined when it is. */
export function whyUnsafe(path: string): string | undefined {
  if (
    path === '' ||
    path.includes('\0') ||
    path.includes('\\') ||
    isAbsolute(path) ||
    path.startsWith('/') ||
    /^[A-Za-z]:/.test(path)
  )
    return 'is not relative'
  return path.split('/').includes('..') ? 'leaves the capture' : undefined
}

/** What a manifest says about the datasets of one output: of the whole capture, unless it says otherwise of that file. */
function metaOf(manifest: CaptureManifest, output: CaptureFile): Meta {
  const { cpus, host, kernel, arch } = manifest
  const { tool, toolVersion, command, event, frequency, duration } =
    output.tool === undefined ? manifest : { ...output, tool: output.tool, command: output.command ?? [] }
  return {
    tool,
    command: command.join(' '),
    ...(toolVersion && { toolVersion }),
    ...(event && { event }),
    ...(frequency && { frequency }),
    ...(manifest.start && { start: manifest.start }),
    ...(duration && { duration }),
    ...(cpus && { cpus }),
    ...(manifest.work && { work: manifest.work }),
    ...(typeof manifest.exit === 'number' && { exit: manifest.exit }),
    ...(manifest['interrupted'] === true && { interrupted: true }),
    ...(host && { host }),
    ...(kernel && { kernel }),
    ...(arch && { arch }),
  }
}

/** The dataset with a manifest's facts; what the output says itself wins, but for the host, which the collector may have hidden on purpose. */
function withMeta(dataset: Dataset, meta: Meta): Dataset {
  return { ...dataset, meta: { ...meta, ...dataset.meta, ...(meta.host !== undefined && { host: meta.host }) } }
}
