import type { Parsed, StackLimits } from '../../src/model/index.ts'
import type { Head } from './head.ts'

/** What a caller may ask of every reader; what a single format can be asked besides is a type of its descriptor. */
export interface ReadOptions extends StackLimits {
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
  /** Tables of events have their length and no columns, where the format's reader can do with less then: for whoever only counts rows. */
  readonly countRows?: boolean
  /** Of a file with several profiles or threads: one dataset with a task frame per thread, instead of a dataset each. */
  readonly allThreads?: boolean
  /** Of a map or histogram that was printed several times: the last print holds all, or all of them add up; decided by their values when absent. */
  readonly prints?: 'last' | 'sum'
  /** Frames without a symbol keep their address in the name, where the format prints it: `[unknown <7f4e0aef2ad7>]`. */
  readonly addrs?: boolean
  /** Names keep the `+0x1f` behind them, so that every address is a frame of its own. */
  readonly offsets?: boolean
}

/** A push parser: bytes in any chunking, then one result. */
export interface Reader {
  /** Takes the next bytes; they are not kept after the call returns. */
  push(chunk: Uint8Array): void
  /** The result; to be called once. Throws BpfviewError when there is no answer. */
  end(): Parsed
}

/** A passive descriptor. `sniff` is pure, sees only the first few KiB and never throws. `Own` = options that only this format has. */
export interface Format<Own extends object = object> {
  readonly id: string
  readonly title: string
  /** True when each sample has a task, a time and a CPU to choose by, where the text prints them. */
  readonly samples?: boolean
  /** True when its tool writes colours to a terminal; in other formats such commands are part of a name. */
  readonly coloured?: boolean
  sniff(head: Head): boolean
  reader(options: ReadOptions & Own): Reader
}
