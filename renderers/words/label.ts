import { cutCompilerSuffixes } from '../../src/ops/stacks/compiler-suffixes.ts'

/**
 * Words and numbers of a picture. The functions of this file are shipped as text inside interactive pictures too (flame-script.ts), so each
 * stands by itself: no import, no call of another function of this file.
 */

/**
 * Widths of the characters U+0020 to U+007E in hundredths of the font size, each the larger of Arial's and DejaVu Sans', so that a label
 * measured with them fits whichever sans the viewer has.
 */
export const WIDTHS: readonly number[] = [
  32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
  84, 84, 56, 102, 68, 69, 72, 77, 67, 61, 78, 75, 29, 50, 67, 56, 86, 75, 79, 67, 79, 72, 67, 61, 73, 68, 99, 69, 67,
  69, 39, 34, 39, 84, 56, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59,
  82, 59, 59, 52, 64, 34, 64, 84,
]

/** Width of a text in units of the font size / 100. Characters outside `widths` count as one em, combining marks too. */
export function textWidth(text: string, widths: readonly number[]): number {
  let width = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0xdc00 && code <= 0xdfff) continue
    width += widths[code - 32] ?? 100
  }
  return width
}

/** No label is worth less room than this many characters. */
const LEAST = 'ab…c'
/** A longer name is cut in the middle before anything else. */
const LONGEST = 400

/**
 * A function name cut to fit `room`, by `width`: the whole name; else without a script's place, arguments, template parameters and endings of compilers; else cut in
 * the middle, so that both ends stay. '' when not even that has room.
 */
export function fitLabel(name: string, room: number, width: (text: string) => number): string {
  if (room < width(LEAST)) return width(name) <= room ? name : ''
  const whole = name.length > LONGEST ? `${name.slice(0, LONGEST / 2)}…${name.slice(1 - LONGEST / 2)}` : name
  if (width(whole) <= room) return whole
  const bare = bareName(whole)
  if (width(bare) <= room) return bare
  const points = Array.from(bare)
  const cutTo = (kept: number): string =>
    points.slice(0, Math.ceil(kept / 2)).join('') + '…' + points.slice(points.length - Math.floor(kept / 2)).join('')
  let low = 0
  let high = points.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (width(cutTo(middle)) <= room) low = middle
    else high = middle - 1
  }
  return low < 3 ? '' : cutTo(low)
}

/** A name without a script's place (`JS:*route /srv/shop.js:26:15`), arguments, template parameters and endings of compilers. */
function bareName(name: string): string {
  const script = /^(?:JS|LazyCompile|Function):[*~^+']?[^ *~^+'][^ ]*(?= [^ ]*:\d+:\d+$)/.exec(name)
  if (script !== null) return script[0]
  const plain = cutCompilerSuffixes(name)
  // operators, lambdas and anonymous namespaces keep their brackets
  if (!/^[^ ]*[<(]/.test(plain) || /operator|^[(<]|\{|\.\(|\(anonymous/.test(plain)) return plain
  let depth = 0
  let bare = ''
  for (let i = 0; i < plain.length; i++) {
    const char = plain[i]!
    if (char === '<' || char === '(') {
      // what follows the arguments is a type or a qualifier
      if (char === '(' && depth === 0 && bare !== '' && !/\)(?:::|\.)/.test(plain.slice(i))) break
      depth++
    } else if ((char === '>' || char === ')') && depth > 0) depth--
    else if (depth === 0) bare += char
  }
  return bare.trim() === '' ? plain : bare.trim()
}

/** A frame's name as people read it: without the `_[k]` marks of stackcollapse and BCC. */
export function plainName(name: string): string {
  return name.length > 4 && /_\[[kwij]\]$/.test(name) ? name.slice(0, -4) : name
}

/** A line of facts joined by ` · `, cut between facts where it can be, to fit `room`. */
export function fitLine(line: string, room: number, width: (text: string) => number): string {
  if (width(line) <= room) return line
  const facts = line.split(' · ')
  while (facts.length > 1) {
    facts.pop()
    const shorter = facts.join(' · ') + ' · …'
    if (width(shorter) <= room) return shorter
  }
  const points = Array.from(facts[0] ?? '')
  while (points.length > 1 && width(points.join('') + '…') > room) points.pop()
  return points.length === 0 ? '' : points.join('') + '…'
}
