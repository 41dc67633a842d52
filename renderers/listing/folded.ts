import { needDataset } from '../../src/model/arguments.ts'
import type { Profile, StackTree } from '../../src/model/index.ts'
import { escapeTerminal } from '../markup/escape.ts'
import { NO_STACK } from '../words/no-stack.ts'

/**
 * Folded stacks of a profile: one line per distinct stack, sorted by stack in code-unit order, values as shortest decimals. A `;` inside a name becomes `:`,
 * because folded text has no escape for it; line breaks and control characters become visible.
 */
export function foldedLines(profile: Profile): string[] {
  needDataset(profile, 'profile', 'foldedLines')
  const names = profile.stacks.frames.name.map(foldedName)
  const sums = new Map<string, number>()
  for (let node = 0; node < profile.self.length; node++) {
    const value = profile.self[node]!
    if (value === 0) continue
    const line = foldedStack(profile.stacks, node, names)
    sums.set(line, (sums.get(line) ?? 0) + value)
  }
  return [...sums.keys()].sort().map(stack => `${stack} ${sums.get(stack)!}`)
}

/** A frame's name as folded text can hold it. */
export function foldedName(name: string): string {
  return escapeTerminal(name.includes(';') ? name.replaceAll(';', ':') : name)
}

/** The stack that ends in a node, root first, joined by `;`; `[no stack]` at the root: a line of a value alone would be no stack. `names` are the frames' printed names. */
export function foldedStack(stacks: StackTree, node: number, names: readonly string[]): string {
  const path: string[] = []
  for (let i = node; i > 0; i = stacks.parent[i]!) path.push(names[stacks.frame[i]!]!)
  return path.length === 0 ? NO_STACK : path.reverse().join(';')
}
