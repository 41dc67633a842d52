/**
 * The tree that `perf script report flamegraph -f json` writes and that d3-flame-graph draws, also inside the page that `perf script flamegraph` writes:
 *
 *     {"n": "all", "l": "root", "v": 0, "c": [
 *       {"n": "app (7)", "l": "", "v": 0, "c": [{"n": "main", "l": "", "v": 0, "c": [{"n": "hot", "l": "", "v": 9, "c": []},
 *                                                                              {"n": "do_sys", "l": "kernel", "v": 1, "c": []}]}]}]}
 *     {"name": "root", "value": 10, "children": [{"name": "main", "value": 10, "children": []}]}          d3-flame-graph's own names
 *
 * perf counts samples in the node where their stack ends, of all events together, so its root has 0; in other files a node's value contains its children's.
 * Source: tools/perf/scripts/python/flamegraph.py.
 */
import type { Dataset } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import { kindOfModule } from '../stacks/frame-kind.ts'
import { amount, items, word } from './fields.ts'
import type { Reading } from './whole-file.ts'
import { bytesFormat, documentFormat, parseDocument } from './whole-file.ts'

export const flameJson: Format = documentFormat({
  id: 'flame-json',
  title: 'perf script report flamegraph -f json; trees of d3-flame-graph',
  what: 'a flame graph as JSON',
  sniff: shape =>
    (shape.has('n') && shape.has('v') && shape.has('c')) ||
    shape.has('c[].n') ||
    (shape.has('name') && shape.has('value') && shape.has('children')),
  read: readTree,
})

export const flameHtml: Format = bytesFormat({
  id: 'flame-html',
  title: 'the page of perf script report flamegraph',
  what: 'a page of perf script report flamegraph',
  sniff: head => /^\s*<(?:!DOCTYPE|html|head)/i.test(head.text) && /d3-?flame-?graph/i.test(head.text),
  read(bytes, reading) {
    const text = new TextDecoder().decode(bytes)
    const start = text.search(/\{\s*"n"\s*:\s*"/)
    if (start < 0) return reading.fields.refuse('a page without a tree of n, v and c')
    return readTree(
      parseDocument(new TextEncoder().encode(text.slice(start, objectEnd(text, start))), reading.fields),
      reading,
    )
  },
})

interface TreeNode {
  readonly name: string
  readonly library: string
  readonly value: number
  readonly children: readonly unknown[]
  readonly parent: number
  readonly depth: number
}

function readTree(document: unknown, reading: Reading): readonly Dataset[] {
  const nodes = flatten(document, reading)
  const whole = valuesContain(nodes)
  const own = nodes.map(({ value }) => value)
  if (whole) for (let i = nodes.length - 1; i > 0; i--) own[nodes[i]!.parent]! -= nodes[i]!.value
  const { threads, log } = reading
  const sink = threads.open({ name: 'all events', value: { name: 'samples', unit: 'samples' } })
  const placed = new Int32Array(nodes.length)
  let tasks = 0
  nodes.forEach(({ name, library, parent, depth }, i) => {
    if (i === 0) placed[i] = sink.root
    else {
      const task = depth === 1 ? taskOf(name, library) : undefined
      if (task !== undefined) tasks++
      const kind = task !== undefined ? 'task' : library === 'kernel' ? 'kernel' : kindOfModule('', name)
      placed[i] = sink.stacks.child(placed[parent]!, sink.stacks.frame(task ?? name, '', kindCode(kind)))
    }
    if (own[i] !== 0) sink.add(placed[i]!, own[i]!)
  })
  if (tasks > 0)
    log.note(
      'events-mixed',
      'perf script flamegraph counts the samples of all events together, and not their periods',
      {
        severity: 'info',
      },
    )
  return threads.finish(tasks > 0 ? { tool: 'perf script flamegraph' } : {})
}

/** The nodes of the tree, parents first. */
function flatten(document: unknown, { fields }: Reading): TreeNode[] {
  const nodes: TreeNode[] = []
  const add = (value: unknown, parent: number, depth: number): void => {
    const node = fields.object(value, 'a node')
    const count = amount(node['v'] ?? node['value'] ?? 0) ?? fields.refuse('a node whose value is no number')
    if (count < 0) fields.refuse(`a node with the value ${count}`)
    nodes.push({
      name: word(node['n'] ?? node['name']),
      library: word(node['l'] ?? node['libtype']),
      value: count,
      children: items(node['c'] ?? node['children']),
      parent,
      depth,
    })
  }
  add(document, -1, 0)
  for (let at = 0; at < nodes.length; at++)
    for (const child of nodes[at]!.children) add(child, at, nodes[at]!.depth + 1)
  return nodes
}

/** True when each node's value contains those of its children; perf's own trees have 0 at the root. */
function valuesContain(nodes: readonly TreeNode[]): boolean {
  if (nodes.length === 1 || nodes[0]!.value === 0) return false
  const below = new Float64Array(nodes.length)
  for (let i = nodes.length - 1; i > 0; i--) below[nodes[i]!.parent]! += nodes[i]!.value
  return nodes.every(({ value }, i) => below[i]! <= value)
}

/** Comm of `app (7)`, the process at the first level of perf's trees, or of the idle task, which is marked as the kernel's. */
function taskOf(name: string, library: string): string | undefined {
  const process = /^(.*) \(-?\d+\)$/s.exec(name)
  return process !== null ? process[1]! : library === 'kernel' ? name : undefined
}

/** Index after the bracket that closes the object at `start`, or the length of the text. */
function objectEnd(text: string, start: number): number {
  let depth = 0
  let quoted = false
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quoted) {
      if (code === 92) i++
      else if (code === 34) quoted = false
    } else if (code === 34) quoted = true
    else if (code === 123) depth++
    else if (code === 125 && --depth === 0) return i + 1
  }
  return text.length
}
