import type { EventTable, HistogramSeries, Parsed } from '../../src/model/index.ts'
import type { Family } from './stack-families.ts'
import { sumOf } from './stack-families.ts'

/** The families of histograms, tables, perf's reports and system tools. */
export const TABLE_FAMILIES: readonly Family[] = [
  {
    name: 'f BCC histograms',
    families: /^(?:f-bcc-(?:log2|linear)-hist|bcc-log2-hist)$/,
    formats: ['bcc-hist', 'event-table'],
    totals: histogramTotals,
  },
  {
    name: 'f histograms as Python dictionaries',
    families: /^f-bcc-hist-json$/,
    formats: ['bcc-hist-json'],
    totals: dictionaryTotals,
  },
  {
    name: 'g event tables',
    families: /^(?:g-)?event-table$/,
    except: /^(?:criticalstat|redis_memleak)-/,
    formats: ['event-table', 'table', 'columns', 'probe-list', 'pairs', 'bpftrace-output'],
    totals: rowTotals,
  },
  {
    name: 'g events with stacks of other families',
    families: /^g-event-table$/,
    except: /^(?!criticalstat|redis_memleak)/,
    formats: ['critical-sections', 'memleak'],
    totals: nothing,
  },
  { name: 'g CSV', families: /^(?:g-)?event-csv$/, formats: ['csv-table'], totals: csvTotals },
  {
    name: 'h interval tables',
    families: /^(?:h-)?interval-table$/,
    formats: ['event-table', 'json-table'],
    totals: rowTotals,
  },
  {
    name: 'i system tools',
    families: /^(?:i-linux-tool|linux-60s)$/,
    formats: ['event-table', 'sysstat', 'dmesg', 'ftrace', 'json-table', 'counters'],
    totals: systemTotals,
  },
  { name: 'a perf report', families: /^perf-report$/, formats: ['perf-report'], totals: reportTotals },
  {
    name: 'a perf sched',
    families: /^perf-sched$/,
    formats: ['perf-sched-timehist', 'perf-sched-latency', 'perf-sched-map'],
    totals: schedTotals,
  },
  { name: 'a perf stat', families: /^perf-stat$/, formats: ['perf-stat'], totals: statTotals },
  { name: 'a perf trace', families: /^perf-trace$/, formats: ['perf-trace'], totals: traceTotals },
  { name: 'a perf script', families: /^(?:a-)?perf-script$/, formats: ['perf-script'], totals: nothing },
  { name: 'a perf data as JSON', families: /^perf-json$/, formats: ['perf-json', 'perf-data-json'], totals: nothing },
  { name: 'b attributes of frames', families: /^b-folded$/, except: /^(?!.*nameattr)/, formats: [], totals: nothing },
  { name: 'z other output', families: /^z-other$/, formats: ['event-table', 'probe-list', 'dmesg'], totals: nothing },
]

interface Totals {
  readonly printed: number
  readonly parsed: number
}

function nothing(): Totals {
  return { printed: 0, parsed: 0 }
}

function linesOf(text: string): string[] {
  return text.split('\n').map(line => line.replace(/\r$/, '').replace(/^(?:\^C)+/, ''))
}

function rowsOf(parsed: Parsed, keep: (table: EventTable) => boolean = () => true): number {
  return parsed.datasets
    .filter((dataset): dataset is EventTable => dataset.kind === 'events')
    .filter(keep)
    .reduce((sum, table) => sum + table.length, 0)
}

/** Counts of all bucket rows, and what `count: N` under a histogram says. */
function histogramTotals(text: string, parsed: Parsed): Totals {
  if (parsed.format !== 'bcc-hist') return rowTotals(text, parsed)
  let printed = 0
  for (const line of linesOf(text)) {
    const row = /^\s*\d+(?:\s*->\s*\d+)?\s*:\s*(\d+)\s*\|/.exec(line)
    if (row !== null) printed += Number(row[1])
  }
  const series = parsed.datasets.filter((dataset): dataset is HistogramSeries => dataset.kind === 'histograms')
  return { printed, parsed: series.reduce((sum, one) => sum + sumOf(one.counts), 0) }
}

function dictionaryTotals(text: string, parsed: Parsed): Totals {
  let printed = 0
  for (const match of text.matchAll(/'count': (\d+)/g)) printed += Number(match[1])
  return {
    printed,
    parsed: parsed.datasets.reduce(
      (sum, dataset) => sum + (dataset.kind === 'histograms' ? sumOf(dataset.counts) : 0),
      0,
    ),
  }
}

