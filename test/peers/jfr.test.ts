/** Recordings beside the JDK's own `jfr print`, where a JDK is installed. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parse } from '../../parsers/parse.ts'
import type { SampleTable } from '../../src/model/index.ts'
import { framesOf } from '../../src/model/index.ts'

const JFR = spawnSync('jfr', ['--version']).status === 0

interface Printed {
  readonly type: string
  readonly values: {
    readonly duration?: string
    readonly weight?: number
    readonly sampledThread?: { readonly javaName: string }
    readonly eventThread?: { readonly javaName: string }
    readonly stackTrace?: {
      readonly frames: { readonly method: { readonly name: string; readonly type: { readonly name: string } } }[]
    }
  }
}

/** Kinds of events, our datasets of them, and whether the innermost frame is a class. */
const KINDS = [
  ['jdk.ExecutionSample', 'cpu', false],
  ['jdk.NativeMethodSample', 'native', false],
  ['jdk.ObjectAllocationSample', 'alloc', true],
  ['jdk.JavaMonitorEnter', 'lock', true],
  ['jdk.ThreadSleep', 'sleep', false],
] as const

describe.skipIf(!JFR)(`equal to jfr print${JFR ? '' : ' (no JDK found)'}`, () => {
  const bytes = gunzipSync(readFileSync('fixtures/jfr/app.jfr.gz'))
  const datasets = parse(bytes, { timeline: true }).datasets as SampleTable[]

  it.each(KINDS)('%s', (kind, name, leaf) => {
    const path = join(mkdtempSync(join(tmpdir(), 'bpfview-jfr-')), 'app.jfr')
    writeFileSync(path, bytes)
    const args = ['print', '--json', '--events', kind, '--stack-depth', '64', path]
    const { stdout, status, stderr } = spawnSync('jfr', args, { encoding: 'utf8', maxBuffer: 1 << 28 })
    expect(status, stderr).toBe(0)
    const { events } = (JSON.parse(stdout) as { recording: { events: Printed[] } }).recording
    const theirs = events.map(({ values }) => {
      const frames = values.stackTrace?.frames ?? []
      const names = frames.map(({ method }) => `${method.type.name}.${method.name}`).reverse()
      const nanos = Math.round(Number(/^PT([\d.]+)S$/.exec(values.duration ?? '')?.[1] ?? 0) * 1e9)
      const thread = (values.sampledThread ?? values.eventThread)?.javaName
      return `${[...(thread === undefined ? [] : [thread]), ...names].join(';')} ${values.weight ?? (nanos || 1)}`
    })
    const table = datasets.find(one => one.name === name)!
    const { stacks } = table
    const ours = Array.from(table.stack, (node, row) => {
      const names = framesOf(stacks, node).map(frame => stacks.frames.name[frame]!)
      return `${(leaf ? names.slice(0, -1) : names).join(';')} ${table.weight[row]}`
    })
    expect(ours.sort()).toEqual(theirs.sort())
  })
})
