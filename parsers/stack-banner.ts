import type { Meta, ValueType } from '../src/model/index.ts'

/** What a tool's first line says about the numbers that follow. */
export interface BannerFacts {
  readonly tool?: string
  /** Name for the dataset: the event, or what was waited for. */
  readonly event?: string
  readonly value?: ValueType
  /** Which halves of the stacks were asked for. */
  readonly side?: 'user' | 'kernel' | 'both'
  readonly frequency?: number
  readonly duration?: number
}

export const OFF_CPU: ValueType = { name: 'off-CPU time', unit: 'us' }
export const BLOCKED: ValueType = { name: 'blocked time', unit: 'us' }
export const SAMPLES: ValueType = { name: 'samples', unit: 'samples' }
export const EVENTS: ValueType = { name: 'events', unit: 'events' }

const VALUE_OF_TOOL = new Map<string, ValueType>([
  ['profile', SAMPLES],
  ['offcputime', OFF_CPU],
  ['wakeuptime', BLOCKED],
  ['offwaketime', BLOCKED],
  ['stackcount', EVENTS],
])

/** What the values of a stack tool measure; its packaged name (`profile-bpfcc`, `profile.py`, a path) will do. Undefined for other tools. */
export function valueOfTool(tool: string): ValueType | undefined {
  return VALUE_OF_TOOL.get(tool.replace(/^.*\//, '').replace(/(?:-bpfcc|\.py|\.bt)$/, ''))
}

const SAMPLING = /^Sampling at (\d+) (Hertz|events) of /
const OFF_CPU_TIME = /^Tracing off-CPU time \((us|ns|ms)\) of /
const BLOCKED_TIME = /^Tracing blocked time \((us|ns|ms)\) by /
const FUNCTIONS = /^Tracing (\d+) functions? for "(.*)"\.\.\./
const DURATION = / for (\d+) secs/

/**
 * Facts of a banner line, undefined for any other line. Source: bcc profile.py:304, offcputime.py, wakeuptime.py, offwaketime.py,
 * stackcount.py (FORMATS 0.2):
 *
 *     Sampling at 49 Hertz of PID [2040, 1316151] by user + kernel stack for 5 secs.
 *     Tracing off-CPU time (us) of all threads by kernel stack... Hit Ctrl-C to end.
 *     Tracing 1 functions for "b'c:m*alloc'"... Hit Ctrl-C to end.
 */
export function bannerFacts(line: string): BannerFacts | undefined {
  const seconds = DURATION.exec(line)
  const common = { ...side(line), ...(seconds !== null && { duration: Number(seconds[1]) }) }
  const sampling = SAMPLING.exec(line)
  if (sampling !== null) {
    const rate = Number(sampling[1])
    return { tool: 'profile', event: 'cpu-clock', value: SAMPLES, ...(sampling[2] === 'Hertz' && { frequency: rate }), ...common }
  }
  const off = OFF_CPU_TIME.exec(line)
  if (off !== null) return { tool: 'offcputime', event: 'off-CPU', value: { ...OFF_CPU, unit: off[1]! }, ...common }
  const blocked = BLOCKED_TIME.exec(line)
  if (blocked !== null) {
    const tool = line.includes('waker') ? 'offwaketime' : 'wakeuptime'
    return { tool, event: 'blocked', value: { ...BLOCKED, unit: blocked[1]! }, ...common }
  }
  const functions = FUNCTIONS.exec(line)
  if (functions !== null) return { tool: 'stackcount', event: functions[2]!.replace(/^b'(.*)'$/, '$1'), value: EVENTS }
  return undefined
}

/** The part of a banner's facts that a dataset's Meta has room for. */
export function bannerMeta(facts: BannerFacts): Meta {
  return {
    ...(facts.tool !== undefined && { tool: facts.tool }),
    ...(facts.event !== undefined && { event: facts.event }),
    ...(facts.frequency !== undefined && { frequency: facts.frequency }),
    ...(facts.duration !== undefined && { duration: facts.duration }),
  }
}

function side(line: string): { side?: 'user' | 'kernel' | 'both' } {
  if (line.includes('by user + kernel stack')) return { side: 'both' }
  if (/by user stack/.test(line)) return { side: 'user' }
  if (/by kernel(?: off-CPU and waker)? stack/.test(line)) return { side: 'kernel' }
  return {}
}
