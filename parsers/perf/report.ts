/**
 * The table of perf report --stdio, its folded call graphs (-g folded) and its CSV form (-t,), a block per event:
 *
 *     # Samples: 238  of event 'cpu-clock'
 *     # Event count (approx.): 1195979750
 *     #
 *     # Overhead  Command  Shared Object  Symbol
 *     # ........  .......  .............  ......................
 *     #
 *         29.41%  tmpl     tmpl           [.] main
 *     29.41% __libc_start_call_main;main                          -g folded: share or count first
 *                 |
 *                 ---__libc_start_call_main                       the drawn graph: report-graph.ts; --hierarchy: report-hierarchy.ts
 *     # Overhead,Command,Shared Object,Symbol
 *      29.41% ,tmpl   ,tmpl         ,[.] main
 *
 * Source: tools/perf/ui/stdio/hist.c; FORMATS a3.
 */

import type { Dataset, DiagnosticLog, Meta } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Cell } from '../build/table-builder.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import { splitFrames } from '../folded/line.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import type { KindWalk } from '../stacks/frame-kind.ts'
import { kindOfName } from '../stacks/frame-kind.ts'
import { DrawnGraphs } from './report-graph.ts'
import { Hierarchy } from './report-hierarchy.ts'

const NUMBERS =
  /^(?:(?:Overhead|Children|Self|Samples|Period|Latency|Children Latency|Parallelism)(?: .*)?|sys|usr|guest .*|Weight.*|Local .*|PID|Pid|Time|Delta|Delta Abs|Ratio|Baseline)$/
const HEADING = /^# +(?:Overhead|Children|Latency|Delta|Baseline)\b/
const FOLDED = /^(\d+(?:\.\d+)?%?) (\S.*)$/

