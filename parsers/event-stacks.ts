import { ROOT, unitFact } from '../src/model/index.ts'
import type { EventTable, NumberColumn, Profile } from '../src/model/index.ts'
import { commOf } from './comm.ts'
import { TASK } from './frame-kind.ts'
import { ProfileBuilder } from './profile-builder.ts'
import { EVENTS } from './stack-banner.ts'
import { addStack, isKernelThread, kernelFrames } from './stack-sides.ts'
import { parseSymbol } from './symbol.ts'
import type { Symbol } from './symbol.ts'

/** `-->COUNT 12` after an aggregated event of trace -a. */
const COUNT = /^-->COUNT (\d+)$/
/** The negative number that trace prints in place of a stack it could not get. */
const STACK_ERROR = /^-\d+$/
/** Kernel code has no blanks in its names; C++ has, but then brackets too. */
const FRAME = /^(?:\S+|.*[(<[].*|(?:0x)?[0-9a-f]{4,16}\s+\S+)$/
const COMM_COLUMNS = new Set(['COMM', 'PCOMM', 'TASK', 'PROCESS'])
const LATENCY = /^(?:LAT|DELTA|DUR|MS$|TOTAL|AVG)/i

/**
 * Stacks under the rows of an event table as profiles: a row's comm, then its stack, weighing one event (or its `-->COUNT`); a second profile
 * weighs by the row's latency where it has one. `lines` = the lines under each row, by row. Empty when no row has a stack.
 *
 *     PID     TID     COMM            FUNC             -
 *     9557    9557    a.out           do_sys_open      temp.1
 *             do_sys_open+0x1 [kernel]                            kernel frames, then user frames, leaf first
 *             __open_nocancel+0x7 [libc-2.17.so]
 *
 * Source: bcc trace.py:555, capable.py, tcpdrop.py, compactsnoop.py, funcslower.py, stacksnoop.py; FORMATS c5.
 */
export function eventStacks(table: EventTable, lines: ReadonlyMap<number, readonly string[]>): Profile[] {
  const comms = table.columns.find(column => column.type === 'text' && COMM_COLUMNS.has(column.name))
  const latency = table.columns.find((column): column is NumberColumn => column.type === 'number' && unitFact(column.unit).dimension === 'time'
    && column.unit !== 'clock' && column.unit !== 'date' && LATENCY.test(column.name))
  const events = new ProfileBuilder()
  const weighed = new ProfileBuilder()
  for (const [row, under] of lines) {
    const read = stackOf(under)
    if (read === undefined) continue
    const comm = comms?.type === 'text' ? commOf(comms.values[row] ?? '') : ''
    events.add(place(events, comm, read.stack), read.count)
    const weight = latency?.values[row]
    if (weight !== undefined && weight >= 0) weighed.add(place(weighed, comm, read.stack), weight)
  }
  if (events.samples === 0) return []
  const profiles = [events.finish(table.name, EVENTS, table.meta)]
  if (weighed.samples > 0) profiles.push(weighed.finish(table.name, { name: 'latency', unit: latency!.unit }, table.meta))
  return profiles
}

/** A stack from the lines under a row, undefined when they are something else, such as the text a sniffer caught. */
function stackOf(lines: readonly string[]): { readonly stack: readonly Symbol[]; readonly count: number } | undefined {
  const stack: Symbol[] = []
  let count = 1
  for (const line of lines) {
    const text = commOf(line.trim())
    const times = COUNT.exec(text)
    if (times !== null) count = Number(times[1])
    else if (STACK_ERROR.test(text)) stack.push({ name: `[Missed Stack] ${text}`, module: '' })
    else if (text === '-' || text === '--' || text === '') continue
    else if (!FRAME.test(text)) return undefined
    else stack.push(parseSymbol(text))
  }
  return stack.length === 0 ? undefined : { stack, count }
}

function place(profile: ProfileBuilder, comm: string, stack: readonly Symbol[]): number {
  const { stacks } = profile
  const node = comm === '' ? ROOT : stacks.child(ROOT, stacks.frame(comm, '', TASK))
  return addStack(stacks, node, stack, isKernelThread(comm) ? stack.length : kernelFrames(stack))
}
