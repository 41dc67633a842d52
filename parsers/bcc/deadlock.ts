/**
 * Potential deadlocks, as deadlock prints them:
 *
 *     Potential Deadlock Detected!
 *
 *     Cycle in lock order graph: Mutex M0 (main::static_mutex3 0x0000000000473c60) => Mutex M1 (0x00007fff6d738400) => Mutex M0 (...)
 *
 *     Mutex M1 (0x00007fff6d738400) acquired here while holding Mutex M0 (...) in Thread 357250 (lockinversion):
 *     @ 00000000004024d0 pthread_mutex_lock
 *
 *     Mutex M0 (...) previously acquired by the same Thread 357250 (lockinversion) here:
 *     @ 00000000004024d0 pthread_mutex_lock
 *
 *     Thread 357248 created by Thread 350692 (lockinversion) here:
 *     @ 00007fd449097431 __clone
 *     Mutexes: 532, Edges: 411                        with --verbose: how far the search has come
 *
 * Source: bcc tools/deadlock.py:318; FORMATS c6.
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
import { takeCutMark } from '../words/cut-mark.ts'

const CYCLE = /^Cycle in lock order graph: (.*)$/
const ACQUIRED = /^Mutex (M\d+) \((.*)\) acquired here while holding Mutex (M\d+) \((.*)\) in Thread (\d+) \((.*)\):$/
const PREVIOUSLY = /^Mutex (M\d+) \((.*)\) previously acquired by the same Thread (\d+) \((.*)\) here:$/
const CREATED = /^Thread (\d+) created by Thread (\d+) \((.*)\) here:$/
const NOT_CREATED = /^Could not find stack trace where Thread (\d+) was created/
const FRAME = /^@ ([0-9a-f]{8,16}) (.*)$/
const PROGRESS = /^Mutexes: (\d+), Edges: (\d+)\s*$/
const TALK = /^(?:-+\s*$|Potential Deadlock Detected!|No potential deadlock|dumping|Tracing\.\.\.)/i

export const deadlock: Format = {
  id: 'deadlock',
  title: 'lock order cycles (deadlock)',
  sniff: head =>
    head.lines.some(line => CYCLE.test(line) || PROGRESS.test(line) || /^Potential Deadlock Detected!/.test(line)),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new DeadlockReader(log, options), log)
  },
}

interface Step {
  readonly cycle: number
  readonly what: 'acquired' | 'previously acquired' | 'created'
  readonly mutex: string
  readonly holding: string
  readonly thread: number
  readonly comm: string
  readonly stack: FrameLine[]
}

class DeadlockReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly offsets: boolean
  private readonly cycles: string[] = []
  private readonly steps: Step[] = []
  private readonly progress: { readonly mutexes: number; readonly edges: number }[] = []
  /** Whether frames belong to the last step now. */
  private open = false

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.offsets = options.offsets === true
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text).trimEnd()
    const frame = FRAME.exec(line)
    if (frame !== null && this.open) {
      this.steps.at(-1)!.stack.push(readSymbol(line, this.offsets))
      return
    }
    this.open = false
    if (
      line.trim() === '' ||
      TALK.test(line) ||
      NOT_CREATED.test(line) ||
      isTalk(line) ||
      takeCutMark(this.log, line, number)
    )
      return
    const cycle = CYCLE.exec(line)
    if (cycle !== null) {
      this.cycles.push(cycle[1]!)
      return
    }
    const progress = PROGRESS.exec(line)
    if (progress !== null) {
      this.progress.push({ mutexes: Number(progress[1]), edges: Number(progress[2]) })
      return
    }
    if (!this.step(line)) this.log.skip(number, text, 'a line that no report of a deadlock has')
  }

  end(): Parsed {
    const meta: Meta = { tool: 'deadlock', event: 'lock order cycle' }
    const datasets: Dataset[] = []
    const { steps, cycles, progress } = this
    if (steps.length > 0) {
      const profile = new ProfileBuilder()
      const { stacks } = profile
      for (const step of steps) {
        const task = stacks.child(ROOT, stacks.frame(step.comm, '', TASK))
        const role =
          step.what === 'acquired'
            ? `${step.mutex} acquired while holding ${step.holding}`
            : `${step.mutex} ${step.what}`
        profile.add(addStack(stacks, stacks.child(task, stacks.frame(role, '', TASK)), step.stack, 0), 1)
      }
      datasets.push(profile.finish('lock order', { name: 'acquisitions', unit: 'count' }, meta))
      const text = (name: string, pick: (step: Step) => string) => ({
        name,
        type: 'text' as const,
        values: steps.map(pick),
      })
      datasets.push({
        kind: 'events',
        name: 'lock order',
        tool: 'deadlock',
        length: steps.length,
        meta,
        columns: [
          { name: 'CYCLE', type: 'number', unit: '', values: Float64Array.from(steps, step => step.cycle) },
          text('WHAT', step => step.what),
          text('MUTEX', step => step.mutex),
          text('HOLDING', step => step.holding),
          { name: 'THREAD', type: 'number', unit: '', values: Float64Array.from(steps, step => step.thread) },
          text('COMM', step => step.comm),
          text('STACK', step => step.stack.map(frame => frame.name).join(';')),
        ],
      })
    }
    if (cycles.length > 0) {
      datasets.push({
        kind: 'events',
        name: 'cycles',
        tool: 'deadlock',
        length: cycles.length,
        meta,
        columns: [{ name: 'CYCLE', type: 'text', values: cycles }],
      })
    }
    if (progress.length > 0) {
      datasets.push({
        kind: 'events',
        name: 'search',
        tool: 'deadlock',
        length: progress.length,
        meta,
        columns: [
          { name: 'MUTEXES', type: 'number', unit: 'count', values: Float64Array.from(progress, row => row.mutexes) },
          { name: 'EDGES', type: 'number', unit: 'count', values: Float64Array.from(progress, row => row.edges) },
        ],
      })
    }
    return {
      format: deadlock.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  /** True when the line starts a stack. */
  private step(line: string): boolean {
    const cycle = this.cycles.length
    const acquired = ACQUIRED.exec(line)
    const previously = acquired === null ? PREVIOUSLY.exec(line) : null
    const created = acquired === null && previously === null ? CREATED.exec(line) : null
    if (acquired !== null) {
      this.steps.push({
        cycle,
        what: 'acquired',
        mutex: `${acquired[1]!} (${acquired[2]!})`,
        holding: `${acquired[3]!} (${acquired[4]!})`,
        thread: Number(acquired[5]),
        comm: acquired[6]!,
        stack: [],
      })
    } else if (previously !== null) {
      this.steps.push({
        cycle,
        what: 'previously acquired',
        mutex: `${previously[1]!} (${previously[2]!})`,
        holding: '',
        thread: Number(previously[3]),
        comm: previously[4]!,
        stack: [],
      })
    } else if (created !== null) {
      this.steps.push({
        cycle,
        what: 'created',
        mutex: `Thread ${created[1]!}`,
        holding: '',
        thread: Number(created[1]),
        comm: created[3]!,
        stack: [],
      })
    } else return false
    return (this.open = true)
  }
}
