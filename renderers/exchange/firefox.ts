import { conversion, kindCode, unitFact } from '../../src/model/index.ts'
import { NO_STACK } from '../words/no-stack.ts'
import { Numbering } from './locations.ts'
import type { Tell } from './losses.ts'
import { losses } from './losses.ts'
import type { StackRows } from './stack-rows.ts'
import { epochOf, isBare, tellStackless } from './stack-rows.ts'
import { threadsOf } from './threads.ts'

/** The newest version that Firefox Profiler, its command line and Perfetto all read. */
const VERSION = 60
const CATEGORIES = ['Other', 'User', 'Kernel', 'JIT'] as const
const COLORS = ['grey', 'yellow', 'orange', 'green'] as const

/**
 * A processed profile for the Firefox Profiler in pieces: a thread per task and thread id, times in milliseconds from the first sample.
 * Source: docs-developer/processed-profile-format.md of firefox-devtools/profiler.
 */
export function* firefoxFile(
  rows: StackRows,
  start: number | undefined,
  version: string,
  tell: Tell,
): Iterable<string> {
  const { value, weight, time, meta } = rows
  const milliseconds = conversion(value.unit, 'ms')
  const bytes = conversion(value.unit, 'bytes')
  const weightType = milliseconds !== undefined ? 'tracing-ms' : bytes !== undefined ? 'bytes' : 'samples'
  const scale = milliseconds ?? bytes ?? 1
  if (weightType === 'samples' && unitFact(value.unit).dimension !== 'count')
    tell(losses.unitDropped(value.unit, 'Firefox Profiler'))
  if (time === undefined) tell(losses.timesInvented('Firefox Profiler'))
  if (rows.cpu !== undefined) tell(losses.labelsDropped(['cpu'], 'Firefox Profiler'))
  tellStackless(rows, tell)
  const strings = new Numbering<string>(0)
  const { shared, stackOf } = sharedTables(rows, strings)
  const at = times(rows, milliseconds)
  const interval = meta.frequency !== undefined && meta.frequency > 0 ? 1000 / meta.frequency : 1
  const epoch = epochOf(rows, start)
  yield `{"meta":${JSON.stringify({
    interval,
    startTime: epoch === undefined ? 0 : Number(epoch) / 1e6,
    processType: 0,
    product: `bpfview ${version}`,
    importedFrom: meta.tool ?? 'bpfview',
    stackwalk: 1,
    version: 30,
    preprocessedProfileVersion: VERSION,
    symbolicated: true,
    usesOnlyOneStackType: true,
    sourceCodeIsNotOnSearchfox: true,
    markerSchema: [],
    categories: CATEGORIES.map((name, i) => ({ name, color: COLORS[i], subcategories: ['Other'] })),
  })},"libs":[],"shared":${JSON.stringify(shared)},"threads":[`
  const none = rows.stacks.parent.length
  let first = true
  for (const { comm, pid, tid, at: of } of threadsOf(rows, true)) {
    const samples = {
      length: of.length,
      stack: of.map(row => stackOf[isBare(rows, rows.node[row]!) ? none : rows.node[row]!]!),
      time: of.map(row => at[row]!),
      weight:
        weightType === 'samples' && of.every(row => weight[row] === 1) ? null : of.map(row => weight[row]! * scale),
      weightType,
    }
    yield `${first ? '' : ','}\n${JSON.stringify({ ...thread(comm, pid, tid), samples, markers: MARKERS })}`
    first = false
  }
  yield ']}\n'
}

const MARKERS = { length: 0, data: [], name: [], startTime: [], endTime: [], phase: [], category: [] }

function thread(comm: string, pid: number, tid: number): object {
  return {
    processType: 'default',
    processStartupTime: 0,
    processShutdownTime: null,
    registerTime: 0,
    unregisterTime: null,
    pausedRanges: [],
    name: comm === '' ? 'all' : comm,
    ...(comm !== '' && { processName: comm }),
    isMainThread: false,
    pid: String(pid < 0 ? 0 : pid),
    tid: tid < 0 ? 0 : tid,
  }
}

/** Milliseconds from the first sample, to the nanosecond; without times each sample begins where the one before ends. */
function times({ time, weight }: StackRows, milliseconds: number | undefined): number[] {
  if (time !== undefined) return Array.from(time, each => Math.round((each - time[0]!) * 1e9) / 1e6)
  let end = 0
  return Array.from(weight, each => {
    const begin = end
    end += milliseconds === undefined ? 1 : Math.max(0, each * milliseconds)
    return begin
  })
}

/** The tables of all threads; `stackOf` = row of each node's stack, the last one that of `[no stack]`. */
function sharedTables(
  rows: StackRows,
  strings: Numbering<string>,
): { readonly shared: object; readonly stackOf: Int32Array } {
  const { parent, frame, frames } = rows.stacks
  const text = (of: string): number => strings.of(of, of)
  const modules = new Numbering<string>(0)
  const count = frames.name.length + 1
  const each = <T>(of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i))
  const category = each(i => categoryOf(frames.kind[i]))
  const name = each(i => text(frames.name[i] ?? NO_STACK))
  const resource = each(i => (frames.module[i] ? modules.of(frames.module[i]!, frames.module[i]!) : -1))
  const stackOf = new Int32Array(parent.length + 1).fill(-1)
  const stack: { frame: number[]; prefix: (number | null)[] } = { frame: [], prefix: [] }
  for (let node = 1; node < parent.length; node++) {
    if (isBare(rows, node)) continue
    stackOf[node] = stack.frame.length
    const above = stackOf[parent[node]!]!
    stack.frame.push(frame[node]!)
    stack.prefix.push(above < 0 ? null : above)
  }
  stackOf[parent.length] = stack.frame.length
  stack.frame.push(count - 1)
  stack.prefix.push(null)
  const filled = <T>(value: T): T[] => each(() => value)
  const inline = kindCode('inline')
  const shared = {
    stackTable: { length: stack.frame.length, ...stack },
    frameTable: {
      length: count,
      address: filled(-1),
      inlineDepth: each(i => (frames.kind[i] === inline ? 1 : 0)),
      category,
      subcategory: filled(0),
      func: each(i => i),
      nativeSymbol: filled(null),
      innerWindowID: filled(null),
      line: filled(null),
      column: filled(null),
    },
    funcTable: {
      length: count,
      name,
      isJS: filled(false),
      relevantForJS: filled(false),
      resource,
      source: filled(null),
      lineNumber: filled(null),
      columnNumber: filled(null),
    },
    resourceTable: {
      length: modules.all.length,
      name: modules.all.map(text),
      host: modules.all.map(() => null),
      type: modules.all.map(() => 1),
      lib: modules.all.map(() => null),
    },
    nativeSymbols: { length: 0, libIndex: [], address: [], name: [], functionSize: [] },
    sources: { length: 0, filename: [], uuid: [] },
    stringArray: strings.all,
  }
  return { shared, stackOf }
}

function categoryOf(kind: number | undefined): number {
  if (kind === kindCode('kernel')) return 2
  if (kind === kindCode('jit')) return 3
  return kind === kindCode('user') || kind === kindCode('inline') ? 1 : 0
}
