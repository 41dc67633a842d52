import { isBlank } from '../../src/model/text/chars.ts'

/** A frame line of perf script, taken apart. */
export interface PerfFrame {
  /** Instruction pointer as printed: hexadecimal without 0x. */
  readonly ip: string
  /** Symbol as printed without its offset; '' when none was printed. */
  readonly symbol: string
  /** `+0x1f` as printed, '' without one. */
  readonly offset: string
  /** What stood in the parentheses: a path, `[kernel.kallsyms]`, `inlined`; '' when none was printed. */
  readonly module: string
}

/** How many of the first frame lines decide whether a file's frames end in their module. */
export const SHAPE_FRAMES = 64

const BLANK = 32
const OPEN = 40
const CLOSE = 41
const INLINED = ' (inlined)'

/**
 * Where the text after the instruction pointer starts, -1 when the line is no frame line: blanks, a hexadecimal number, then a blank or the end.
 * Frames at column 0 (pasted text) need four digits.
 */
export function frameTextStart(line: string): number {
  let start = 0
  while (start < line.length && isBlank(line.charCodeAt(start))) start++
  let p = start
  while (p < line.length && p - start <= 16 && isHex(line.charCodeAt(p))) p++
  const digits = p - start
  if (digits === 0 || digits > 16 || (start === 0 && digits < 4)) return -1
  if (p === line.length) return p
  return isBlank(line.charCodeAt(p)) ? p + 1 : -1
}

/**
 * Frame of a frame line, undefined for other lines. `modules` = frames of this file end in `(module)`: without that, parentheses at the end
 * belong to the symbol unless they hold what only a module can be. Linear.
 */
export function scanFrame(line: string, modules: boolean): PerfFrame | undefined {
  const start = frameTextStart(line)
  if (start < 0) return undefined
  const ip = line.slice(0, start).trim()
  const text = line.slice(start).trimEnd()
  if (text.endsWith(INLINED)) return frameOf(ip, text.slice(0, -INLINED.length), 'inlined')
  const border = moduleStart(text)
  if (border >= 0) {
    const module = moduleText(text, border)
    if (modules || isPlainModule(module)) return frameOf(ip, text.slice(0, border), module)
  }
  return frameOf(ip, text, '')
}

function frameOf(ip: string, text: string, module: string): PerfFrame {
  const printed = text.trim()
  const symbol = withoutOffset(printed)
  return { ip, symbol, offset: printed.slice(symbol.length), module }
}

/** True when a frame line ends in parentheses that can only hold a module. */
export function hasPlainModule(line: string): boolean {
  const start = frameTextStart(line)
  if (start < 0) return false
  const text = line.slice(start).trimEnd()
  const border = moduleStart(text)
  return border >= 0 && isPlainModule(moduleText(text, border))
}

/** Index of the `(` that opens the module, -1 without one. An offset before it settles the border; else parentheses are matched from the end. */
function moduleStart(text: string): number {
  for (let at = text.lastIndexOf('+0x'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('+0x', at - 1)) {
    const end = hexEnd(text, at + 3)
    if (end > at + 3 && text.charCodeAt(end) === BLANK && text.charCodeAt(end + 1) === OPEN) return end + 1
  }
  if (text.charCodeAt(text.length - 1) === CLOSE) {
    let depth = 0
    for (let i = text.length - 1; i >= 0; i--) {
      const code = text.charCodeAt(i)
      if (code === CLOSE) depth++
      else if (code === OPEN && --depth === 0) {
        if (i === 0 || text.charCodeAt(i - 1) === BLANK) return i
        break
      }
    }
    return depth === 0 ? -1 : cutModule(text)
  }
  return text.includes(') ') ? -1 : cutModule(text)
}

/** Start of a module whose closing parenthesis is missing or does not match. */
function cutModule(text: string): number {
  const at = Math.max(text.lastIndexOf(' (/'), text.lastIndexOf(' (['))
  if (at >= 0) return at + 1
  return text.startsWith('(/') || text.startsWith('([') ? 0 : -1
}

function moduleText(text: string, open: number): string {
  const end = text.charCodeAt(text.length - 1) === CLOSE ? text.length - 1 : text.length
  return withoutOffset(text.slice(open + 1, end))
}

/** True for what perf prints as a module and no compiler as a parameter list. */
function isPlainModule(module: string): boolean {
  return (
    module.startsWith('/') ||
    module.startsWith('[') ||
    module.startsWith('./') ||
    module === 'inlined' ||
    module.endsWith(' (deleted)') ||
    module.startsWith('bpf_prog_') ||
    module.startsWith('memfd:') ||
    module.startsWith('anon_inode:') ||
    module.startsWith('socket:')
  )
}

/** The text without a final `+0x..`. */
export function withoutOffset(text: string): string {
  const at = text.lastIndexOf('+0x')
  return at >= 0 && at + 3 < text.length && hexEnd(text, at + 3) === text.length ? text.slice(0, at) : text
}

function hexEnd(text: string, from: number): number {
  let p = from
  while (p < text.length && isHex(text.charCodeAt(p))) p++
  return p
}

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102)
}
