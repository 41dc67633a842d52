/**
 * Counted stacks as SystemTap's scripts print them (`print_stack`, `print_ustack`, `sprint_backtrace`), leaf first:
 *
 *      0xffffffff8163e123 : schedule+0x29/0x70 [kernel]
 *      0xffffffff81213edc : vfs_read+0x9c/0x170 [kernel] (inexact)
 *      0x7f5d1c0a9c80 : read+0x10/0x60 [/usr/lib64/libc-2.17.so]
 *      0x40057d [/usr/bin/app+0x57d/0x1000]
 *     	2427
 *
 * Also without the address, as older runtimes do: ` : name+0x1`. Offsets are not kept. Source: SystemTap runtime/sym.c _stp_snprint_addr, runtime/stack.c.
 */
import type { Dataset, DiagnosticLog, StackLimits } from '../../src/model/index.ts'
import { ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addStack, kernelFrames } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { EVENTS } from '../words/tool-values.ts'

const NAMED = /^\s*(?:0x([0-9a-f]+))?\s+: (\S.*)$/
const BARE = /^\s+0x([0-9a-f]+)(?: \[([^\]]+)\])?$/
const OFFSET = /\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?$/
const INEXACT = / \(inexact\)$/
const VALUE = /^\s*(\d+)\s*$/
const RETURNING = /^\s*Returning (?:from|to)\s*:/

export const systemtap = lineFormat({
  id: 'systemtap',
  title: 'SystemTap stacks with counts',
  sniff: sniffSystemtap,
  indented: true,
  grammar: (log, options) => new SystemtapGrammar(log, options),
})

function sniffSystemtap(head: Head): boolean {
  const named = head.lines.filter(line => NAMED.test(line)).length
  return named > 0 && named * 3 >= head.lines.length && head.lines.some(line => VALUE.test(line))
}

class SystemtapGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly profile: ProfileBuilder
  private frames: FrameLine[] = []
  private task: string | undefined
  private first = { line: 0, text: '' }

  constructor(log: DiagnosticLog, limits: StackLimits) {
    this.log = log
    this.profile = new ProfileBuilder(limits)
  }

  line(text: string, number: number): boolean {
    const value = VALUE.exec(text)
    if (value !== null) {
      if (this.frames.length === 0) return false
      this.record(Number(value[1]))
      return true
    }
    const frame = frameOf(text)
    if (frame !== undefined) {
      if (this.frames.length === 0) this.first = { line: number, text }
      this.frames.push(frame)
      return true
    }
    if (RETURNING.test(text)) return true
    // the task before its stack, where a script prints it
    if (this.frames.length === 0 && /^\S/.test(text) && text.length <= 40 && this.task === undefined) {
      this.task = text.trimEnd()
      return true
    }
    return false
  }

  datasets(): readonly Dataset[] {
    if (this.frames.length > 0) this.log.note('truncated-record', 'a stack without a value at its end', this.first)
    return this.profile.samples === 0 ? [] : [this.profile.finish('events', EVENTS, { tool: 'systemtap' })]
  }

  private record(value: number): void {
    const { stacks } = this.profile
    const node = this.task === undefined ? ROOT : stacks.child(ROOT, stacks.frame(this.task, '', TASK))
    this.profile.add(addStack(stacks, node, this.frames, kernelFrames(this.frames)), value)
    this.frames = []
    this.task = undefined
  }
}

function frameOf(text: string): FrameLine | undefined {
  const line = text.trimEnd().replace(INEXACT, '')
  const named = NAMED.exec(line)
  if (named !== null) {
    const [, address, words] = named
    const open = words!.endsWith(']') ? words!.lastIndexOf(' [') : -1
    return {
      name: (open > 0 ? words!.slice(0, open) : words!).replace(OFFSET, ''),
      module: open > 0 ? moduleOf(words!.slice(open + 2, -1)) : '',
      ...(address !== undefined && { address }),
    }
  }
  const bare = BARE.exec(line)
  if (bare === null) return undefined
  return {
    name: `0x${bare[1]!}`,
    module: bare[2] === undefined ? '' : moduleOf(bare[2].replace(OFFSET, '')),
    address: bare[1]!,
  }
}

/** The kernel and its modules are printed without a path. */
function moduleOf(module: string): string {
  return module.includes('/') ? module : `[${module}]`
}
