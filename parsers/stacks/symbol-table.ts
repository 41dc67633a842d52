import { BpfviewError, grown } from '../../src/model/index.ts'
import { countKernelFrames, isKernelThread, kernelSigns } from './kernel-side.ts'
import { StackStore } from './stack-store.ts'
import type { FrameLine } from './symbol.ts'
import { isKernelAddress, parseSymbol } from './symbol.ts'

/** Distinct frame lines that are remembered as text; others are taken apart again each time. */
const MAX_KNOWN_LINES = 1 << 17
/** Codes of offsets are below this; a symbol is its shape times this, and its offset's code. */
const OFFSETS = 2 ** 31
/** So many shapes times offsets are integers that a double holds. */
const MAX_SHAPES = 2 ** 22
const PLAIN_OFFSET = /^\+(?:0x(?:0|[1-9a-f][0-9a-f]{0,11})|(?:0|[1-9]\d{0,14}))$/

/**
 * Frame lines as integers. A symbol is a shape (function, module, which half its address is in) and an offset, so that a thousand offsets
 * of one function hold its name once. Symbols with equal shape and offset are one.
 */
export class SymbolTable {
  private readonly shapes: FrameLine[] = []
  /** By shape. */
  private readonly signs: number[] = []
  private readonly shapeIds = new Map<string, number>()
  /** Offsets too big for an integer of 31 bits, as printed. */
  private readonly offsetTexts: string[] = []
  private readonly offsetIds = new Map<string, number>()
  private readonly lines = new Map<string, number>()

  /** The symbol of a line that was seen before, undefined for others. */
  known(line: string): number | undefined {
    return this.lines.get(line)
  }

  /** Symbol of a line as printed. */
  of(line: string): number {
    const known = this.lines.get(line)
    if (known !== undefined) return known
    const symbol = this.ofFrame(parseSymbol(line))
    if (this.lines.size < MAX_KNOWN_LINES) this.lines.set(copied(line), symbol)
    return symbol
  }

  ofFrame(frame: FrameLine): number {
    return this.shapeOf(frame) * OFFSETS + this.offsetOf(frame.offset)
  }

  /** Function and module without the offset; the same object for the same shape. The address only tells the half it is in. */
  shape(symbol: number): FrameLine {
    return this.shapes[this.shapeId(symbol)]!
  }

  shapeId(symbol: number): number {
    return Math.floor(symbol / OFFSETS)
  }

  /** What tells on which side a shape is, see kernelSigns. */
  signsOf(shape: number): number {
    return (this.signs[shape] ??= kernelSigns(this.shapes[shape]!))
  }

  nameOf(shape: number): string {
    return this.shapes[shape]!.name
  }

  /** The symbol of a shape at a decimal offset below 2^28. */
  atOffset(shape: number, offset: number): number {
    return shape * OFFSETS + offset * 2 + 1
  }

  /** True for a symbol whose offset was printed as this decimal number. */
  offsetIs(symbol: number, offset: number): boolean {
    return symbol % OFFSETS === offset * 2 + 1
  }

  /** Name with its offset, as printed. */
  nameWithOffset(symbol: number): string {
    return this.shape(symbol).name + this.offset(symbol)
  }

  private shapeOf({ name, module, address, inlined }: FrameLine): number {
    const half = address === undefined ? '' : isKernelAddress(address) ? 'k' : address.length >= 6 ? 'u' : 's'
    const key = `${half}${inlined === true ? 'i' : ''} ${module.length} ${module}${name}`
    let id = this.shapeIds.get(key)
    if (id !== undefined) return id
    id = this.shapes.length
    if (id >= MAX_SHAPES)
      throw new BpfviewError(
        'E_TOO_MANY',
        `more than ${MAX_SHAPES} functions in stacks; expected functions that repeat`,
      )
    this.shapeIds.set(copied(key), id)
    this.shapes.push({
      name: copied(name),
      module: copied(module),
      ...(half !== '' && { address: half === 'k' ? 'ffffffff00000000' : half === 'u' ? '000000000000' : '0000' }),
      ...(inlined === true && { inlined }),
    })
    return id
  }

