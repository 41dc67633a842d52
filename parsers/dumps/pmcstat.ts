/**
 * Call graphs of FreeBSD's `pmcstat -G`: leaf first, callers indented below what they call, samples in brackets:
 *
 *     @ CPU_CLK_UNHALTED_CORE [553 samples]
 *
 *     03.07%  [17]       witness_unlock @ /boot/kernel/kernel
 *      70.59%  [12]        __mtx_unlock_flags
 *       16.67%  [2]          selfdfree
 *        100.0%  [2]           sys_poll
 *      29.41%  [5]         selrecord
 *
 * What a line holds and its callers do not is a stack that ends there. Percentages are not kept. Source: FreeBSD usr.sbin/pmcstat/pmcpl_callgraph.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'
import { SAMPLES } from '../words/tool-values.ts'
import type { DumpFrame } from './dump-stacks.ts'
import { DumpStacks } from './dump-stacks.ts'
import { InclusiveTree } from './inclusive-tree.ts'

const LINE = /^(\s*)\d+(?:\.\d+)?%\s+\[(\d+)\]\s+(\S.*?)(?: @ (\S.*))?$/
const EVENT = /^@ (\S+) \[(\d+) samples?\]/

export const pmcstat = lineFormat({
  id: 'pmcstat',
  title: 'pmcstat -G',
  sniff: head => mostLines(head, line => LINE.test(line.trimEnd()) || EVENT.test(line), 2),
  indented: true,
  grammar: log => new PmcstatGrammar(log),
})

interface EventStacks {
  readonly event: string
  readonly stacks: DumpStacks
}

class PmcstatGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly events: EventStacks[] = []
  private readonly tree: InclusiveTree<DumpFrame>
  /** A line names its module only where it is another than that of the line above. */
  private module = ''

  constructor(log: DiagnosticLog) {
    this.log = log
    // the first of a path is the leaf
    this.tree = new InclusiveTree((path, own) => this.current().stacks.add({ tasks: [] }, path, own))
  }

  line(text: string): boolean {
    const event = EVENT.exec(text)
    if (event !== null) {
      this.tree.close()
      this.events.push({ event: event[1]!, stacks: new DumpStacks() })
      return true
    }
    const match = LINE.exec(text.trimEnd())
    if (match === null) return /^%SAMPS|^#/.test(text)
    const [, indent, count, name, module] = match
    if (module !== undefined) this.module = module
    else if (indent === '') this.module = ''
    this.tree.add(indent!.length, Number(count), {
      name: name!,
      module: this.module,
      kind: this.module.startsWith('/boot/') ? 'kernel' : 'user',
    })
    return true
  }

  datasets(): readonly Dataset[] {
    this.tree.close()
    if (this.tree.excess > 0)
      this.log.note('tree-sums', 'entries of a call graph hold less than their callers', { count: this.tree.excess })
    return this.events.flatMap(({ event, stacks }) =>
      stacks.datasets(event, SAMPLES, { tool: 'pmcstat', ...(event !== 'samples' && { event }) }),
    )
  }

  private current(): EventStacks {
    if (this.events.length === 0) this.events.push({ event: 'samples', stacks: new DumpStacks() })
    return this.events.at(-1)!
  }
}
