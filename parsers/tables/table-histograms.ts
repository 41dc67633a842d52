import type { DiagnosticLog, HistogramSeries, Meta } from '../../src/model/index.ts'
import { splitLabel, unitWord } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import { bucketRow, histogramLabel, valueRow } from '../words/hist-line.ts'

/** Histograms between the tables of one output: argdist -C with -H. */
export class TableHistograms {
  private readonly set: HistogramSet
  private inside = false

  constructor(log: DiagnosticLog) {
    this.set = new HistogramSet(log)
  }

  interval(seconds: number): void {
    this.set.interval(seconds)
  }

  /** True while rows of a histogram may come. */
  get isOpen(): boolean {
    return this.inside
  }

  /** True for the heading of a histogram. */
  opens(text: string): boolean {
    const label = histogramLabel(text)
    if (label === undefined) return false
    const { name, unit } = unitWord(label) === undefined ? splitLabel(label) : { name: label, unit: unitWord(label)! }
    this.set.open({ name, key: '', unit })
    return (this.inside = true)
  }

  /** True for a row of the histogram that is open; any other line closes it. */
  takes(text: string, number: number): boolean {
    if (!this.inside) return false
    const bucket = bucketRow(text)
    const value = bucket === undefined ? valueRow(text) : undefined
    if (bucket !== undefined) this.set.range(bucket, number, text)
    else if (value !== undefined) this.set.value(value.value, value.count, number, text)
    else this.inside = false
    return this.inside
  }

  finish(meta: Meta, step: number | undefined): HistogramSeries[] {
    return this.set.finish(meta, step)
  }
}
