import type { ScopeHeader, ScopeNames } from '../pack.ts'

/** The samples as the page works on them. */
export interface ScopeData {
  readonly header: ScopeHeader
  readonly names: ScopeNames
  readonly kinds: Uint8Array
  readonly frameModules: Int32Array
  readonly parent: Int32Array
  readonly frame: Int32Array
  /** Node of each distinct stack, and whether it is an idle one. */
  readonly leaves: Int32Array
  readonly idle: Uint8Array
  readonly pids: Int32Array
  readonly tids: Int32Array
  /** One per sample, in time order. Ticks count from the start of the first second. */
  readonly tick: Uint32Array | Float64Array
  readonly stack: Uint8Array | Uint16Array | Int32Array
  readonly thread: Uint8Array | Uint16Array | Int32Array
  /** 0 = unknown, else the number and one. */
  readonly cpu: Uint8Array | Uint16Array | Int32Array
  readonly event: Uint8Array | undefined
  readonly weight: Float64Array | undefined
  /** First sample of each second, and the number of samples at the end. */
  readonly secondStart: Uint32Array
}

/** Which samples count, and for how much. */
export interface ScopeFilter {
  /** -1 = all. */
  readonly event: number
  readonly cpu: number
  /** One per thread, 0 = not wanted; undefined = all. */
  readonly threads: Uint8Array | undefined
  readonly withoutIdle: boolean
  readonly weigh: 'samples' | 'period' | 'time'
}

export interface ScopeSelection {
  /** One per node: the value of the stack that ends there. */
  readonly self: Float64Array
  readonly samples: number
  readonly total: number
}
