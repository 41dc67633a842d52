import { BpfviewError } from './error.ts'
import { grown } from './grown.ts'

/** Distinct frames, interned once. Identity is (name, module, kind). '' = module unknown. */
export interface FrameTable {
  readonly name: readonly string[]
  readonly module: readonly string[]
  readonly kind: Uint8Array
}

/** Frames of one name that are found by looking at each. */
const MAX_CHAIN = 8

/** Builds one FrameTable; asking for the same frame again gives the same number. */
export class FrameTableBuilder {
  private readonly names: string[] = []
  private readonly modules: string[] = []
  private kinds = new Uint8Array(256)
  /** Next frame with the same name but another module or kind; -1 ends the chain. */
  private sameName = new Int32Array(256)
  private readonly byName = new Map<string, number>()
  /** Frames whose name many others have, by all they are: a chain would be walked for each. */
  private readonly byIdentity = new Map<string, number>()
  private readonly maxFrames: number

  /** Over `maxFrames` BpfviewError E_TOO_MANY. */
  constructor(maxFrames = 8_000_000) {
    this.maxFrames = maxFrames
  }

  get count(): number {
    return this.names.length
  }

  /** Number of the frame with this identity. */
  frame(name: string, module: string, kind: number): number {
    const first = this.byName.get(name)
    let last = -1
    let alike = 0
    for (let id = first ?? -1; id >= 0; id = this.sameName[id]!) {
      if (this.kinds[id] === kind && this.modules[id] === module) return id
      last = id
      alike++
    }
    const key = alike >= MAX_CHAIN ? `${kind} ${module.length} ${module}${name}` : undefined
    const known = key === undefined ? undefined : this.byIdentity.get(key)
    if (known !== undefined) return known
    const id = this.names.length
    if (id >= this.maxFrames) {
      throw new BpfviewError(
        'E_TOO_MANY',
        `more than ${this.maxFrames} distinct frames; expected a profile whose frame names repeat`,
      )
    }
    if (id === this.kinds.length) {
      this.kinds = grown(this.kinds, new Uint8Array(id * 2))
      this.sameName = grown(this.sameName, new Int32Array(id * 2))
    }
    this.names.push(name)
    this.modules.push(module)
    this.kinds[id] = kind
    this.sameName[id] = -1
    if (key !== undefined) this.byIdentity.set(key, id)
    else if (first === undefined) this.byName.set(name, id)
    else this.sameName[last] = id
    return id
  }

  name(frame: number): string {
    return this.names[frame]!
  }

  module(frame: number): string {
    return this.modules[frame]!
  }

  kind(frame: number): number {
    return this.kinds[frame]!
  }

  /** The table so far; the builder must not be used afterwards. */
  finish(): FrameTable {
    return { name: this.names, module: this.modules, kind: this.kinds.slice(0, this.names.length) }
  }
}
