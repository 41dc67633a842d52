/** True when two commit ids, which may be cut, name one commit. */
export function isSameCommit(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length)
  return a === b || (length >= 7 && a.slice(0, length) === b.slice(0, length))
}