export const perfReport = lineFormat({
  id: 'perf-report',
  coloured: true,
  title: 'perf report --stdio, -g folded and -t,',
  longest: 65_536,
  sniff: head =>
    head.lines.some(line => /^# +(?:Overhead|Children|Latency)\b/.test(line)) ||
    (head.lines.some(line => /^# Samples: /.test(line)) &&
      head.lines.some(line => /^# Event count \(approx\.\):/.test(line))),
  grammar: report,
})

/** How much of a row is its symbol's own: all without --children, with it also nothing but what is below, which stands in other rows too. */
type Own = 'all' | 'some' | 'none'

interface Folded {
  readonly comm: string
  readonly symbol: string
  readonly own: Own
  readonly value: number
  readonly frames: readonly string[]
}

interface Block {
  readonly event: string
  readonly meta: Meta
  readonly samples: number | undefined
  table: TableBuilder | undefined
  labels: readonly string[]
  /** Where columns start, told by the dots under the heading. */
  starts: readonly number[]
  separator: string | undefined
  hierarchy: Hierarchy | undefined
  /** Call graphs that are drawn under the rows. */
  readonly graphs: DrawnGraphs
  readonly folded: Folded[]
  /** A row cut in two by a line break in its comm. */
  half: string | undefined
  shares: boolean
  /** Of the last row: folded lines below belong to it. */
  comm: string
  symbol: string
  own: Own
}

function report(log: DiagnosticLog): LineGrammar {
  const blocks: Block[] = []
  let preamble: Meta = { tool: 'perf report' }
  const current = (): Block => {
    if (blocks.length === 0) blocks.push(newBlock('', preamble, undefined))
    return blocks[blocks.length - 1]!
  }
  return {
    line(line, n) {
      if (line.startsWith('#')) {
        const samples = /^# Samples: +([\d.]+)([KMG]?) +of events? '(.*?)'/.exec(line)
        if (samples !== null)
          blocks.push(
            newBlock(
              samples[3]!,
              { ...preamble, event: samples[3]! },
              samples[2] === '' ? Number(samples[1]) : undefined,
            ),
          )
        const lost = /^# Total Lost Samples: (\d+)/.exec(line)
        if (lost !== null && lost[1] !== '0') log.addLost(Number(lost[1]), 'perf lost samples', n)
        const fact = /^# (hostname|os release|cmdline|arch) : (.*)$/.exec(line)
        if (fact !== null)
          preamble = {
            ...preamble,
            [{ hostname: 'host', 'os release': 'kernel', cmdline: 'command', arch: 'arch' }[fact[1]!]!]:
              fact[2]!.trim(),
          }
        if (HEADING.test(line)) heading(current(), line)
        else if (/^# \.+(?: +\.+)*\s*$/.test(line))
          current().starts = [...line.matchAll(/\.+/g)].map(match => match.index)
        return true
      }
      const block = current()
      if (block.hierarchy?.line(line, n) === true) return true
      if (block.half !== undefined) {
        const cells = cellsOf(block, `${block.half}\n${line}`, true)
        block.half = undefined
        if (cells === undefined) log.skip(n - 1, line, 'half a row')
        else return row(block, cells, n)
      }
      if (
        /^\s*-?\d+\.\d+%/.test(line) &&
        (/^\s/.test(line) ||
          block.separator !== undefined ||
          !FOLDED.test(line) ||
          block.table === undefined ||
          !line.includes(' '))
      ) {
        // a number alone is no row: `-g flat` prints one over each stack
        if (
          block.separator === undefined &&
          /%\s+\S/.test(line) &&
          line.length < (block.starts[block.starts.length - 1] ?? 0)
        ) {
          block.half = line
          return true
        }
        const cells = cellsOf(block, line)
        if (cells !== undefined) return row(block, cells, n)
      }
      const folded = FOLDED.exec(line)
      if (folded !== null && block.table !== undefined) {
        if (folded[1]!.endsWith('%')) block.shares = true
        block.folded.push({
          comm: block.comm,
          symbol: block.symbol,
          own: block.own,
          value: Number(folded[1]!.replace('%', '')),
          frames: splitFrames(folded[2]!),
        })
        return true
      }
      if (!/^\s{2,}/.test(line)) return false
      if (block.hierarchy === undefined && block.graphs.line(line)) return true
      log.note(
        'call-graph',
        'a call graph that is not read, of --hierarchy for example; use -g folded, or perf script',
        { severity: 'info', line: n, text: line },
      )
      return true
    },
    datasets: () => blocks.flatMap(block => finished(block, log)),
  }

  function row(block: Block, cells: readonly string[], n: number): true {
    table(block, log).add(
      cells.map((cell, i) => (NUMBERS.test(block.labels[i] ?? '') ? cell.replace('%', '') : cell)),
      n,
    )
    last(block, cells)
    return true
  }
}

function newBlock(event: string, meta: Meta, samples: number | undefined): Block {
  return {
    event,
    meta,
    samples,
    table: undefined,
    labels: [],
    starts: [],
    separator: undefined,
    hierarchy: undefined,
    graphs: new DrawnGraphs(),
    folded: [],
    half: undefined,
    shares: false,
    comm: '',
    symbol: '',
    own: 'all',
  }
}

function heading(block: Block, line: string): void {
  const text = line.slice(1)
  const separator = /^ +(?:Overhead|Children|Latency|Delta|Baseline)\s*([,;|\t])/.exec(text)?.[1]
  block.separator = separator
  const labels = (separator === undefined ? text.trim().split(/ {2,}/) : text.split(separator)).map(label =>
    label.trim(),
  )
  block.hierarchy = labels.some(label => label.includes(' / ')) ? new Hierarchy(labels) : undefined
  // --group prints a number per event under each of these labels
  const events = /\{ (.*) \}$/.exec(block.event)?.[1]!.split(', ')
  block.labels =
    block.hierarchy !== undefined
      ? []
      : events === undefined
        ? labels
        : labels.flatMap(label =>
            /^(?:Overhead|Children|Self|Samples|Period)$/.test(label)
              ? events.map(event => `${label} ${event}`)
              : [label],
          )
}

function table(block: Block, log: DiagnosticLog): TableBuilder {
  block.table ??= new TableBuilder(
    block.event === '' ? 'report' : block.event,
    columnSpecs(block.labels, (label): Cell => (NUMBERS.test(label) ? 'number' : 'text')).map(spec =>
      /^(?:Children )?Latency$/.test(spec.name) ? { ...spec, unit: '%' } : spec,
    ),
    log,
  )
  return block.table
}

/** Cells of a row: by its separator, by the places of the dots, or by runs of blanks. */
function cellsOf(block: Block, line: string, broken = false): readonly string[] | undefined {
  const { labels, starts, separator } = block
  const width = labels.length
  if (width === 0) return undefined
  if (separator !== undefined) {
    // --group: `24.56% 10.39% ,odd`
    const fields = line.replace(/% +(?=\d+\.\d+%)/g, `%${separator}`).split(separator)
    return fields.length < width
      ? undefined
      : [...fields.slice(0, width - 1), fields.slice(width - 1).join(separator)].map(field => field.trim())
  }
  if (
    !broken &&
    starts.length === width &&
    starts.every((start, i) => i === 0 || line[start - 1] === undefined || line[start - 1] === ' ')
  ) {
    return starts.map((start, i) => line.slice(i === 0 ? 0 : start, starts[i + 1] ?? line.length).trim())
  }
  const words = line.trim().split(/ {2,}/)
  return words.length < width ? undefined : [...words.slice(0, width - 1), words.slice(width - 1).join('  ')]
}

function last(block: Block, cells: readonly string[]): void {
  block.comm = cells[block.labels.indexOf('Command')] ?? ''
  block.symbol = (cells[block.labels.indexOf('Symbol')] ?? '').replace(/^\[.\] /, '')
  const share = (label: RegExp): number =>
    Number((cells[block.labels.findIndex(each => label.test(each))] ?? '').replace('%', ''))
  const overhead = share(/^(?:Overhead|Children)\b/)
  const own = block.labels.some(label => /^Self\b/.test(label)) ? share(/^Self\b/) : overhead
  if (Number.isFinite(overhead) && Number.isFinite(own)) block.graphs.row(block.comm, block.symbol, overhead, own)
  const self = block.symbol === '' ? undefined : cells[block.labels.findIndex(label => /^Self\b/.test(label))]
  block.own =
    self === undefined || self === cells[block.labels.findIndex(label => /^Children\b/.test(label))]
      ? 'all'
      : Number(self.replace('%', '')) === 0
        ? 'none'
        : 'some'
}

function finished(block: Block, log: DiagnosticLog): Dataset[] {
  const datasets: Dataset[] = []
  const name = block.event === '' ? 'report' : block.event
  if (!block.graphs.empty) datasets.push(block.graphs.finish(name, block.meta, log))
  if (block.hierarchy !== undefined) datasets.push(block.hierarchy.table(name, log).finish(block.meta))
  if (block.folded.length > 0) {
    const builder = new ProfileBuilder()
    // Callee-first lines begin with the row's own symbol.
    let callers = 0
    for (const { symbol, own, frames } of block.folded)
      if (own === 'all') callers += (frames[frames.length - 1] === symbol ? 1 : 0) - (frames[0] === symbol ? 1 : 0)
    let total = 0
    for (const { comm: task, symbol, own, value, frames } of block.folded) {
      // with --children a stack stands under every function in it; it counts under its leaf
      if (own === 'none' || (own === 'some' && callers >= 0 && frames[frames.length - 1] !== symbol)) continue
      if (own === 'some' && callers < 0) {
        log.note(
          'inclusive-stacks',
          'callers of a function with what is below it: its own part cannot be told; use --no-children',
          { text: symbol },
        )
        continue
      }
      builder.add(addStack(builder, task, callers < 0 ? [...frames].reverse() : frames), value)
      total += value
    }
    const counts = !block.shares && (block.samples === undefined || total <= block.samples)
    const value = block.shares
      ? { name: 'overhead', unit: '%' }
      : counts
        ? { name: 'samples', unit: 'samples' }
        : { name: 'period', unit: 'events' }
    datasets.push(builder.finish(block.event === '' ? 'report' : block.event, value, block.meta))
  }
  if (block.table !== undefined) datasets.push(block.table.finish(block.meta))
  return datasets
}

function addStack(builder: ProfileBuilder, task: string, frames: readonly string[]): number {
  const { stacks } = builder
  const walk: KindWalk = { kernel: false, waker: false }
  let node = task === '' ? ROOT : stacks.child(ROOT, stacks.frame(task, '', kindCode('task')))
  for (const name of frames) node = stacks.child(node, stacks.frame(name, '', kindCode(kindOfName(name, walk))))
  return node
}
