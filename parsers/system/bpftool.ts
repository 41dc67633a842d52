/**
 * Programs and maps that bpftool shows, with the run time that `kernel.bpf_stats_enabled` counts, and dumps of maps:
 *
 *     498: tracepoint  name sys_enter_read  tag 341e4688ea2715ca  gpl run_time_ns 7050377 run_cnt 9910
 *     	loaded_at 2026-11-29T23:30:25+0000  uid 0
 *     	xlated 696B  jited 410B  memlock 4096B  map_ids 290,291
 *     290: percpu_hash  name AT_b  flags 0x0
 *     	key 8B  value 8B  max_entries 4096  memlock 394112B
 *     key: 10 00 00 00  value: 0f 00 00 00 00 00 00 00
 *     key:
 *     6e 70 6d 00
 *     value (CPU 00): 00 00 00 00 00 00 00 00
 *
 * Of a dump, keys and values of 1, 2, 4 or 8 bytes are little-endian numbers and longer keys text where they are such; values of CPUs are added up.
 * A map of 64 counts under the keys 0 to 63 is a log2 histogram of BCC: key k holds [2^(k-1), 2^k). Source: Linux tools/bpf/bpftool/prog.c, map.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import type { CellValue } from '../build/row-set.ts'
import { RowSet } from '../build/row-set.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const OPEN = /^(\d{1,10}): ([a-z_]\w{0,40})(?: {2}name (\S{1,64}))?(?: {2}(.*))?$/
const HEX = /^(?:[0-9a-f]{2} {1,2})*[0-9a-f]{2} *$/
const ENTRY = /^key: *((?:[0-9a-f]{2} {1,2})+[0-9a-f]{2}|[0-9a-f]{2}) +value: *((?:[0-9a-f]{2} {1,2})*[0-9a-f]{2}) *$/
const CPU_VALUE = /^value \(CPU \d+\): *((?:[0-9a-f]{2} {1,2})*[0-9a-f]{2}) *$/
const FOUND = /^Found (\d+) elements?$/
const SIZES = new Set(['xlated', 'jited', 'memlock', 'key', 'value'])

export const bpftool = lineFormat({
  id: 'bpftool',
  title: 'bpftool: programs with their run time, maps and dumps of maps',
  sniff: head =>
    head.lines.some(line => {
      const open = OPEN.exec(line)
      return open !== null && /(?:^|  )(?:tag [0-9a-f]{16}|flags 0x[0-9a-f]+)(?:  |$)/.test(open[4] ?? '')
    }) ||
    head.lines.some(line => ENTRY.test(line)) ||
    head.lines.some((line, i) => line === 'key:' && HEX.test(head.lines[i + 1] ?? '')),
  grammar: shown,
})

function shown(log: DiagnosticLog): LineGrammar {
  const tables = { prog: new RowSet('programs'), map: new RowSet('maps') }
  const dump = new MapDump(log)
  let row: Map<string, CellValue> | undefined
  const flush = (): void => {
    if (row !== undefined) tables[row.has('tag') ? 'prog' : 'map'].add(row)
    row = undefined
  }
  return {
    line(line, n) {
      const text = line.trimEnd()
      const open = OPEN.exec(text)
      if (open !== null) {
        flush()
        row = new Map<string, CellValue>([
          ['id', Number(open[1])],
          ['type', open[2]!],
          ['name', open[3] ?? ''],
        ])
        factsOf(open[4] ?? '', row)
        return true
      }
      if (row !== undefined && /^\s/.test(text)) {
        factsOf(text.trim(), row)
        return true
      }
      return FOUND.test(text) || dump.take(text, n)
    },
    datasets(): Dataset[] {
      flush()
      const meta = { tool: 'bpftool' }
      return [
        ...[tables.prog, tables.map].filter(({ length }) => length > 0).map(table => table.finish(meta)),
        ...dump.finish(),
      ]
    },
  }
}

/** Adds `name value` and lone words (`gpl`), which two blanks part; sizes lose their B. */
function factsOf(text: string, row: Map<string, CellValue>): void {
  const parts = text.split(/ {2,}|\t+/).flatMap(part => part.split(/ (?=run_time_ns |run_cnt |recursion_misses )/))
  for (const part of parts) {
    const [name = '', value] = part.split(/ (.*)/)
    if (name === '') continue
    if (value === undefined) row.set(name, 'yes')
    else if (SIZES.has(name) && /^\d+B$/.test(value)) row.set(`${name} (bytes)`, Number(value.slice(0, -1)))
    else if (/^\d{1,15}$/.test(value)) row.set(name === 'run_time_ns' ? 'run_time (ns)' : name, Number(value))
    else row.set(name, value)
  }
}

