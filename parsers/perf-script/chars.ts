/** Characters of a line, as perf prints it: what header, thread and frame scanners share. */

import { isBlank, isDigit } from '../../src/model/text/chars.ts'

export { isBlank, isDigit } from '../../src/model/text/chars.ts'

export const BLANK = 32
export const TAB = 9
export const COLON = 58

export function leadingBlanks(line: string): number {
  let p = 0
  while (line.charCodeAt(p) === BLANK) p++
  return p
}

/** True when a word ends before `at`. */
export function endsWord(line: string, at: number): boolean {
  return at >= line.length || isBlank(line.charCodeAt(at))
}

export function skipBlanks(line: string, from: number): number {
  let p = from
  while (p < line.length && isBlank(line.charCodeAt(p))) p++
  return p
}

export function skipBlanksBack(line: string, end: number): number {
  let p = end
  while (p > 0 && isBlank(line.charCodeAt(p - 1))) p--
  return p
}

export function wordStart(line: string, end: number): number {
  let p = end
  while (p > 0 && !isBlank(line.charCodeAt(p - 1))) p--
  return p
}

export function wordEnd(line: string, start: number): number {
  let p = start
  while (p < line.length && !isBlank(line.charCodeAt(p))) p++
  return p
}

export function isDigits(line: string, start: number, end: number): boolean {
  if (start === end) return false
  for (let p = start; p < end; p++) if (!isDigit(line.charCodeAt(p))) return false
  return true
}

export function isLetters(line: string, start: number, end: number): boolean {
  if (start === end) return false
  for (let p = start; p < end; p++) if (!isLetter(line.charCodeAt(p))) return false
  return true
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95
}
