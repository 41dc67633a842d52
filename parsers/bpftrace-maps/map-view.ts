import type { Unit } from '../../src/model/index.ts'
import type { KeyPart } from './key.ts'
import { alignParts, usualArity } from './key.ts'
import type { KeyTable } from './keys.ts'
import { NO_KEY } from './keys.ts'
import type { MapLog } from './map-log.ts'
import { unitOfMap } from './map-unit.ts'

/** More columns than any key has; what is beyond them stays text of one. */
const MAX_ARITY = 64

/** What a program's banner says its values are. */
export interface BannerUnit {
  readonly unit: Unit
  /** What the time was spent on, where stacks are weighed by it: `off-CPU`; '' = not said. */
  readonly event: string
  /** The banner speaks of stacks. */
  readonly stacks: boolean
}

/** The keys of one map brought to one number of parts. */
export class MapView {
  readonly log: MapLog
  readonly keys: KeyTable
  /** Parts of a key; 0 = a map without a key. */
  readonly arity: number
  /** Parts of the key that are stacks, by index. */
  readonly stackColumns: readonly number[]
  /** Distinct keys with more parts than others, of which a comm or path beside another text holds a comma. */
  readonly ambiguous: number
  readonly unit: Unit
  readonly banner: BannerUnit | undefined
  private readonly separator: ', ' | ','

  constructor(log: MapLog, keys: KeyTable, separator: ', ' | ',', banner?: BannerUnit) {
    this.log = log
    this.keys = keys
    this.separator = separator
    this.banner = banner
    const all = new Map<number, number>()
    const withStack = new Map<number, number>()
    const seen = new Set<number>()
    for (let entry = 0; entry < log.length; entry++) {
      const key = log.key(entry)
      if (key === NO_KEY || seen.has(key)) continue
      seen.add(key)
      const parts = keys.parts(key)
      all.set(parts.length, (all.get(parts.length) ?? 0) + 1)
      if (parts.some(part => typeof part === 'number'))
        withStack.set(parts.length, (withStack.get(parts.length) ?? 0) + 1)
    }
    this.arity = all.size === 0 ? 0 : Math.min(MAX_ARITY, usualArity(withStack.size > 0 ? withStack : all))
    this.stackColumns = withStack.size === 0 ? [] : this.columnsWithStacks(seen)
    this.ambiguous = this.countAmbiguous(seen)
    const named = unitOfMap(log.name)
    this.unit = named === '' && log.has('hist') ? (banner?.unit ?? '') : named
  }

  /** The parts of an entry's key, `arity` of them. */
  parts(entry: number): KeyPart[] {
    const key = this.log.key(entry)
    if (key === NO_KEY) return []
    const parts = this.keys.parts(key)
    return parts.length === this.arity ? parts : alignParts(parts, this.arity, this.separator)
  }

  private columnsWithStacks(keys: ReadonlySet<number>): number[] {
    const found = new Set<number>()
    for (const key of keys) {
      const parts = this.keys.parts(key)
      const aligned = parts.length === this.arity ? parts : alignParts(parts, this.arity, this.separator)
      aligned.forEach((part, i) => typeof part === 'number' && found.add(i))
    }
    return [...found].filter(i => i < this.arity).sort((a, b) => a - b)
  }

  private countAmbiguous(keys: ReadonlySet<number>): number {
    const texts = new Set<number>()
    let longer = 0
    for (const key of keys) {
      const parts = this.keys.parts(key)
      if (parts.length > this.arity) longer++
      else if (parts.length === this.arity)
        parts.forEach((part, i) => typeof part === 'string' && !/^-?\d*$/.test(part) && texts.add(i))
    }
    return [...texts].some(i => texts.has(i + 1)) ? longer : 0
  }
}
