import { parseAst } from 'rolldown/parseAst'

/**
 * Properties of our own objects in the flame graph's client, shortened because every SVG carries them. None of them is asked of an object of the browser there,
 * called like an attribute, or read from JSON.
 */
const OWN = [
  ...['source', 'controls', 'geometry', 'elements', 'frames', 'frame', 'tree', 'view', 'layer', 'pruned', 'zoomed'],
  ...['selected', 'hovered', 'matches', 'matched', 'narrow', 'measure', 'current', 'steps', 'zoom', 'search', 'row'],
  ...['ignoreCase', 'flipped', 'heavy', 'compat', 'chart', 'alone', 'factor', 'inverted', 'marks', 'rows', 'past'],
  ...[
    'byValue',
    'repeats',
    'choice',
    'moved',
    'kept',
    'look',
    'keptBar',
    'moduleFrame',
    'footBar',
    'footPage',
    'hasValue',
  ],
  ...['callers', 'previous', 'found', 'tools', 'actions', 'nodes', 'built', 'module', 'total', 'self', 'unit', 'stack'],
  ...['words', 'note', 'child', 'foot', 'act', 'order', 'before', 'cells', 'levels', 'cursor', 'anchor', 'settings'],
] as const

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** The script with our own property names shortened. */
export function shortenNames(code: string, own: readonly string[] = OWN): string {
  const names = new Map(own.map((name, i) => [name, `$${i.toString(36)}`]))
  const places: { readonly start: number; readonly end: number; readonly text: string }[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const node = value as Node
    const key = (node.type === 'MemberExpression' ? node['property'] : node['key']) as Node | undefined
    const named = ['MemberExpression', 'Property', 'PropertyDefinition', 'MethodDefinition'].includes(node.type)
    if (named && node['computed'] !== true && key?.type === 'Identifier') {
      const short = names.get(key['name'] as string)
      if (short !== undefined)
        places.push({
          start: key.start,
          end: key.end,
          text: node['shorthand'] === true ? `${short}:${code.slice(key.start, key.end)}` : short,
        })
    }
    for (const [field, child] of Object.entries(node)) if (field !== 'type') visit(child)
  }
  visit(parseAst(code))
  let result = ''
  let at = 0
  for (const { start, end, text } of places.sort((a, b) => a.start - b.start)) {
    if (start < at) continue
    result += code.slice(at, start) + text
    at = end
  }
  return result + code.slice(at)
}
