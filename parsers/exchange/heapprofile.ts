/**
 * The sampled heap of V8, as `node --heap-prof` and Chrome's DevTools write it; sizes in bytes:
 *
 *     {"head":{"callFrame":{"functionName":"(root)","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1},"selfSize":0,"id":1,
 *       "children":[{"callFrame":{"functionName":"load","scriptId":"8","url":"file:///srv/app.js","lineNumber":3,"columnNumber":7},"selfSize":4096,"id":2,
 *         "children":[]}]},"samples":[{"size":4096,"nodeId":2,"ordinal":1}]}
 *
 * Source: the HeapProfiler domain of Chrome's DevTools protocol.
 */
import type { Dataset } from '../../src/model/index.ts'
import { callChild } from './cpuprofile.ts'
import { amount, items, record } from './fields.ts'
import type { Reading } from './whole-file.ts'
import { documentFormat } from './whole-file.ts'

export const heapprofile = documentFormat({
  id: 'heapprofile',
  title: 'sampled heaps of V8: node --heap-prof (.heapprofile)',
  what: 'a heap profile of V8',
  sniff: shape => shape.has('head.selfSize') || (shape.has('head.callFrame') && shape.has('head.children')),
  read: readHeapProfile,
})

function readHeapProfile(document: unknown, { fields, threads }: Reading): readonly Dataset[] {
  const sink = threads.open({ name: 'heap', value: { name: 'bytes', unit: 'bytes' } })
  const head = fields.object(fields.object(document, 'the document')['head'], 'head')
  const work: { readonly value: unknown; readonly parent: number }[] = [{ value: head, parent: sink.root }]
  for (let at = 0; at < work.length; at++) {
    const { value, parent } = work[at]!
    const node = fields.object(value, 'a node')
    const place = callChild(parent, record(node['callFrame']) ?? fields.refuse('a node without callFrame'), sink)
    const size = amount(node['selfSize']) ?? 0
    if (size !== 0) sink.add(place, size)
    for (const child of items(node['children'])) work.push({ value: child, parent: place })
  }
  return threads.finish({ tool: 'V8' })
}
