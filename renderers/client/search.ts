import type { ClientTree } from './tree.ts'

/** What a reader looks for, ready to be asked of names. */
export interface Search {
  readonly test: (name: string) => boolean
  /** Why a pattern is looked for letter by letter; '' when it is not. */
  readonly note: string
}

/** A pattern from a link must not hang the page. */
const MAX_PATTERN = 200
/** Repeats in one pattern, and the longest name each number of them may be asked of. */
const LONGEST = [Infinity, 4096, 580, 150]
const MAX_OPTIONAL = 8

/**
 * Literal text, or a regular expression between slashes (`/^do_/`). A pattern that could take long is searched literally, and `note` says so.
 * `longest` = length of the longest name that will be asked.
 */
export function searchOf(text: string, ignoreCase: boolean, longest: number): Search {
  const written = /^\/(.+)\/$/s.exec(text)
  const literal = (wanted: string, note: string): Search => {
    const low = ignoreCase ? wanted.toLowerCase() : wanted
    return { test: name => (ignoreCase ? name.toLowerCase() : name).includes(low), note }
  }
  if (written === null) return literal(text, '')
  const pattern = written[1]!
  const slow = whySlow(pattern, longest)
  if (slow !== '') return literal(pattern, slow + ': searched as text')
  const flags = ignoreCase ? 'i' : ''
  for (const flag of [flags + 'u', flags]) {
    try {
      const expression = new RegExp(pattern, flag)
      return { test: name => expression.test(name), note: '' }
    } catch {
      /* the next set of flags is more patient */
    }
  }
  return literal(pattern, 'not a regular expression: searched as text')
}

/** Why a pattern could take long; '' when its time is bounded. */
function whySlow(pattern: string, longest: number): string {
  if (pattern.length > MAX_PATTERN) return 'pattern over ' + MAX_PATTERN + ' characters'
  // escapes and sets are one character each; what is left shows groups and repeats
  const bare = pattern
    .replace(/\\k<[^>]*>|\\[1-9]/g, '\u0001')
    .replace(/\\./gs, 'x')
    .replace(/\[(?:[^\]])*\]/g, 'x')
  if (bare.includes('\u0001')) return 'pattern with a back-reference'
  const open: { repeats: boolean; choice: boolean }[] = [{ repeats: false, choice: false }]
  let unbounded = 0
  let optional = 0
  let closed: { repeats: boolean; choice: boolean } | undefined
  for (let i = 0; i < bare.length; i++) {
    const char = bare[i]!
    const before = closed
    closed = undefined
    if (char === '(') {
      open.push({ repeats: false, choice: false })
      if (bare[i + 1] === '?') i++
    } else if (char === ')') {
      closed = open.length > 1 ? open.pop() : undefined
      if (closed?.repeats === true) open[open.length - 1]!.repeats = true
      if (closed?.choice === true) open[open.length - 1]!.choice = true
    } else if (char === '|') open[open.length - 1]!.choice = true
    else if ('*+?'.includes(char) || (char === '{' && /^\{\d/.test(bare.slice(i, i + 2)))) {
      if (before !== undefined && (before.repeats || (before.choice && char !== '?')))
        return 'pattern with a repeat inside a repeated group'
      if (char === '?') optional++
      else unbounded++
      open[open.length - 1]!.repeats = true
      if (char === '{') i = Math.max(i, bare.indexOf('}', i))
      // a lazy repeat is one repeat
      if (bare[i + 1] === '?') i++
    }
  }
  if (optional > MAX_OPTIONAL || unbounded >= LONGEST.length) return 'pattern with many repeats'
  return longest > LONGEST[unbounded]! ? 'pattern with repeats on names of ' + longest + ' characters' : ''
}

/** Which boxes match, and the sum of their totals with every stack counted once. The root is no function. */
export function searchTree(
  tree: Pick<ClientTree, 'parent' | 'frame' | 'total'> & { readonly frames: Pick<ClientTree['frames'], 'name'> },
  search: Search,
): { readonly matches: number[]; readonly total: number } {
  const known = new Int8Array(tree.frames.name.length)
  const matches: number[] = []
  const inside = new Uint8Array(tree.parent.length)
  let total = 0
  for (let i = 1; i < tree.parent.length; i++) {
    const f = tree.frame[i]!
    if (known[f] === 0) known[f] = search.test(tree.frames.name[f]!) ? 1 : -1
    const covered = inside[tree.parent[i]!] === 1
    inside[i] = covered || known[f] === 1 ? 1 : 0
    if (known[f] !== 1) continue
    matches.push(i)
    if (!covered) total += tree.total[i]!
  }
  return { matches, total }
}

/** Length of the longest name. */
export function longestName(names: readonly string[]): number {
  let longest = 0
  for (const name of names) longest = Math.max(longest, name.length)
  return longest
}
