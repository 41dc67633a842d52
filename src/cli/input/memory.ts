import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BpfviewError } from '../../model/error.ts'

/** Part of the heap that reading may fill: what is made of it afterwards needs room too. */
const HEAP_PART = 0.75
/** Part of the memory that a container grants which reading may take: profiles of what was read take as much again. */
const GRANTED_PART = 0.5
/** Bytes of input between two looks. */
const STEP = 1 << 20

/** What a process holds and may hold, in bytes. */
export interface MemoryUse {
  readonly heap: number
  readonly heapLimit: number
  readonly resident: number
  /** Infinity where no container sets one. */
  readonly granted: number
}

/**
 * Watches the memory while an input is read: a heap that is full ends the process with a native stack, and a container kills it. Throws BpfviewError
 * E_TOO_MANY before either happens, with the limit and the way out.
 */
export class MemoryWatch {
  private readonly source: string
  private readonly use: (collect: boolean) => MemoryUse
  private bytes = 0
  private next = STEP

  constructor(source: string, use: (collect: boolean) => MemoryUse = memoryUse) {
    this.source = source
    this.use = use
  }

  /** To be called with the length of every chunk that was read. */
  read(length: number): void {
    this.bytes += length
    if (this.bytes < this.next) return
    this.next = this.bytes + STEP
    if (!isTight(this.use(false))) return
    const used = this.use(true)
    if (isTight(used)) throw this.full(used)
    // a collection takes its time: the next look only after some more input
    this.next = this.bytes + Math.max(STEP, this.bytes / 16)
  }

  private full({ heap, heapLimit, resident, granted }: MemoryUse): BpfviewError {
    const byHeap = heap > HEAP_PART * heapLimit
    const [held, limit] = byHeap ? [heap, heapLimit] : [resident, granted]
    const way = byHeap
      ? 'more memory by NODE_OPTIONS=--max-old-space-size=MB'
      : 'a larger memory limit of the container'
    return new BpfviewError(
      'E_TOO_MANY',
      `${megabytes(held)} of at most ${megabytes(limit)} of memory are used after ${megabytes(this.bytes)} of input; expected ${way}, or less input: --max-stacks N, a shorter time, a lower sampling frequency, fewer keys`,
      { source: this.source, line: 0 },
    )
  }
}

function isTight({ heap, heapLimit, resident, granted }: MemoryUse): boolean {
  return heap > HEAP_PART * heapLimit || resident > GRANTED_PART * granted
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`
}

let collector: (() => void) | undefined
const GRANTED = grantedMemory()

/** What this process holds now; with `collect` after garbage was collected. */
function memoryUse(collect: boolean): MemoryUse {
  if (collect) {
    if (collector === undefined) {
      setFlagsFromString('--expose-gc')
      collector = runInNewContext('gc') as () => void
    }
    collector()
  }
  const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics()
  return { heap, heapLimit, resident: GRANTED === Infinity ? 0 : process.memoryUsage.rss(), granted: GRANTED }
}

/** Memory that a cgroup grants; Infinity where none does. */
function grantedMemory(): number {
  const granted = process.constrainedMemory()
  return granted > 0 && granted < 2 ** 50 ? granted : Infinity
}

/** The BpfviewError for an allocation that V8 refused: no array, map or text can be so large. Undefined for any other error. */
export function refusedAllocation(error: unknown): BpfviewError | undefined {
  if (!(error instanceof RangeError)) return undefined
  return /Array buffer allocation failed|Invalid (?:typed )?array length|Invalid string length|maximum size exceeded|could not allocate memory|Cannot create a string longer/i.test(
    error.message,
  )
    ? new BpfviewError(
        'E_TOO_MANY',
        `too much to be held at once (${error.message}); expected less input: a shorter time, a lower sampling frequency, fewer keys`,
      )
    : undefined
}
