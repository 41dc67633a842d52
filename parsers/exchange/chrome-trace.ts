/**
 * Trace events of Chrome, Node (`--trace-event-categories`) and everybody who writes them for a timeline; times in microseconds:
 *
 *     {"traceEvents":[{"ph":"M","name":"thread_name","pid":1,"tid":7,"args":{"name":"main"}},
 *                     {"ph":"B","name":"load","cat":"x","pid":1,"tid":7,"ts":0},{"ph":"E","pid":1,"tid":7,"ts":10},
 *                     {"ph":"X","name":"parse","cat":"x","pid":1,"tid":7,"ts":12,"dur":5},
 *                     {"ph":"P","name":"ProfileChunk","id":"0x1","pid":1,"tid":9,"ts":3,"args":{"data":{"cpuProfile":{"nodes":[...],"samples":[2,2]},"timeDeltas":[100,100]}}}]}
 *     [ {"ph":"B", ... }, ...                  the bare list, whose end may be missing
 *     {"traceEvents":[],"stackFrames":{"5":{"category":"libc.so","name":"read"},"6":{"name":"work","parent":"5"}},
 *      "samples":[{"cpu":0,"tid":7,"ts":1000.0,"name":"cycles","weight":1,"sf":"6"}]}                       sampled stacks beside the events
 *
 * Spans of one thread nest; the time between two edges belongs to the innermost open span. Source: Trace Event Format of the Chromium project.
 */
import type { Dataset } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import { readCpuProfile } from './cpuprofile.ts'
import { amount, items, record, word } from './fields.ts'
import { jsonShape } from './json-shape.ts'
import type { ThreadSink } from './thread-set.ts'
import { readSampled } from './trace-samples.ts'
import type { Reading } from './whole-file.ts'
import { bytesFormat } from './whole-file.ts'

export const chromeTrace: Format = bytesFormat({
  id: 'chrome-trace',
  title: 'trace events of Chrome and Node: B, E, X and CPU profiles inside (traceEvents)',
  what: 'a list of Chrome trace events',
  sniff(head) {
    const shape = jsonShape(head)
    return shape.has('traceEvents') || (shape.has('[].ph') && (shape.has('[].ts') || shape.has('[].pid')))
  },
  read: readTrace,
})

type Json = Readonly<Record<string, unknown>>

interface Span {
  readonly name: string
  readonly start: number
  end: number
}

interface Track {
  readonly pid: number
  readonly tid: number
  readonly spans: Span[]
  /** Spans begun and not ended, innermost last. */
  readonly open: Span[]
  last: number
}

/** A CPU profile that comes in pieces. */
interface Pieces {
  readonly pid: number
  readonly tid: number
  readonly nodes: unknown[]
  readonly samples: unknown[]
  readonly timeDeltas: unknown[]
  startTime: number
  endTime: number | undefined
}

function readTrace(bytes: Uint8Array, reading: Reading): readonly Dataset[] {
  const { threads, log, fields } = reading
  const tracks = new Map<string, Track>()
  const profiles = new Map<string, Pieces>()
  const names = new Map<string, string>()
  const left = new Map<string, number>()
  let unmatched = 0
  const document = documentOf(bytes, reading)
  const events = eventsOf(document, reading).map((value, i) => fields.object(value, `event ${i}`))
  const stamped = events.map((event, i) => ({ event, ts: amount(event['ts']) ?? 0, i }))
  stamped.sort((a, b) => a.ts - b.ts || a.i - b.i)
  for (const { event, ts } of stamped) {
    const phase = word(event['ph'])
    const pid = amount(event['pid']) ?? -1
    const tid = amount(event['tid']) ?? -1
    const key = `${String(event['pid'])} ${String(event['tid'])}`
    const name = word(event['name'])
    if (phase === 'M') {
      const label = word(record(event['args'])?.['name'])
      if (name === 'thread_name' && label !== '') names.set(key, label)
    } else if (name === 'Profile' || name === 'ProfileChunk') piece(event, profiles, { pid, tid })
    else if (phase === 'B' || phase === 'E' || phase === 'X') {
      let track = tracks.get(key)
      if (track === undefined) tracks.set(key, (track = { pid, tid, spans: [], open: [], last: ts }))
      if (!edge(track, phase, name, ts, amount(event['dur']) ?? 0)) unmatched++
    } else left.set(phase, (left.get(phase) ?? 0) + 1)
  }
  for (const [, pieces] of profiles)
    if (pieces.samples.length > 0)
      readCpuProfile({ ...pieces }, reading, names.get(`${pieces.pid} ${pieces.tid}`) ?? 'cpu', {
        pid: pieces.pid,
        tid: pieces.tid,
      })
  readSampled(record(document), names, reading)
  for (const [key, track] of tracks) {
    for (const span of track.open) span.end = Math.max(span.end, track.last)
    if (track.open.length > 0)
      log.note('truncated-record', 'spans that were not closed: they last to the last event of their thread', {
        count: track.open.length,
      })
    const ids = { ...(track.pid >= 0 && { pid: track.pid }), ...(track.tid >= 0 && { tid: track.tid }) }
    const sink = threads.open({
      name: names.get(key) ?? `thread ${key.split(' ')[1]!}`,
      value: { name: 'time', unit: 'us' },
      ...ids,
    })
    layOut(track.spans, sink, reading)
  }
  if (unmatched > 0)
    log.note('unbalanced-events', 'ends of spans that were never begun, left out', { count: unmatched })
  for (const [phase, count] of left)
    log.note('events-left-out', 'events that are no spans (instants, counters, flows, asynchronous ones)', {
      severity: 'info',
      text: `ph ${phase}`,
      count,
    })
  return threads.finish({ tool: 'trace events' })
}

