/**
 * The flame graph page of async-profiler (`asprof -f out.html`, `jfrconv`), whose frames are calls of small functions, parents first:
 *
 *     const palette = [ [0xb2e1b2, 20, 20, 20], ... ];
 *     const cpool = [
 *     'all',
 *     ' java/lang/Thread.run',
 *     '1start',                                  the first character says how much of the string before is repeated: 49 - 32 = 17 characters
 *     ];
 *     unpack(cpool);
 *     f(0,0,0,100)                               f(key, level, distance to the left edge of the frame before, width); key = number in the pool * 8 + kind
 *     u(9,60)                                    one level up, same edge
 *     n(17,40)                                   beside the frame before; without a width, that of the frame before
 *
 *     f(0,0,100,3,'all')                         pages up to version 2: f(level, left, width, kind, 'title')
 *
 * A width holds those of the frames above it. Source: src/res/flame.html and src/flameGraph.cpp of async-profiler.
 */
import type { Dataset, FrameKind } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import type { Reading } from './whole-file.ts'
import { bytesFormat } from './whole-file.ts'

/** Interpreted, compiled, inlined, native, C++, kernel, compiled by C1. */
const KINDS: readonly FrameKind[] = ['jit', 'jit', 'inline', 'user', 'user', 'kernel', 'jit']
/** Of pages with five colours: Java, inlined, kernel, C++, native. */
const OLD_KINDS: readonly FrameKind[] = ['jit', 'inline', 'kernel', 'user', 'user']

export const asyncProfilerHtml: Format = bytesFormat({
  id: 'async-profiler-html',
  title: 'flame graph pages of async-profiler',
  what: 'a flame graph page of async-profiler',
  sniff: head => /^\s*<!DOCTYPE html>/i.test(head.text) && />async-profiler<\/a>|^const cpool = \[/m.test(head.text),
  read: readPage,
})

interface Open {
  readonly node: number
  readonly width: number
  below: number
}

function readPage(bytes: Uint8Array, reading: Reading): readonly Dataset[] {
  const { fields, threads, log } = reading
  const text = new TextDecoder().decode(bytes)
  const pool = poolOf(text, reading)
  const frames = new Frames(pool, paletteSize(text) > 5 ? KINDS : OLD_KINDS, reading)
  const sink = threads.open({ name: 'samples', value: { name: 'samples', unit: 'samples' } })
  const open: Open[] = []
  let hidden = 0
  const close = (level: number): void => {
    while (open.length > level) {
      const { node, width, below } = open.pop()!
      if (below > width) hidden++
      if (width > below) sink.add(node, width - below)
    }
  }
  for (const { level, width, title, kind } of frames.read(text)) {
    if (level > open.length) fields.refuse(`a frame of level ${level} above one of level ${open.length - 1}`)
    close(level)
    const parent = open[level - 1]
    if (parent !== undefined) parent.below += width
    const node = parent === undefined ? sink.root : sink.stacks.child(parent.node, sink.stacks.frame(title, '', kind))
    open.push({ node, width, below: 0 })
  }
  close(0)
  if (frames.count === 0) fields.refuse('a page without frames')
  if (hidden > 0)
    log.note('inclusive-excess', 'frames that are narrower than what they called together', { count: hidden })
  log.note('minwidth', 'frames that the page leaves out as too narrow count for their callers; the unit is not said', {
    severity: 'info',
  })
  return threads.finish({ tool: 'async-profiler' })
}

interface PageFrame {
  readonly level: number
  readonly width: number
  readonly title: string
  readonly kind: number
}

class Frames {
  count = 0
  private readonly pool: readonly string[] | undefined
  private readonly kinds: readonly FrameKind[]
  private readonly reading: Reading
  private level = 0
  private width = 0

  constructor(pool: readonly string[] | undefined, kinds: readonly FrameKind[], reading: Reading) {
    this.pool = pool
    this.kinds = kinds
    this.reading = reading
  }

  /** The frames of the page, each after its parent. */
  *read(text: string): Iterable<PageFrame> {
    const call = /^([fun])\((\d[^\n]*)\);?\r?$/gm
    for (let found = call.exec(text); found !== null; found = call.exec(text)) {
      this.count++
      yield this.pool === undefined ? this.titled(found[2]!) : this.pooled(found[1]!, found[2]!, this.pool)
    }
  }

  private pooled(call: string, list: string, pool: readonly string[]): PageFrame {
    const numbers = list.split(',').map(Number)
    const [key, level, width] =
      call === 'f'
        ? [numbers[0], numbers[1], numbers[3]]
        : [numbers[0], this.level + (call === 'u' ? 1 : 0), numbers[1]]
    this.level = this.reading.fields.index(level, 2 ** 20, 'the level of a frame')
    if (width !== undefined && width !== 0)
      this.width = this.reading.fields.index(width, 2 ** 53, 'the width of a frame')
    const title = pool[this.reading.fields.index(Math.floor(key! / 8), pool.length, 'a number in the pool')]!
    return { level: this.level, width: this.width, title, kind: this.kindOf(key! % 8) }
  }

  private titled(list: string): PageFrame {
    const parts = /^(\d+),(\d+),(\d+),(\d+),'((?:[^'\\]|\\.)*)'/.exec(list)
    if (parts === null) return this.reading.fields.refuse('a frame without level, left, width, kind and title')
    const level = this.reading.fields.index(Number(parts[1]), 2 ** 20, 'the level of a frame')
    return { level, width: Number(parts[3]), title: unquoted(parts[5]!), kind: this.kindOf(Number(parts[4])) }
  }

  private kindOf(number: number): number {
    return kindCode(this.kinds[number] ?? 'user')
  }
}

/** The strings of the pool; undefined for a page without one. */
function poolOf(text: string, { fields }: Reading): readonly string[] | undefined {
  const start = /^const cpool = \[/m.exec(text)
  if (start === null) return undefined
  const pool: string[] = []
  const item = /\s*(?:,\s*)?(?:'((?:[^'\\\n]|\\.)*)'|(\]))/y
  item.lastIndex = start.index + start[0].length
  for (let found = item.exec(text); found?.[2] === undefined; found = item.exec(text)) {
    if (found === null) return fields.refuse('a pool of names that does not end')
    const packed = unquoted(found[1]!)
    const before = pool[pool.length - 1]
    pool.push(before === undefined ? packed : before.slice(0, Math.max(0, packed.charCodeAt(0) - 32)) + packed.slice(1))
  }
  return pool
}

function unquoted(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, '$1') : text
}

function paletteSize(text: string): number {
  const palette = /const palette = \[([\s\S]{0,2000}?)\];/.exec(text)
  return palette === null ? 0 : palette[1]!.split('[').length - 1
}