/** Keys and values of a map as bytes in hexadecimal. */
class MapDump {
  private readonly log: DiagnosticLog
  private readonly entries: { readonly key: string; values: string[]; readonly line: number }[] = []
  private waits: 'key' | 'value' | undefined

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  take(text: string, line: number): boolean {
    const entry = ENTRY.exec(text)
    const last = this.entries[this.entries.length - 1]
    if (entry !== null) this.entries.push({ key: entry[1]!, values: [entry[2]!], line })
    else if (text === 'key:' || text === 'value:') this.waits = text === 'key:' ? 'key' : 'value'
    else if (CPU_VALUE.test(text) && last !== undefined) last.values.push(CPU_VALUE.exec(text)![1]!)
    else if (this.waits === 'key' && HEX.test(text)) {
      this.entries.push({ key: text, values: [], line })
      this.waits = undefined
    } else if (this.waits === 'value' && HEX.test(text) && last !== undefined) {
      if (last.values.length === 0) last.values.push(text)
      else last.values[0] += ` ${text}`
    } else return false
    return true
  }

  finish(): Dataset[] {
    if (this.entries.length === 0) return []
    const table = new RowSet('map')
    const counts: number[] = []
    this.entries.forEach(({ key, values, line }, i) => {
      const numbers = values.map(littleEndian)
      const sum = numbers.includes(undefined) ? undefined : numbers.reduce((all, value) => all! + value!, 0n)
      const at = littleEndian(key)
      if (at === BigInt(i) && sum !== undefined && bytesOf(key).length === 4) counts.push(Number(sum))
      if (sum !== undefined && sum > BigInt(Number.MAX_SAFE_INTEGER))
        this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', {
          severity: 'info',
          line,
          text: key,
        })
      table.add([
        ['KEY', at === undefined ? textOf(key) : Number(at)],
        ['VALUE', sum === undefined ? values.map(value => value.trim()).join(' ') : Number(sum)],
        ...(values.length > 1 ? [['CPUS', values.length] as const] : []),
      ])
    })
    const meta = { tool: 'bpftool' }
    if (counts.length !== 64 || this.entries.length !== 64) return [table.finish(meta)]
    const set = new HistogramSet(this.log)
    set.open({ name: 'map', key: '', unit: '' })
    const last = counts.findLastIndex(count => count > 0)
    counts
      .slice(0, Math.max(1, last + 1))
      .forEach((count, k) => set.bucket(k === 0 ? 0 : 2 ** (k - 1), 2 ** k, count, 0, ''))
    return [table.finish(meta), ...set.finish(meta)]
  }
}

function bytesOf(hex: string): string[] {
  return hex.trim().split(/ +/)
}

/** A number of 1, 2, 4 or 8 bytes; undefined for other lengths. */
function littleEndian(hex: string): bigint | undefined {
  const bytes = bytesOf(hex)
  return [1, 2, 4, 8].includes(bytes.length) ? BigInt(`0x${bytes.reverse().join('')}`) : undefined
}

/** The bytes as text where they are printable and then zeros (a comm), else as printed. */
function textOf(hex: string): string {
  const bytes = Uint8Array.from(bytesOf(hex), byte => Number.parseInt(byte, 16))
  const end = bytes.indexOf(0)
  const shown = bytes.subarray(0, end < 0 ? bytes.length : end)
  const text = new TextDecoder().decode(shown)
  const rest = bytes.subarray(shown.length)
  return text !== '' && /^[^\u0000-\u001f\ufffd]+$/.test(text) && rest.every(byte => byte === 0)
    ? text
    : bytesOf(hex).join(' ')
}
