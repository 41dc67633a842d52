import type { Diagnostic } from '../../model/index.ts'
import { quote } from '../../model/index.ts'
import type { CaptureManifest } from '../../model/manifest.ts'

/** Languages whose frames have no names without a map. */
const MAPPED: Readonly<Record<string, string>> = { python: 'Python', node: 'Node', java: 'Java' }
/** A tool that observed so much longer than it was asked counted what belongs to no capture. */
const LONGER = 1.2

/** What a manifest says of how the capture went; `reasons` = why an absent tool did not run, by its name. */
export function manifestDoubts(manifest: CaptureManifest, reasons: ReadonlyMap<string, string>): Diagnostic[] {
  const doubts: Diagnostic[] = []
  const say = (severity: Diagnostic['severity'], code: string, message: string, count = 1): void =>
    void doubts.push({ severity, code, message, count })
  for (const tool of manifest.absent ?? []) {
    const reason = reasons.get(tool)
    say(
      'info',
      'absent-tool',
      `${quote(tool)} did not run${reason === undefined ? ': not found there' : `: ${reason}`}`,
    )
  }
  const asked = manifest.asked
  const seconds = manifest.duration ?? undefined
  const stdouts = manifest.files.filter(({ role }) => role === 'stdout').length
  if (asked !== undefined && seconds !== undefined && stdouts === 1 && seconds > LONGER * asked + 0.5)
    say('warning', 'observed-longer', `${quote(manifest.tool)} observed ${seconds} s and was asked for ${asked} s`)
  const gone = manifest.targetsGone ?? []
  if (gone.length > 0)
    say(
      'warning',
      'target-gone',
      `process ${gone.slice(0, 5).join(', ')} ended before its symbols were resolved: its user frames may be addresses only`,
      gone.length,
    )
  for (const { kind, name, pids } of unmapped(manifest.runtimes ?? []))
    say(
      'warning',
      `${kind}-without-map`,
      `${name} (process ${pids.slice(0, 5).join(', ')}) did not write down the names of the code it made`,
      pids.length,
    )
  const limit = manifest.sizeLimit
  if (limit !== undefined)
    say(
      'warning',
      'size-limit',
      `the recording stopped at ${limit} MB${asked === undefined ? '' : `, before its ${asked} s`}`,
    )
  if (manifest.diskFull === true) say('warning', 'disk-full', 'the disk was full: the end may be missing')
  for (const said of manifest.restricted ?? []) say('warning', 'restricted-kernel', said)
  return doubts
}

function unmapped(
  runtimes: NonNullable<CaptureManifest['runtimes']>,
): { kind: string; name: string; pids: number[] }[] {
  const kinds = new Map<string, number[]>()
  for (const { pid, kind, map } of runtimes)
    if (!map && Object.hasOwn(MAPPED, kind)) kinds.set(kind, [...(kinds.get(kind) ?? []), pid])
  return [...kinds].map(([kind, pids]) => ({ kind, name: MAPPED[kind]!, pids }))
}

/** The line of what a tool that failed printed that says why; undefined when none does. */
export function reasonIn(text: string): string | undefined {
  const lines = text.split('\n').map(line => line.trim())
  const said =
    lines.find(line => /^(?:ERROR:|Exception:|.*: ERROR:)/.test(line)) ??
    lines.find(line => /(?:failed|cannot|could not|not permitted|No such|Unable)/i.test(line))
  return said === undefined ? undefined : quote(said.slice(0, 300))
}
