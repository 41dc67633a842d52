import type { Head } from '../reading/head.ts'

/** Containers that the paths of a shape go down to. */
const MAX_DEPTH = 4

/** Which names a JSON text has near its top. Paths join names with a dot; `[]` stands for an element of an array: `profiles[].type`. */
export interface JsonShape {
  has(path: string): boolean
  /** The text of a string at this path, the first one; undefined when there is none. */
  text(path: string): string | undefined
}

const EMPTY: JsonShape = { has: () => false, text: () => undefined }
const shapes = new WeakMap<Head, JsonShape>()

/** The shape of the JSON in a head, at any place of its first 64 KiB and not only at its first name; an empty one for other text. Linear. */
export function jsonShape(head: Head): JsonShape {
  let shape = shapes.get(head)
  if (shape === undefined) shapes.set(head, (shape = /^\s*[{[]/.test(head.text) ? scan(head.text) : EMPTY))
  return shape
}

function scan(text: string): JsonShape {
  const seen = new Set<string>()
  const texts = new Map<string, string>()
  /** Path of each open container, and whether it is an array; deeper ones are only counted. */
  const paths: string[] = []
  const arrays: boolean[] = []
  let below = 0
  let key = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 34) {
      const end = stringEnd(text, i + 1)
      if (end < 0) break
      if (below === 0 && paths.length > 0) {
        const here = paths[paths.length - 1]!
        const word = text.slice(i + 1, Math.min(end, i + 201))
        if (arrays[arrays.length - 1] === true) seen.add(`${here}[]`)
        else if (isName(text, end + 1)) seen.add((key = join(here, word)))
        else if (!texts.has(key)) texts.set(key, word)
      }
      i = end
    } else if (code === 123 || code === 91) {
      if (below > 0 || paths.length === MAX_DEPTH) below++
      else {
        const inArray = arrays[arrays.length - 1] === true
        const path = paths.length === 0 ? '' : inArray ? `${paths[paths.length - 1]!}[]` : key
        paths.push(path)
        arrays.push(code === 91)
        if (paths.length > 1) seen.add(path)
      }
    } else if (code === 125 || code === 93) {
      if (below > 0) below--
      else {
        paths.pop()
        arrays.pop()
        if (paths.length === 0) break
      }
    }
  }
  return { has: path => seen.has(path), text: path => texts.get(path) }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** Index of the quote that ends a string; -1 = the text ends before. */
function stringEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 34) return i
  }
  return -1
}

/** True when a colon follows. */
function isName(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 58) return true
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return false
  }
  return false
}
