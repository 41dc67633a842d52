/**
 * Allocated bytes by stack, leaf first, as BCC's example mallocstacks.py prints them:
 *
 *     Attaching to malloc in pid 12744, Ctrl+C to quit.
 *     380928 bytes allocated at:
 *     	UnmanagedMemory_malloc+0x17
 *     	Unsafe_allocateMemory+0x4e
 *     	main+0x303
 *
 * Offsets are not kept. Source: bcc examples/tracing/mallocstacks.py.
 */
import type { Dataset, StackLimits } from '../../src/model/index.ts'
import { ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { addStack } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { parseSymbol } from '../stacks/symbol.ts'

const ENTRY = /^(\d+) bytes allocated at:\s*$/
const META = { tool: 'mallocstacks', event: 'malloc' }

export const mallocStacks = lineFormat({
  id: 'malloc-stacks',
  title: 'BCC mallocstacks',
  sniff: head => head.lines.some(line => ENTRY.test(line)),
  indented: true,
  grammar: (_, options) => new MallocStacksGrammar(options),
})

class MallocStacksGrammar implements LineGrammar {
  private readonly profile: ProfileBuilder
  private bytes: number | undefined
  private frames: FrameLine[] = []

  constructor(limits: StackLimits) {
    this.profile = new ProfileBuilder(limits)
  }

  line(text: string): boolean {
    const entry = ENTRY.exec(text)
    if (entry !== null) {
      this.close()
      this.bytes = Number(entry[1])
      return true
    }
    if (this.bytes === undefined || !/^\s/.test(text)) return false
    this.frames.push(parseSymbol(text))
    return true
  }

  datasets(): readonly Dataset[] {
    this.close()
    return this.profile.samples === 0
      ? []
      : [this.profile.finish('malloc', { name: 'allocated memory', unit: 'bytes' }, META)]
  }

  private close(): void {
    if (this.bytes === undefined) return
    this.profile.add(addStack(this.profile.stacks, ROOT, this.frames, 0), this.bytes)
    this.bytes = undefined
    this.frames = []
  }
}
