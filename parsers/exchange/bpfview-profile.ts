/**
 * A merged profile with a column of values per run, as `bpfview merge --to json` writes it; one document:
 *
 *     {"schema":"bpfview.profile","version":1,"name":"cycles","value":{"name":"samples","unit":"samples"},"meta":{},
 *      "stacks":{"name":["app","main"],"module":["",""],"kind":["task","user"],"parent":[-1,0,1],"frame":[-1,0,1]},
 *      "runs":[{"label":"a.folded","self":[0,0,12]},{"label":"b.folded","self":[0,0,15]}]}
 */

import type { FrameKind, Meta, Parsed, Profile, Run } from '../../src/model/index.ts'
import { BpfviewError, checkProfile, DiagnosticLog, FRAME_KINDS, MEASURES } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import type { JsonSink } from '../reading/json-reader.ts'
import { jsonReader } from '../reading/json-reader.ts'

export const bpfviewProfile: Format = {
  id: 'bpfview-profile',
  title: 'merged profiles with their runs (bpfview merge --to json)',
  sniff: (head: Head) => /^\s*\{\s*"schema"\s*:\s*"bpfview\.profile"/.test(head.text),
  reader(options) {
    const source = options.source ?? 'input'
    const log = new DiagnosticLog(source, options.strict)
    return jsonReader(new ProfileSink(log, source), log, source)
  },
}

class ProfileSink implements JsonSink {
  private readonly log: DiagnosticLog
  private readonly source: string
  private readonly profiles: Profile[] = []

  constructor(log: DiagnosticLog, source: string) {
    this.log = log
    this.source = source
  }

  value(value: unknown, line: number): void {
    try {
      this.profiles.push(checkProfile(profileOf(value)))
    } catch (error) {
      if (!(error instanceof BpfviewError)) throw error
      throw new BpfviewError('E_BAD_INPUT', error.message, { source: this.source, line })
    }
  }

  end(): Parsed {
    return {
      format: bpfviewProfile.id,
      datasets: this.profiles,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }
}

function profileOf(value: unknown): Profile {
  const given = fields(value, 'the document')
  if (given.get('schema') !== 'bpfview.profile' || given.get('version') !== 1)
    refuse('schema and version; expected bpfview.profile version 1')
  const stacks = fields(given.get('stacks'), 'stacks')
  const name = texts(stacks.get('name'), 'stacks.name')
  const module = texts(stacks.get('module'), 'stacks.module')
  const kinds = texts(stacks.get('kind'), 'stacks.kind')
  const parent = numbers(stacks.get('parent'), 'stacks.parent')
  const frame = numbers(stacks.get('frame'), 'stacks.frame')
  const unit = fields(given.get('value'), 'value')
  const runs = list(given.get('runs'), 'runs').map((entry, i): Run => {
    const run = fields(entry, `runs.${i}`)
    return { label: text(run.get('label'), `runs.${i}.label`), self: numbers(run.get('self'), `runs.${i}.self`) }
  })
  if (runs.length === 0) refuse('no runs; expected at least one')
  const self = new Float64Array(parent.length)
  for (const run of runs) {
    if (run.self.length !== parent.length) refuse(`a run of ${run.self.length} values; expected ${parent.length}`)
    for (let i = 0; i < self.length; i++) self[i]! += run.self[i]!
  }
  const measures = MEASURES.find(each => each === given.get('measures'))
  return {
    kind: 'profile',
    name: text(given.get('name'), 'name'),
    ...(measures !== undefined && { measures }),
    value: { name: text(unit.get('name'), 'value.name'), unit: text(unit.get('unit'), 'value.unit') },
    stacks: {
      frames: { name, module, kind: Uint8Array.from(kinds, kindOf) },
      parent: Int32Array.from(parent),
      frame: Int32Array.from(frame),
    },
    self,
    meta: metaOf(given.get('meta')),
    runs,
  }
}

const META_TEXT = ['tool', 'toolVersion', 'command', 'event', 'start', 'host', 'kernel', 'arch'] as const
const META_NUMBER = ['frequency', 'duration', 'cpus', 'work', 'samples', 'lost', 'truncated', 'exit'] as const

function metaOf(value: unknown): Meta {
  const facts = fields(value ?? {}, 'meta')
  const meta: Record<string, string | number> = {}
  for (const key of META_TEXT) if (facts.get(key) !== undefined) meta[key] = text(facts.get(key), `meta.${key}`)
  for (const key of META_NUMBER)
    if (facts.get(key) !== undefined) meta[key] = numbers([facts.get(key)], `meta.${key}`)[0]!
  return meta
}

function kindOf(kind: string): number {
  const code = FRAME_KINDS.indexOf(kind as FrameKind)
  return code < 0
    ? refuse(`a frame of kind ${JSON.stringify(kind).slice(0, 40)}; expected one of ${FRAME_KINDS.join(', ')}`)
    : code
}

function fields(value: unknown, where: string): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(`${where}: no object; expected one`)
  return new Map(Object.entries(value))
}

function list(value: unknown, where: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(`${where}: no array; expected one`)
}

function texts(value: unknown, where: string): string[] {
  return list(value, where).map(entry => text(entry, where))
}

function text(value: unknown, where: string): string {
  return typeof value === 'string'
    ? value
    : refuse(`${where}: ${JSON.stringify(value)?.slice(0, 40) ?? 'nothing'}; expected text`)
}

function numbers(value: unknown, where: string): Float64Array {
  return Float64Array.from(list(value, where), entry =>
    typeof entry === 'number' && Number.isFinite(entry)
      ? entry
      : refuse(`${where}: ${JSON.stringify(entry).slice(0, 40)}; expected a number`),
  )
}

function refuse(what: string): never {
  throw new BpfviewError('E_BAD_INPUT', what)
}
