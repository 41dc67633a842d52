/** Shades of one kind: how far a name's hash changes its value. */
export const SHADES = 4

/** The shade of a name, 0..SHADES-1: the same in every picture (FNV-1a). */
export function shadeOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  return (hash >>> 0) % SHADES
}
