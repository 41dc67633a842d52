/**
 * True for a line that is a frame of a stack, by its look alone. `loose` = the tool is known to print stacks here, so that a bare function name is one;
 * elsewhere a frame has to show an address, an offset or its module:
 *
 *     do_sys_open+0x1 [kernel]        7f6c72b6497a __lll_unlock_wake+0x1a [libpthread-2.23.so]        vfs_read+26
 *     submit_bio                      Shop::setData(std::string const&)                              [unknown]           (loose only)
 *
 * Linear in the line: no pattern has two repetitions that can share text.
 */
export function isFrame(text: string, loose: boolean): boolean {
  return isMarkedFrame(text) || (loose && isBareFrame(text))
}

const OFFSET = /^\+(?:0x[0-9a-f]{1,16}|\d{1,12})$/
const ADDRESS = /^(?:0x[0-9a-f]{1,16}|[0-9a-f]{6,16})$/
/** A name alone: a function, a method, an assembler label or what stands for an unknown one. */
const NAME = /^[A-Za-z_.$~@<[?]/
const UNKNOWN = /^\[?<?(?:unknown|native|null sym|Missed|inlined)/i

function isMarkedFrame(text: string): boolean {
  const bare = withoutModule(text)
  const { length } = bare
  const plus = bare.lastIndexOf('+')
  if (plus > 0 && length - plus < 22 && OFFSET.test(bare.slice(plus))) return NAME.test(afterAddress(bare))
  if (bare.length < text.length && bare !== '') return NAME.test(afterAddress(bare)) && isOneName(afterAddress(bare))
  const first = wordEnd(text)
  if (first > 22 || !ADDRESS.test(text.slice(0, first))) return false
  if (first === text.length) return text.startsWith('0x') || first >= 8
  const name = afterAddress(text)
  return name !== text && NAME.test(name) && isOneName(name)
}

function isBareFrame(text: string): boolean {
  if (UNKNOWN.test(text)) return true
  return NAME.test(text) && /[A-Za-z]/.test(text.slice(0, 64)) && isOneName(text)
}

/** No blank in it but inside brackets or after `operator`, as C++ and Rust names have them. */
function isOneName(text: string): boolean {
  let depth = 0
  const lastBracket = text.lastIndexOf('(')
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 40 || code === 60 || code === 91 || code === 123) depth++
    else if (code === 41 || code === 62 || code === 93 || code === 125) depth--
    else if (code === 32 && depth <= 0 && !isJoin(text, i, lastBracket)) return false
    else if (code < 32 || code === 94) return false
  }
  return true
}

/** A blank of `operator new`, `) const`, `void f(int)`, `[clone .cold]`, `(module)`. */
function isJoin(text: string, at: number, lastBracket: number): boolean {
  const next = text[at + 1]
  if (next === '[' || next === '(' || next === '<') return true
  if (text[at - 1] === ')') return text.startsWith(' const', at)
  return lastBracket > at || text.startsWith('operator', Math.max(0, at - 8))
}

/** Without ` [module]` at its end. */
function withoutModule(text: string): string {
  if (!text.endsWith(']')) return text
  const open = text.lastIndexOf(' [')
  return open <= 0 ? text : text.slice(0, open).trimEnd()
}

function afterAddress(text: string): string {
  const end = wordEnd(text)
  return end < text.length && end <= 22 && ADDRESS.test(text.slice(0, end)) ? text.slice(end).trimStart() : text
}

function wordEnd(text: string): number {
  const end = text.search(/\s/)
  return end < 0 ? text.length : end
}
