/**
 * Counters of perf stat: with -x (values between separators), with -j (an object per line), for people, and each with -I:
 *
 *     # started on Fri Nov 20 23:42:16 2026
 *     CPU0;202.48;msec;cpu-clock;202477620;100.00;0.991;CPUs utilized
 *          1.000123456,801.23,msec,cpu-clock,801234567,100.00,0.801,CPUs utilized
 *     {"interval" : 0.200443588, "counter-value" : "402.463066", "unit" : "msec", "event" : "cpu-clock", "event-runtime" : 402464268, "pcnt-running" : 100.00, ...}
 *                   1.38 msec task-clock                       #    0.013 CPUs utilized
 *        <not supported>      cycles
 *            0.102848686 seconds time elapsed
 *
 * Source: tools/perf/util/stat-display.c; FORMATS a3.
 */
import type { DiagnosticLog, Meta } from '../../src/model/index.ts'
import { BpfviewError, quote } from '../../src/model/index.ts'
import type { CellValue } from '../build/row-set.ts'
import { RowSet } from '../build/row-set.ts'
import type { ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { entriesOf, parseJson } from '../reading/json-reader.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { numberCell, parseNumber } from '../words/cells.ts'
import type { DecimalSign } from '../words/decimal-sign.ts'
import { decimalSignOf } from '../words/decimal-sign.ts'

type Cells = (readonly [string, CellValue])[]

/** What -r adds: how much the runs differ. */
const VARIANCE = /\( *\+- *([\d.,]+)% *\)/
const NOT_COUNTED = /^<not (?:supported|counted)>$/
/** A thread that counters are of, `comm-tid`; a comm may hold anything. */
const THREAD = /^.{0,15}-\d+$/
/** What a value may be measured in; nothing for most events. */
const UNIT_WORD = 'msec|Joules|Bytes|[KMG]iB|%|ns|us|C|GB|KB|MB'
const UNIT = new RegExp(`^(?:${UNIT_WORD})?$`)
const CGROUP = /^[^\s<>%]*[^\s<>%\d.][^\s<>%]*$/
/** `[time] [aggregate [cpus]] value [unit] event`; CPUs, cores and nodes stand at column 0, a thread is `comm-tid`. */
const HUMAN = new RegExp(
  String.raw`^(?:( *\d+[.,]\d{9})? +|(?=(?:CPU|[SND])\d))(?:(\S.{0,15}-\d+|\S+) +(?:(\d+) +)?)?(<not (?:supported|counted)>|\d[\d.,\u00a0\u202f']*) +(?:(${UNIT_WORD}) )? *(\S.*)$`,
)

export const perfStat = lineFormat({
  id: 'perf-stat',
  title: 'perf stat: -x, -j, -I and for people',
  sniff: sniffStat,
  grammar: stat,
})

/** A sure sign, or rows between separators that are not chance: CSV of scripts has rows that could be counters, and many that could not. */
function sniffStat(head: Head): boolean {
  if (
    head.lines.some(
      line =>
        /^\s*\{.*"counter-value" *:/.test(line) ||
        /^ *Performance counter stats for /.test(line) ||
        /^# +time +(?:\S+ +)*counts +unit +events/.test(line),
    )
  )
    return true
  const rows = head.lines.filter(line => separated(line) !== undefined).length
  return (
    rows > 0 &&
    head.lines.filter(line => !line.startsWith('#') && /^[^,;\t|]*(?:[,;\t|][^,;\t|]*){3}/.test(line)).length <=
      rows * 2
  )
}

function stat(log: DiagnosticLog, options: ReadOptions): LineGrammar {
  const sign = decimalSignOf(log)
  /** Rows for people: their numbers can be read when the whole file has told its decimal sign. */
  const rows: (() => void)[] = []
  const counters = new RowSet('counters')
  const totals = new RowSet('times')
  let meta: Meta = { tool: 'perf stat' }
  return {
    line(line, n) {
      const title =
        /^ *Performance counter stats for '(.*)'.*:$/.exec(line) ?? /^ *Performance counter stats for (.*):$/.exec(line)
      if (title !== null) {
        meta = { ...meta, command: title[1]! }
        return true
      }
      if (line.startsWith('#')) return true
      if (line.trimStart().startsWith('{')) {
        const cells = jsonCells(line)
        if (cells !== undefined) counters.add(cells)
        return cells !== undefined
      }
      if (SPLIT_NUMBERS.test(line) && !line.includes('.'))
        throw new BpfviewError(
          'E_BAD_INPUT',
          `${quote(line)}: a decimal comma is also the separator, so that no number can be told; expected perf stat -x\\; or LC_ALL=C perf stat -x,`,
          { source: options.source ?? 'input', line: n },
        )
      const row = separated(line)
      if (row !== undefined) {
        counters.add(row)
        return true
      }
      const time = /^ *([\d.,]+)(?: \+- +[\d.,]+)? +seconds (time elapsed|user|sys)/.exec(line)
      if (time !== null) {
        const variance = VARIANCE.exec(line)
        sign.see(time[1]!)
        rows.push(() =>
          totals.add([
            ['NAME', time[2]!],
            ['SECONDS', local(time[1]!, sign)],
            ...(variance === null ? [] : [['VARIANCE', local(variance[1]!, sign)] as const]),
          ]),
        )
        return true
      }
      // --table: how long each run took, and how far that is from the mean
      const run = /^ *([\d.,]+) \([+-][\d.,]+\) +#*$/.exec(line)
      if (run !== null) {
        sign.see(run[1]!)
        rows.push(() =>
          totals.add([
            ['NAME', 'run'],
            ['SECONDS', local(run[1]!, sign)],
          ]),
        )
        return true
      }
      if (human(line, sign) !== undefined) {
        for (const [number] of line.replace(/'/g, '').matchAll(/(?<![\w.,])\d[\d.,]*(?![\w])/g)) sign.see(number)
        rows.push(() => counters.add(human(line, sign)!))
        return true
      }
      if (
        /^ *# /.test(line) ||
        /^ *Some events weren't counted/.test(line) ||
        /^ *echo \d+ > \/proc/.test(line) ||
        /^ *perf stat/.test(line)
      ) {
        log.note('tool-info', 'perf stat says', { severity: 'info', line: n, text: line })
        return true
      }
      return false
    },
    datasets() {
      for (const row of rows) row()
      return [counters.finish(meta, UNITS), ...(totals.length > 0 ? [totals.finish(meta, UNITS)] : [])]
    },
  }
}

/**
 * A row of `-x,` whose numbers have decimal commas: perf prints the share of time that a counter ran as `100.00`, which is two fields then. No number of such
 * a row can be told for certain.
 */
const SPLIT_NUMBERS = /^(?:[^,]*,){2,9}\d+,(?:\d{1,2}|100),\d{2}(?:,[^,]*){0,4}$/

/** The number of a text for people: a decimal comma where the file has one, with points, blanks or quotes between thousands. */
function local(text: string, { comma }: DecimalSign): number | null {
  const plain = text.replace(/[\u00a0\u202f']/g, '')
  return (comma ? parseNumber(plain.replaceAll('.', '').replace(',', '.')) : numberCell(plain)) ?? null
}

const UNITS = new Map([
  ['TIME', 's'],
  ['RUNTIME', 'ns'],
  ['RUNNING', '%'],
  ['SECONDS', 's'],
  ['VARIANCE', '%'],
])

/** Cells of `[time,][aggregate,[cpus,]]value,unit,event,[cgroup,]run-time,percent-running[,metric,metric-unit]`. */
function separated(line: string): Cells | undefined {
  if (/["{}]/.test(line)) return undefined
  for (const separator of [',', ';', '\t', '|']) {
    if (!line.includes(separator)) continue
    const all = line.split(separator).map(field => pointed(field.trim(), separator))
    if (all.length < 5) continue
    for (let i = 0; i + 4 < all.length && i < 4; i++) {
      // --for-each-cgroup, -G: the cgroup stands behind the event
      const grouped =
        UNIT.test(all[i + 1]!) &&
        CGROUP.test(all[i + 3]!) &&
        /^(?:\d+|\d+\.\d+%)$/.test(all[i + 4]!) &&
        all.length > i + 5
      const fields = grouped ? all.filter((_, at) => at !== i + 3) : all
      // with -r the variance stands before the run-time, in other versions behind the share of running
      const spread = /^\d+\.\d+%$/.test(fields[i + 3]!) ? fields[i + 3] : undefined
      const [value, unit, event, runtime, running = '', metric, metricUnit] = fields
        .slice(i)
        .filter((_, at) => spread === undefined || at !== 3) as [string, string, string, string, ...string[]]
      if (!(NOT_COUNTED.test(value) || parseNumber(value) !== undefined) || parseNumber(unit) !== undefined) continue
      if (
        event === '' ||
        parseNumber(event) !== undefined ||
        !/^\d+$/.test(runtime) ||
        parseNumber(running.replace('%', '')) === undefined
      )
        continue
      const cells = before(fields.slice(0, i), separator)
      if (cells === undefined) continue
      const variance = spread ?? (metric?.endsWith('%') && fields.length > i + 6 ? metric : undefined)
      return [
        ...cells,
        ['VALUE', parseNumber(value) ?? null],
        ['UNIT', unit],
        ['EVENT', event],
        ...(grouped ? [['CGROUP', all[i + 3]!] as const] : []),
        ['RUNTIME', Number(runtime)],
        ['RUNNING', parseNumber(running.replace('%', '')) ?? null],
        ...(variance === undefined ? [] : [['VARIANCE', parseNumber(variance.slice(0, -1)) ?? null] as const]),
        ...(variance === undefined || spread !== undefined
          ? metricCells(metric, metricUnit)
          : metricCells(fields[i + 6], fields[i + 7])),
      ]
    }
    const fields = all
    const empty = fields.indexOf('')
    const of = empty >= 0 && empty < 4 ? before(fields.slice(0, empty), separator) : undefined
    if (
      of !== undefined &&
      fields.length >= empty + 6 &&
      fields.slice(empty, -2).every(field => field === '') &&
      parseNumber(fields[fields.length - 2]!) !== undefined
    ) {
      return [
        ...of,
        ['VALUE', null],
        ['UNIT', ''],
        ['EVENT', ''],
        ...metricCells(fields[fields.length - 2], fields[fields.length - 1]),
      ]
    }
  }
  return undefined
}

/** A field with a decimal point where its locale has a comma that is not the separator. */
function pointed(field: string, separator: string): string {
  return separator !== ',' && /^-?\d+,\d+%?$/.test(field) ? field.replace(',', '.') : field
}

/** What stands before a counter's value: a time, what it was summed over, and over how many CPUs. */
function before(fields: readonly string[], separator: string): Cells | undefined {
  const cells: Cells = []
  const timed = fields.length > 0 && /^\d+\.\d{6,9}$/.test(fields[0]!) ? 1 : 0
  const thread = fields.slice(timed).join(separator)
  if (THREAD.test(thread) && !/^\d{4}-\d\d-\d+$/.test(thread))
    return [...(timed === 1 ? [['TIME', Number(fields[0])] as const] : []), ['OF', thread]]
  for (const field of fields) {
    if (/^\d+\.\d{6,9}$/.test(field) && cells.length === 0) cells.push(['TIME', Number(field)])
    else if (/^\d+$/.test(field)) cells.push(['CPUS', Number(field)])
    else if (/^[A-Za-z][\w.:+/ -]{0,63}$/.test(field)) cells.push(['OF', field])
    else return undefined
  }
  return cells
}

function metricCells(metric: string | undefined, unit: string | undefined): Cells {
  return metric === undefined || metric === ''
    ? []
    : [
        ['METRIC', parseNumber(metric) ?? null],
        ['METRIC UNIT', unit ?? ''],
      ]
}

const JSON_NAMES = new Map([
  ['interval', 'TIME'],
  ['counter-value', 'VALUE'],
  ['unit', 'UNIT'],
  ['event', 'EVENT'],
  ['event-runtime', 'RUNTIME'],
  ['pcnt-running', 'RUNNING'],
  ['variance', 'VARIANCE'],
  ['metric-value', 'METRIC'],
  ['metric-unit', 'METRIC UNIT'],
  ['cpu', 'OF'],
  ['core', 'OF'],
  ['socket', 'OF'],
  ['die', 'OF'],
  ['node', 'OF'],
  ['thread', 'OF'],
  ['cgroup', 'CGROUP'],
  ['aggregate-number', 'CPUS'],
  ['counters', 'CPUS'],
])

/** Cells of an object; its numbers may be strings. */
function jsonCells(line: string): Cells | undefined {
  // a locale's decimal comma breaks the numbers of old versions
  const text = line.trim()
  const entries = entriesOf((parseJson(text) ?? parseJson(text.replace(/( : \d+),(\d+)(?=[,}\s])/g, '$1.$2')))?.value)
  if (entries === undefined) return undefined
  return entries.map(([key, value]) => {
    const name = JSON_NAMES.get(key) ?? key
    const number =
      name === 'OF' || name === 'UNIT' || name === 'EVENT' || name === 'METRIC UNIT'
        ? undefined
        : typeof value === 'string'
          ? parseNumber(pointed(value, ';'))
          : typeof value === 'number'
            ? value
            : undefined
    return [
      name,
      number ??
        (typeof value === 'string' && !NOT_COUNTED.test(value) && !(name === 'VALUE' || name === 'METRIC')
          ? value
          : typeof value === 'number'
            ? value
            : null),
    ]
  })
}

/** The event, and behind it the cgroup that it was counted in. */
function eventCells(text: string): Cells {
  const grouped = /^(\S+) +(\S+)$/.exec(text)
  return grouped === null
    ? [['EVENT', text]]
    : [
        ['EVENT', grouped[1]!],
        ['CGROUP', grouped[2]!],
      ]
}

/** Cells of a row for people, read with the decimal sign of its file. */
function human(row: string, sign: DecimalSign): Cells | undefined {
  if (row.length > 1000) return undefined
  const variance = VARIANCE.exec(row)
  const line = row.replace(VARIANCE, '')
  const hash = line.indexOf(' #')
  const match = HUMAN.exec(hash < 0 ? line : line.slice(0, hash))
  if (match === null) return undefined
  const [, time, of, cpus, value, unit, event] = match
  // --metric-only: a number under a metric's name
  if (/^-?[\d.]/.test(event!)) return undefined
  if (of !== undefined && !/^(?:CPU\d+|S\d+(?:-\S+)?|N\d+|.+-\d+)$/.test(of)) return undefined
  const metric = hash < 0 ? null : /^# *([\d.,]+) *%? +(.*?)(?: +\( *([\d.,]+)%\))? *$/.exec(line.slice(hash + 1))
  const running = /\(([\d.,]+)%\) *$/.exec(line)
  return [
    ...(time === undefined ? [] : [['TIME', local(time.trim(), sign)] as const]),
    ...(of === undefined ? [] : [['OF', of] as const]),
    ...(cpus === undefined ? [] : [['CPUS', Number(cpus)] as const]),
    ['VALUE', NOT_COUNTED.test(value!) ? null : local(value!, sign)],
    ['UNIT', unit ?? ''],
    ...eventCells(event!.replace(/ +\([\d.,]+%\) *$/, '').trim()),
    ...(running === null ? [] : [['RUNNING', local(running[1]!, sign)] as const]),
    ...(variance === null ? [] : [['VARIANCE', local(variance[1]!, sign)] as const]),
    ...(metric === null ? [] : [['METRIC', local(metric[1]!, sign)] as const, ['METRIC UNIT', metric[2]!] as const]),
  ]
}
