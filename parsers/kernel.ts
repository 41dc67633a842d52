/** Exports of a kernel that every kernel has. */
export interface KernelExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory
}

/** A kernel whose memory holds more than this is not kept for the next file. */
const MAX_KEPT_BYTES = 16 << 20

/**
 * Instances of one kernel, compiled when first asked for. A kernel that is given back serves the next file: making one costs more than a small file
 * takes to read.
 */
export class KernelPool<T extends { held(): number }> {
  private module: WebAssembly.Module | undefined
  private readonly free: T[] = []
  private readonly base64: string
  private readonly make: (module: WebAssembly.Module) => T

  constructor(base64: string, make: (module: WebAssembly.Module) => T) {
    this.base64 = base64
    this.make = make
  }

  /** True where WebAssembly with 16-byte vectors is there; without it the plain readers do the work. */
  get available(): boolean {
    try {
      this.compiled()
      return true
    } catch {
      return false
    }
  }

  /** A kernel; throws where none is available. */
  take(): T {
    return this.free.pop() ?? this.make(this.compiled())
  }

  giveBack(kernel: T): void {
    if (this.free.length === 0 && kernel.held() <= MAX_KEPT_BYTES) this.free.push(kernel)
  }

  private compiled(): WebAssembly.Module {
    this.module ??= new WebAssembly.Module(Uint8Array.from(atob(this.base64), char => char.charCodeAt(0)))
    return this.module
  }
}
