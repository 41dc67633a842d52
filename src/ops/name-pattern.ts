import { RE2JS } from 're2js'

/** Longest part of a name that a regular expression looks at. */
const MOST_CHARACTERS = 4096

/**
 * A test of names for a glob (`*` = anything), or for a regular expression between slashes. Both take linear time whatever the pattern, which
 * may come from a pull request; so expressions know no look-around and no back references. Throws what RE2 says of a broken expression.
 */
export function nameMatcher(pattern: string): (name: string) => boolean {
  if (isExpression(pattern)) {
    const expression = RE2JS.compile(pattern.slice(1, -1))
    return name => expression.test(name.length > MOST_CHARACTERS ? name.slice(0, MOST_CHARACTERS) : name)
  }
  const parts = pattern.split('*')
  if (parts.length === 1) return name => name === pattern
  return name => matchesGlob(name, parts)
}

/** True when a pattern is a regular expression and no glob. */
export function isExpression(pattern: string): boolean {
  return pattern.length > 2 && pattern.startsWith('/') && pattern.endsWith('/')
}

function matchesGlob(name: string, parts: readonly string[]): boolean {
  const first = parts[0]!
  const last = parts[parts.length - 1]!
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  let at = first.length
  for (let i = 1; i < parts.length - 1; i++) {
    const found = name.indexOf(parts[i]!, at)
    if (found < 0) return false
    at = found + parts[i]!.length
  }
  return at <= name.length - last.length
}
