import type { Profile } from '../../src/model/index.ts'
import { kindCode, StackTreeBuilder } from '../../src/model/index.ts'

/** A profile of many distinct stacks, most of them the way of another one but for their last frames: three nodes a stack, as captures of services have. */
export function distinctStacks(count: number): Profile {
  const builder = new StackTreeBuilder()
  const [user, kernel] = [kindCode('user'), kindCode('kernel')]
  const frames = Array.from({ length: 6000 }, (_, i) =>
    builder.frame(
      i % 4 === 0 ? `kernel_function_${i}` : `app::function_${i}::run`,
      i % 4 === 0 ? '[kernel.kallsyms]' : '/usr/bin/app',
      i % 4 === 0 ? kernel : user,
    ),
  )
  let seed = 99
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 0x1_0000_0000
  }
  const ends = new Map<number, number>()
  const list: number[] = []
  while (ends.size < count) {
    let node = 0
    if (list.length < 200)
      node = builder.child(0, builder.frame(`task-${Math.floor(random() ** 2 * 12)}`, '', kindCode('task')))
    else {
      node = list[Math.floor(random() ** 2 * list.length)]!
      for (let up = 1 + Math.floor(random() * 6); up > 0 && builder.parentOf(node) > 0; up--)
        node = builder.parentOf(node)
    }
    const depth = list.length < 200 ? 8 + Math.floor(random() * 22) : 1 + Math.floor(random() * 6)
    for (let d = 0; d < depth; d++) node = builder.child(node, frames[Math.floor(random() ** 3 * 6000)]!)
    if (!ends.has(node)) list.push(node)
    ends.set(node, (ends.get(node) ?? 0) + 1 + Math.floor(random() ** 3 * 20))
  }
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  for (const [node, value] of ends) self[node] = value
  return { kind: 'profile', name: 'cycles', value: { name: 'cycles', unit: 'samples' }, stacks, self, meta: {} }
}
