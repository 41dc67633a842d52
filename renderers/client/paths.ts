import type { ClientTree } from './tree.ts'
import { nameOf } from './tree.ts'

/** A box as text that finds it again in another picture of the same stacks: names from the root down, percent-encoded, joined by `;`. */
export function pathText(tree: ClientTree, node: number): string {
  const parts: string[] = []
  for (let n = node; n > 0; n = tree.parent[n]!) {
    let twin = 0
    for (let i = tree.parent[n]! + 1; i < n; i++)
      if (tree.parent[i] === tree.parent[n] && nameOf(tree, i) === nameOf(tree, n)) twin++
    parts.push(encodeName(nameOf(tree, n)).replace(/~/g, '%7E') + (twin > 0 ? '~' + twin : ''))
  }
  return parts.reverse().join(';')
}

/** Percent-encoded name; half a surrogate pair, which no address can hold, becomes U+FFFD. */
export function encodeName(name: string): string {
  return encodeURIComponent(
    name.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
  )
}

/** The box that `pathText` named, or the deepest one on the way to it that there is; 0 when there is none. */
export function nodeOfPath(tree: ClientTree, path: string): number {
  if (path === '') return 0
  let node = 0
  for (const part of path.split(';')) {
    const [coded, twinText] = part.split('~')
    let name: string
    try {
      name = decodeURIComponent(coded!)
    } catch {
      return node
    }
    let twin = Number(twinText ?? 0)
    let found = -1
    for (let i = node + 1; i < tree.parent.length && tree.parent[i]! >= node; i++) {
      if (tree.parent[i] === node && nameOf(tree, i) === name && twin-- === 0) {
        found = i
        break
      }
    }
    if (found < 0) return node
    node = found
  }
  return node
}
