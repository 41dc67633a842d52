import { formatValue } from '../../../renderers/words/numbers.ts'
import type { Profile } from '../../model/datasets.ts'
import { sum } from '../../ops/stacks/totals.ts'

/** How much a profile holds, in words: `1,361 samples`. */
export function factsOf({ meta, self, value }: Profile): string {
  return meta.samples === undefined ? formatValue(sum(self), value.unit) : formatValue(meta.samples, 'samples')
}
