/**
 * The tree of boxes as the browser works on it: plain arrays in pre-order, row 0 the root. The functions of this file are shipped as text inside
 * interactive pictures (flame-script.ts): each stands by itself and uses nothing but its arguments.
 */
export interface ClientTree {
  readonly parent: number[]
  readonly name: string[]
  /** Classes and attributes that make a box look as it does; boxes of one name and look are one function. */
  readonly look: string[]
  readonly self: number[]
  readonly hidden: number[]
  /** How many frames `hidden` stands for. */
  readonly pruned: number[]
  readonly total: number[]
  readonly start: number[]
  readonly row: number[]
}

/** A change of the tree that a reader asked for. */
export type TreeStep =
  | { readonly kind: 'hide', readonly node: number }
  | { readonly kind: 'focus', readonly name: string }
  | { readonly kind: 'collapse' }
  | { readonly kind: 'reverse' }

/**
 * A new tree after one step. hide: the box and what it stands on lose its total. focus: only stacks through functions of that name, from
 * the first of them on. collapse: a function that calls itself directly is drawn once. reverse: leaves become roots, callers stand on callees.
 * Sums are kept but for what hide and focus take away. `sort` = the words of the picture's order of siblings: name, value, input.
 */
export function changeTree(tree: ClientTree, step: TreeStep, sort = 'name'): ClientTree {
  const size = tree.parent.length
  const GONE = '(not drawn)'
  const under = new Uint8Array(size)
  if (step.kind === 'hide') for (let i = 0; i < size; i++) under[i] = i === step.node || (i > 0 && under[tree.parent[i]!] === 1) ? 1 : 0
  // nodes of the new tree in order of making
  const parent = [-1]
  const name = [tree.name[0]!]
  const look = [tree.look[0]!]
  const self = [0]
  const hidden = [0]
  const pruned = [0]
  const children: Map<string, number>[] = [new Map()]
  const child = (above: number, called: string, looks: string): number => {
    const key = called + '\u0000' + looks
    let found = children[above]!.get(key)
    if (found === undefined) {
      found = parent.length
      parent.push(above)
      name.push(called)
      look.push(looks)
      self.push(0)
      hidden.push(0)
      pruned.push(0)
      children.push(new Map())
      children[above]!.set(key, found)
    }
    return found
  }
  for (let i = 0; i < size; i++) {
    if (under[i] === 1 || (tree.self[i] === 0 && tree.hidden[i] === 0)) continue
    let path: number[] = []
    for (let n = i; n > 0; n = tree.parent[n]!) path.push(n)
    path.reverse()
    if (step.kind === 'focus') {
      const first = path.findIndex(n => tree.name[n] === step.name)
      if (first < 0) continue
      path = path.slice(first)
    }
    if (step.kind === 'collapse') path = path.filter((n, at) => at === 0 || tree.name[n] !== tree.name[path[at - 1]!])
    const insert = (ids: readonly number[], top: number): number => {
      let at = top
      for (const n of ids) at = child(at, tree.name[n]!, tree.look[n]!)
      return at
    }
    if (step.kind === 'reverse') {
      path.reverse()
      if (tree.self[i] !== 0) {
        const end = insert(path, 0)
        self[end] = self[end]! + tree.self[i]!
      }
      if (tree.hidden[i] !== 0) {
        const end = insert(path, child(0, GONE, 'class=bv-marker0\nfill=#c5cad1'))
        self[end] = self[end]! + tree.hidden[i]!
      }
      continue
    }
    const end = insert(path, 0)
    self[end] = self[end]! + tree.self[i]!
    hidden[end] = hidden[end]! + tree.hidden[i]!
    pruned[end] = pruned[end]! + tree.pruned[i]!
  }
  const total = self.map((value, i) => value + hidden[i]!)
  for (let i = parent.length - 1; i > 0; i--) total[parent[i]!] = total[parent[i]!]! + total[i]!
  // pre-order
  const byValue = sort.includes('value')
  const asGiven = sort.includes('input') && step.kind !== 'reverse'
  const result: ClientTree = { parent: [], name: [], look: [], self: [], hidden: [], pruned: [], total: [], start: [], row: [] }
  const stack: { node: number, above: number, start: number, row: number }[] = [{ node: 0, above: -1, start: 0, row: 0 }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const at = result.parent.length
    const { node } = next
    result.parent.push(next.above)
    result.name.push(name[node]!)
    result.look.push(look[node]!)
    result.self.push(self[node]!)
    result.hidden.push(hidden[node]!)
    result.pruned.push(pruned[node]!)
    result.total.push(total[node]!)
    result.start.push(next.start)
    result.row.push(next.row)
    const order = [...children[node]!.values()]
    if (node > 0 || !asGiven) {
      order.sort((a, b) => (byValue ? total[b]! - total[a]! : 0) || (name[a]! < name[b]! ? -1 : name[a]! > name[b]! ? 1 : look[a]! < look[b]! ? -1 : 1))
    }
    let start = next.start
    const placed = order.map(n => {
      const entry = { node: n, above: at, start, row: next!.row + 1 }
      start += total[n]!
      return entry
    })
    for (let k = placed.length - 1; k >= 0; k--) stack.push(placed[k]!)
  }
  return result
}

/** Which boxes a pattern names, and the sum of their totals with every stack counted once. An invalid pattern gives undefined. */
export function searchTree(tree: ClientTree, pattern: string, ignoreCase: boolean): { readonly matches: number[], readonly total: number } | undefined {
  let expression: RegExp
  try {
    expression = new RegExp(pattern, ignoreCase ? 'iu' : 'u')
  } catch {
    try {
      expression = new RegExp(pattern, ignoreCase ? 'i' : '')
    } catch {
      return undefined
    }
  }
  const known = new Map<string, boolean>()
  const matches: number[] = []
  const inside = new Uint8Array(tree.parent.length)
  let total = 0
  for (let i = 0; i < tree.parent.length; i++) {
    const above = tree.parent[i]!
    const covered = above >= 0 && inside[above] === 1
    const name = tree.name[i]!
    let hit = known.get(name)
    if (hit === undefined) {
      hit = expression.test(name)
      known.set(name, hit)
    }
    // the root is no function
    if (hit && above >= 0) {
      matches.push(i)
      if (!covered) total += tree.total[i]!
      inside[i] = 1
    } else inside[i] = covered ? 1 : 0
  }
  return { matches, total }
}

/** A box as text that finds it again in another picture of the same stacks: names from the root down, percent-encoded, joined by `;`. */
export function pathText(tree: ClientTree, node: number): string {
  const parts: string[] = []
  for (let n = node; n > 0; n = tree.parent[n]!) {
    let twin = 0
    for (let i = tree.parent[n]! + 1; i < n; i++) if (tree.parent[i] === tree.parent[n] && tree.name[i] === tree.name[n]) twin++
    parts.push(encodeURIComponent(tree.name[n]!.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')).replace(/~/g, '%7E') + (twin > 0 ? '~' + twin : ''))
  }
  return parts.reverse().join(';')
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
      if (tree.parent[i] === node && tree.name[i] === name && twin-- === 0) {
        found = i
        break
      }
    }
    if (found < 0) return node
    node = found
  }
  return node
}