/** Takes one edge of a span, or a whole one; false for an end without a beginning. */
function edge(track: Track, phase: 'B' | 'E' | 'X', name: string, ts: number, duration: number): boolean {
  track.last = Math.max(track.last, ts)
  if (phase === 'X') {
    track.spans.push({ name, start: ts, end: ts + Math.max(0, duration) })
    track.last = Math.max(track.last, ts + duration)
  } else if (phase === 'B') {
    const span = { name, start: ts, end: ts }
    track.spans.push(span)
    track.open.push(span)
  } else {
    const span = track.open.pop()
    if (span === undefined) return false
    span.end = ts
  }
  return true
}

/** Adds the time between two edges to the innermost open span. */
function layOut(spans: Span[], sink: ThreadSink, { log }: Reading): void {
  const order = spans.map((span, i) => ({ span, i }))
  order.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end || a.i - b.i)
  const nodes: number[] = []
  const ends: number[] = []
  const kind = kindCode('user')
  let at = 0
  let clipped = 0
  const close = (until: number): void => {
    while (ends.length > 0 && ends[ends.length - 1]! <= until) {
      const end = ends.pop()!
      const node = nodes.pop()!
      if (end > at) sink.add(node, end - at, at / 1e6)
      at = Math.max(at, end)
    }
  }
  for (const { span } of order) {
    close(span.start)
    if (ends.length > 0 && span.start > at) sink.add(nodes[nodes.length - 1]!, span.start - at, at / 1e6)
    at = span.start
    const outer = ends[ends.length - 1] ?? Infinity
    if (span.end > outer) clipped++
    ends.push(Math.min(span.end, outer))
    nodes.push(sink.stacks.child(nodes[nodes.length - 1] ?? sink.root, sink.stacks.frame(span.name, '', kind)))
  }
  close(Infinity)
  if (clipped > 0)
    log.note('overlapping-spans', 'spans that last longer than the span around them: cut at its end', {
      count: clipped,
    })
}

function piece(event: Json, profiles: Map<string, Pieces>, ids: { readonly pid: number; readonly tid: number }): void {
  const data = record(record(event['args'])?.['data']) ?? {}
  const key = `${ids.pid} ${String(event['id'])}`
  let pieces = profiles.get(key)
  if (pieces === undefined)
    profiles.set(
      key,
      (pieces = {
        ...ids,
        nodes: [],
        samples: [],
        timeDeltas: [],
        startTime: amount(event['ts']) ?? 0,
        endTime: undefined,
      }),
    )
  const profile = record(data['cpuProfile'])
  for (const node of items(profile?.['nodes'])) pieces.nodes.push(node)
  for (const sample of items(profile?.['samples'])) pieces.samples.push(sample)
  for (const delta of items(data['timeDeltas'] ?? profile?.['timeDeltas'])) pieces.timeDeltas.push(delta)
  pieces.startTime = amount(data['startTime']) ?? pieces.startTime
  pieces.endTime = amount(data['endTime']) ?? pieces.endTime
}

function eventsOf(document: unknown, { fields }: Reading): readonly unknown[] {
  return Array.isArray(document) ? document : fields.list(record(document)?.['traceEvents'], 'traceEvents')
}

/** The document of either form; a list that ends early loses its last event and says so. */
function documentOf(bytes: Uint8Array, { fields, log }: Reading): unknown {
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const start = text.indexOf('[')
  const stop = lastEvent(text, start)
  try {
    const found = JSON.parse(`[${text.slice(start + 1, stop)}]`) as unknown
    if (!/^\s*,?\s*$/.test(text.slice(stop)))
      log.note('truncated-input', 'the list of events ends early; what is cut is left out', {
        text: text
          .slice(stop, stop + 200)
          .replace(/\s+/g, ' ')
          .trim(),
      })
    return found
  } catch (error) {
    if (error instanceof SyntaxError) return fields.refuse('broken JSON')
    throw error
  }
}

/** Index after the last object of the list that opens at `start` which is closed. */
function lastEvent(text: string, start: number): number {
  let depth = 0
  let quoted = false
  let last = start + 1
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quoted) {
      if (code === 92) i++
      else if (code === 34) quoted = false
    } else if (code === 34) quoted = true
    else if (code === 123 || code === 91) depth++
    else if (code === 125 || code === 93) {
      if (--depth < 0) break
      if (depth === 0) last = i + 1
    }
  }
  return last
}
