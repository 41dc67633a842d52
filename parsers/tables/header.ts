import { splitLabel } from '../../src/model/index.ts'
import { isBlank } from '../../src/model/text/chars.ts'
import { knownCell, WIDE_LABELS } from './columns.ts'

/** A column heading with the place it takes in its line. */
export interface Label {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A line taken for the heading of a table. */
export interface Header {
  readonly labels: readonly Label[]
  /** False when runs of blanks were collapsed: then places say nothing about columns. */
  readonly aligned: boolean
  /** How many of the labels are known ones. */
  readonly known: number
}

/** Longest heading looked at, in characters; tools print far shorter ones. */
const MAX_HEADER = 2000
const LABEL = /^[A-Za-z#%_/>*][\w#%/>*:.()\-+\u2026\u00b5\u03bc]*$|^->$|^-$/
/** Dots join the parts of inspektor-gadget's names; `\u2026` ends one that it cut. */
const UPPER = /^[A-Z%#][A-Z0-9_%/:#>.-]*\u2026?(?:\([a-zA-Z]+\)|ms|us|[/_%][a-zA-Z]+%?)?$/

/** Labels of a line cut at blanks, wide labels kept whole. */
export function labelsOf(line: string): Label[] {
  const labels: Label[] = []
  const wide = new Map<number, number>()
  for (const label of /[A-Z#]/.test(line) ? WIDE_LABELS : []) {
    for (let at = line.indexOf(label); at >= 0; at = line.indexOf(label, at + 1)) {
      const end = at + label.length
      const whole =
        (at === 0 || line[at - 1] === ' ' || line[at - 1] === '\t') &&
        (end === line.length || line[end] === ' ' || line[end] === '\t' || line[end] === '\r')
      if (whole && !wide.has(at)) wide.set(at, end)
    }
  }
  if (line.includes('K)') || line.includes(', '))
    for (const match of line.matchAll(/\[\d{1,6}K?, \d{1,6}K?\)/g)) wide.set(match.index, match.index + match[0].length)
  let i = 0
  while (i < line.length) {
    if (isBlank(line.charCodeAt(i))) {
      i++
      continue
    }
    let end = wide.get(i)
    if (end === undefined) {
      end = i + 1
      while (end < line.length && !isBlank(line.charCodeAt(end))) end++
    }
    labels.push({ text: line.slice(i, end), start: i, end })
    i = end
  }
  return labels
}

/** The line as a heading, if it can be cut as one; whether it is one is for isHeading or a schema to say. */
export function headerOf(line: string): Header | undefined {
  if (line.length > MAX_HEADER) return undefined
  const labels = labelsOf(line)
  if (labels.length < 2) return undefined
  return {
    labels,
    aligned: labels.some((label, i) => i > 0 && label.start - labels[i - 1]!.end > 1),
    known: labels.filter(label => isKnown(label.text)).length,
  }
}

/** True when the words of a header are column names by themselves: none a plain number, none twice, and most of them known or all shouted. */
export function isHeading(header: Header): boolean {
  const seen = new Set<string>()
  let units = 0
  let upper = 0
  for (const { text } of header.labels) {
    if (text === '->') continue
    if (seen.has(text) || !(LABEL.test(text) || isKnown(text))) return false
    seen.add(text)
    if (!isKnown(text) && splitLabel(text).unit !== '') units++
    if (UPPER.test(text)) upper++
  }
  const words = seen.size
  if (words === 0) return false
  const known = header.known + units / 2
  const shouted = upper === words || (upper >= words - 1 && known >= words / 2)
  if (known < 2 && words < 3 && !shouted) return false
  return known === words || (known >= 2 && known >= words * 0.6 && upper >= words * 0.5) || (shouted && known >= 1)
}

function isKnown(label: string): boolean {
  return knownCell(label) !== undefined || WIDE_LABELS.includes(label)
}
