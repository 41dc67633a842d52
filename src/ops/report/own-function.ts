import type { StackTree } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import { tidyName } from '../stacks/tidy-names.ts'

/** Modules of the system and of runtimes: what runs there was called by somebody else. */
const RUNTIME =
  /(?:^|\/)(?:libc|libm|libpthread|librt|libdl|libstdc\+\+|libgcc_s|libuv|libnode|libjvm|libpython|libcoreclr|ld-linux|ld-musl|libresolv|libnss_\w+)[-.\w+]*$|^\[|(?:^|\/)(?:node|nodejs|java|python[\d.]*|ruby[\d.]*|perl|php[-\w.]*|bash|dash|sh|busybox)$/
/** Code that a runtime compiled of its own library. */
const LIBRARY = /^(?:JS:|LazyCompile:|Function:)?[*~^+]?\s*\S*\s*node:|^(?:JS:|LazyCompile:)?Builtins?[_:]/
/** Where programs start. */
const ENTRY = /^(?:_start|main|__libc_start_\w+|start_thread|clone3?|__clone3?|thread_start)$/

/** Per frame of a tree: 1 = the program's own, 2 = its entry. */
export function ownFrames({ frames }: StackTree): Uint8Array {
  return Uint8Array.from(frames.name, (name, f) => {
    const kind = FRAME_KINDS[frames.kind[f]!]!
    if (kind !== 'user' && kind !== 'jit' && kind !== 'inline') return 0
    if (RUNTIME.test(frames.module[f]!) || LIBRARY.test(name)) return 0
    return ENTRY.test(name) ? 2 : 1
  })
}

/** Node of each node's deepest frame that is the program's own, neither a runtime's nor the system's; 0 = none. Linear. */
export function ownNodes(stacks: StackTree): Int32Array {
  const own = ownFrames(stacks)
  const nodes = new Int32Array(stacks.parent.length)
  for (let i = 1; i < nodes.length; i++) {
    const above = nodes[stacks.parent[i]!]!
    const fact = own[stacks.frame[i]!]!
    nodes[i] = fact === 1 || (fact === 2 && above === 0) ? i : above
  }
  return nodes
}

/** Name of a node's frame without what compilers add; '' for the root. */
export function nameOf(stacks: StackTree, node: number): string {
  if (node === 0) return ''
  const name = tidyName(stacks.frames.name[stacks.frame[node]!]!).replace(/^(?:JS|LazyCompile|Function|Script|py):/, '')
  return name.replace(/^(\S+) \/\S+$/, '$1').replace(/^(\S+)::\S*\/\S+$/, '$1')
}

/** The deepest user frame of each node whatever its module: the call that the kernel served. 0 = none. */
export function callNodes(stacks: StackTree): Int32Array {
  const nodes = new Int32Array(stacks.parent.length)
  for (let i = 1; i < nodes.length; i++) {
    const kind = FRAME_KINDS[stacks.frames.kind[stacks.frame[i]!]!]!
    nodes[i] = kind === 'user' || kind === 'jit' || kind === 'inline' ? i : nodes[stacks.parent[i]!]!
  }
  return nodes
}

/** The largest entry of a map of sums, ties by name; undefined for an empty one. */
export function largest(
  sums: ReadonlyMap<string, number>,
): { readonly name: string; readonly value: number } | undefined {
  let best: { name: string; value: number } | undefined
  for (const [name, value] of sums)
    if (best === undefined || value > best.value || (value === best.value && name < best.name)) best = { name, value }
  return best
}

/** Adds to a sum of a map. */
export function add<K>(sums: Map<K, number>, key: K, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value)
}
