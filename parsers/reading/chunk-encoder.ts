import { describeValue } from '../../src/model/arguments.ts'
import { BpfviewError } from '../../src/model/index.ts'
import { concat } from './lines.ts'

/** Bytes of chunks; a letter of two UTF-16 units may be cut between two chunks of text. */
export class ChunkEncoder {
  readonly #encoder = new TextEncoder()
  #half = ''

  encode(chunk: unknown, call: string): Uint8Array {
    if (chunk instanceof Uint8Array) {
      if (this.#half === '') return chunk
      const half = this.end()
      return concat([half, chunk], half.length + chunk.length)
    }
    if (typeof chunk !== 'string')
      throw new BpfviewError('E_USAGE', `${call} got a chunk that is ${describeValue(chunk)}; expected bytes or text`)
    const text = this.#half + chunk
    const last = text.charCodeAt(text.length - 1)
    const cut = last >= 0xd800 && last < 0xdc00
    this.#half = cut ? text.slice(-1) : ''
    return this.#encoder.encode(cut ? text.slice(0, -1) : text)
  }

  end(): Uint8Array {
    const rest = this.#encoder.encode(this.#half)
    this.#half = ''
    return rest
  }
}
