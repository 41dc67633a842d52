/**
 * Stacks of a Python process, as `py-spy dump` prints them, leaf first:
 *
 *     Process 4242: python3 app.py
 *     Python v3.11.2 (/usr/bin/python3.11)
 *
 *     Thread 4242 (idle): "MainThread"
 *         wait (threading.py:331)
 *         main (app.py:12)
 *         <module> (app.py:40)
 *     Thread 4243 (active+gil): "worker-1"
 *         hot (work.py:9)
 *             Locals:                                           with --locals
 *                 n: 12
 *
 * Every thread counts 1, below its name and its state. Source lines and variables are not kept. Source: py-spy src/dump.rs.
 */
import type { Dataset } from '../../src/model/index.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import type { DumpFrame, Owner } from './dump-stacks.ts'
import { DumpStacks, THREADS } from './dump-stacks.ts'

const PROCESS = /^Process (\d+): (.*)$/
const THREAD = /^Thread (?:(\d+)|(0x[0-9A-Fa-f]+)) \(((?:active|idle)[+\w]*)\)(?:: "(.*)")?\s*$/
const FRAME = /^ {4}(\S.*) \(([^()]*)\)\s*$/
const PYTHON = /^Python v\d/
const VARIABLES = /^ {8}/

export const pySpyDump = lineFormat({
  id: 'py-spy-dump',
  title: 'py-spy dump',
  sniff: head => head.lines.slice(0, 10).some(line => PROCESS.test(line)) && head.lines.some(line => THREAD.test(line)),
  indented: true,
  grammar: () => new PySpyGrammar(),
})

class PySpyGrammar implements LineGrammar {
  private readonly stacks = new DumpStacks()
  private process: string | undefined
  private command: string | undefined
  private owner: Owner | undefined
  private frames: DumpFrame[] = []

  line(text: string): boolean {
    const process = PROCESS.exec(text)
    if (process !== null) {
      this.close()
      this.process = `process ${process[1]!}`
      this.command ??= process[2]!
      return true
    }
    const thread = THREAD.exec(text)
    if (thread !== null) {
      this.close()
      const name = thread[4] ?? `thread ${thread[1] ?? thread[2]!}`
      this.owner = { tasks: this.process === undefined ? [name] : [this.process, name], state: thread[3]! }
      return true
    }
    if (this.owner === undefined) return PYTHON.test(text)
    const frame = FRAME.exec(text)
    if (frame === null) return VARIABLES.test(text)
    // native frames name their library
    const native = /^[^:]*\.(?:so[.\d]*|dylib|dll)$/.test(frame[2]!)
    this.frames.push({ name: frame[1]!, module: native ? frame[2]! : '', kind: native ? 'user' : 'jit' })
    return true
  }

  datasets(): readonly Dataset[] {
    this.close()
    const { command } = this
    return this.stacks.datasets('threads', THREADS, { tool: 'py-spy', ...(command !== undefined && { command }) })
  }

  private close(): void {
    if (this.owner !== undefined) this.stacks.add(this.owner, this.frames)
    this.owner = undefined
    this.frames = []
  }
}
