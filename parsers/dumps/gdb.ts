/**
 * Backtraces of all threads, as gdb (`thread apply all bt`), pstack and eu-stack print them, leaf first:
 *
 *     Thread 2 (Thread 0x7f2a1a (LWP 4243) "worker"):
 *     #0  0x00007f2a1b2c3d4e in pthread_cond_wait () from /lib/libpthread.so.0
 *     #1  0x0000000000401180 in consume (q=0x1234) at q.c:12
 *     #2  <signal handler called>
 *     #3  main (argc=1, argv=0x7ffe) at app.c:30
 *
 *     TID 4242:                                                   eu-stack
 *     #0  0x00007f68ca7c4a6f __poll - /usr/lib64/libc-2.17.so
 *     #1  0x00005581e3d3b5b3 - 1 main
 *         /srv/src/app.c:30:3
 *
 * Every thread counts 1. Arguments, addresses and source lines are not kept. Source: gdb/stack.c print_frame, gdb/thread.c; elfutils src/stack.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { isKernelModule } from '../stacks/frame-kind.ts'
import type { DumpFrame } from './dump-stacks.ts'
import { DumpStacks, THREADS } from './dump-stacks.ts'

const GDB_THREAD = /^Thread \d+(?:\.\d+)? \((.*)\):?\s*$/
const EU_THREAD = /^TID (\d+):\s*$/
const EU_PROCESS = /^PID (\d+) - (?:process|core)/
const NUMBERED = /^#(\d+)\s+(.+)$/
const GDB_FRAME = /^(?:0x[0-9a-f]+ in )?\S.*? \(|^<signal handler called>|^0x[0-9a-f]+ in /
const EU_FRAME = /^0x[0-9a-f]+(?: - 1)?(?: +(\S.*))?$/
/** What gdb says while it attaches, and where the process stood. */
const GDB_TALK =
  /^(?:\[(?:New|Thread|Inferior|Switching|Current|Attaching|Detaching|Using)\b|0x[0-9a-f]+ in |\d+\t|warning: |Reading symbols|Loaded symbols|Using host libthread|Core was generated|Program (?:terminated|received)|Missing separate|--Type <RET>|Detaching from|\$\d+ = |Attaching to|This GDB was|GNU gdb|Copyright|License|There is NO|For (?:help|bug)|Type "|Find the GDB|<https?:|A debugging session|Quit anyway|Continuing\.|\(gdb\)|Signal\s+Stop)/

export const gdb = lineFormat({
  id: 'gdb',
  title: 'backtraces of gdb, pstack and eu-stack',
  sniff: sniffGdb,
  indented: true,
  grammar: log => new GdbGrammar(log),
})

/** A thread's heading and a first frame; or nothing but frames as gdb prints them. */
function sniffGdb(head: Head): boolean {
  let threads = 0
  let frames = 0
  for (const line of head.lines) {
    if (GDB_THREAD.test(line) || EU_THREAD.test(line)) threads++
    else if (frameText(line) !== undefined) frames++
  }
  return (
    frames > 0 &&
    (threads > 0 ||
      (/^#0\s+(?:0x[0-9a-f]+ in )?[^\s(]+ \(/.test(head.lines[0] ?? '') && frames * 2 >= head.lines.length))
  )
}

/** What stands behind a frame's number. */
function frameText(line: string): string | undefined {
  const text = NUMBERED.exec(line)?.[2]?.trimEnd()
  return text !== undefined && (GDB_FRAME.test(text) || EU_FRAME.test(text)) ? text : undefined
}

class GdbGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly stacks = new DumpStacks()
  private process: string | undefined
  private task: string | undefined
  private frames: DumpFrame[] = []
  /** Frames that follow belong to a thread, perhaps one without a heading. */
  private tool = 'gdb'
  private bare = 0
  private opened = false

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  line(text: string): boolean {
    const thread = GDB_THREAD.exec(text)
    if (thread !== null) return this.open(threadName(thread[1]!))
    const tid = EU_THREAD.exec(text)
    if (tid !== null) {
      this.tool = 'eu-stack'
      return this.open(`thread ${tid[1]!}`)
    }
    const process = EU_PROCESS.exec(text)
    if (process !== null) {
      this.close()
      this.process = `process ${process[1]!}`
      this.tool = 'eu-stack'
      return true
    }
    const frame = frameText(text)
    if (frame !== undefined) {
      // a second frame 0 is another thread, whose heading is missing
      if (/^#0\s/.test(text) && this.frames.length > 0) this.close()
      this.opened = true
      this.frames.push(frameOf(frame))
      return true
    }
    // a long frame goes on in the next line; eu-stack -s prints the source there, gdb's `bt full` the variables
    if (this.frames.length > 0 && /^\s+\S/.test(text)) return true
    return GDB_TALK.test(text)
  }

  datasets(): readonly Dataset[] {
    this.close()
    if (this.bare > 0)
      this.log.note('no-stack', 'threads without a stack are left out', { count: this.bare, severity: 'info' })
    return this.stacks.datasets('threads', THREADS, { tool: this.tool })
  }

  private open(task: string): true {
    this.close()
    this.opened = true
    this.task = task
    return true
  }

  private close(): void {
    if (!this.opened) return
    const tasks = [this.process, this.task].filter(task => task !== undefined)
    if (this.frames.length > 0) this.stacks.add({ tasks }, this.frames)
    else this.bare++
    this.opened = false
    this.task = undefined
    this.frames = []
  }
}

/** `Thread 0x7f2a1a (LWP 4243) "worker"`: its name, else its number. */
function threadName(text: string): string {
  const name = /"(.*)"/.exec(text)?.[1]
  const lwp = /LWP (\d+)/.exec(text)?.[1]
  return name ?? (lwp === undefined ? text : `thread ${lwp}`)
}

function frameOf(text: string): DumpFrame {
  if (text.startsWith('<')) return { name: text.trim(), module: '', kind: 'user' }
  const eu = EU_FRAME.exec(text)
  if (eu !== null && !/^0x[0-9a-f]+ in /.test(text)) return euFrame(text, eu[1])
  const inside = text.replace(/^0x[0-9a-f]+ in /, '')
  const module = / from (\/.*)$/.exec(inside)?.[1]?.trim() ?? ''
  const name = inside.slice(0, argumentsAt(inside)).trimEnd()
  return { name: name === '??' ? '[unknown]' : name, module, kind: name === '??' ? 'unknown' : kindIn(module) }
}

function euFrame(text: string, symbol: string | undefined): DumpFrame {
  if (symbol === undefined || symbol === '') return { name: text.split(' ')[0]!, module: '', kind: 'unknown' }
  const at = symbol.lastIndexOf(' - ')
  const module = at > 0 ? symbol.slice(at + 3).trim() : ''
  return { name: at > 0 ? symbol.slice(0, at) : symbol, module, kind: kindIn(module) }
}

function kindIn(module: string): 'kernel' | 'user' {
  return isKernelModule(module) ? 'kernel' : 'user'
}

/** Where a frame's arguments begin: the first ` (` outside of `<>` that `)`, `name=` or `...` follows. Linear. */
function argumentsAt(text: string): number {
  let angles = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 60) angles++
    else if (code === 62 && angles > 0 && text.charCodeAt(i - 1) !== 45) angles--
    else if (code === 40 && text.charCodeAt(i - 1) === 32 && opensArguments(text, i + 1)) {
      // `operator< (` and `operator<< (` leave brackets open
      if (angles === 0 || /operator<{1,2}$/.test(text.slice(0, i - 1))) return i - 1
    }
  }
  const last = text.search(/ \((?:\)|[\w$@<>.]{1,200}=|\.\.\.)/)
  return last < 0 ? text.length : last
}

function opensArguments(text: string, at: number): boolean {
  return /^(?:\)|[\w$@]{1,200}=|<[\w ]{1,40}>=|\.\.\.)/.test(text.slice(at, at + 240))
}
