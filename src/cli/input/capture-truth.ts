import { createHash } from 'node:crypto'
import type { Diagnostic, Parsed, Profile } from '../../model/index.ts'
import { BpfviewError, quote, StackTreeBuilder } from '../../model/index.ts'
import type { CaptureManifest } from '../../model/manifest.ts'

type CaptureFile = CaptureManifest['files'][number]

/** Collectors that sample stacks: an empty output of theirs is an answer. */
const SAMPLERS = new Map([
  ['cpu', 'on-cpu'],
  ['cpu-perf', 'on-cpu'],
  ['container', 'on-cpu'],
  ['diffable', 'on-cpu'],
  ['offcpu', 'off-cpu'],
  ['offcpu-events', 'off-cpu'],
  ['wakeup', 'wakeup'],
  ['faults', 'memory'],
] as const)

/** What a sampler's finished capture without any output says: no samples. undefined where that is no answer. */
export function emptyCapture(manifest: CaptureManifest, output: CaptureFile, size: number): Parsed | undefined {
  const measures = SAMPLERS.get(manifest.collector as 'cpu')
  const finished = (manifest.exit ?? 0) === 0 && (output.bytes === undefined || output.bytes === size)
  const alone = manifest.files.filter(file => file.role === 'stdout').length === 1
  if (measures === undefined || !finished || !alone) return undefined
  const stacks = new StackTreeBuilder().finish()
  const value = measures === 'off-cpu' ? { name: 'off-CPU time', unit: 'us' } : { name: 'samples', unit: 'samples' }
  const profile: Profile = {
    kind: 'profile',
    name: manifest.event ?? (measures === 'off-cpu' ? 'off-cpu' : 'cpu-clock'),
    value,
    measures,
    stacks,
    self: new Float64Array(stacks.parent.length),
    meta: { samples: 0 },
  }
  const seconds = manifest.duration == null ? '' : ` in ${manifest.duration} s`
  const why = measures === 'on-cpu' ? ': what was sampled used no CPU' : ''
  return {
    format: 'empty-capture',
    datasets: [profile],
    diagnostics: [{ severity: 'info', code: 'no-samples', message: `0 samples${seconds}${why}`, count: 1 }],
    skippedLines: 0,
    lost: 0,
  }
}

/** Hash of bytes as they pass. */
export interface PassingDigest {
  update(bytes: Uint8Array): void
  /** What is wrong with the file when its bytes are not those of the manifest. */
  differs(output: CaptureFile): Diagnostic | undefined
}

export function passingDigest(): PassingDigest {
  const hash = createHash('sha256')
  return {
    update: bytes => void hash.update(bytes),
    differs: output =>
      output.sha256 === undefined || output.sha256 === hash.digest('hex')
        ? undefined
        : {
            severity: 'warning',
            code: 'changed-output',
            message: `${quote(output.path)} is not the file that was captured: its SHA-256 differs from the manifest's`,
            count: 1,
          },
  }
}

/** The file of a capture with what the tool behind an output said on standard error. */
export function stderrOf(manifest: CaptureManifest, output: CaptureFile): CaptureFile | undefined {
  const name = output.path.replace(/\.txt(?:\.gz)?$|\.json(?:\.gz)?$/, '')
  return manifest.files.find(file => file.role === 'stderr' && file.path === `${name}.stderr.txt`)
}

const UNATTACHED = /\b(?:could not|[Ff]ailed to) attach (?:probe )?(\S+)/g

/** A tool that could not attach probes saw less than it says, or nothing. `rows` = observations that it printed. */
export function unattachedProbes(stderr: string, output: CaptureFile, rows: number): Diagnostic | undefined {
  const probes = [...stderr.matchAll(UNATTACHED)].map(match => match[1]!.replace(/[,:.]+$/, ''))
  if (probes.length === 0) return undefined
  const saw =
    rows === 0 ? 'it saw nothing, which does not mean that nothing happened' : 'it saw only part of what happened'
  return {
    severity: 'warning',
    code: 'probes-not-attached',
    message: `${quote(output.path)}: the tool could not attach ${probes.length === 1 ? '1 probe' : `${probes.length} probes`} (${quote(probes[0]!)}${probes.length > 1 ? ', ...' : ''}): ${saw}`,
    count: probes.length,
  }
}

/** Observations in datasets: samples, rows, counts. */
export function observations(parsed: Parsed): number {
  let all = 0
  for (const dataset of parsed.datasets) {
    if (dataset.kind === 'events') all += dataset.length
    else if (dataset.kind === 'samples') all += dataset.time.length
    else if (dataset.kind === 'histograms') for (const count of dataset.counts) all += count || 0
    else if (dataset.kind === 'profile') for (const value of dataset.self) all += value === 0 ? 0 : 1
  }
  return all
}

/** Names in a directory without a manifest that a collector which has not finished leaves. */
const UNFINISHED = ['.capturing', '.reserve', '.pid', 'perf.data', 'perf-record.stderr.txt', 'perf-record.stdout.txt']

/** The error for a directory whose capture still runs or was cut off; undefined where `names` look like something else. */
export function unfinishedCapture(directory: string, names: readonly string[]): BpfviewError | undefined {
  if (names.includes('manifest.json') || !names.some(name => UNFINISHED.includes(name))) return undefined
  return new BpfviewError(
    'E_MANIFEST',
    'a capture that is still running, or was cut off before it ended: it has no manifest.json; expected a finished capture',
    { source: directory, line: 0 },
  )
}
