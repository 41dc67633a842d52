/**
 * Thread dumps of a Java VM: jstack, jcmd Thread.print, kill -3; leaf first, a thread each:
 *
 *     Full thread dump OpenJDK 64-Bit Server VM (21.0.2+13 mixed mode, sharing):
 *
 *     "main" #1 [4242] prio=5 os_prio=0 cpu=812.33ms elapsed=10.11s tid=0x00007f9a1c028c00 nid=4242 runnable  [0x00007f9a20bfe000]
 *        java.lang.Thread.State: RUNNABLE
 *     	at com.acme.Work.spin(Work.java:12)
 *     	- locked <0x000000043f1a2b30> (a java.lang.Object)
 *     	at java.lang.Thread.run(java.base@21.0.2/Thread.java:1583)
 *
 *        Locked ownable synchronizers:
 *     	- None
 *     "GC Thread#0" os_prio=0 cpu=5.12ms elapsed=10.1s tid=0x00007f9a1c0a nid=4243 runnable
 *     JNI global refs: 15, weak refs: 0
 *
 * Every thread with a stack counts 1, below its name and its state. Locks, source lines, and the lists after the threads are not kept; a table holds
 * all threads. Source: OpenJDK src/hotspot/share/runtime/{vmOperations,javaThread,vframe}.cpp.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import type { DumpFrame } from './dump-stacks.ts'
import { DumpStacks, THREADS } from './dump-stacks.ts'

const STATE = /^\s+java\.lang\.Thread\.State: (\S[^(]*?)(?: \((.*)\))?$/
const FRAME = /^\s*at (.+)\(([^()]*)\)\s*$/
/** Lines under a thread that are no frames. */
const UNDER =
  /^\s+(?:- |Locked ownable synchronizers:|No compile task|Compiling: |Carrying virtual thread|JavaThread state: |Thread: 0x|\[error occurred)/
const DUMP = /^Full thread dump /
/** The time of a dump, and the process before it, as jcmd prints it. */
const STAMP = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d+:)$/
const SMR = /^Threads class SMR info:|^_java_thread_list=|^_to_delete_list|^_dead_/
/** What follows the threads: it repeats stacks, or is not of threads. */
const AFTER = /^(?:JNI global ref|Heap$|Found (?:one|\d+) (?:Java-level )?deadlock|Deadlock)/i

export const jstack = lineFormat({
  id: 'jstack',
  title: 'Java thread dumps (jstack, jcmd Thread.print)',
  sniff: sniffJstack,
  indented: true,
  grammar: log => new JstackGrammar(log),
})

function sniffJstack(head: Head): boolean {
  if (head.lines.slice(0, 20).some(line => DUMP.test(line))) return true
  return head.lines.some(line => threadLine(line) !== undefined) && head.lines.some(line => STATE.test(line.trimEnd()))
}

const COLUMNS = ['THREAD', 'ID', 'STATE', 'DAEMON', 'CPU(ms)', 'ELAPSED(s)', 'FRAMES']
const WORDS = new Set(['THREAD', 'STATE', 'DAEMON'])

interface ThreadLine {
  readonly name: string
  /** What stands between the name and the thread's addresses: `#1 [4242] daemon prio=5 cpu=812.33ms`. */
  readonly facts: string
}

/** The line that opens a thread, undefined for any other. A name may hold quotes. */
function threadLine(text: string): ThreadLine | undefined {
  if (!text.startsWith('"')) return undefined
  const ids = /(?: |^)[tn]id=/.exec(text)
  if (ids === null) return undefined
  const end = text.lastIndexOf('"', ids.index)
  return end < 1 ? undefined : { name: text.slice(1, end), facts: text.slice(end + 1, ids.index + 1) }
}

interface OpenThread {
  readonly name: string
  readonly cells: readonly string[]
  readonly frames: DumpFrame[]
  state: string | undefined
}

class JstackGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly stacks = new DumpStacks()
  private readonly table: TableBuilder
  private thread: OpenThread | undefined
  private after = false
  private list = false
  private bare = 0

  constructor(log: DiagnosticLog) {
    this.log = log
    const specs = columnSpecs(COLUMNS, label => (WORDS.has(label) ? 'text' : 'number'))
    this.table = new TableBuilder('threads', specs, log)
  }

  line(text: string, number: number): boolean {
    if (DUMP.test(text)) {
      this.close()
      this.after = false
      return true
    }
    if (STAMP.test(text) || this.after) return true
    if (SMR.test(text) || this.list) {
      this.list = text.includes('elements={') || (this.list && !text.includes('}'))
      return true
    }
    const thread = threadLine(text)
    if (thread !== undefined) {
      this.open(thread, number)
      return true
    }
    if (AFTER.test(text)) {
      this.close()
      this.after = true
      return true
    }
    return this.under(text)
  }

  datasets(): readonly Dataset[] {
    this.close()
    if (this.bare > 0)
      this.log.note('no-stack', 'threads without a Java stack stand in the table only', {
        count: this.bare,
        severity: 'info',
      })
    const meta = { tool: 'jstack' }
    const profiles = this.stacks.datasets('threads', THREADS, meta)
    return this.table.length === 0 ? profiles : [...profiles, this.table.finish(meta)]
  }

  /** A line of the open thread. */
  private under(text: string): boolean {
    const { thread } = this
    if (thread === undefined) return false
    const state = STATE.exec(text.trimEnd())
    if (state !== null) {
      thread.state = state[2] === undefined ? state[1]! : `${state[1]!} (${state[2]})`
      return true
    }
    const frame = FRAME.exec(text)
    if (frame !== null) {
      thread.frames.push(javaFrame(frame[1]!, frame[2]!))
      return true
    }
    return UNDER.test(text)
  }

  private open({ name, facts }: ThreadLine, number: number): void {
    this.close()
    const fact = (pattern: RegExp): string => pattern.exec(facts)?.[1] ?? ''
    this.thread = {
      name,
      cells: [
        fact(/ #(\d+) /),
        / daemon /.test(facts) ? 'yes' : 'no',
        fact(/ cpu=([\d.]+)ms /),
        fact(/ elapsed=([\d.]+)s /),
        String(number),
      ],
      frames: [],
      state: undefined,
    }
  }

  private close(): void {
    const { thread } = this
    if (thread === undefined) return
    this.thread = undefined
    const { name, frames, state } = thread
    const [id, daemon, cpu, elapsed, line] = thread.cells
    this.table.add([name, id!, state ?? '', daemon!, cpu!, elapsed!, String(frames.length)], Number(line))
    if (frames.length === 0) this.bare++
    else this.stacks.add({ tasks: [name], ...(state !== undefined && { state }) }, frames)
  }
}

/** `java.lang.Thread.run` and `java.base@21.0.2/Thread.java:1583`. */
function javaFrame(name: string, place: string): DumpFrame {
  const slash = place.indexOf('/')
  const module = slash > 0 ? place.slice(0, slash) : ''
  return {
    name: name.replace(/^[\w.]+@[\w.+-]*\//, ''),
    module,
    kind: place.endsWith('Native Method') ? 'user' : 'jit',
  }
}