const NO_ROW = [
  /^\s*$/,
  /^\s*(?:Tracing|Sampling|Counting|Attach(?:ing|ed)|Detaching|Running for|Display kvm|Reading load|hcall|DDOS|WARNING|ERROR:|Lost \d+|Linux \S+ \(|Summarize)/,
  /^\s*(?:\[?\.{2,}\]?|\[--\]|\.\.\. more .*|<screen clears>|\(\.\.\..*)\s*$/,
  /^\s*[-=]{4,}\s*$/,
  /^\[?(?:\d\d\/\d\d\/\d\d )?\d\d:\d\d:\d\d:?\]?\s*$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
  /^(?:TX|RX|procs -.*)$/,
  /^[prtu]:[^ ]*:.*$/,
  /^ ?(?:avg-cpu:.*|Device:? .*)$/,
  /^open [uk]probes:$/,
]

/**
 * Lines that are rows by the look of them alone: not blank, no banner, no time, and no heading, which has no number among its words and a
 * capital word first. Indented lines under rows are stacks or details, not rows.
 */
function rowTotals(text: string, parsed: Parsed): Totals {
  if (parsed.format === 'json-table') return { printed: jsonRows(text), parsed: rowsOf(parsed) }
  if (parsed.format === 'bpftrace-output') return { printed: 0, parsed: 0 }
  if (parsed.format === 'probe-list')
    return {
      printed: linesOf(text).filter(line => /^\S/.test(line) && !/^\.\.\./.test(line)).length,
      parsed: rowsOf(parsed),
    }
  return { printed: dataRows(text).length, parsed: rowsOf(parsed) + brokenRows(parsed) }
}

/** The lines that are rows by the look of them alone. */
export function dataRows(text: string): string[] {
  const lines = linesOf(text)
  const rows: string[] = []
  let payload = false
  /** Rows begin at the margin: then indented lines are under them. */
  let flush = false
  const headings = new Set<string>()
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (/^-+ (?:END )?DATA/.test(line)) {
      payload = !line.includes('END')
      continue
    }
    if (payload || NO_ROW.some(pattern => pattern.test(line)) || line.startsWith('#')) continue
    const words = line.trim().split(/\s+/)
    const heading =
      !words.some(word => /^-?\d+(?:\.\d+)?%?$/.test(word)) &&
      (headings.has(line) || (words.length > 1 && isHeading(line, words)))
    if (heading) headings.add(line)
    else if (!(flush && /^(?:\t\s*| {4,})[A-Za-z_$[-]/.test(line))) {
      rows.push(line)
      if (/^\S/.test(line)) flush = true
    }
  }
  return rows
}

/** Line breaks in names: each makes one row out of two lines. */
function brokenRows(parsed: Parsed): number {
  let breaks = 0
  for (const dataset of parsed.datasets) {
    if (dataset.kind !== 'events') continue
    for (const column of dataset.columns) {
      if (column.type !== 'text' || /^(?:STACK|DATA|DETAILS)$/.test(column.name)) continue
      for (const value of column.values)
        breaks += value.split('\n').length - (column.name === 'MORE' && value !== '' ? 0 : 1)
    }
  }
  return breaks
}

/** System tools: sysstat's rows have two numbers at least; counters are lines that no colon ends; the rest is as other tables are. */
function systemTotals(text: string, parsed: Parsed): Totals {
  const lines = linesOf(text).filter(
    line => line.trim() !== '' && !line.startsWith('#') && !/^\s*\[\.\.\.\]/.test(line),
  )
  if (parsed.format === 'counters')
    return { printed: lines.filter(line => !line.trimEnd().endsWith(':')).length, parsed: rowsOf(parsed) }
  if (parsed.format === 'sysstat') {
    const numbers = (line: string): number =>
      line
        .trim()
        .split(/\s+/)
        .filter(word => /^-?\d+(?:[.,]\d+)?$/.test(word)).length
    return {
      printed: lines.filter(line => !line.startsWith('Linux ') && numbers(line) >= 2).length,
      parsed: rowsOf(parsed),
    }
  }
  return parsed.format === 'json-table' && text.includes('"sysstat"') ? nothing() : rowTotals(text, parsed)
}

function isHeading(line: string, words: readonly string[]): boolean {
  const shouted = words.filter(word => /^[A-Z%#][A-Z0-9_%/:>#()-]*(?:\((?:s|ms|us|KB)\)|ms|\/s)?$/.test(word)).length
  return (
    shouted >= Math.max(2, words.length * 0.6) ||
    /^(?:\s*PID USER|\s*r\s+b\s+swpd|\s*OBJS ACTIVE|State\s+Recv-Q|\s*Driver\s+Device| QueueID|nvme\d|Filesystem\s|LAddrPort|TIME\s+NUMA|\s+Time\s+Int|Control Group|\s*-*procs|TIME\s+DEVICE|HARDIRQ|SOFTIRQ|.*\bCOMM\b.*\bPID\b|\s*total\s+used|\d\d:\d\d:\d\d (?:AM|PM)\s+UID)/.test(
      line,
    )
  )
}

function jsonRows(text: string): number {
  let rows = 0
  for (const line of linesOf(text)) {
    if (!line.startsWith('{')) continue
    const object = text.trim().startsWith('{"kernel"')
      ? undefined
      : (() => {
          try {
            return JSON.parse(line) as Record<string, unknown>
          } catch {
            return undefined
          }
        })()
    if (object === undefined) continue
    rows += Object.keys((object['entries'] ?? object) as object).length
  }
  if (rows > 0) return rows
  const whole = JSON.parse(text) as unknown
  if (Array.isArray(whole)) return whole.length
  return Object.values(whole as object).reduce<number>(
    (sum, value) =>
      sum +
      (Array.isArray(value)
        ? value.length
        : typeof value === 'object' && value !== null
          ? Object.keys(value).length
          : 0),
    0,
  )
}

/** Lines of values; a file's heading is its first line. */
function csvTotals(text: string, parsed: Parsed): Totals {
  const rows = linesOf(text).filter(line => line.includes(','))
  return { printed: rows.filter(line => line !== rows[0]).length, parsed: rowsOf(parsed) }
}

function reportTotals(text: string, parsed: Parsed): Totals {
  let rows = 0
  let folded = 0
  // under drawn graphs the stacks add up to what the rows call their own, each printed with two digits
  let own = 0
  let drawn = false
  for (const line of linesOf(text)) {
    const row = /^\s+(\d+\.\d+)%(?:\s+(\d+\.\d+)%)?/.exec(line)
    if (row !== null) {
      rows++
      own += Number(row[2] ?? row[1])
    } else if (/^\d+\.\d+% *,/.test(line)) rows++
    else if (/^[ |]+--(?:-\S|\d)/.test(line)) drawn = true
    else {
      const stack = /^(\d+(?:\.\d+)?)%? \S/.exec(line)
      if (stack !== null) folded += Number(stack[1])
    }
  }
  const stacks = parsed.datasets.reduce(
    (sum, dataset) => sum + (dataset.kind === 'profile' ? sumOf(dataset.self) : 0),
    0,
  )
  const exact = drawn && Math.abs(stacks - own) < 0.01 * rows ? own : stacks
  return { printed: rows + folded + (drawn ? own : 0), parsed: rowsOf(parsed) + exact }
}

function schedTotals(text: string, parsed: Parsed): Totals {
  return {
    printed: linesOf(text).filter(line => /^ *\d+\.\d{6} \[\d|\| +avg: | \d+\.\d{6} secs/.test(line)).length,
    parsed: rowsOf(parsed, table => /^(?:timehist|latency|map)$/.test(table.name)),
  }
}

function statTotals(text: string, parsed: Parsed): Totals {
  return {
    printed: linesOf(text).filter(line =>
      /counter-value|[;,]\d+[;,]\d+\.\d\d[;,]|^ +(?:[\d.,]+|<not \w+>) +(?:msec )? *[a-z][\w-]+ +(?:#|$)/.test(line),
    ).length,
    parsed: rowsOf(parsed, table => table.name === 'counters'),
  }
}

function traceTotals(text: string, parsed: Parsed): Totals {
  return {
    printed: linesOf(text).filter(line =>
      /^ +(?:[\d.]+|\?) \([ \d.ms]+\): |^ +[a-z]\S+ +\d+ +\d+ +\d+\.\d{3} /.test(line),
    ).length,
    parsed: rowsOf(parsed, table => table.name !== 'tasks'),
  }
}
