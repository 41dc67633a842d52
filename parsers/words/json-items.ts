/** A longer item is broken input. */
const MAX_ITEM = 1 << 24

/** How an input ended that is not whole: inside an item, which is lost, or between items. */
export interface CutItem {
  readonly inItem: boolean
  readonly line: number
  readonly text: string
}

/**
 * Cuts one large JSON object into items as its bytes arrive: each value of the object that is an object itself, and each object inside a value that is an
 * array, goes to `take` as text with its key and line. Holds one item at a time. Linear; broken JSON gives broken items.
 */
export class JsonItems {
  private readonly take: (key: string, text: string, line: number) => void
  private readonly decoder = new TextDecoder('utf-8')
  private depth = 0
  private inString = false
  private escaped = false
  private key = ''
  /** Text of the string being read at depth 1. */
  private word = ''
  private array = false
  private line = 1
  /** Parts of the item being read, undefined between items. */
  private item: string[] | undefined
  private itemLength = 0
  private itemDepth = 0
  private itemLine = 0

  constructor(take: (key: string, text: string, line: number) => void) {
    this.take = take
  }

  push(chunk: Uint8Array): void {
    this.text(this.decoder.decode(chunk, { stream: true }))
  }

  /** Where the input was cut, undefined when every bracket was closed. */
  end(): CutItem | undefined {
    this.text(this.decoder.decode())
    if (this.item !== undefined) return { inItem: true, line: this.itemLine, text: this.item.join('').slice(0, 500) }
    return this.depth > 0 || this.inString ? { inItem: false, line: this.line, text: '' } : undefined
  }

  private text(text: string): void {
    let start = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === 10) this.line++
      if (this.inString) {
        if (this.escaped) this.escaped = false
        else if (code === 92) this.escaped = true
        else if (code === 34) this.inString = false
        else if (this.depth === 1 && this.word.length < 100) this.word += text[i]!
      } else if (code === 34) {
        this.inString = true
        if (this.depth === 1) this.word = ''
      } else if (code === 58) {
        if (this.depth === 1) this.key = this.word
      } else if (code === 123 || code === 91) {
        if (this.depth === 1) this.array = code === 91
        if (code === 123 && this.item === undefined && (this.depth === 1 || (this.depth === 2 && this.array))) {
          this.item = []
          this.itemLength = 0
          this.itemDepth = this.depth
          this.itemLine = this.line
          start = i
        }
        this.depth++
      } else if (code === 125 || code === 93) {
        if (this.depth > 0) this.depth--
        if (this.item !== undefined && this.depth === this.itemDepth) {
          this.item.push(text.slice(start, i + 1))
          const item = this.item.join('')
          this.item = undefined
          this.take(this.key, item, this.itemLine)
        }
      }
    }
    if (this.item === undefined || this.itemLength > MAX_ITEM) return
    this.item.push(text.slice(start))
    this.itemLength += text.length - start
  }
}
