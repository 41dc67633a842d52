import type { Header } from './header.ts'
import { headerOf, isHeading, labelsOf } from './header.ts'
import type { ToolTable } from './tools.ts'
import { TOOL_TABLES } from './tools.ts'

interface Schema {
  readonly table: ToolTable
  readonly labels: readonly { readonly text: string; readonly optional: boolean }[]
}

/** Schemas by the labels they may begin with. */
let schemas: ReadonlyMap<string, readonly Schema[]> | undefined

function schemasByStart(): ReadonlyMap<string, readonly Schema[]> {
  const starts = new Map<string, Schema[]>()
  for (const table of TOOL_TABLES) {
    const labels = schemaLabels(table.labels)
    for (const { text, optional } of labels) {
      const known = starts.get(text)
      if (known === undefined) starts.set(text, [{ table, labels }])
      else known.push({ table, labels })
      if (!optional) break
    }
  }
  return starts
}

/** A line that heads a table: some tool is known to print it, or it looks like one. */
export interface Heading {
  readonly header: Header
  readonly tool: ToolTable | undefined
  /** What the heading says the table is of: the device whose latencies biolatpcts prints. */
  readonly caption?: string
}

/** The heading a line is, undefined for any other line. */
export function headingOf(line: string): Heading | undefined {
  const header = headerOf(line)
  if (header === undefined) return undefined
  const tool = toolOf(header)
  if (tool === undefined && isPercentiles(header)) return percentiles(header)
  return tool !== undefined || isHeading(header) ? { header, tool } : undefined
}

/** A second line of a heading: column names under those of the first line, which only grouped them. Undefined for any other line. */
export function subHeadingOf({ header }: Heading, line: string): Heading | undefined {
  if (!header.aligned || !/^\s/.test(line)) return undefined
  const names = headerOf(line)?.labels
  if (
    names === undefined ||
    !names.every(({ text }) => /^[A-Z][A-Z0-9_%/()a-z]*$/.test(text) && /^[A-Z]{2}/.test(text))
  )
    return undefined
  const labels = header.labels.map(label => {
    const under = names.filter(name => name.start < label.end && label.start < name.end)
    return under.length === 1 ? { ...under[0]! } : under.length === 0 ? label : undefined
  })
  const used = new Set(labels.map(label => label?.start))
  if (labels.includes(undefined) || used.size < labels.length || !names.every(({ start }) => used.has(start)))
    return undefined
  const whole = { ...header, labels: labels as Header['labels'] }
  return { header: whole, tool: toolOf(whole) }
}

/** The tool table whose labels a header has, in order; undefined when no tool is known to print it. */
function toolOf(header: Header): ToolTable | undefined {
  schemas ??= schemasByStart()
  return schemas.get(header.labels[0]!.text)?.find(schema => matches(schema, header))?.table
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
  for (const part of text.split(/(\[[A-Za-z0-9_-][^\],]*\])/)) {
    if (/^\[[A-Za-z0-9_-][^\],]*\]$/.test(part)) labels.push({ text: part.slice(1, -1), optional: true })
    else for (const label of labelsOf(part)) labels.push({ text: label.text, optional: false })
  }
  return labels
}

/** biolatpcts heads its columns with the percentiles asked for: `nvme0n1    p1    p5   p10`, `vda    01  90.0  99.9`. */
function isPercentiles({ labels, aligned }: Header): boolean {
  if (!aligned || labels.length < 3 || !/^[a-z][\w!-]{0,31}$/.test(labels[0]!.text)) return false
  const shares = labels
    .slice(1)
    .map(({ text }) => (/^p?\d{1,3}(?:\.\d{1,4})?$/.test(text) ? Number(text.replace('p', '')) : NaN))
  return shares.every((share, i) => share <= 100 && (i === 0 || share > shares[i - 1]!))
}

function percentiles(header: Header): Heading {
  const [device, ...rest] = header.labels.map(label => label.text)
  const cells = Object.fromEntries([['TYPE', 'word'], ...rest.map(label => [label, 'duration'])]) as NonNullable<
    ToolTable['cells']
  >
  return { header, caption: device!, tool: { tool: 'biolatpcts', labels: '', cells, rename: { [device!]: 'TYPE' } } }
}
