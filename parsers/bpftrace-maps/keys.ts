import { SequenceTrie } from '../build/sequence-trie.ts'
import { copied, StackTable } from '../stacks/symbol-table.ts'
import type { KeyPart } from './key.ts'

/** A map without a key has this key. */
export const NO_KEY = 0

/** Keys of maps as integers: equal keys (texts equal, stacks equal with their offsets) have equal numbers. */
export class KeyTable {
  readonly stacks = new StackTable()
  private readonly trie = new SequenceTrie()
  private readonly texts: string[] = []
  private readonly textIds = new Map<string, number>()

  /** Number of a key, never NO_KEY. */
  of(parts: readonly KeyPart[]): number {
    let node = NO_KEY
    for (const part of parts)
      node = this.trie.child(node, typeof part === 'string' ? this.textId(part) * 2 : part * 2 + 1)
    return node === NO_KEY ? this.of(['']) : node
  }

  /** The parts of a key; none of NO_KEY. */
  parts(key: number): KeyPart[] {
    return this.trie
      .fromLast(key)
      .reverse()
      .map(code => (code % 2 === 0 ? this.texts[code / 2]! : (code - 1) / 2))
  }

  /** A key as one text: parts joined by `, `, stacks folded, root first. */
  text(key: number): string {
    return this.parts(key)
      .map(part => this.partText(part))
      .join(', ')
  }

  partText(part: KeyPart): string {
    return typeof part === 'string' ? part : this.stacks.text(part)
  }

  hasStack(key: number): boolean {
    for (let at = key; at !== NO_KEY; at = this.trie.parent(at)) if (this.trie.item(at) % 2 === 1) return true
    return false
  }

  /** True when a stack of the key has frames of the user's: two processes may print them alike. */
  hasUserFrames(key: number): boolean {
    return this.parts(key).some(
      part => typeof part === 'number' && this.stacks.kernelFrames(part) < this.stacks.depth(part),
    )
  }

  private textId(text: string): number {
    let id = this.textIds.get(text)
    if (id === undefined) {
      id = this.texts.length
      const own = copied(text)
      this.textIds.set(own, id)
      this.texts.push(own)
    }
    return id
  }
}
