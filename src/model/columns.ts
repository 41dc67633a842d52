import type { Column } from './datasets.ts'
import type { Unit } from './units.ts'

/** Unit words as tools print them, and what they mean. */
const WORDS = new Map<string, Unit>([
  ['s', 's'],
  ['sec', 's'],
  ['secs', 's'],
  ['seconds', 's'],
  ['ms', 'ms'],
  ['msec', 'ms'],
  ['msecs', 'ms'],
  ['us', 'us'],
  ['\u00b5s', 'us'],
  ['\u03bcs', 'us'],
  ['usec', 'us'],
  ['usecs', 'us'],
  ['ns', 'ns'],
  ['nsec', 'ns'],
  ['nsecs', 'ns'],
  ['b', 'bytes'],
  ['bytes', 'bytes'],
  ['kb', 'KiB'],
  ['kbytes', 'KiB'],
  ['kib', 'KiB'],
  ['mb', 'MiB'],
  ['mbytes', 'MiB'],
  ['mib', 'MiB'],
  ['gib', 'GiB'],
  ['mhz', 'MHz'],
  ['ghz', 'GHz'],
  ['hz', 'Hz'],
  ['count', 'count'],
  ['counts', 'count'],
  ['sectors', 'sectors'],
  ['pages', 'pages'],
])

/** Unit a word stands for (`usecs` -> us, `Kbytes` -> KiB), undefined when it is none. */
export function unitWord(word: string): Unit | undefined {
  return WORDS.get(word.toLowerCase())
}

/** Labels that are a unit or hide one where no rule finds it. */
const LABELS = new Map<string, Unit>([
  ['MS', 'ms'],
  ['ms', 'ms'],
  ['SECONDS', 's'],
  ['BYTES', 'bytes'],
  ['SIZE', 'bytes'],
  ['PAGES', 'pages'],
  ['SECTOR', 'sectors'],
  ['COUNT', 'count'],
  ['CALLS', 'count'],
  ['HITRATIO', '%'],
  ['KBYTES', 'KiB'],
  ['VIRT', 'KiB'],
  ['RES', 'KiB'],
  ['SHR', 'KiB'],
  ['Overhead', '%'],
  ['Children', '%'],
  ['Self', '%'],
])

/**
 * Name and unit of a column by what the tool wrote over it. One rule: a unit in parentheses leaves the name (`LAT(ms)` and `TIME (us)` are
 * LAT in ms and TIME in us); every other label stays as printed, and its unit is read from it (`TX_KB` in KiB, `HIT%` in %, `READ/s` in /s).
 */
export function splitLabel(label: string): { readonly name: string; readonly unit: Unit } {
  const open = label.lastIndexOf('(')
  if (open > 0 && label.endsWith(')')) {
    const inside = label.slice(open + 1, -1)
    const unit = inside === '%' ? '%' : unitWord(inside)
    if (unit !== undefined) return { name: label.slice(0, open).trimEnd(), unit }
  }
  return { name: label, unit: unitOfName(label) }
}

function unitOfName(label: string): Unit {
  const known = LABELS.get(label)
  if (known !== undefined) return known
  if (label.startsWith('%') || label.endsWith('%')) return '%'
  if (/\/s(?:ec)?$/.test(label)) return `${/[kK]B/.test(label) ? 'KiB' : /MB/.test(label) ? 'MiB' : ''}/s`
  const tail = /[_-]([A-Za-z]+)$/.exec(label)
  if (tail !== null && label.length > tail[0].length)
    return /^(?:NS|MS|US|S|B|PAGES|SECTORS)$/.test(tail[1]!) ? '' : (unitWord(tail[1]!) ?? '')
  const glued = /^[A-Z]{3,}(ms|us|ns)$/.exec(label)
  if (glued !== null) return glued[1]!
  return /^[KMG](?:i?[Bb]|bytes)$/.test(label) ? (unitWord(label) ?? '') : ''
}

/** What a column is called in printed tables: the label it had, or its name with the unit in parentheses where the name does not say it. */
export function columnTitle(column: Column): string {
  if (column.type === 'text' || column.unit === '' || column.unit === 'clock' || column.unit === 'date')
    return column.name
  return splitLabel(column.name).unit === column.unit ? column.name : `${column.name}(${column.unit})`
}
