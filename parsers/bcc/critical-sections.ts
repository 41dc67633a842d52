/**
 * Long critical sections, as criticalstat prints them:
 *
 *     Finding critical section with IRQ disabled for > 500us
 *     ===================================
 *     TASK: crtc_commit:111 (pid   246 tid   246) Total Time: 580.730  us
 *
 *     Section start: clk_enable_lock -> clk_enable
 *     Section end:   _raw_spin_unlock_irqrestore -> clk_enable
 *       trace_hardirqs_on+0xdc
 *       clk_enable+0x80
 *     ===================================
 *
 * Source: bcc tools/criticalstat.py; FORMATS c5.
 */

import type { Dataset, Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addStack } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { readSymbol } from '../stacks/symbol.ts'
import { isTalk } from '../words/banners.ts'
import { commOf } from '../words/comm.ts'
import { takeCutMark } from '../words/cut-mark.ts'

const HEADING = /^TASK: (.*) \(pid\s+(\d+) tid\s+(\d+)\) Total Time: (\d+(?:\.\d+)?)\s+us\s*$/
const BORDER = /^Section (start|end):\s*(.*)$/

export const criticalSections: Format = {
  id: 'critical-sections',
  title: 'long critical sections (criticalstat)',
  sniff: head => head.lines.some(line => HEADING.test(line)),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new CriticalSectionsReader(log, options), log)
  },
}

interface Section {
  readonly comm: string
  readonly pid: number
  readonly tid: number
  readonly time: number
  start: string
  end: string
  readonly stack: FrameLine[]
}

class CriticalSectionsReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly offsets: boolean
  private readonly sections: Section[] = []

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.offsets = options.offsets === true
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (line.trim() === '' || /^=+\s*$/.test(line) || isTalk(line) || takeCutMark(this.log, line, number)) return
    const heading = HEADING.exec(line)
    if (heading !== null) {
      this.sections.push({
        comm: commOf(heading[1]!),
        pid: Number(heading[2]),
        tid: Number(heading[3]),
        time: Number(heading[4]),
        start: '',
        end: '',
        stack: [],
      })
      return
    }
    const section = this.sections.at(-1)
    const border = BORDER.exec(line)
    if (section === undefined) return this.log.skip(number, text, 'a line outside of a section; expected `TASK: `')
    if (border !== null) section[border[1] as 'start' | 'end'] = border[2]!.trim()
    else if (/^NO STACK FOUND/.test(line.trim()))
      this.log.note('missed-stack', 'the tool could not look up a stack', { line: number, text, severity: 'info' })
    else section.stack.push(readSymbol(line, this.offsets))
  }

  end(): Parsed {
    const { sections } = this
    const meta: Meta = { tool: 'criticalstat', event: 'critical section' }
    const datasets: Dataset[] = []
    if (sections.length > 0) {
      const time = new ProfileBuilder()
      const count = new ProfileBuilder()
      for (const section of sections) {
        for (const [profile, value] of [
          [time, section.time],
          [count, 1],
        ] as const) {
          const { stacks } = profile
          profile.add(
            addStack(
              stacks,
              stacks.child(ROOT, stacks.frame(section.comm, '', TASK)),
              section.stack,
              section.stack.length,
            ),
            value,
          )
        }
      }
      datasets.push(
        time.finish('critical section', { name: 'time', unit: 'us' }, meta),
        count.finish('critical section', { name: 'count', unit: 'count' }, meta),
        {
          kind: 'events',
          name: 'critical sections',
          tool: 'criticalstat',
          length: sections.length,
          meta,
          columns: [
            { name: 'COMM', type: 'text', values: sections.map(section => section.comm) },
            { name: 'PID', type: 'number', unit: '', values: Float64Array.from(sections, section => section.pid) },
            { name: 'TID', type: 'number', unit: '', values: Float64Array.from(sections, section => section.tid) },
            { name: 'LAT', type: 'number', unit: 'us', values: Float64Array.from(sections, section => section.time) },
            { name: 'START', type: 'text', values: sections.map(section => section.start) },
            { name: 'END', type: 'text', values: sections.map(section => section.end) },
          ],
        },
      )
    }
    return {
      format: criticalSections.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }
}
