import { kindCode } from '../../src/model/index.ts'
import { NO_STACK } from '../words/no-stack.ts'
import type { StackRows } from './stack-rows.ts'
import { isBare } from './stack-rows.ts'

/** A place in the code: frames by number, the innermost inlined one first; -1 = `[no stack]`. */
export interface Location {
  readonly lines: readonly number[]
  readonly module: string
  readonly kind: number
}

/** The places of stacks, each made once: a frame and what is inlined into it are one. Numbers count from 1. */
export class Locations {
  readonly all: Location[] = []
  private readonly known = new Map<string, number>()
  private readonly stacksOf = new Map<number, readonly number[]>()
  private readonly rows: StackRows

  constructor(rows: StackRows) {
    this.rows = rows
  }

  /** Numbers of the places of a node's stack, leaf first. */
  of(node: number): readonly number[] {
    const before = this.stacksOf.get(node)
    if (before !== undefined) return before
    const { stacks } = this.rows
    const inline = kindCode('inline')
    const places: number[] = []
    let lines: number[] = []
    for (let at = node; !isBare(this.rows, at); at = stacks.parent[at]!) {
      const frame = stacks.frame[at]!
      lines.push(frame)
      if (stacks.frames.kind[frame] === inline && !isBare(this.rows, stacks.parent[at]!)) continue
      places.push(this.number(lines))
      lines = []
    }
    if (places.length === 0) places.push(this.number([-1]))
    this.stacksOf.set(node, places)
    return places
  }

  /** Name of a frame by number. */
  nameOf(frame: number): string {
    return frame < 0 ? NO_STACK : this.rows.stacks.frames.name[frame]!
  }

  private number(lines: readonly number[]): number {
    const key = lines.join(' ')
    const known = this.known.get(key)
    if (known !== undefined) return known
    const { frames } = this.rows.stacks
    const last = lines[lines.length - 1]!
    const kind = last < 0 ? kindCode('unknown') : frames.kind[last]!
    const module = last < 0 ? '' : frames.module[last]!
    this.all.push({ lines, kind, module: module === '' && kind === kindCode('kernel') ? '[kernel.kallsyms]' : module })
    this.known.set(key, this.all.length)
    return this.all.length
  }
}

/** Numbers things by what they are, in the order in which they are asked for; the first is number `from`. */
export class Numbering<T> {
  readonly all: T[] = []
  private readonly known = new Map<string, number>()
  private readonly from: number

  constructor(from: number) {
    this.from = from
  }

  of(key: string, value: T): number {
    let number = this.known.get(key)
    if (number === undefined) {
      this.known.set(key, (number = this.all.length + this.from))
      this.all.push(value)
    }
    return number
  }
}
