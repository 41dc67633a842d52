import { kindCode } from '../../src/model/index.ts'
import { kindOfModule } from '../stacks/frame-kind.ts'
import { amount, items, record, word } from './fields.ts'
import type { ThreadSink } from './thread-set.ts'
import type { Reading } from './whole-file.ts'

type Json = Readonly<Record<string, unknown>>

/** Stacks that were sampled, a thread for each kind of sample and thread id. */
export function readSampled(
  document: Json | undefined,
  names: ReadonlyMap<string, string>,
  { fields, threads }: Reading,
): void {
  const frames = record(document?.['stackFrames'])
  const samples = items(document?.['samples'])
  if (frames === undefined || samples.length === 0) return
  const byTid = new Map([...names].map(([key, name]) => [key.slice(key.indexOf(' ') + 1), name]))
  const sinks = new Map<string, { readonly sink: ThreadSink; readonly placed: Map<string, number> }>()
  for (const [i, value] of samples.entries()) {
    const sample = fields.object(value, `samples[${i}]`)
    const tid = amount(sample['tid']) ?? -1
    const name = word(sample['name']) || 'samples'
    const key = `${String(sample['tid'])} ${name}`
    let thread = sinks.get(key)
    if (thread === undefined) {
      const ofThread = byTid.get(String(sample['tid']))
      const sink = threads.open({
        name: ofThread === undefined ? name : `${name}: ${ofThread}`,
        value: { name: 'samples', unit: 'samples' },
        ...(tid >= 0 && { tid }),
      })
      sinks.set(key, (thread = { sink, placed: new Map() }))
    }
    const weight = amount(sample['weight']) ?? 1
    if (weight < 0) fields.refuse(`samples[${i}].weight is ${weight}, a negative weight`)
    const node =
      sample['sf'] === undefined ? thread.sink.root : placeFrame(String(sample['sf']), frames, thread, fields)
    thread.sink.add(node, weight, (amount(sample['ts']) ?? NaN) / 1e6)
  }
}

/** Node of a stack frame by its id, under its callers. */
function placeFrame(
  id: string,
  frames: Json,
  { sink, placed }: { readonly sink: ThreadSink; readonly placed: Map<string, number> },
  fields: Reading['fields'],
): number {
  const path: string[] = []
  const open = new Set<string>()
  let at: string | undefined = id
  while (at !== undefined && !placed.has(at)) {
    if (open.has(at)) fields.refuse(`stack frame ${at.slice(0, 40)} is its own caller`)
    open.add(at)
    path.push(at)
    if (!Object.hasOwn(frames, at)) fields.refuse(`stack frame ${at.slice(0, 40)}, which does not exist`)
    const parent: unknown = record(frames[at])?.['parent']
    at = typeof parent === 'string' || typeof parent === 'number' ? String(parent) : undefined
  }
  let node = at === undefined ? sink.root : placed.get(at)!
  for (let i = path.length - 1; i >= 0; i--) {
    const frame = record(frames[path[i]!])
    const name = word(frame?.['name']) || '[unknown]'
    const module = word(frame?.['category'])
    node = sink.stacks.child(node, sink.stacks.frame(name, module, kindCode(kindOfModule(module, name))))
    placed.set(path[i]!, node)
  }
  return node
}
