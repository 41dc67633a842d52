import type { Unit } from '../../src/model/index.ts'
import { isKernelModule } from '../stacks/frame-kind.ts'
import type { DumpFrame } from './dump-stacks.ts'

const UNITS = new Map<string, Unit>([
  ['nanoseconds', 'ns'],
  ['microseconds', 'us'],
  ['milliseconds', 'ms'],
  ['seconds', 's'],
  ['bytes', 'bytes'],
])

/** Our word for a unit of pprof; counts are samples where their name says so. */
export function pprofUnit(unit: string, name: string): Unit {
  return UNITS.get(unit) ?? (unit === 'count' ? (/^samples?$/.test(name) ? 'samples' : 'count') : unit)
}

/** Units that -traces and -text print, glued to a number, as factors to the one they are read in. */
const SCALES = new Map<string, readonly [unit: Unit, factor: number]>([
  ['ns', ['ns', 1]],
  ['us', ['ns', 1e3]],
  ['\u00b5s', ['ns', 1e3]],
  ['\u03bcs', ['ns', 1e3]],
  ['ms', ['ns', 1e6]],
  ['s', ['ns', 1e9]],
  ['mins', ['ns', 60e9]],
  ['hrs', ['ns', 3600e9]],
  ['days', ['ns', 86_400e9]],
  ['B', ['bytes', 1]],
  ['kB', ['bytes', 1024]],
  ['KB', ['bytes', 1024]],
  ['MB', ['bytes', 1024 ** 2]],
  ['GB', ['bytes', 1024 ** 3]],
  ['TB', ['bytes', 1024 ** 4]],
])

/** `10ms`, `48kB`, `7`: the value in ns, bytes or a plain number; undefined for anything else. */
export function pprofValue(text: string): { readonly value: number; readonly unit: Unit } | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(\D*)$/.exec(text)
  if (match === null) return undefined
  if (match[2] === '') return { value: Number(match[1]), unit: 'count' }
  const scale = SCALES.get(match[2]!)
  return scale === undefined ? undefined : { value: Number((Number(match[1]) * scale[1]).toFixed(3)), unit: scale[0] }
}

/** A function of a pprof profile. */
export function goFrame(name: string, module: string, inlined: boolean): DumpFrame {
  return { name, module, kind: inlined ? 'inline' : isKernelModule(module) ? 'kernel' : 'user' }
}
