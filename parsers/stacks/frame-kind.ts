import type { FrameKind } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'

/** async-profiler marks what the JVM interprets with 0 and what its first compiler made with 1. */
const KIND_OF_MARK = new Map<string, FrameKind>([
  ['k', 'kernel'],
  ['j', 'jit'],
  ['i', 'inline'],
  ['w', 'waker'],
  ['0', 'jit'],
  ['1', 'jit'],
])

const KERNEL_ENTRY =
  /^(?:entry_(?:SYSCALL|SYSENTER|INT80)|do_syscall_64|do_fast_syscall_32|do_int80|system_call_fast|system_call$|sysenter_|syscall_return|x64_sys_call|asm_(?:exc|sysvec|common_interrupt)|(?:async_)?page_fault$|apic_timer_interrupt|ret_from_(?:fork|intr)|secondary_startup|start_secondary|cpu_startup_entry|cpu_bringup|x86_64_start_kernel|el0_svc|el0t_64|el0_sync|el1h_64|ret_from_exception|ret_to_user|vmlinux|kthread$|error_entry|common_interrupt$|retint_)/
const KERNEL_LEAF =
  /^(?:__schedule|schedule|schedule_(?:idle|timeout)|finish_task_switch(?:\.isra\.\d+)?|bpf_prog_[0-9a-f]{16}_|bpf_trace_run\d|__traceiter_|perf_trace_|perf_syscall_|trace_event_raw_event_|(?:__)?sys_[a-z]|SyS_|__x64_sys_|__arm64_sys_|ksys_|vfs_[a-z]|native_safe_halt|native_write_msr|default_idle|intel_idle|mwait_idle|acpi_idle_|acpi_processor_ffh|cpuidle_|arch_cpu_idle|_raw_spin_|submit_bio|submit_bh|blk_|tcp_(?:sendmsg|recvmsg|drop|v[46]_)|ip_(?:output|queue_xmit|rcv)|hrtimer_|rcu_|(?:autoremove|default|woken|ep_autoremove)_wake_function|pollwake|try_to_wake_up|__wake_up|kmem_cache_|__kmalloc|kfree|get_page_from_freelist|__alloc_pages|clear_page_|copy_user_|copy_page_|cap_capable|do_nanosleep|__rwsem_do_wake|child_wait_callback|exit_to_user_mode_|irqentry_exit)/
const MISSING = /^\[(?:Missed (?:User |Kernel )?Stack|unknown|unresolved|truncated|lost)\b.*\]/
const MANAGED =
  /^(?:L?(?:java|javax|jdk|sun|com|org|net|io|kotlin|scala)\/|(?:JS|LazyCompile|Function|Script|Builtin|BytecodeHandler|RegExp|Stub|Handler):|py::|Interpreter$)/

/** Kind of a frame that is known by its module: `[kernel.kallsyms]`, `/tmp/perf-12.map`, `inlined`. */
export function kindOfModule(module: string, name: string): FrameKind {
  if (isUnnamed(name)) return isKernelModule(module) ? 'kernel' : 'unknown'
  return kindOfAllIn(module) ?? (MANAGED.test(name) ? 'jit' : 'user')
}

/** True for what stands in place of a symbol that is not known. */
export function isUnnamed(name: string): boolean {
  return name === '' || name.startsWith('[unknown') || name === '??'
}

/** Kind of all frames of a module that have a name, undefined when it depends on the name. */
export function kindOfAllIn(module: string): FrameKind | undefined {
  if (module === 'inlined') return 'inline'
  if (isKernelModule(module)) return 'kernel'
  if (isJitModule(module)) return 'jit'
  return module.startsWith('/') && !module.startsWith('//') ? 'user' : undefined
}

/** True for the kernel, its modules and BPF programs; not for [vdso], [heap] or [unknown]. */
export function isKernelModule(module: string): boolean {
  if (module.startsWith('bpf_prog_')) return true
  if (module.startsWith('[')) return !/^\[(?:unknown|vdso|vsyscall|heap|stack|anon|JIT|\.\.\.)/.test(module)
  return /(?:^|\/)vmlinux(?:[-._A-Za-z0-9]*)$|\.ko(?:\.(?:xz|gz|zst))?$/.test(module)
}

/** True for the maps and images that runtimes write for perf. */
export function isJitModule(module: string): boolean {
  return /\/perf-\d+\.map$|\/jitted-[^/]*\.so$|^\[JIT\]|^\[JIT |^\[anon:(?:dalvik|JIT)/.test(module)
}

/** Where a walk from root to leaf stands: folded text does not say which frames are the kernel's, but its entry points do. */
export interface KindWalk {
  kernel: boolean
  waker: boolean
}

/**
 * Kind of a frame known by its name alone, walking a stack from its root. A `_[k]` style suffix wins; `-` and `--` are markers; from a
 * known kernel entry point on, frames are the kernel's. `walk` starts as { kernel: false, waker: false } for each stack.
 */
export function kindOfName(name: string, walk: KindWalk): FrameKind {
  const mark = annotation(name)
  if (mark !== undefined) return mark
  if (name === '-') {
    // BCC prints it between a user stack and the kernel's; offwaketime of 2016 between the kernel's and the waker's
    if (walk.kernel) walk.waker = true
    else if (!walk.waker) walk.kernel = true
    return 'marker'
  }
  if (name === '--') {
    walk.waker = true
    walk.kernel = false
    return 'marker'
  }
  if (MISSING.test(name)) return name.startsWith('[M') ? 'marker' : 'unknown'
  if (name === '' || /^(?:0x[0-9a-f]{1,16}|[0-9a-f]{8,16})$/.test(name)) return walk.kernel ? 'kernel' : 'unknown'
  if (walk.waker) return 'waker'
  if (!walk.kernel && KERNEL_ENTRY.test(name)) walk.kernel = true
  if (walk.kernel) return 'kernel'
  return MANAGED.test(name) ? 'jit' : 'user'
}

/** True for a function that only the kernel has and in which its stacks often end. */
export function isKernelLeaf(name: string): boolean {
  return KERNEL_LEAF.test(name)
}

/** Kind told by an annotation suffix (`_[k]`, `_[j]`, `_[i]`, `_[w]`, `_[0]`, `_[1]`), undefined without one. */
export function annotation(name: string): FrameKind | undefined {
  const end = name.length
  if (end < 5 || name.charCodeAt(end - 1) !== 93 || name.charCodeAt(end - 3) !== 91 || name.charCodeAt(end - 4) !== 95)
    return undefined
  return KIND_OF_MARK.get(name[end - 2]!)
}

/** The name without such suffixes: they are the frame's kind. */
export function withoutMark(name: string): string {
  let plain = name
  while (annotation(plain) !== undefined) plain = plain.slice(0, -4)
  return plain
}

/** True for a name at which the kernel was entered. */
export function isKernelEntry(name: string): boolean {
  return KERNEL_ENTRY.test(name)
}

export const TASK = kindCode('task')
