/** Raw deflate (RFC 1951) in few bytes of code: every flame graph carries it. Data is what our build packed, so nothing is checked. */

/** Symbols by code length and code, as the canonical Huffman code of these lengths has them. */
type Codes = { readonly counts: readonly number[]; readonly symbols: readonly number[] }

/** Order in which the lengths of the code of lengths stand. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

function codesOf(lengths: readonly number[]): Codes {
  const counts: number[] = []
  const symbols: number[] = []
  for (let length = 1; length < 16; length++) {
    const of = lengths.map((each, symbol) => (each === length ? symbol : -1)).filter(symbol => symbol >= 0)
    counts[length] = of.length
    symbols.push(...of)
  }
  return { counts, symbols }
}

/** First value of each code of lengths or distances: `step` codes share a number of extra bits. */
function basesOf(first: number, step: number, codes: number): number[] {
  const bases: number[] = []
  for (let code = 0, base = first; code < codes; code++) {
    bases.push(base)
    base += 1 << extraOf(code, step)
  }
  return bases
}

function extraOf(code: number, step: number): number {
  return Math.max(0, Math.floor(code / step) - 1)
}

function repeated(length: number, count: number): number[] {
  return Array(count).fill(length)
}

/** The text that was packed: UTF-8, deflated, in base64. */
export function inflateText(packed: string): string {
  const bytes = Uint8Array.from(atob(packed), char => char.charCodeAt(0))
  const lengthBases = basesOf(3, 4, 28)
  const distanceBases = basesOf(1, 2, 30)
  const out: number[] = []
  let at = 0
  const bits = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++, at++) value |= ((bytes[at >> 3]! >> (at & 7)) & 1) << i
    return value
  }
  const symbol = ({ counts, symbols }: Codes): number => {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; ; length++) {
      code |= bits(1)
      const count = counts[length]!
      if (code - count < first) return symbols[index + code - first]!
      index += count
      first = (first + count) << 1
      code <<= 1
    }
  }
  for (let last = 0; last === 0; ) {
    last = bits(1)
    const kind = bits(2)
    let literals = codesOf([...repeated(8, 144), ...repeated(9, 112), ...repeated(7, 24), ...repeated(8, 8)])
    let distances = codesOf(repeated(5, 30))
    if (kind === 0) {
      at = (at + 7) & -8
      const length = bits(16)
      at += 16
      for (let i = 0; i < length; i++) out.push(bits(8))
      continue
    }
    if (kind === 2) {
      const [literalCount, distanceCount, orderCount] = [bits(5) + 257, bits(5) + 1, bits(4) + 4]
      const own = repeated(0, 19)
      for (let i = 0; i < orderCount; i++) own[ORDER[i]!] = bits(3)
      const codes = codesOf(own)
      const lengths: number[] = []
      while (lengths.length < literalCount + distanceCount) {
        const next = symbol(codes)
        if (next < 16) lengths.push(next)
        else if (next === 16) lengths.push(...repeated(lengths.at(-1)!, bits(2) + 3))
        else lengths.push(...repeated(0, next === 17 ? bits(3) + 3 : bits(7) + 11))
      }
      literals = codesOf(lengths.slice(0, literalCount))
      distances = codesOf(lengths.slice(literalCount))
    }
    for (let next = symbol(literals); next !== 256; next = symbol(literals)) {
      if (next < 256) {
        out.push(next)
        continue
      }
      const code = next - 257
      const length = code === 28 ? 258 : lengthBases[code]! + bits(extraOf(code, 4))
      const far = symbol(distances)
      const distance = distanceBases[far]! + bits(extraOf(far, 2))
      for (let i = 0; i < length; i++) out.push(out[out.length - distance]!)
    }
  }
  return new TextDecoder().decode(Uint8Array.from(out))
}
