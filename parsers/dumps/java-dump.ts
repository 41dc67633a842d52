/**
 * Threads of a Java VM with its virtual threads, as `jcmd PID Thread.dump_to_file` writes them in text and in JSON; leaf first:
 *
 *     4242
 *     2024-03-05T10:11:12.123456Z
 *     21.0.2+13
 *
 *     #1 "main"
 *           java.base/java.lang.Object.wait0(Native Method)
 *           app/com.acme.Main.main(Main.java:10)
 *
 *     #22 "" virtual
 *           java.base/java.lang.VirtualThread.park(VirtualThread.java:582)
 *
 *     {"threadDump": {"threadContainers": [{"container": "<root>", "threads": [{"tid": "1", "name": "main", "stack": ["..."]}]}]}}
 *
 * Every thread with a stack counts 1, below its name, and virtual threads without one below `[virtual]`; a state that newer releases print stands over the stack.
 * Source lines, locks and containers are not kept. Source: OpenJDK src/java.base/share/classes/jdk/internal/vm/ThreadDumper.java.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { documentFormat } from '../exchange/whole-file.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import type { DumpFrame } from './dump-stacks.ts'
import { DumpStacks, THREADS } from './dump-stacks.ts'

const THREAD = /^#(\d+) "(.*)"( virtual)?(?: ([A-Z_]+)(?: (\S+))?)?$/
const FRAME = /^ {6,}(\S.*)\(([^()]*)\)$/
/** Locks that newer releases print between frames. */
const LOCK = /^ {6,}(?:- )?(?:locked|waiting on|waiting to lock|parking to wait for|eliminated|\/\/) ?/
const META = { tool: 'jcmd' }

export const javaDump = lineFormat({
  id: 'java-dump',
  title: 'Java threads with virtual ones (jcmd Thread.dump_to_file)',
  sniff: head => head.lines.some((line, i) => THREAD.test(line) && FRAME.test(head.lines[i + 1] ?? '')),
  indented: true,
  grammar: log => new JavaDump(log),
})

class JavaDump implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly threads = new JavaThreads()
  private thread: JavaThread | undefined
  private facts = 0

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  line(text: string): boolean {
    const thread = THREAD.exec(text.trimEnd())
    if (thread !== null) {
      this.close()
      this.thread = { name: thread[2]!, virtual: thread[3] !== undefined, state: thread[4], frames: [] }
      return true
    }
    // the process, the time and the release stand before the first thread
    if (this.thread === undefined) return this.facts++ < 3
    const frame = FRAME.exec(text.trimEnd())
    if (frame === null) return LOCK.test(text)
    this.thread.frames.push(javaFrame(frame[1]!, frame[2]!))
    return true
  }

  datasets(): readonly Dataset[] {
    this.close()
    return this.threads.datasets(this.log)
  }

  private close(): void {
    if (this.thread !== undefined) this.threads.add(this.thread)
    this.thread = undefined
  }
}

interface JavaThread {
  readonly name: string
  readonly virtual: boolean
  readonly state: string | undefined
  readonly frames: DumpFrame[]
}

/** Sums the stacks of both forms. */
class JavaThreads {
  private readonly stacks = new DumpStacks()
  private bare = 0

  add({ name, virtual, state, frames }: JavaThread): void {
    const task = name !== '' ? name : virtual ? '[virtual]' : '[no name]'
    if (frames.length === 0) this.bare++
    else this.stacks.add({ tasks: [task], ...(state !== undefined && { state }) }, frames)
  }

  datasets(log: DiagnosticLog): readonly Dataset[] {
    if (this.bare > 0)
      log.note('no-stack', 'threads without a stack are left out', { count: this.bare, severity: 'info' })
    return this.stacks.datasets('threads', THREADS, META)
  }
}

/** `java.base/java.lang.Object.wait0` and `Object.java:366`. */
function javaFrame(text: string, place: string): DumpFrame {
  const slash = text.lastIndexOf('/', text.indexOf('.', text.indexOf('/') + 1))
  return {
    name: text.slice(slash + 1),
    module: text.slice(0, Math.max(0, slash)),
    kind: place === 'Native Method' ? 'user' : 'jit',
  }
}

export const javaDumpJson = documentFormat({
  id: 'java-dump-json',
  title: 'Java threads with virtual ones (jcmd Thread.dump_to_file -format=json)',
  what: 'a thread dump of Java',
  sniff: shape => shape.has('threadDump.threadContainers'),
  read(document, { fields, log }) {
    const dump = fields.object(fields.object(document, 'the document')['threadDump'], 'threadDump')
    const threads = new JavaThreads()
    for (const container of fields.list(dump['threadContainers'], 'threadContainers')) {
      const { threads: list } = fields.object(container, 'a container')
      for (const one of fields.list(list, 'threads')) {
        const thread = fields.object(one, 'a thread')
        const frames = fields.list(thread['stack'] ?? [], 'stack').map(line => frameIn(fields.text(line, 'a frame')))
        threads.add({
          name: typeof thread['name'] === 'string' ? thread['name'] : '',
          virtual: thread['virtual'] === true || thread['virtual'] === 'true',
          state: typeof thread['state'] === 'string' ? thread['state'] : undefined,
          frames,
        })
      }
    }
    return threads.datasets(log)
  },
})

function frameIn(line: string): DumpFrame {
  const open = line.endsWith(')') ? line.lastIndexOf('(') : -1
  return open < 0 ? javaFrame(line, '') : javaFrame(line.slice(0, open), line.slice(open + 1, -1))
}
