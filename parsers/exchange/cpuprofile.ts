/**
 * The CPU profile of V8, as `node --cpu-prof` and Chrome's DevTools write it; times in microseconds:
 *
 *     {"nodes":[{"id":1,"callFrame":{"functionName":"(root)","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1},"hitCount":0,"children":[2]},
 *               {"id":2,"callFrame":{"functionName":"hot","scriptId":"1","url":"file:///srv/app.js","lineNumber":0,"columnNumber":12},"hitCount":2}],
 *      "startTime":0,"endTime":3000,"samples":[2,2],"timeDeltas":[1000,1000]}
 *
 * timeDeltas[i] lies before sample i, so that sample i lasts timeDeltas[i+1] and the last one up to endTime. Older files have a tree under `head` and
 * `timestamps`; a node may name its `parent` instead of its children. Source: the Profiler domain of Chrome's DevTools protocol.
 */
import { kindCode } from '../../src/model/index.ts'
import type { Fields } from './fields.ts'
import { amount, items, record, word } from './fields.ts'
import type { ThreadSink } from './thread-set.ts'
import type { Reading } from './whole-file.ts'
import { documentFormat } from './whole-file.ts'

export const cpuprofile = documentFormat({
  id: 'cpuprofile',
  title: 'CPU profiles of V8: node --cpu-prof, Chrome DevTools (.cpuprofile)',
  what: 'a CPU profile of V8',
  sniff: shape =>
    shape.has('nodes[].callFrame') ||
    (shape.has('nodes') && shape.has('timeDeltas')) ||
    (shape.has('head.functionName') && shape.has('head.children')) ||
    (shape.has('head.functionName') && shape.has('samples')),
  read: (document, reading) => {
    readCpuProfile(reading.fields.object(document, 'the document'), reading, 'cpu')
    return reading.threads.finish({ tool: 'V8' })
  },
})

type Json = Readonly<Record<string, unknown>>

interface CallNode {
  readonly id: number
  readonly parent: number | undefined
  readonly frame: Json
  readonly hits: number
}

/** Adds the samples of one V8 profile as a thread of this name. Also Chrome's traces carry such profiles. */
export function readCpuProfile(
  profile: Json,
  reading: Reading,
  name: string,
  ids: { pid?: number; tid?: number } = {},
): void {
  const { fields, threads, log } = reading
  const nodes = profile['head'] === undefined ? listed(profile, fields) : nested(profile['head'], fields)
  const samples = items(profile['samples'])
  const timed = samples.length > 0
  const value = timed ? { name: 'time', unit: 'us' } : { name: 'samples', unit: 'samples' }
  const sink = threads.open({ name, value, sampled: timed, ...ids })
  const placed = placeNodes(nodes, sink, fields)
  if (!timed) {
    for (const { id, hits } of nodes) if (hits > 0) sink.add(placed.get(id)!, hits)
    log.note('hit-counts', 'a profile without samples: how often a function was hit is shown', { severity: 'info' })
    return
  }
  const times = sampleTimes(profile, samples.length, reading)
  for (let i = 0; i < samples.length; i++) {
    const node = placed.get(samples[i] as number)
    if (node === undefined) fields.refuse(`samples[${i}] is a node that does not exist`)
    else sink.add(node, times[i + 1]! - times[i]!, times[i]! / 1e6)
  }
  log.note('time-between-samples', 'a value is the time up to the next sample', { severity: 'info' })
}

