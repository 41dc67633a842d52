import { quote } from '../../model/error.ts'
import type { AlignedName } from '../../ops/stacks/align-names.ts'
import { remark } from '../exit.ts'

/** Says on stderr which names were aligned: how many, and the first of them. */
export function remarkRenamed(touched: readonly AlignedName[], limit = 20): void {
  if (touched.length === 0) return
  remark(`${touched.length} name${touched.length === 1 ? '' : 's'} aligned; --names raw turns it off`)
  for (const { rule, from, to } of touched.slice(0, limit)) remark(`  ${rule}: ${quote(from)} taken as ${quote(to)}`)
  if (touched.length > limit) remark(`  and ${touched.length - limit} more`)
}
