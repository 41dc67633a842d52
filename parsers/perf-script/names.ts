import type { StackTreeBuilder } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { ReadOptions } from '../reading/format.ts'
import { isUnnamed, kindOfAllIn, kindOfModule } from '../stacks/frame-kind.ts'
import type { JitMap } from '../stacks/jit-map.ts'
import { jitMapOf, jitName } from '../stacks/jit-map.ts'
import type { PerfFrame } from './frame.ts'
import type { PerfOptions } from './options.ts'

const KERNEL = kindCode('kernel')
const INLINE = kindCode('inline')
const UNKNOWN = kindCode('unknown')
/** In place of a module's kind: its frames have several. */
const MIXED = -1

/** What decides how frames are called. */
type NameOptions = Pick<ReadOptions, 'addrs' | 'offsets'> & Pick<PerfOptions, 'compat' | 'srcline' | 'jitMaps'>

/** Gives frames as printed their names and kinds, and numbers in the tree. */
export class FrameNames {
  /** Addresses of compiled code whose name came from a later entry of its map than the printed one, each with the printed name. */
  readonly renamed = new Set<string>()

  private readonly options: NameOptions
  private readonly stacks: StackTreeBuilder
  /** Kinds of modules seen before: telling them takes several regular expressions. */
  private readonly moduleKinds = new Map<string, number>()
  private readonly jitMaps = new Map<string, JitMap | undefined>()

  constructor(options: NameOptions, stacks: StackTreeBuilder) {
    this.options = options
    this.stacks = stacks
  }

  /** Number of a frame. */
  number(frame: PerfFrame): number {
    const { stacks, options } = this
    const { ip, offset, module } = frame
    const symbol = this.symbolOf(frame)
    if (symbol === '' && module === '') return stacks.frame(ip, '', isKernelAddress(ip) ? KERNEL : UNKNOWN)
    const unknown = symbol === '' || symbol === '[unknown]'
    const name =
      symbol === '' && options.compat !== undefined
        ? ' '
        : unknown
          ? options.addrs === true
            ? `[unknown <${ip}>]`
            : '[unknown]'
          : options.offsets === true
            ? symbol + offset
            : symbol
    const kind = module === '' && !unknown && isKernelAddress(ip) ? KERNEL : this.kindOf(module, name)
    return stacks.frame(name, module, kind)
  }

  /** Number of a frame as `-F +srcline` corrects it: `file:line` under the frame, and `(inlined)` behind that rather than behind the frame. */
  atSource(frame: number, text: string): number {
    const { stacks } = this
    const inlined = text.endsWith(' (inlined)')
    const place = inlined ? text.slice(0, -10) : text
    let name = stacks.frameName(frame)
    if (this.options.srcline === true && /:\d+$/.test(place) && !place.startsWith('??'))
      name += `:${place.slice(place.lastIndexOf('/') + 1)}`
    return stacks.frame(
      name,
      inlined ? 'inlined' : stacks.frameModule(frame),
      inlined ? INLINE : stacks.frameKind(frame),
    )
  }

  /** True when frames of the module are named by their address. */
  byAddress(module: string): boolean {
    return this.options.jitMaps !== undefined && this.mapOf(module) !== undefined
  }

  private symbolOf({ ip, symbol, module }: PerfFrame): string {
    const map = this.options.jitMaps === undefined ? undefined : this.mapOf(module)
    const name = map === undefined ? undefined : jitName(map, parseInt(ip, 16))
    if (name === undefined || name === '' || name === symbol) return symbol
    this.renamed.add(`${ip} ${module} ${symbol}`)
    return name
  }

  private mapOf(module: string): JitMap | undefined {
    if (!this.jitMaps.has(module)) {
      const file = jitMapOf(module)
      const maps = this.options.jitMaps!
      this.jitMaps.set(module, file !== undefined && Object.hasOwn(maps, file) ? maps[file] : undefined)
    }
    return this.jitMaps.get(module)
  }

  private kindOf(module: string, name: string): number {
    if (isUnnamed(name)) return kindCode(kindOfModule(module, name))
    let kind = this.moduleKinds.get(module)
    if (kind === undefined) {
      const all = kindOfAllIn(module)
      kind = all === undefined ? MIXED : kindCode(all)
      this.moduleKinds.set(module, kind)
    }
    return kind === MIXED ? kindCode(kindOfModule(module, name)) : kind
  }
}

function isKernelAddress(ip: string): boolean {
  return ip.length === 16 && ip.startsWith('ffff')
}
