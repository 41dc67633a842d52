import type { EventTable, Profile } from '../../src/model/index.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { parseSymbol } from '../stacks/symbol.ts'
import type { Stack } from './event-stacks.ts'
import { eventStacks } from './event-stacks.ts'

const COLUMN = /^(?:kern(?:el)?_?stack|user_?stack|kstack|ustack)(?:\.symbols)?$/i
/** How often a row was seen. */
const COUNT = /^(?:count|samples)$/i

/** True for a column whose cells may be stacks. */
export function isStackColumn(name: string): boolean {
  return COLUMN.test(name)
}

/** `[0]tcp_connect; [1]tcp_v4_connect; ` or the names alone, leaf first. */
const FRAME = /^(?:\[\d{1,4}\] ?)?([^\s;[\]][^;]*)$/

/**
 * Stacks that inspektor-gadget prints into a cell (KERN_STACK, USER_STACK: `[0]tcp_connect; [1]tcp_v4_connect; `; lists of names in JSON) as profiles, a row one
 * event or its `count`. Empty when a table has no such column.
 */
export function cellStacks(table: EventTable): Profile[] {
  const counts = table.columns.find(column => column.type === 'number' && COUNT.test(column.name))
  return table.columns.flatMap(column => {
    if (column.type !== 'text' || !isStackColumn(column.name)) return []
    const stacks = new Map<number, Stack>()
    column.values.forEach((text, row) => {
      const stack = stackOf(text)
      const count = counts?.type === 'number' ? counts.values[row]! : 1
      if (stack !== undefined && count > 0) stacks.set(row, { stack, count })
    })
    return eventStacks({ ...table, name: `${table.name} ${column.name.toLowerCase()}` }, stacks)
  })
}

function stackOf(text: string): FrameLine[] | undefined {
  const frames = text
    .split(';')
    .map(part => part.trim())
    .filter(part => part !== '')
  const named = frames.map(frame => FRAME.exec(frame)?.[1])
  return frames.length === 0 || named.includes(undefined) ? undefined : named.map(name => parseSymbol(name!))
}
