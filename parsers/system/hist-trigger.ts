/**
 * Histograms that event triggers of the kernel keep (`hist:keys=...`), as tracefs shows them:
 *
 *     # event histogram
 *     # trigger info: hist:keys=call_site.sym,bytes_req.log2:vals=hitcount,bytes_req:sort=hitcount:size=2048 [active]
 *     { call_site: [ffffffff81215b49] ext4_get_acl                     , bytes_req: ~ 2^6 } hitcount:          1  bytes_req:         45
 *     { stacktrace:
 *              kmem_cache_alloc+0x12/0x20
 *              getname_flags+0x4f/0x200
 *     } hitcount:          3
 *     Totals:
 *         Hits: 39
 *         Entries: 7
 *         Dropped: 0
 *
 * A key in powers of two is a histogram: `~ 2^6` holds values above 2^5 up to 2^6. Stacks, leaf first, weigh by hitcount. Source: Linux
 * Documentation/trace/histogram.rst, kernel/trace/trace_events_hist.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { ROOT } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { CellValue } from '../build/row-set.ts'
import { RowSet } from '../build/row-set.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { addStack } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { parseSymbol } from '../stacks/symbol.ts'
import { EVENTS } from '../words/tool-values.ts'

const ROW = /^\{ (.{1,4000}) \} hitcount: +(\d+)(.*)$/
const STACK = /^\{ (?:(.{1,2000}), )?[\w.]{0,64}stacktrace: *$/
const STACK_END = /^ *\}(?: *,? *(.{1,2000}) \})? hitcount: +(\d+)(.*)$/
const FRAME = /^ {2,}(\S.*)$/
const VALUE = /([\w.()%]{1,64}): +(-?\d+(?:\.\d+)?)/g
const TOTAL = /^ {4}(Hits|Entries|Dropped): (\d+)$/

export const histTrigger = lineFormat({
  id: 'hist-trigger',
  title: 'histograms of event triggers of the kernel',
  sniff: head => head.lines.some(line => /^# (?:event histogram|trigger info: hist:)/.test(line)),
  grammar: triggers,
})

function triggers(log: DiagnosticLog): LineGrammar {
  const table = new RowSet('hist')
  const set = new HistogramSet(log)
  const stacks = new ProfileBuilder()
  const buckets = new Map<string, { readonly key: string; readonly name: string; readonly rows: [number, number][] }>()
  let frames: FrameLine[] | undefined
  let before: readonly (readonly [string, CellValue])[] = []
  return {
    line(line, n) {
      if (line.startsWith('#') || /^Totals:$/.test(line)) return true
      const begun = STACK.exec(line.trimEnd())
      if (begun !== null) {
        frames = []
        before = begun[1] === undefined ? [] : keysOf(begun[1])
        return true
      }
      const end = frames === undefined ? null : STACK_END.exec(line)
      if (end !== null) {
        stacks.add(addStack(stacks.stacks, ROOT, frames!, frames!.length), Number(end[2]))
        table.add([
          ...before,
          ['stacktrace', frames!.map(({ name }) => name).join(';')],
          ...(end[1] === undefined ? [] : keysOf(end[1])),
          ['hitcount', Number(end[2])],
          ...valuesOf(end[3]!),
        ])
        frames = undefined
        return true
      }
      const frame = frames === undefined ? null : FRAME.exec(line)
      if (frame !== null) return frames!.push(parseSymbol(frame[1]!.replace(/\/0x[0-9a-f]+/, ''))) > 0
      const row = ROW.exec(line)
      if (row !== null) {
        const keys = keysOf(row[1]!)
        table.add([...keys, ['hitcount', Number(row[2])], ...valuesOf(row[3]!)])
        power(keys, Number(row[2]))
        return true
      }
      const total = TOTAL.exec(line.trimEnd())
      if (total === null) return false
      if (total[1] === 'Dropped' && total[2] !== '0')
        log.addLost(Number(total[2]), 'the table of the trigger was full', n)
      return true
    },
    datasets(): Dataset[] {
      for (const { key, name, rows } of buckets.values()) {
        set.open({ name, key, unit: '' })
        for (const [power, count] of rows.sort((a, b) => a[0] - b[0]))
          set.bucket(power === 0 ? 0 : 2 ** (power - 1) + 1, 2 ** power + 1, count, 0, '')
      }
      const meta = { tool: 'ftrace' }
      return [
        table.finish(meta),
        ...set.finish(meta),
        ...(stacks.samples > 0 ? [stacks.finish('hist', EVENTS, meta)] : []),
      ]
    },
  }

  /** Counts a row under its key in powers of two, split by its other keys. */
  function power(keys: readonly (readonly [string, CellValue])[], count: number): void {
    const at = keys.findIndex(([, value]) => typeof value === 'string' && /^~ 2\^\d{1,2}$/.test(value))
    if (at < 0) return
    const [name, value] = keys[at]!
    const key = keys.flatMap(([other, own], i) => (i === at ? [] : [`${other} = ${String(own)}`])).join(', ')
    const id = `${name}\u0000${key}`
    let bucket = buckets.get(id)
    if (bucket === undefined) buckets.set(id, (bucket = { key, name, rows: [] }))
    bucket.rows.push([Number(String(value).slice(4)), count])
  }
}

/** `NAME: value, NAME: value` with blanks that only align taken off. */
function keysOf(text: string): [string, CellValue][] {
  return text.split(/, (?=[\w.]{1,64}: )/).map(part => {
    const colon = part.indexOf(':')
    const value = part
      .slice(colon + 1)
      .trim()
      .replace(/ {2,}/g, ' ')
    return [part.slice(0, colon).trim(), /^-?\d{1,15}$/.test(value) ? Number(value) : value]
  })
}

function valuesOf(text: string): [string, CellValue][] {
  return [...text.matchAll(VALUE)].map(([, name, value]) => [name!, Number(value)])
}
