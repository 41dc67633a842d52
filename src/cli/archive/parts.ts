import { StackPlanter } from '../../archive/frames.ts'
import type { CapturePart } from '../../archive/series.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { framesOf, StackTreeBuilder } from '../../model/stacks.ts'
import { nameMatcher } from '../../ops/name-pattern.ts'
import { alignName } from '../../ops/stacks/align-names.ts'
import type { FoundCapture } from './find.ts'
import { CaptureReader } from './find.ts'

/**
 * What the functions of a name cost in each capture, every stack counted once; without a name, everything. A name is as captured or as aligned between
 * builds, with `*` for anything. Throws BpfviewError E_NO_DATA when no stack of any capture holds one.
 */
export async function partsOf(
  directory: string,
  found: readonly FoundCapture[],
  pattern: string | undefined,
): Promise<CapturePart[]> {
  const matches = pattern === undefined ? undefined : nameMatcher(pattern)
  const holds = new Map<bigint, boolean>()
  const parts: CapturePart[] = []
  const reader = new CaptureReader()
  let seen = matches === undefined
  for (const each of found) {
    const { record, ids, values } = await reader.columns(each)
    if (matches !== undefined && ids.some(id => !holds.has(id))) {
      for (const [id, text] of await reader.stacks(each)) if (!holds.has(id)) holds.set(id, holdsName(text, matches))
    }
    let part = 0
    ids.forEach((id, i) => {
      if (matches !== undefined && holds.get(id) !== true) return
      part += values[i]!
      seen = true
    })
    parts.push({ ts: record.ts, part, total: record.total })
  }
  if (!seen)
    throw new BpfviewError(
      'E_NO_DATA',
      `no function ${quote(pattern!)}; expected a name as bpfview archive top prints it`,
      {
        source: directory,
        line: 0,
      },
    )
  return parts
}

function holdsName(stack: string, matches: (name: string) => boolean): boolean {
  const builder = new StackTreeBuilder()
  const node = new StackPlanter(builder).node(stack)
  const tree = builder.finish()
  return framesOf(tree, node).some(f => {
    const name = tree.frames.name[f]!
    return matches(name) || matches(alignName(name, false, 'align').name)
  })
}
