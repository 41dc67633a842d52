import type { Numbers } from '../../client/columns.ts'
import { eachVarint, planes, varints } from '../../client/columns.ts'
import type { ScopeHeader, ScopeNames } from '../pack.ts'
import type { ScopeData } from './data.ts'

/** Columns of the page, back as arrays. `column` gives a column's inflated bytes, empty when there is none. */
export function unpackScope(header: ScopeHeader, column: (name: string) => Uint8Array): ScopeData {
  const count = header.samples
  const names = JSON.parse(new TextDecoder().decode(column('names'))) as ScopeNames
  const ids = varints(column('threads'), header.threads * 2)
  const cpu = planes(column('cpu'), count, header.cpuPlanes)
  const thread = planes(column('thread'), count, header.threadPlanes)
  followThreads(header, cpu, thread)
  return {
    header,
    names,
    kinds: column('kinds'),
    frameModules: varints(column('frameModules'), names.frames.length),
    ...unpackTree(header, column),
    leaves: varints(column('leaves'), header.distinct),
    idle: column('idle'),
    pids: Int32Array.from({ length: header.threads }, (_, t) => ids[t * 2]! - 1),
    tids: Int32Array.from({ length: header.threads }, (_, t) => ids[t * 2 + 1]! - 1),
    ...unpackTimes(header, column('time')),
    stack: planes(column('stack'), count, header.stackPlanes),
    thread,
    cpu,
    event: header.events.length > 1 ? column('event') : undefined,
    weight: unpackWeights(header, column),
  }
}

function unpackTree(header: ScopeHeader, column: (name: string) => Uint8Array): Pick<ScopeData, 'parent' | 'frame'> {
  const steps = varints(column('parents'), header.nodes - 1)
  const links = varints(column('frames'), header.nodes - 1)
  const parent = new Int32Array(header.nodes)
  const frame = new Int32Array(header.nodes)
  parent[0] = -1
  frame[0] = -1
  for (let i = 1; i < header.nodes; i++) {
    parent[i] = i - steps[i - 1]!
    frame[i] = links[i - 1]!
  }
  return { parent, frame }
}

function unpackTimes(header: ScopeHeader, bytes: Uint8Array): Pick<ScopeData, 'tick' | 'secondStart'> {
  const count = header.samples
  const tick = header.seconds * header.ticks < 0xffff_ffff ? new Uint32Array(count) : new Float64Array(count)
  const secondStart = new Uint32Array(header.seconds + 1)
  let now = 0
  let second = 0
  let next = header.ticks
  eachVarint(bytes, count, (step, i) => {
    now += step
    while (now >= next) {
      secondStart[++second] = i
      next += header.ticks
    }
    tick[i] = now
  })
  while (second < header.seconds) secondStart[++second] = count
  return { tick, secondStart }
}

/** CPUs are told by their distance to the one before, threads by their difference to the last of the same CPU. In place. */
function followThreads(header: ScopeHeader, cpu: Numbers, thread: Numbers): void {
  const wheel = header.cpus + 1
  const last = new Int32Array(wheel)
  let slot = 0
  for (let i = 0; i < cpu.length; i++) {
    slot += cpu[i]!
    if (slot >= wheel) slot -= wheel
    cpu[i] = slot
    const code = thread[i]!
    if (code > 0) last[slot] = code - 1
    thread[i] = last[slot]!
  }
}

function unpackWeights(header: ScopeHeader, column: (name: string) => Uint8Array): Float64Array | undefined {
  const count = header.samples
  if (header.weights === 'float') return new Float64Array(column('weight').slice().buffer, 0, count)
  if (header.weights !== 'varint') return undefined
  const weight = new Float64Array(count)
  eachVarint(column('weight'), count, (value, i) => {
    weight[i] = value
  })
  return weight
}
