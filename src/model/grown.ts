/** `to`, filled with `from` at its start: the step that doubles a column. */
export function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