/** When each sample was taken and, as the last number, when the profile ended; never falling. In microseconds. */
function sampleTimes(profile: Json, count: number, { fields, log }: Reading): Float64Array {
  const times = new Float64Array(count + 1)
  const start = amount(profile['startTime']) ?? 0
  const stamps = items(profile['timestamps'])
  const deltas = items(profile['timeDeltas'])
  const given = stamps.length > 0 ? stamps : deltas
  if (given.length !== count) fields.refuse(`${count} samples and ${given.length} times`)
  let at = start
  let fallen = 0
  for (let i = 0; i < count; i++) {
    const told = fields.number(given[i], `the time of sample ${i}`)
    at = stamps.length > 0 ? told : at + told
    const before = i === 0 ? -Infinity : times[i - 1]!
    if (at < before) fallen++
    times[i] = Math.max(at, before)
  }
  if (fallen > 0)
    log.note('time-backwards', 'samples before the one that stands before them: they last no time', { count: fallen })
  // old files count the ends in seconds and the samples in microseconds
  const ending = amount(profile['endTime']) ?? at
  const last = count === 0 ? at : times[count - 1]!
  times[count] = Math.max(last, profile['head'] !== undefined && ending < at / 1e5 ? ending * 1e6 : ending)
  return times
}

function listed(profile: Json, fields: Fields): CallNode[] {
  const list = fields.list(profile['nodes'], 'nodes')
  const parents = new Map<unknown, number>()
  for (const one of list) {
    const node = record(one)
    for (const child of items(node?.['children'])) parents.set(child, node!['id'] as number)
  }
  return list.map((one, i) => {
    const node = fields.object(one, `nodes[${i}]`)
    const id = fields.number(node['id'], `nodes[${i}].id`)
    return {
      id,
      parent: amount(node['parent']) ?? parents.get(id),
      frame: record(node['callFrame']) ?? node,
      hits: amount(node['hitCount']) ?? 0,
    }
  })
}

/** The nodes of a tree of objects, parents first. */
function nested(head: unknown, fields: Fields): CallNode[] {
  const nodes: CallNode[] = []
  const work: { readonly value: unknown; readonly parent: number | undefined }[] = [{ value: head, parent: undefined }]
  for (let at = 0; at < work.length; at++) {
    const { value, parent } = work[at]!
    const node = fields.object(value, 'a node')
    const id = amount(node['id']) ?? at + 1
    nodes.push({ id, parent, frame: record(node['callFrame']) ?? node, hits: amount(node['hitCount']) ?? 0 })
    for (const child of items(node['children'])) work.push({ value: child, parent: id })
  }
  return nodes
}

/** Node of the tree for each id, whatever order the nodes stand in. */
function placeNodes(nodes: readonly CallNode[], sink: ThreadSink, fields: Fields): Map<number, number> {
  const byId = new Map(nodes.map(node => [node.id, node]))
  if (byId.size < nodes.length) fields.refuse('two nodes with the same id')
  const placed = new Map<number, number>()
  for (const start of nodes) {
    const path: CallNode[] = []
    let node: CallNode | undefined = start
    while (node !== undefined && !placed.has(node.id)) {
      path.push(node)
      if (path.length > nodes.length) fields.refuse(`node ${node.id} is its own caller`)
      if (node.parent === undefined) break
      node = byId.get(node.parent) ?? fields.refuse(`node ${node.id} has a parent that does not exist`)
    }
    let at = node === undefined ? sink.root : (placed.get(node.id) ?? sink.root)
    for (let i = path.length - 1; i >= 0; i--) {
      at = callChild(at, path[i]!.frame, sink)
      placed.set(path[i]!.id, at)
    }
  }
  return placed
}

/** Node for a V8 call frame, called from a node; the frame `(root)` is the root itself. */
export function callChild(node: number, frame: Json, { stacks }: ThreadSink): number {
  const name = word(frame['functionName'])
  if (name === '(root)') return node
  const url = word(frame['url'])
  if (name === '(idle)') return stacks.child(node, stacks.frame(name, '', kindCode('task')))
  const line = amount(frame['lineNumber']) ?? -1
  const column = amount(frame['columnNumber']) ?? -1
  const label = name !== '' ? name : line < 0 ? '(anonymous)' : `(anonymous):${line + 1}:${column + 1}`
  return stacks.child(node, stacks.frame(label, url.replace(/^file:\/\//, ''), kindCode(url === '' ? 'user' : 'jit')))
}
