import type { ReportInput } from './report-input.ts'
import { numbersOf, textsOf } from './tables.ts'

/** What the kernel's log says went wrong. */
export interface Messages {
  readonly source: string
  readonly hardware: number
  readonly disk: number
  readonly killed: number
  /** Messages of any kind of trouble, oldest first, with seconds since boot; NaN = not known. */
  readonly trouble: readonly { readonly time: number; readonly text: string; readonly kind: TroubleKind }[]
  /** Seconds since boot at which the log was read; NaN = not known. */
  readonly now: number
}

export type TroubleKind = 'disk' | 'memory' | 'hardware' | 'network' | 'hang' | 'crash'

/** Source: messages of block/, mm/oom_kill.c, kernel/hung_task.c, kernel/watchdog.c, fs/, net/ and arch/x86/mce of Linux 4.9 to 6.18. */
const TROUBLE: readonly (readonly [kind: TroubleKind, pattern: RegExp])[] = [
  ['memory', /Out of memory|oom-kill:|oom_reaper|Killed process \d|page allocation failure|SLUB: Unable to allocate/],
  [
    'disk',
    /\bI\/O error\b|critical (?:medium|target|space allocation) error|Buffer I\/O error|(?:EXT[234]-fs|XFS|BTRFS)[^:]*: (?:error|corruption|metadata I\/O error)|EXT4-fs error|Remounting filesystem read-only|nvme\d.*: (?:I\/O \d+.*timeout|controller is down)|ata\d.*: (?:exception|failed command)/,
  ],
  ['hardware', /\[Hardware Error\]|mce: |Machine Check|EDAC .*\b[CU]E\b|Corrected error|thermal.*throttled/i],
  [
    'network',
    /nf_conntrack: (?:nf_conntrack: )?table full|possible SYN flooding|TCP: out of memory|NETDEV WATCHDOG|Link is Down|link is not ready/,
  ],
  ['hang', /blocked for more than \d+ seconds|soft lockup|hard LOCKUP|rcu_\w+ (?:self-)?detected stalls?|hung_task/],
  [
    'crash',
    /segfault at |general protection|traps: .* trap |kernel BUG at|^BUG: |Oops: |Call Trace:|WARNING: CPU: \d+/,
  ],
]

/** The kernel's log of the inputs; undefined where none was read. Of two the first. */
export function messagesIn(inputs: readonly ReportInput[]): Messages | undefined {
  for (const { source, parsed } of inputs) {
    const table = parsed.datasets.find(dataset => dataset.kind === 'events' && dataset.tool === 'dmesg')
    if (table?.kind !== 'events') continue
    const texts = textsOf(table, 'MESSAGE') ?? []
    const times = numbersOf(table, 'TIME')
    const trouble = texts.flatMap((text, row) => {
      const kind = TROUBLE.find(([, pattern]) => pattern.test(text))?.[0]
      return kind === undefined ? [] : [{ time: times?.[row] ?? NaN, text, kind }]
    })
    const count = (kind: TroubleKind): number => trouble.filter(each => each.kind === kind).length
    return {
      source,
      hardware: count('hardware'),
      disk: count('disk'),
      killed: trouble.filter(({ text }) => /Killed process \d/.test(text)).length,
      trouble,
      now: upTime(parsed.datasets.flatMap(dataset => (dataset.kind === 'events' ? [dataset] : []))),
    }
  }
  return undefined
}

/** Seconds since boot by `uptime`: `1:15`, `3 min`, `2 days, 1:15`. */
function upTime(tables: readonly Parameters<typeof textsOf>[0][]): number {
  const table = tables.find(each => each.name === 'uptime')
  const up = table === undefined ? undefined : textsOf(table, 'UP')?.[0]
  if (up === undefined) return NaN
  const days = /(\d+) days?/.exec(up)
  const clock = /(\d+):(\d\d)/.exec(up)
  const minutes = /(\d+) min/.exec(up)
  if (days === null && clock === null && minutes === null) return NaN
  return (
    Number(days?.[1] ?? 0) * 86_400 +
    (clock === null ? Number(minutes?.[1] ?? 0) * 60 : Number(clock[1]) * 3600 + Number(clock[2]) * 60)
  )
}
