import type { ReadOptions } from '../reading/format.ts'
import type { JitMaps } from '../stacks/jit-map.ts'

/** What formats of perf samples can be asked beyond what every format can. */
export interface PerfScriptOptions {
  readonly perf?: PerfOptions
}

/** All that a reader of perf samples is asked. */
export type PerfReadOptions = ReadOptions & PerfScriptOptions

/** How perf script samples become stacks. Names and meaning follow stackcollapse-perf.pl where that has them. */
export interface PerfOptions {
  /** What stands at depth 1; default comm. */
  readonly root?: 'comm' | 'pid' | 'tid' | 'none'
  /**
   * Weight of a sample: `samples` = 1, `period` = its printed period, or the name of a number printed with it (`bytes`, `addr`, `retire_lat`).
   * By default 1, but the period of events whose period is the time a task was off the CPU.
   */
  readonly weight?: string
  /** Only these samples; cheap to ask for, because it is applied before a stack is kept. */
  readonly keep?: SampleFilter
  /** Names get the `file:line` that `-F +srcline` printed under them. */
  readonly srcline?: boolean
  /** Maps of compiled code that were captured with the samples: frames get the names that stood at their addresses last. */
  readonly jitMaps?: JitMaps
  /** Pair sched:sched_switch into waits even where no wake-up was recorded; a list = the threads to which the recording was filtered. */
  readonly waits?: boolean | readonly number[]
  /** Weigh, tell events apart and drop samples as another folder does; see compatNames for the names. */
  readonly compat?: 'flamegraph' | 'inferno'
}

/** Which samples are read; times in seconds as printed. Several fields hold together. */
export interface SampleFilter {
  /** Seconds as printed; half-open [from, to). */
  readonly from?: number
  readonly to?: number
  readonly comms?: readonly string[]
  readonly pids?: readonly number[]
  readonly tids?: readonly number[]
  readonly cpus?: readonly number[]
}
