import type { CaptureRecord } from '../model/archive-schema.ts'
import type { Profile } from '../model/index.ts'
import { BpfviewError, grown, StackTreeBuilder } from '../model/index.ts'
import type { NameMode } from '../ops/stacks/align-names.ts'
import { alignStacks } from '../ops/stacks/align-names.ts'
import { agreedMeasure, mergeMeta } from '../ops/stacks/merge.ts'
import { canonicalOrder } from '../ops/stacks/merge-runs.ts'
import type { CaptureColumns } from './capture-file.ts'
import { factsOf } from './capture-file.ts'
import { StackPlanter } from './frames.ts'

/**
 * The sum of captures without a column for each: what `merge` gives, in the memory of one profile. Captures are added one after the other;
 * each stack is read once.
 */
export class CaptureSum {
  private readonly builder = new StackTreeBuilder()
  private readonly planter = new StackPlanter(this.builder)
  private readonly nodes = new Map<bigint, number>()
  private total = new Float64Array(1024)
  private lost = new Float64Array(1024)
  private readonly records: CaptureRecord[] = []

  /** Stacks of a capture that are not known yet. */
  unknown({ ids }: CaptureColumns): boolean {
    return ids.some(id => !this.nodes.has(id))
  }

  /** Makes stacks known. */
  learn(texts: ReadonlyMap<bigint, string>): void {
    for (const [id, text] of texts) if (!this.nodes.has(id)) this.nodes.set(id, this.planter.node(text))
  }

  /** Adds the sums of several captures, whose stacks are known. */
  addSums(records: readonly CaptureRecord[], ids: readonly bigint[], values: readonly number[]): void {
    this.records.push(...records)
    this.addRows(ids, values)
  }

  /** Adds a capture. Throws BpfviewError E_BAD_INPUT when a stack is not known. */
  add({ record, ids, values }: CaptureColumns): void {
    this.records.push(record)
    this.addRows(ids, values)
  }

  private addRows(ids: readonly bigint[], values: readonly number[]): void {
    ids.forEach((id, i) => {
      const node = this.nodes.get(id)
      if (node === undefined)
        throw new BpfviewError('E_BAD_INPUT', `the stack ${id} is missing; run bpfview archive verify`)
      while (node >= this.total.length) {
        this.total = grown(this.total, new Float64Array(this.total.length * 2))
        this.lost = grown(this.lost, new Float64Array(this.lost.length * 2))
      }
      this.addTo(node, values[i]!)
    })
  }

  /** Compensated, so that the order of captures changes no byte of what is printed. */
  private addTo(node: number, value: number): void {
    const { total, lost } = this
    const before = total[node]!
    const next = before + value
    lost[node]! += Math.abs(before) >= Math.abs(value) ? before - next + value : value - next + before
    total[node] = next
  }

  /** The sum so far, with aligned names; nothing may be added afterwards. Throws BpfviewError E_NO_DATA when there is no capture. */
  finish(names: NameMode): Profile {
    const first = this.records[0]
    if (first === undefined) throw new BpfviewError('E_NO_DATA', 'no captures; expected at least one')
    const facts = this.records.map(factsOf)
    const tree = this.builder.finish()
    const known = this.records.map(({ modules }) => modules)
    const aligned = alignStacks(tree, names, known.includes(true) && known.includes(false))
    const { stacks, position } = canonicalOrder(aligned.stacks)
    const self = new Float64Array(position.length)
    for (let node = 0; node < tree.parent.length && node < this.total.length; node++) {
      const to = position[aligned.position === undefined ? node : aligned.position[node]!]!
      self[to]! += this.total[node]! + this.lost[node]!
    }
    return {
      kind: 'profile',
      name: first.event,
      value: first.value,
      ...agreedMeasure(facts),
      stacks,
      self,
      meta: mergeMeta(facts.map(({ meta }) => meta)),
    }
  }
}
