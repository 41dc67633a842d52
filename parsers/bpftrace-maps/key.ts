/** A part of a map's key: text as printed, or the number of a stack. */
export type KeyPart = string | number

/** A key whose pieces are text of several parts, and stacks. */
export function partsOf(pieces: readonly KeyPart[]): KeyPart[] {
  const parts: KeyPart[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') for (const part of keyParts(piece)) parts.push(part)
    else parts.push(piece)
  }
  return parts
}

/** Parts of a key of text output, which joins them by `, `; `keyParts('a, f(int, long), 3')` has three. */
export function keyParts(text: string): string[] {
  return splitKey(text, ', ')
}

/**
 * A key's text cut at each separator (`, ` or `,`) outside of brackets. bpftrace does not escape, so a comm with a separator in it cannot be
 * told apart: see alignParts. Linear.
 */
export function splitKey(text: string, separator: ', ' | ','): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 40 || code === 91 || code === 60 || code === 123) depth++
    else if (code === 41 || code === 93 || code === 125) depth--
    else if (code === 62 && text.charCodeAt(i - 1) !== 45) depth--
    else if (code === 44 && depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i))
      start = i + separator.length
      i = start - 1
    }
    if (depth < 0) depth = 0
  }
  if (depth > 0) return text.split(separator)
  parts.push(text.slice(start))
  return parts
}

/** How many parts most keys have; the smaller one when two are as frequent. */
export function usualArity(counts: ReadonlyMap<number, number>): number {
  let best = 1
  let bestCount = 0
  for (const [arity, count] of counts) {
    if (count > bestCount || (count === bestCount && arity < best)) {
      best = arity
      bestCount = count
    }
  }
  return best
}

/**
 * Parts brought to `arity`: too many are joined again where a comm or a path can stand, that is before the numbers at the end and
 * after the numbers at the start; too few are filled with ''.
 */
export function alignParts(parts: readonly KeyPart[], arity: number, separator: string): KeyPart[] {
  const aligned = [...parts]
  while (aligned.length < arity) aligned.push('')
  const excess = aligned.length - arity
  if (excess === 0) return aligned
  let at = aligned.findIndex((part, i) => isText(part) && i + 1 < aligned.length && isText(aligned[i + 1]!))
  if (at < 0) at = aligned.findIndex((part, i) => typeof part === 'string' && typeof aligned[i + 1] === 'string')
  if (at < 0) return aligned
  let end = at + 1
  while (end < aligned.length && end <= at + excess && typeof aligned[end] === 'string') end++
  return [...aligned.slice(0, at), aligned.slice(at, end).join(separator), ...aligned.slice(end)]
}

function isText(part: KeyPart): boolean {
  return typeof part === 'string' && !/^-?\d+$/.test(part)
}
