/**
 * Trees of calls as single tools write them in JSON:
 *
 *     {"start_time":1764000000,"duration":0.5,"sample_count":480,"program":"app.py","root_frame":{"function":"<module>","file_path_short":"app.py","time":0.5,
 *       "children":[{"function":"work","file_path_short":"lib/work.py","time":0.3,"children":[]}]}}                            pyinstrument -r json
 *     {"version":1.2,"mode":"wall","interval":1000,"samples":3,"frames":{"1":{"name":"Object#main"},"2":{"name":"Object#work"}},"raw":[2,1,2,3]}  stackprof --json
 *
 * pyinstrument's time of a frame, in seconds, contains its children's. stackprof's raw is a list of stacks, root first: length, frames, count.
 * Source: pyinstrument/renderers/jsonrenderer.py; stackprof's report.rb.
 */
import type { Dataset } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import { amount, items, record, word } from './fields.ts'
import type { Reading } from './whole-file.ts'
import { documentFormat } from './whole-file.ts'

export const pyinstrument: Format = documentFormat({
  id: 'pyinstrument',
  title: 'pyinstrument -r json',
  what: 'a session of pyinstrument',
  sniff: shape => shape.has('root_frame'),
  read: readPyinstrument,
})

export const stackprof: Format = documentFormat({
  id: 'stackprof',
  title: 'stackprof --json (Ruby)',
  what: 'a dump of stackprof',
  sniff: shape =>
    shape.has('frames') && shape.has('mode') && (shape.has('samples') || shape.has('raw') || shape.has('gc_samples')),
  read: readStackprof,
})

function readPyinstrument(document: unknown, { fields, threads }: Reading): readonly Dataset[] {
  const session = fields.object(document, 'the document')
  const samples = amount(session['sample_count'])
  const command = word(session['program']) || word(session['target_description']).replace(/^Program: /, '')
  const sink = threads.open({
    name: 'wall',
    value: { name: 'time', unit: 's' },
    meta: {
      ...(samples !== undefined && { samples }),
      ...(command !== '' && { command }),
    },
  })
  const work: { readonly value: unknown; readonly parent: number }[] = [
    { value: session['root_frame'], parent: sink.root },
  ]
  const kind = kindCode('jit')
  for (let at = 0; at < work.length; at++) {
    const { value, parent } = work[at]!
    const frame = fields.object(value, 'a frame')
    const name = word(frame['function'])
    // [self] and the like stand for time of the frame above
    const own = /^\[(?:self|await|out-of-context)\]$/.test(name)
    const module = word(frame['file_path_short']) || word(frame['file_path'])
    const node = own ? parent : sink.stacks.child(parent, sink.stacks.frame(name, module, kind))
    let left = fields.number(frame['time'], 'the time of a frame')
    for (const child of items(frame['children'])) {
      left -= amount(record(child)?.['time']) ?? 0
      work.push({ value: child, parent: node })
    }
    if (left > 1e-9) sink.add(node, left)
  }
  return threads.finish({ tool: 'pyinstrument' })
}

function readStackprof(document: unknown, { fields, threads, log }: Reading): readonly Dataset[] {
  const dump = fields.object(document, 'the document')
  const frames = fields.object(dump['frames'], 'frames')
  const mode = word(dump['mode'])
  const interval = amount(dump['interval']) ?? 0
  const timed = (mode === 'wall' || mode === 'cpu') && interval > 0
  const sink = threads.open({
    name: mode === '' ? 'samples' : mode,
    value: { name: 'samples', unit: 'samples' },
    ...(timed && { meta: { frequency: Number((1e6 / interval).toPrecision(6)) } }),
  })
  const known = new Map<string, number>()
  const frameOf = (id: unknown): number => {
    const key = String(id)
    let frame = known.get(key)
    if (frame === undefined) {
      const facts = Object.hasOwn(frames, key)
        ? fields.object(frames[key], `frames.${key}`)
        : fields.refuse(`a frame ${key.slice(0, 40)} that does not exist`)
      frame = sink.stacks.frame(word(facts['name']), word(facts['file']), kindCode('jit'))
      known.set(key, frame)
    }
    return frame
  }
  const raw = items(dump['raw'])
  const stamps = items(dump['raw_sample_timestamps'])
  let taken = 0
  if (raw.length === 0) {
    for (const id of Object.keys(frames)) {
      const own = amount(record(frames[id])?.['samples']) ?? 0
      if (own > 0) sink.add(sink.stacks.child(sink.root, frameOf(id)), own)
    }
    log.note('no-stacks', 'a dump without stacks (raw: true): functions stand by themselves')
  }
  for (let at = 0; at < raw.length; ) {
    const length = fields.index(raw[at], raw.length - at - 1, 'the length of a stack')
    let node = sink.root
    for (let i = 1; i <= length; i++) node = sink.stacks.child(node, frameOf(raw[at + i]))
    const count = fields.index(raw[at + length + 1], 2 ** 53, 'the count of a stack')
    // newer dumps have the time of each sample, in microseconds, in the order of the stacks
    if (stamps.length < taken + count) sink.add(node, count)
    else for (let i = 0; i < count; i++) sink.add(node, 1, (amount(stamps[taken + i]) ?? NaN) / 1e6)
    taken += count
    at += length + 2
  }
  return threads.finish({ tool: 'stackprof' })
}
