/**
 * Failing calls of the kernel as retsnoop prints them, each with its stack, outermost function first:
 *
 *     19:36:18.974 -> 19:36:18.974 TID/PID 3144/3144 (simfail/simfail):
 *
 *                         entry_SYSCALL_64_after_hwframe+0x63  (arch/x86/entry/entry_64.S:120:0)
 *                         do_syscall_64+0x35                   (arch/x86/entry/common.c:80:7)
 *     !   20us [-EINVAL]  bpf_check
 *     !*   2us [-EINVAL]  do_check_common
 *
 * A row per call: when, whose, the error and how long its outermost marked function took; the profile counts the stacks. Source: anakryiko/retsnoop README.md.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addStack } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { parseSymbol } from '../stacks/symbol.ts'
import { EVENTS } from '../words/tool-values.ts'

const HEAD = /^(\d\d:\d\d:\d\d\.\d+) -> (\d\d:\d\d:\d\d\.\d+) TID\/PID (\d+)\/(\d+) \((.{0,40})\):$/
const FRAME =
  /^[!*\u203c ]{0,4} *(?:(\d+(?:\.\d+)?)(us|ms|ns|s) +\[([^\]]{1,40})\] +|[\u2026.]{1,3} +)?([A-Za-z_][\w.]{0,200}(?:\+0x[0-9a-f]+)?)(?: +\(.*\))?(?: \[\S+\])?$/
const FACTOR = new Map([
  ['ns', 1e-3],
  ['us', 1],
  ['ms', 1e3],
  ['s', 1e6],
])

export const retsnoop = lineFormat({
  id: 'retsnoop',
  title: 'failing calls with their stacks: retsnoop',
  sniff: head => head.lines.some(line => HEAD.test(line)),
  grammar: failures,
})

const COLUMNS = [
  { name: 'TIME', unit: 'clock', cell: 'time' },
  { name: 'END', unit: 'clock', cell: 'time' },
  { name: 'TID', unit: '', cell: 'number' },
  { name: 'PID', unit: '', cell: 'number' },
  { name: 'COMM', unit: '', cell: 'text' },
  { name: 'ERROR', unit: '', cell: 'text' },
  { name: 'LAT', unit: 'us', cell: 'number' },
  { name: 'FUNC', unit: '', cell: 'text' },
] as const

interface Failure {
  readonly cells: readonly string[]
  readonly comm: string
  readonly line: number
  readonly frames: FrameLine[]
  latency: number | undefined
  error: string
}

function failures(log: DiagnosticLog): LineGrammar {
  const table = new TableBuilder('failures', COLUMNS, log)
  const profile = new ProfileBuilder()
  let open: Failure | undefined
  const flush = (): void => {
    if (open === undefined) return
    const { cells, comm, line, frames, latency, error } = open
    open = undefined
    const leaf = frames[frames.length - 1]?.name ?? ''
    table.add([...cells, comm, error, latency === undefined ? '' : String(latency), leaf], line)
    if (frames.length === 0) return
    const task = profile.stacks.child(ROOT, profile.stacks.frame(comm, '', TASK))
    profile.add(addStack(profile.stacks, task, frames.reverse(), frames.length), 1)
  }
  return {
    line(line, n) {
      const text = line.trimEnd()
      const head = HEAD.exec(text)
      if (head !== null) {
        flush()
        const comm = head[5]!.split('/')[0]!
        open = { cells: head.slice(1, 5), comm, line: n, frames: [], latency: undefined, error: '' }
        return true
      }
      const frame = FRAME.exec(text)
      if (open === undefined || frame === null) return /^Receiving data|^Using |^BPF /.test(text)
      if (frame[1] !== undefined) {
        open.latency ??= Number(frame[1]) * FACTOR.get(frame[2]!)!
        open.error = frame[3]!
      }
      open.frames.push(parseSymbol(frame[4]!))
      return true
    },
    datasets() {
      flush()
      const meta = { tool: 'retsnoop' }
      return [table.finish(meta), ...(profile.samples > 0 ? [profile.finish('failures', EVENTS, meta)] : [])]
    },
  }
}
