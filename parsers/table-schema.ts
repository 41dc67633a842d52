import { headerOf, isHeading, labelsOf } from './table-header.ts'
import type { Header } from './table-header.ts'
import type { ToolTable } from './table-tools.ts'
import { TOOL_TABLES } from './table-tools.ts'

interface Schema {
  readonly table: ToolTable
  readonly labels: readonly { readonly text: string; readonly optional: boolean }[]
}

let schemas: readonly Schema[] | undefined

/** A line that heads a table: some tool is known to print it, or it looks like one. */
export interface Heading {
  readonly header: Header
  readonly tool: ToolTable | undefined
}

/** The heading a line is, undefined for any other line. */
export function headingOf(line: string): Heading | undefined {
  const header = headerOf(line)
  if (header === undefined) return undefined
  const tool = toolOf(header)
  return tool !== undefined || isHeading(header) ? { header, tool } : undefined
}

/** The tool table whose labels a header has, in order; undefined when no tool is known to print it. */
function toolOf(header: Header): ToolTable | undefined {
  schemas ??= TOOL_TABLES.map(table => ({ table, labels: schemaLabels(table.labels) }))
  return schemas.find(schema => matches(schema, header))?.table
}

function matches(schema: Schema, header: Header): boolean {
  let i = 0
  for (const { text } of header.labels) {
    while (i < schema.labels.length && schema.labels[i]!.text !== text) {
      if (!schema.labels[i]!.optional) return false
      i++
    }
    if (i === schema.labels.length) return false
    i++
  }
  return schema.labels.slice(i).every(label => label.optional)
}

function schemaLabels(text: string): { text: string; optional: boolean }[] {
  const labels: { text: string; optional: boolean }[] = []
  for (const part of text.split(/(\[[A-Za-z_-][^\]]*\])/)) {
    if (/^\[[A-Za-z_-].*\]$/.test(part)) labels.push({ text: part.slice(1, -1), optional: true })
    else for (const label of labelsOf(part)) labels.push({ text: label.text, optional: false })
  }
  return labels
}
