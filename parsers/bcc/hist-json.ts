/**
 * Histograms of biolatency -j: a Python dictionary per line, which is no JSON:
 *
 *     {'ts': '2020-12-30 14:33:03', 'val_type': 'usecs', 'data': [{'interval-start': 0, 'interval-end': 1, 'count': 0}, ...], 'flags': 'Sync-Write'}
 *
 * Source: bcc table.py, biolatency.py; FORMATS section f.
 */

import type { Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, unitWord } from '../../src/model/index.ts'
import { judgeIntervals } from '../build/histogram-growth.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { BannerNotes, isTalk } from '../words/banners.ts'
import { parseStamp } from '../words/clock.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import type { PythonValue } from '../words/python-literal.ts'
import { parsePython } from '../words/python-literal.ts'

const FIELDS = new Set(['ts', 'val_type', 'data'])

export const bccHistJson: Format = {
  id: 'bcc-hist-json',
  title: 'histograms of BCC tools with -j (a Python dictionary per line)',
  sniff: head => head.lines.some(line => /^\{'ts': ['"]/.test(line)),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new BccHistJsonReader(log, options), log)
  },
}

class BccHistJsonReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly options: ReadOptions
  private readonly set: HistogramSet
  private readonly banners = new BannerNotes()
  private stamp = ''

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.options = options
    this.set = new HistogramSet(log)
  }

  line(raw: string, number: number): void {
    const text = stripInterrupt(raw).trim()
    if (text === '' || takeCutMark(this.log, text, number)) return
    if (isTalk(text)) return this.banners.read(text)
    const value = text.startsWith('{') ? parsePython(text) : undefined
    if (!(value instanceof Map) || !this.histogram(value, number, text)) this.log.skip(number, text)
  }

  end(): Parsed {
    const datasets = judgeIntervals(
      this.set.finish({ tool: this.banners.tool ?? 'biolatency' }),
      this.log,
      this.options.prints,
    )
    return {
      format: bccHistJson.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private histogram(fields: ReadonlyMap<string, PythonValue>, number: number, text: string): boolean {
    const data = fields.get('data')
    const stamp = String(fields.get('ts') ?? '')
    const label = String(fields.get('val_type') ?? '')
    if (!Array.isArray(data)) return false
    if (stamp !== this.stamp) this.set.interval(parseStamp(stamp)?.seconds ?? NaN)
    this.stamp = stamp
    const key = [...fields]
      .filter(([name]) => !FIELDS.has(name))
      .map(([name, value]) => `${name} = ${String(value)}`)
      .join(', ')
    this.set.open({ name: this.banners.tool ?? 'biolatency', key, unit: unitWord(label) ?? '' })
    for (const item of data) {
      if (!(item instanceof Map)) return false
      const low = item.get('interval-start')
      const high = item.get('interval-end')
      const count = item.get('count')
      if (typeof count !== 'number') return false
      if (typeof low === 'number' && typeof high === 'number' && high >= low)
        this.set.bucket(low, high < Number.MAX_SAFE_INTEGER ? high + 1 : high, count, number, text)
      else if (typeof item.get('value') === 'number') this.set.value(item.get('value') as number, count, number, text)
      else return false
    }
    return true
  }
}
