/** Exports that every kernel has. */
export interface KernelExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory
  /** Where the text to read stands, and how long it may be. */
  readonly text: WebAssembly.Global
  readonly WINDOW_BYTES: WebAssembly.Global
  /** Reads whole lines between two addresses; returns the address of the first line that it did not take. */
  read(from: number, to: number): number
}

/** The text that a kernel reads, and its memory: views of it are made anew when it has grown, because it is another buffer then. */
export class KernelText {
  /** Bytes that the window holds. */
  readonly size: number
  private readonly exports: KernelExports
  private readonly start: number
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  private bytes = new Uint8Array(0)
  private allWords = new Int32Array(0)
  private allDoubles = new Float64Array(0)

  constructor(exports: KernelExports) {
    this.exports = exports
    this.size = exports.WINDOW_BYTES.value as number
    this.start = exports.text.value as number
  }

  /** The text to read; valid until the next call of `read`. */
  get input(): Uint8Array {
    this.view()
    return this.bytes.subarray(this.start, this.start + this.size)
  }

  /** All memory in 4-byte words. */
  get words(): Int32Array {
    this.view()
    return this.allWords
  }

  /** All memory in doubles. */
  get doubles(): Float64Array {
    this.view()
    return this.allDoubles
  }

  /** Reads whole lines of the window, [from, to). Returns where the first line stands that the kernel did not take. */
  read(from: number, to: number): number {
    return this.exports.read(this.start + from, this.start + to) - this.start
  }

  /** The bytes at an address as text; bad UTF-8 becomes U+FFFD. */
  at(address: number, length: number): string {
    this.view()
    return this.decoder.decode(this.bytes.subarray(address, address + length))
  }

  private view(): void {
    const { buffer } = this.exports.memory
    if (this.bytes.buffer === buffer) return
    this.bytes = new Uint8Array(buffer)
    this.allWords = new Int32Array(buffer)
    this.allDoubles = new Float64Array(buffer)
  }
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
