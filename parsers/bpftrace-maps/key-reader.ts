import { isCutMark } from '../words/cut-mark.ts'
import type { KeyPart } from './key.ts'
import { partsOf } from './key.ts'
import type { KeyTable } from './keys.ts'
import type { MapStart } from './map-start.ts'
import { bpftraceNote, followsStack, keyEnd, mapStart, opensStack } from './map-start.ts'
import { bucketRow } from './value.ts'

/** Lines that a string with newlines in a key may have before the key is given up as cut. */
const MAX_TEXT_LINES = 64
/** Frames of a stack that are read; BPF stacks have 127 at most, and a key that never ends must not fill the memory. */
const MAX_FRAMES = 1 << 16
const INDENTED = /^[ \t]+\S/
const RAW_ADDRESS = /^[0-9a-f]{8,16}\s*$/

/** A key that was read to its end, and the text of the value behind it. */
export interface WholeKey {
  readonly parts: readonly KeyPart[]
  readonly value: string
}

/** What became of a line: the key's own, its last one, none of the key's, or one that shows that the key was cut off. */
export type KeyLine =
  | { readonly is: 'taken' | 'foreign' | 'cut' | 'elided' | 'bad-end' }
  /** `itself` = the line is the key's last; else the key ended before it. */
  | { readonly is: 'end'; readonly key: WholeKey; readonly itself: boolean }

const TAKEN = { is: 'taken' } as const
const CUT = { is: 'cut' } as const

/** A key that goes on over several lines: text of many lines, or stacks. */
export class KeyReader {
  readonly map: string
  readonly firstLine: number
  readonly firstText: string
  /** What the first line is if it turns out that no stack follows: a value that ends in a comma. */
  private whole: WholeKey | undefined
  private readonly keys: KeyTable
  /** Finished parts: text, or a stack. */
  private readonly pieces: KeyPart[]
  /** Symbols of the stack that is being read, undefined inside a string. */
  private stack: number[] | undefined
  private text: string
  /** An empty line was seen in the stack. */
  private gap = false
  private indented = false
  private lines = 1

  /** `start` = a first line that has a key. */
  constructor(start: MapStart, number: number, raw: string, keys: KeyTable, whole?: WholeKey) {
    const key = start.key ?? ''
    const stack = opensStack(key)
    this.map = start.map
    this.keys = keys
    this.whole = whole
    this.pieces = stack && key.trim() !== '' ? [key.replace(/,\s*$/, '')] : []
    this.stack = stack ? [] : undefined
    this.text = stack ? '' : key
    this.firstLine = number
    this.firstText = raw
  }

  /** Symbol of the last line taken as a frame with blanks before it, -1 for other lines. */
  lastSymbol = -1

  /** Takes such a line by its symbol; false where the line's text counts. */
  takeSymbol(symbol: number): boolean {
    const { stack } = this
    if (stack === undefined || this.whole !== undefined || stack.length >= MAX_FRAMES) return false
    this.lines++
    this.indented = true
    stack.push(symbol)
    return true
  }

  take(line: string): KeyLine {
    this.lines++
    this.lastSymbol = -1
    const { stack } = this
    if (stack === undefined) return this.takeText(line)
    if (this.whole !== undefined) {
      const { whole } = this
      this.whole = undefined
      if (!INDENTED.test(line)) return { is: 'end', key: whole, itself: false }
    }
    const indented = INDENTED.test(line)
    const known = indented ? this.keys.stacks.symbols.known(line) : undefined
    if (known !== undefined) return this.pushIndented(stack, known)
    if (followsStack(line)) return this.endStack(stack, line)
    if (mapStart(line) !== undefined || bucketRow(line) !== undefined) return CUT
    if (line.trim() === '') {
      this.gap = true
      return TAKEN
    }
    // old versions leave a line empty after a stack; text at column 0 after one is no longer the key's
    if (this.gap && stack.length > 0 && !indented && !RAW_ADDRESS.test(line)) return CUT
    if (isCutMark(line)) {
      this.push(stack, this.keys.stacks.symbols.ofFrame({ name: '[...]', module: '' }))
      return { is: 'elided' }
    }
    const note = bpftraceNote(line)
    if ((note !== undefined && note.is !== 'clock') || (this.indented && !indented && !RAW_ADDRESS.test(line)))
      return { is: 'foreign' }
    const symbol = this.keys.stacks.symbols.of(line)
    return indented ? this.pushIndented(stack, symbol) : this.push(stack, symbol)
  }

  private pushIndented(stack: number[], symbol: number): KeyLine {
    this.indented = true
    this.lastSymbol = symbol
    return this.push(stack, symbol)
  }

  private push(stack: number[], symbol: number): KeyLine {
    if (stack.length >= MAX_FRAMES) return CUT
    stack.push(symbol)
    return TAKEN
  }

  private takeText(line: string): KeyLine {
    const start = mapStart(line)
    if (this.lines > MAX_TEXT_LINES || (start?.key !== undefined && keyEnd(start.key) !== undefined)) return CUT
    this.text = `${this.text}\n${line}`
    return this.readText()
  }

  /** Ends a stack at `]: 5`, or at `, text]: 5`, or at `,` before the next stack. */
  private endStack(stack: readonly number[], line: string): KeyLine {
    this.pieces.push(this.keys.stacks.of(stack))
    this.stack = undefined
    if (line.startsWith(']')) {
      const end = keyEnd(line)
      return end === undefined ? { is: 'bad-end' } : this.end(end.value)
    }
    this.text = line.slice(line.startsWith(', ') ? 2 : 1)
    return this.readText()
  }

  /** Text of a key up to its end, to the next stack or to the end of the line. */
  private readText(): KeyLine {
    const end = keyEnd(this.text)
    if (end !== undefined) {
      this.pieces.push(end.key)
      return this.end(end.value)
    }
    if (opensStack(this.text)) {
      if (this.text !== '') this.pieces.push(this.text.replace(/,\s*$/, ''))
      this.gap = false
      this.indented = false
      this.text = ''
      this.stack = []
    }
    return TAKEN
  }

  private end(value: string): KeyLine {
    return { is: 'end', key: { parts: partsOf(this.pieces), value }, itself: true }
  }
}
