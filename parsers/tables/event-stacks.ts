import type { EventTable, NumberColumn, Profile } from '../../src/model/index.ts'
import { ROOT, unitFact } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addStack, isKernelThread, kernelFrames } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { parseSymbol } from '../stacks/symbol.ts'
import { commOf } from '../words/comm.ts'
import { EVENTS } from '../words/tool-values.ts'
import { isFrame } from './frame-line.ts'

/** `-->COUNT 12` after an aggregated event of trace -a. */
const COUNT = /^-->COUNT (\d+)$/
/** The negative number that trace prints in place of a stack it could not get. */
const STACK_ERROR = /^-\d+$/
/** `-    COMM (PID)` after the stack: says again whose it is. */
const OWNER = /^-\s+\S.*\(\d+\)$/
const COMM_COLUMNS = new Set(['COMM', 'PCOMM', 'TASK', 'PROCESS'])
const LATENCY = /^(?:LAT|DELTA|DUR|MS$|TOTAL|AVG)/i

/** A stack under a row, leaf first, and how often the row was seen. */
export interface Stack {
  readonly stack: readonly FrameLine[]
  readonly count: number
}

/**
 * Stacks under the rows of an event table as profiles: a row's comm, then its stack, weighing one event (or its `-->COUNT`); a second profile
 * weighs by the row's latency where it has one. `stacks` by row. Empty when no row has a stack.
 *
 *     PID     TID     COMM            FUNC             -
 *     9557    9557    a.out           do_sys_open      temp.1
 *             do_sys_open+0x1 [kernel]                            kernel frames, then user frames, leaf first
 *             __open_nocancel+0x7 [libc-2.17.so]
 *
 * Source: bcc trace.py:555, capable.py, tcpdrop.py, compactsnoop.py, funcslower.py, stacksnoop.py; FORMATS c5.
 */
export function eventStacks(table: EventTable, stacks: ReadonlyMap<number, Stack>): Profile[] {
  // `proc.comm` of inspektor-gadget
  const comms = table.columns.find(
    ({ type, name }) => type === 'text' && COMM_COLUMNS.has(name.slice(name.lastIndexOf('.') + 1).toUpperCase()),
  )
  const latency = table.columns.find(
    (column): column is NumberColumn =>
      column.type === 'number' &&
      unitFact(column.unit).dimension === 'time' &&
      column.unit !== 'clock' &&
      column.unit !== 'date' &&
      LATENCY.test(column.name),
  )
  const events = new ProfileBuilder()
  const weighed = new ProfileBuilder()
  for (const [row, read] of stacks) {
    const comm = comms?.type === 'text' ? commOf(comms.values[row] ?? '') : ''
    events.add(place(events, comm, read.stack), read.count)
    const weight = latency?.values[row]
    if (weight !== undefined && weight >= 0) weighed.add(place(weighed, comm, read.stack), weight)
  }
  if (events.samples === 0) return []
  const profiles = [events.finish(table.name, EVENTS, table.meta)]
  if (weighed.samples > 0)
    profiles.push(weighed.finish(table.name, { name: 'latency', unit: latency!.unit }, table.meta))
  return profiles
}

/** The stack among the lines under a row, undefined when they are something else, such as the text a sniffer caught. */
export function stackUnder(lines: readonly string[], loose: boolean): Stack | undefined {
  const stack: FrameLine[] = []
  let count = 1
  for (const line of lines) {
    const text = commOf(line.trim())
    const times = COUNT.exec(text)
    if (times !== null) count = Number(times[1])
    else if (STACK_ERROR.test(text)) stack.push({ name: `[Missed Stack] ${text}`, module: '' })
    else if (text === '-' || text === '--' || text === '' || OWNER.test(text)) continue
    else if (!isFrame(text, loose)) return undefined
    else stack.push(parseSymbol(text))
  }
  return stack.length === 0 ? undefined : { stack, count }
}

function place(profile: ProfileBuilder, comm: string, stack: readonly FrameLine[]): number {
  const { stacks } = profile
  const node = comm === '' ? ROOT : stacks.child(ROOT, stacks.frame(comm, '', TASK))
  return addStack(stacks, node, stack, isKernelThread(comm) ? stack.length : kernelFrames(stack))
}