  /** 0 = none, odd = decimal, even = hexadecimal; above 2^30 a number of the text. */
  private offsetOf(text: string | undefined): number {
    if (text === undefined) return 0
    const hex = text.startsWith('+0x')
    const value = PLAIN_OFFSET.test(text) ? Number(text.slice(1)) : Infinity
    if (value < 2 ** 28) return value * 2 + (hex ? 2 : 1)
    let id = this.offsetIds.get(text)
    if (id === undefined) {
      id = this.offsetTexts.length
      this.offsetIds.set(copied(text), id)
      this.offsetTexts.push(copied(text))
    }
    return 2 ** 30 + id
  }

  private offset(symbol: number): string {
    const code = symbol % OFFSETS
    if (code === 0) return ''
    if (code >= 2 ** 30) return this.offsetTexts[code - 2 ** 30]!
    return code % 2 === 1 ? `+${(code - 1) / 2}` : `+0x${((code - 2) / 2).toString(16)}`
  }
}

/** Stacks as integers over a symbol table; 0 is the empty stack. */
export class StackTable {
  readonly symbols = new SymbolTable()
  private readonly store = new StackStore()
  /** The same stacks without the offsets of their frames, as shapes. */
  private readonly plain = new StackStore()
  /** By stack: its plain stack. */
  private plainOf = new Int32Array(1024)
  private known = 1
  private readonly shapes: number[] = []
  /** By plain stack. */
  private readonly kernelCounts: number[] = []

  /** Number of the stack with these symbols, leaf first. */
  of(symbols: readonly number[]): number {
    const stack = this.store.of(symbols)
    if (stack < this.known) return stack
    this.known = stack + 1
    if (stack === this.plainOf.length) this.plainOf = grown(this.plainOf, new Int32Array(stack * 2))
    this.shapes.length = symbols.length
    for (let i = 0; i < symbols.length; i++) this.shapes[i] = this.symbols.shapeId(symbols[i]!)
    this.plainOf[stack] = this.plain.of(this.shapes)
    return stack
  }

  /** A number that stacks have in common which differ in nothing but offsets. */
  plainStack(stack: number): number {
    return this.plainOf[stack]!
  }

  /** Frames of a stack. */
  depth(stack: number): number {
    return this.store.length(stack)
  }

  /** The i-th symbol of a stack, leaf first. */
  symbol(stack: number, i: number): number {
    return this.store.at(stack, i)
  }

  /** Symbols of a stack, leaf first. */
  frames(stack: number): number[] {
    return Array.from({ length: this.depth(stack) }, (_, i) => this.symbol(stack, i))
  }

  /** The stack folded, root first, names with offsets as printed. */
  text(stack: number): string {
    const names = this.frames(stack).map(symbol => this.symbols.nameWithOffset(symbol))
    return names.reverse().join(';')
  }

  /** How many of the frames, leaf first, are the kernel's; `comm` of a kernel thread makes them all so. */
  kernelFrames(stack: number, comm?: string): number {
    if (comm !== undefined && isKernelThread(comm)) return this.depth(stack)
    const plain = this.plainStack(stack)
    let count = this.kernelCounts[plain]
    if (count === undefined) {
      count = countKernelFrames(
        this.depth(stack),
        i => this.symbols.signsOf(this.plain.at(plain, i)),
        i => this.symbols.nameOf(this.plain.at(plain, i)),
      )
      this.kernelCounts[plain] = count
    }
    return count
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The same text in memory of its own: a piece of a longer text keeps all of it alive. Short texts are copies already. */
export function copied(text: string): string {
  if (text.length < 13) return text
  const own = decoder.decode(encoder.encode(text))
  // half a surrogate pair from JSON has no UTF-8
  return own === text ? own : text
}
