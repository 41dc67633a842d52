/**
 * A histogram per stack, as the libbpf tools biostacks and futexctn print them:
 *
 *     kworker/u8:2   1234   vda                       biostacks: comm pid disk
 *     blk_account_io_start                            frames leaf first
 *     submit_bio
 *          usecs               : count    distribution
 *              64 -> 127        : 3        |****                    |
 *
 *     node[4711] lock 0x7ffee8d4 contended 6 times, 5021 avg usecs [max: 10211 usecs, min 31 usecs]
 *         -                                           futexctn: stack between fences
 *         __lll_lock_wait
 *         -
 *          usecs               : count    distribution
 *
 * Source: bcc libbpf-tools/biostacks.c:114, futexctn.c; FORMATS c7.
 */

import type { Dataset, Meta, Parsed, Unit } from '../../src/model/index.ts'
import { DiagnosticLog, ROOT, unitWord } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addStack, kernelFrames } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { readSymbol } from '../stacks/symbol.ts'
import { isTalk } from '../words/banners.ts'
import { DayClock, parseStamp } from '../words/clock.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import { bucketRow, histogramLabel, sectionLine, valueRow } from '../words/hist-line.ts'

const DISK = /^(?!.* = )(\S.{0,15}?)\s+(\d+)\s+(\S+)\s*$/
const FUTEX =
  /^(.*)\[(\d+)\] lock (0x[0-9a-f]+) contended (\d+) times, (\d+) avg (\w+) \[max: (\d+) \w+, min (\d+) \w+\]\s*$/
const FENCE = /^\s*-\s*$/
const SYMBOL = /^\s*(?:[A-Za-z_.$][^\s:]*|\[unknown\]|#\d+\s+0x[0-9a-f]+ .*)\s*$/

export const stackHist: Format = {
  id: 'stack-hist',
  title: 'a histogram per stack (libbpf biostacks, futexctn)',
  sniff: sniffStackHist,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new StackHistReader(log, options), log)
  },
}

/** A title, at least one frame, then the heading of a histogram; or a futex. */
function sniffStackHist(head: Head): boolean {
  return head.lines.some((line, i) => {
    if (FUTEX.test(line)) return true
    if (i < 2 || histogramLabel(line) === undefined) return false
    let title = i - 1
    while (title >= 0 && SYMBOL.test(head.lines[title]!)) title--
    return title >= 0 && title < i - 1 && DISK.test(head.lines[title]!) && sectionLine(head.lines[title]!) === undefined
  })
}

interface Block {
  readonly comm: string
  readonly title: string
  readonly stack: FrameLine[]
  /** What a futex line says: number of waits and their mean. */
  readonly futex:
    | {
        readonly pid: number
        readonly lock: string
        readonly count: number
        readonly average: number
        readonly unit: Unit
        readonly max: number
        readonly min: number
      }
    | undefined
  count: number
}

class StackHistReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly offsets: boolean
  private readonly set: HistogramSet
  private readonly clock = new DayClock()
  private readonly blocks: Block[] = []
  private inHistogram = false
  private unit: Unit = ''

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.offsets = options.offsets === true
    this.set = new HistogramSet(log)
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (line.trim() === '' || FENCE.test(line) || isTalk(line) || takeCutMark(this.log, line, number)) return
    const stamp = parseStamp(line)
    if (stamp !== undefined) {
      this.inHistogram = false
      this.set.interval(stamp.unit === 'clock' ? this.clock.at(stamp.seconds) : stamp.seconds)
      return
    }
    const block = this.blocks.at(-1)
    const label = histogramLabel(line)
    if (label !== undefined && block !== undefined) {
      this.inHistogram = true
      this.unit = unitWord(label) ?? ''
      this.set.open({
        name: label,
        key: [block.title, ...[...block.stack].reverse().map(frame => frame.name)].join(';'),
        unit: this.unit,
      })
      return
    }
    if (this.inHistogram && block !== undefined) {
      const row = bucketRow(line)
      if (row !== undefined) {
        block.count += row.count
        return this.set.range(row, number, text)
      }
      const value = valueRow(line)
      if (value !== undefined) {
        block.count += value.count
        return this.set.value(value.value, value.count, number, text)
      }
    }
    if (this.title(line)) return
    if (block === undefined || this.inHistogram)
      return this.log.skip(number, text, 'a line outside of a block; expected its title')
    block.stack.push(readSymbol(line, this.offsets))
  }

  end(): Parsed {
    const futex = this.blocks.some(block => block.futex !== undefined)
    const meta: Meta = futex
      ? { tool: 'futexctn', event: 'futex contention' }
      : { tool: 'biostacks', event: 'block I/O' }
    const datasets: Dataset[] = []
    if (this.blocks.length > 0) {
      datasets.push(this.profile(meta.event!, 'count', 'count', meta, block => block.futex?.count ?? block.count))
      if (futex) {
        const unit = this.blocks[0]!.futex?.unit ?? ''
        datasets.push(
          this.profile(
            meta.event!,
            'time',
            unit,
            meta,
            block => (block.futex?.count ?? 0) * (block.futex?.average ?? 0),
          ),
        )
        datasets.push(this.futexes(meta))
      }
    }
    for (const series of this.set.finish(meta)) datasets.push(series)
    return {
      format: stackHist.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private title(line: string): boolean {
    const futex = FUTEX.exec(line)
    const disk = futex === null ? DISK.exec(line) : null
    if (futex !== null) {
      const [comm, lock] = [futex[1]!, futex[3]!]
      const facts = {
        pid: Number(futex[2]),
        lock,
        count: Number(futex[4]),
        average: Number(futex[5]),
        unit: unitWord(futex[6]!) ?? '',
        max: Number(futex[7]),
        min: Number(futex[8]),
      }
      this.blocks.push({ comm, title: `${comm} ${lock}`, stack: [], futex: facts, count: 0 })
    } else if (disk !== null && !line.startsWith(' ')) {
      this.blocks.push({ comm: disk[1]!, title: `${disk[1]!} ${disk[3]!}`, stack: [], futex: undefined, count: 0 })
    } else return false
    this.inHistogram = false
    return true
  }

  private profile(name: string, value: string, unit: Unit, meta: Meta, weigh: (block: Block) => number): Dataset {
    const profile = new ProfileBuilder()
    for (const block of this.blocks) {
      const { stacks } = profile
      const kernel = block.futex === undefined ? block.stack.length : kernelFrames(block.stack)
      profile.add(
        addStack(stacks, stacks.child(ROOT, stacks.frame(block.comm, '', TASK)), block.stack, kernel),
        weigh(block),
      )
    }
    return profile.finish(name, { name: value, unit }, meta)
  }

  private futexes(meta: Meta): Dataset {
    const rows = this.blocks.flatMap(block => (block.futex === undefined ? [] : [{ comm: block.comm, ...block.futex }]))
    const unit = rows[0]?.unit ?? ''
    const number = (name: string, of: Unit, pick: (row: (typeof rows)[number]) => number) => ({
      name,
      type: 'number' as const,
      unit: of,
      values: Float64Array.from(rows, pick),
    })
    return {
      kind: 'events',
      name: 'futexes',
      tool: 'futexctn',
      length: rows.length,
      meta,
      columns: [
        { name: 'COMM', type: 'text', values: rows.map(row => row.comm) },
        number('PID', '', row => row.pid),
        { name: 'LOCK', type: 'text', values: rows.map(row => row.lock) },
        number('COUNT', 'count', row => row.count),
        number('AVG', unit, row => row.average),
        number('MAX', unit, row => row.max),
        number('MIN', unit, row => row.min),
      ],
    }
  }
}
