import type { Cell, ColumnSpec } from '../build/table-builder.ts'
import { columnSpecs } from '../build/table-builder.ts'
import { cellOf } from './columns.ts'
import type { Label } from './header.ts'
import type { Heading } from './heading.ts'
import type { Layout, Slot } from './row.ts'
import { alignRow } from './row.ts'
import type { ToolTable } from './tools.ts'

/** What a heading says about the table under it. */
export interface TableShape {
  readonly tool: ToolTable | undefined
  readonly labels: readonly Label[]
  readonly specs: readonly ColumnSpec[]
  readonly layout: Layout
  /** The words of the heading, one blank between them: such a line under it is the heading printed again. */
  readonly words: string
}

const DRAWN = new Set(['->', '<->'])
const NOTHING: ReadonlySet<string> = new Set()

/** Columns and layout of the table under a heading. */
export function tableShape({ header, tool }: Heading): TableShape {
  const printed = header.labels.filter(label => !DRAWN.has(label.text))
  const labels = tool?.first === undefined ? printed : [{ text: tool.first, start: 0, end: 1 }, ...printed]
  const specs = columnSpecs(
    labels.map(label => tool?.rename?.[label.text] ?? label.text),
    label => tool?.cells?.[label] ?? unknownCell(cellOf(label), tool),
  )
  const named = specs.map((spec, i) => ({ ...spec, name: tool?.names?.[i] ?? spec.name }))
  const draws =
    printed.length < header.labels.length ||
    labels.some(label => label.text === 'SRC_NID' || label.text === 'LADDR:LPORT')
  return {
    tool,
    labels,
    specs: named,
    layout: {
      slots: slotsOf(specs, labels),
      aligned: header.aligned,
      short: tool?.first !== undefined || tool?.short === true,
      indented: tool?.indented === true,
      drawn: draws ? DRAWN : NOTHING,
    },
    words: wordsOf(header.labels.map(label => label.text).join(' ')),
  }
}

/** One word of a column of an unknown tool: of numbers when all cells are, whatever such a label holds elsewhere. */
function unknownCell(cell: Cell, tool: ToolTable | undefined): Cell {
  return tool === undefined && cell === 'word' ? 'auto' : cell
}

function slotsOf(specs: readonly ColumnSpec[], labels: readonly Label[]): Slot[] {
  const last = specs.length - 1
  return specs.map((spec, i): Slot => {
    const open = i === last && (spec.cell === 'auto' || spec.cell === 'word' || spec.cell === 'comm')
    const cell = open ? 'text' : spec.cell
    return { cell, start: labels[i]!.start, end: labels[i]!.end, rest: i === last && cell === 'text' }
  })
}

/**
 * The shape that lets rows hold other things than the tool's schema says, undefined when none does: first with one column of numbers as text
 * (`opensnoop.bt --errname` prints names under ERR), then as any unknown table. Every one of `lines` has to fit.
 */
export function looserShape(shape: TableShape, lines: readonly string[]): TableShape | undefined {
  const numbers = shape.specs.flatMap(({ cell }, i) => (cell === 'number' || cell === 'duration' ? [i] : []))
  const tries: ((i: number) => Cell)[] = numbers.map(text => i => (i === text ? 'text' : shape.specs[i]!.cell))
  tries.push(i => (shape.specs[i]!.cell === 'comm' ? 'comm' : 'auto'))
  for (const cell of tries) {
    const specs = shape.specs.map((spec, i) => ({ ...spec, cell: cell(i) }))
    const slots = slotsOf(specs, shape.labels).map((slot, i) =>
      slot.rest && specs[i]!.name === 'PATH' ? { ...slot, path: true } : slot,
    )
    const layout = { ...shape.layout, slots }
    if (lines.every(line => /\d/.test(line) && alignRow(line, layout)?.every(cell => cell !== '') === true))
      return { ...shape, specs, layout }
  }
  return undefined
}

/** The line's words, one blank between them. */
export function wordsOf(line: string): string {
  return line.trim().split(/\s+/).join(' ')
}

/** True when any line fits the layout: no column of it is of numbers or times. */
export function isTextOnly(layout: Layout): boolean {
  return !layout.slots.some(slot => slot.cell === 'number' || slot.cell === 'time')
}
