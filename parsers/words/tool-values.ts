import type { Meta, ValueType } from '../../src/model/index.ts'

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

/** The part of a banner's facts that a dataset's Meta has room for. */
export function bannerMeta(facts: BannerFacts): Meta {
  return {
    ...(facts.tool !== undefined && { tool: facts.tool }),
    ...(facts.event !== undefined && { event: facts.event }),
    ...(facts.frequency !== undefined && { frequency: facts.frequency }),
    ...(facts.duration !== undefined && { duration: facts.duration }),
  }
}
