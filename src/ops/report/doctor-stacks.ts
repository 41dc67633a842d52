import { FRAME_KINDS } from '../../model/index.ts'
import { namelessModules } from '../stacks/nameless.ts'
import { shallowStacks } from '../stacks/shallow.ts'
import type { Said, Subject } from './doubt.ts'
import { shellWord } from './finding.ts'
import type { Part } from './part.ts'

export function unknownFrames({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { profile, total } = stacks
  const { frame, frames } = profile.stacks
  let [unknown, all] = [0, 0]
  for (let i = 1; i < total.length; i++) {
    const kind = FRAME_KINDS[frames.kind[frame[i]!]!]!
    if (kind === 'task' || kind === 'marker') continue
    all += total[i]!
    if (kind === 'unknown') unknown += total[i]!
  }
  if (all === 0 || unknown / all < 0.01) return undefined
  const [worst] = namelessModules(profile.stacks, total)
  return {
    trust: unknown / all >= 0.1 ? 'warning' : 'note',
    code: 'unknown-frames',
    cause: [
      { share: unknown / all },
      ' of frames have no symbol',
      ...(worst === undefined || worst.module === ''
        ? []
        : [', ', { share: worst.share }, ' of them in ', { name: worst.module } as Part]),
    ],
    fix: symbolFix(worst?.module ?? ''),
  }
}

function symbolFix(module: string): string {
  if (/kernel|^\[guest/.test(module)) return 'sudo sysctl kernel.kptr_restrict=0, then record again'
  if (/perf-\d+\.map|^\/\/anon|^anon|memfd:|^\[unknown\]$|^$/.test(module))
    return 'start the program so that it writes /tmp/perf-PID.map: node --perf-basic-prof, java with perf-map-agent'
  return `install the debug symbols of ${shellWord(module)}, then run perf script again`
}

const DEEPEST = 127

export function endAfterOne({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { share } = shallowStacks(stacks.profile)
  if (share < 0.3) return undefined
  return {
    trust: 'warning',
    code: 'shallow-stacks',
    cause: [{ share }, ' of the stacks with user code end after one user frame: it was built without frame pointers'],
    fix: 'perf record --call-graph dwarf, or build with -fno-omit-frame-pointer',
  }
}

export function deepStacks({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { parent } = stacks.profile.stacks
  const { self } = stacks.profile
  const depth = new Int32Array(parent.length)
  let cut = 0
  for (let i = 1; i < parent.length; i++) {
    depth[i] = depth[parent[i]!]! + 1
    if (depth[i]! >= DEEPEST) cut += self[i]!
  }
  if (cut === 0) return undefined
  return {
    trust: 'warning',
    code: 'cut-stacks',
    cause: [
      { share: cut / stacks.total[0]! },
      ` of the stacks are ${DEEPEST} frames deep or more: perf cuts there, and their roots may be wrong`,
    ],
    fix: 'sudo sysctl kernel.perf_event_max_stack=512, then record again',
  }
}

/** Frames of the interpreter where the program's functions belong. */
const INTERPRETERS: readonly (readonly [pattern: RegExp, language: string, fix: string])[] = [
  [
    /^(?:_?PyEval_\w+|_PyFunction_Vectorcall|PyObject_Call\w*)/,
    'Python',
    'start it with python3 -X perf (3.12 and newer)',
  ],
  [
    /^(?:Builtins_(?:InterpreterEntryTrampoline|JSEntry)\w*|v8::internal::Execution::Call)/,
    'JavaScript',
    'start it with node --perf-basic-prof',
  ],
  [/^(?:rb_vm_exec|vm_exec_core|rb_vm_\w+)/, 'Ruby', 'profile it with rbspy or stackprof, which bpfview reads'],
  [
    /^(?:Interpreter|JavaCalls::call_helper)/,
    'Java',
    'load perf-map-agent, or profile it with async-profiler, which bpfview reads',
  ],
  [/^(?:execute_ex|zend_execute\w*)/, 'PHP', 'profile it with phpspy or excimer'],
  [/^(?:Perl_runops_\w+|Perl_pp_\w+)/, 'Perl', 'profile it with Devel::NYTProf'],
]

export function interpreterOnly({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { profile, total } = stacks
  const { frame, frames, parent } = profile.stacks
  for (const [pattern, language, fix] of INTERPRETERS) {
    const matches = frames.name.map(name => pattern.test(name))
    if (!matches.includes(true)) continue
    const inside = new Uint8Array(parent.length)
    const named = new Uint8Array(parent.length)
    let [interpreted, nameless] = [0, 0]
    for (let i = 1; i < parent.length; i++) {
      const f = frame[i]!
      inside[i] = matches[f]! || inside[parent[i]!] === 1 ? 1 : 0
      named[i] =
        FRAME_KINDS[frames.kind[f]!] === 'jit' ||
        /^(?:py|JS|LazyCompile|Function|Script):/.test(frames.name[f]!) ||
        named[parent[i]!] === 1
          ? 1
          : 0
      if (inside[i] !== 1) continue
      interpreted += profile.self[i]!
      if (named[i] !== 1) nameless += profile.self[i]!
    }
    if (interpreted < 0.05 * total[0]! || nameless < 0.5 * interpreted) continue
    return {
      trust: 'warning',
      code: 'interpreter-only',
      cause: [
        { share: interpreted / total[0]! },
        ` is spent in the ${language} interpreter, and `,
        { share: nameless / interpreted },
        ` of that without a function of the program`,
      ],
      fix,
    }
  }
  return undefined
}

/** A leaf of libc whose caller is no program but what started it: without frame pointers in libc the caller is skipped. */
export function skippedCaller({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { profile, total } = stacks
  const { frame, frames, parent } = profile.stacks
  const libc = frames.module.map(module => /(?:^|\/)(?:libc|libm|ld-musl)[-.\w]*$/.test(module))
  let [leaves, bare] = [0, 0]
  for (let i = 1; i < parent.length; i++) {
    const value = profile.self[i]!
    if (!(value > 0) || !libc[frame[i]!]!) continue
    const above = parent[i]!
    const kind = above === 0 ? 'task' : FRAME_KINDS[frames.kind[frame[above]!]!]!
    leaves += value
    if (kind === 'task') bare += value
  }
  if (leaves < 0.05 * total[0]! || bare < 0.3 * leaves) return undefined
  return {
    trust: 'warning',
    code: 'skipped-caller',
    cause: [
      { share: bare / total[0]! },
      ' stands in libc without a caller: libc has no frame pointers, and who called it is lost',
    ],
    fix: 'perf record --call-graph dwarf, or install a libc with frame pointers (libc6-prof)',
  }
}

/** Roots that no program starts in: the nearest exported symbol of a stripped binary stands for what is not known. */
export function oddRoots({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { profile, total } = stacks
  const { frame, frames, parent } = profile.stacks
  const offset = /\+0x([0-9a-f]{5,})$/
  let far = 0
  for (let i = 1; i < parent.length; i++)
    if (profile.self[i]! > 0 && offset.test(frames.name[frame[i]!]!)) far += profile.self[i]!
  if (far < 0.05 * total[0]!) return undefined
  return {
    trust: 'warning',
    code: 'nearest-symbol',
    cause: [
      { share: far / total[0]! },
      ' lies more than 64 KiB behind the symbol it is named after: a stripped binary, the nearest export stands in',
    ],
    fix: 'install the debug symbols, or build without strip, then run perf script again',
  }
}

export function mangledNames({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { frames } = stacks.profile.stacks
  const mangled = frames.name.filter(name => /^_?_(?:Z|R)[A-Z0-9]/.test(name)).length
  if (mangled === 0 || mangled < 0.02 * frames.name.length) return undefined
  return {
    trust: 'note',
    code: 'mangled-names',
    cause: [{ value: mangled, unit: 'functions' }, ' have mangled names'],
    fix: 'bpfview flame --tidy, which demangles C++ and Rust names',
  }
}

/** Kernel frames without names. */
export function kernelNames({ stacks }: Subject): Said | undefined {
  if (stacks === undefined) return undefined
  const { profile, total } = stacks
  const { frame, frames } = profile.stacks
  let [nameless, kernel] = [0, 0]
  for (let i = 1; i < frame.length; i++) {
    const f = frame[i]!
    const inKernel =
      FRAME_KINDS[frames.kind[f]!] === 'kernel' || /kernel\.kallsyms|^\[kernel|\[guest\.kernel/.test(frames.module[f]!)
    if (!inKernel) continue
    kernel += total[i]!
    if (/^\[?unknown\]?$|^0x[0-9a-f]+$|^\[kernel(?:\.kallsyms)?\]$/.test(frames.name[f]!)) nameless += total[i]!
  }
  if (kernel === 0 || nameless < 0.5 * kernel) return undefined
  return {
    trust: 'warning',
    code: 'kernel-names',
    cause: [{ share: nameless / kernel }, ' of the kernel frames have no name: kernel.kptr_restrict hid them'],
    fix: 'sudo sysctl kernel.kptr_restrict=0, then record again as root',
  }
}
