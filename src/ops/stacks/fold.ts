import { needDataset } from '../../model/arguments.ts'
import type { Profile, SampleTable } from '../../model/index.ts'

/** Profile of a sample table: weights summed per stack over the same tree. `keep` chooses samples by row. */
export function foldSamples(samples: SampleTable, keep?: (row: number) => boolean): Profile {
  needDataset(samples, 'samples', 'foldSamples')
  const self = new Float64Array(samples.stacks.parent.length)
  let kept = 0
  for (let row = 0; row < samples.stack.length; row++) {
    if (keep !== undefined && !keep(row)) continue
    const node = samples.stack[row]!
    self[node] = self[node]! + samples.weight[row]!
    kept++
  }
  return {
    kind: 'profile',
    name: samples.name,
    value: samples.value,
    ...(samples.measures !== undefined && { measures: samples.measures }),
    stacks: samples.stacks,
    self,
    meta: { ...samples.meta, samples: kept },
  }
}
