import type { Parsed } from '../src/model/index.ts'
import type { Head } from './head.ts'

/** What a caller may ask of every reader. */
export interface ReadOptions {
  /** Name of the input for messages. */
  readonly source?: string
  /** Tool that printed the input, where a manifest or the user says so: folded stacks do not say what their values are. */
  readonly tool?: string
  /** Turns the first warning into BpfviewError E_BAD_LINE. */
  readonly strict?: boolean
  /** Keep every observation with its time as a SampleTable where the format has times; else stacks are summed as they come. */
  readonly timeline?: boolean
  /** Seconds between two intervals of an interval tool that prints no times. */
  readonly interval?: number
  /** Options of single formats, by what they are called in that format's reader. */
  readonly perf?: PerfOptions
}

/** How perf script samples become stacks. Names and meaning follow stackcollapse-perf.pl where that has them. */
export interface PerfOptions {
  /** What stands at depth 1; default comm. */
  readonly root?: 'comm' | 'pid' | 'tid' | 'none'
  /** Weight of a sample: 1 (default) or its printed period. */
  readonly weight?: 'samples' | 'period'
  /** Only these samples; cheap to ask for, because it is applied before a stack is kept. */
  readonly keep?: SampleFilter
  /** Frames without a symbol keep their address in the name: `[unknown <7f4e0aef2ad7>]`. */
  readonly addrs?: boolean
  /** Names keep the `+0x1f` behind them, so that every address is a frame of its own. */
  readonly offsets?: boolean
  /** Names get the `file:line` that `-F +srcline` printed under them. */
  readonly srcline?: boolean
  /** Weigh, tell events apart and drop samples as another folder does; see compatNames for the names. */
  readonly compat?: 'flamegraph' | 'inferno'
}

export interface SampleFilter {
  /** Seconds as printed; half-open [from, to). */
  readonly from?: number
  readonly to?: number
  readonly comms?: readonly string[]
  readonly pids?: readonly number[]
  readonly tids?: readonly number[]
  readonly cpus?: readonly number[]
}

/** A push parser: bytes in any chunking, then one result. */
export interface Reader {
  /** Takes the next bytes; they are not kept after the call returns. */
  push(chunk: Uint8Array): void
  /** The result; to be called once. Throws BpfviewError when there is no answer. */
  end(): Parsed
}

/** A passive descriptor. `sniff` is pure, sees only the first few KiB and never throws. */
export interface Format {
  readonly id: string
  readonly title: string
  sniff(head: Head): boolean
  reader(options: ReadOptions): Reader
}
