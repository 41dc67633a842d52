import type { FrameKind, StackTreeBuilder } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import { isKernelEntry, isKernelLeaf, isKernelModule, kindOfModule, kindOfName, withoutMark } from './frame-kind.ts'
import type { FrameLine } from './symbol.ts'
import { isKernelAddress } from './symbol.ts'

const KERNEL_THREAD =
  /^(?:swapper(?:\/\d+)?|kworker\/.*|ksoftirqd\/\d+|migration\/\d+|rcu_.*|rcuo.*|rcub\/.*|jbd2\/.*|kswapd\d+|kcompactd\d+|khugepaged|kauditd|kthreadd|watchdogd?(?:\/\d+)?|cpuhp\/\d+|irq\/.*|xfsaild.*|xfs[-_].*\/.*|kdamond\..*|loop\d+|dmcrypt_write.*|md\d+_raid.*|z_(?:rd|wr|null)_.*|txg_(?:sync|quiesce)|spl_.*)$/

/** Names that end a run of kernel frames: unknown ones, C++ and the roots of user stacks. */
const USER_ONLY = /^\[unknown|::|\(|^(?:main|_start|__libc_start|clone3?$|__clone|start_thread)/

/** True for a comm that only threads of the kernel have. */
export function isKernelThread(comm: string): boolean {
  return KERNEL_THREAD.test(comm)
}

/** What a symbol's text says, worked out once: readers give the same object for the same line. */
interface Facts {
  /** An address or module that settles on which side the frame is. */
  readonly addressed: boolean
  readonly kernel: boolean
  readonly entry: boolean
  asUser: FrameKind | undefined
  asKernel: FrameKind | undefined
}

const FACTS = new WeakMap<FrameLine, Facts>()

function factsOf(symbol: FrameLine): Facts {
  let facts = FACTS.get(symbol)
  if (facts === undefined) {
    const { name, address, module } = symbol
    facts = {
      addressed: address !== undefined && address.length >= 6,
      kernel: (address !== undefined && isKernelAddress(address)) || (module !== '' && isKernelModule(module)),
      entry: isKernelEntry(name),
      asUser: undefined,
      asKernel: undefined,
    }
    FACTS.set(symbol, facts)
  }
  return facts
}

/**
 * How many frames of a stack printed leaf first are the kernel's. Kernel frames always come before user frames; addresses and modules
 * decide, then the outermost known kernel entry point, then a leaf that only the kernel has.
 */
export function kernelFrames(stack: readonly FrameLine[]): number {
  return countKernelFrames(
    stack.length,
    i => kernelSigns(stack[i]!),
    i => stack[i]!.name,
  )
}

const ADDRESSED = 1
const KERNEL = 2
const ENTRY = 4

/** What tells on which side a symbol is, as an integer for countKernelFrames. */
export function kernelSigns(symbol: FrameLine): number {
  const { addressed, kernel, entry } = factsOf(symbol)
  return (addressed ? ADDRESSED : 0) | (kernel ? KERNEL : 0) | (entry ? ENTRY : 0)
}

/** The same as kernelFrames for a stack of `length` frames whose symbols are told by their signs and names. */
export function countKernelFrames(length: number, signs: (i: number) => number, name: (i: number) => string): number {
  let all = 0
  let last = 0
  let entry = 0
  for (let i = 0; i < length; i++) {
    const sign = signs(i)
    all |= sign
    if ((sign & KERNEL) !== 0) last = i + 1
    if ((sign & ENTRY) !== 0) entry = i + 1
  }
  if (last > 0 || (all & ADDRESSED) !== 0) return last
  if (entry > 0) return entry
  return length > 0 && isKernelLeaf(name(0)) ? kernelRun(length, name) : 0
}

/** Adds a stack printed leaf first below `node`, outermost frame first; the first `kernel` frames printed are the kernel's. */
export function addStack(stacks: StackTreeBuilder, node: number, stack: readonly FrameLine[], kernel: number): number {
  for (let i = stack.length - 1; i >= 0; i--)
    node = addFrame(stacks, node, stack[i]!, kindOfSymbol(stack[i]!, i < kernel))
  return node
}

export function addFrame(stacks: StackTreeBuilder, node: number, symbol: FrameLine, kind: FrameKind): number {
  return stacks.child(node, stacks.frame(withoutMark(symbol.label ?? symbol.name), symbol.module, kindCode(kind)))
}

/** Kind of a frame whose side is known. */
export function kindOfSymbol(symbol: FrameLine, kernel: boolean): FrameKind {
  const facts = factsOf(symbol)
  if (kernel) return (facts.asKernel ??= kindOn(symbol, true))
  return (facts.asUser ??= kindOn(symbol, false))
}

function kindOn(symbol: FrameLine, kernel: boolean): FrameKind {
  if (symbol.inlined) return 'inline'
  const byName = kindOfName(symbol.name, { kernel, waker: false })
  if (byName === 'marker' || byName === 'unknown') return byName
  if (kernel) return 'kernel'
  if (symbol.module !== '') return kindOfModule(symbol.module, symbol.name)
  return byName === 'jit' ? 'jit' : byName === 'kernel' ? 'user' : byName
}

/** Without an entry point the kernel's frames go up to the first that cannot be its own. */
function kernelRun(length: number, name: (i: number) => string): number {
  let i = 0
  while (i < length && !USER_ONLY.test(name(i))) i++
  return i
}
