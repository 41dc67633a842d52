import type { FrameTable, Profile, SampleTable } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import { demangle } from '../../model/text/demangle.ts'
import { alignName } from './align-names.ts'
import { cutCompilerSuffixes } from './compiler-suffixes.ts'
import type { FrameRule } from './rewrite.ts'
import { rewriteProfile, rewriteSamples } from './rewrite.ts'

/** The steps of tidying, in the order in which they are applied. */
export const TIDY_STEPS = ['offset', 'version', 'demangle', 'clone', 'hash', 'arguments', 'tier'] as const

/**
 * 'offset' cuts `+0x1f`; 'version' cuts `@@GLIBC_2.17`; 'demangle' writes C++ and Rust symbols (`_ZN3app4loopEv`) as
 * their authors did, without parameters; 'clone' cuts what compilers append (`.isra.0`, `.constprop.0`, `.llvm.123`, ` [clone .cold]`);
 * 'hash' cuts Rust's `::h0123456789abcdef`; 'arguments' cuts parameter lists; 'tier' cuts the JIT's marks (`JS:*fib` -> `JS:fib`). 'task' is never done
 * unasked: it cuts numbers of CPUs, workers and processes from the names of tasks (`kworker/3:1`, `worker-12`), so that like threads are one.
 */
export type TidyStep = (typeof TIDY_STEPS)[number] | 'task'

/** The profile with tidier frame names; frames that become equal are one. Tasks keep their names, but for the step 'task'. */
export function tidyNames(profile: Profile, steps: readonly TidyStep[] = TIDY_STEPS): Profile {
  return rewriteProfile(profile, tidyRule(profile.stacks.frames, steps))
}

/** The samples likewise. */
export function tidySamples(samples: SampleTable, steps: readonly TidyStep[] = TIDY_STEPS): SampleTable {
  return rewriteSamples(samples, tidyRule(samples.stacks.frames, steps))
}

function tidyRule({ name, module, kind }: FrameTable, steps: readonly TidyStep[]): FrameRule {
  return frame => [
    {
      name:
        FRAME_KINDS[kind[frame]!] !== 'task'
          ? tidyName(name[frame]!, steps)
          : steps.includes('task')
            ? alignName(name[frame]!, true, 'align').name
            : name[frame]!,
      module: module[frame]!,
      kind: kind[frame]!,
    },
  ]
}

/** One frame's name after the given steps, taken until they change nothing more; never empty unless it was. */
export function tidyName(name: string, steps: readonly TidyStep[] = TIDY_STEPS): string {
  let tidy = name
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = tidyOnce(tidy, steps)
    if (next === tidy) break
    tidy = next
  }
  return tidy
}

/** A step uncovers what an earlier one cuts, as in `f.cold::h0123456789abcdef`; more layers than this are no symbol. */
const MAX_ROUNDS = 8

function tidyOnce(name: string, steps: readonly TidyStep[]): string {
  let tidy = name
  for (const step of TIDY_STEPS) {
    if (!steps.includes(step)) continue
    const next = TIDY[step](tidy)
    if (next !== '') tidy = next
  }
  return tidy
}

const TIDY: Readonly<Record<(typeof TIDY_STEPS)[number], (name: string) => string>> = {
  offset: name => {
    const at = name.lastIndexOf('+0x')
    return at > 0 && /^[0-9a-f]+$/.test(name.slice(at + 3)) ? name.slice(0, at) : name
  },
  demangle,
  version: name => {
    const at = name.indexOf('@')
    return at > 0 && /^@{1,2}[A-Z][A-Za-z_]*_[\w.]+$/.test(name.slice(at)) ? name.slice(0, at) : name
  },
  clone: cutCompilerSuffixes,
  hash: name => {
    const at = name.length - 19
    return at > 0 && name.startsWith('::h', at) && /^[0-9a-f]{16}$/.test(name.slice(at + 3)) ? name.slice(0, at) : name
  },
  arguments: cutArguments,
  tier: name => name.replace(/^(JS:|LazyCompile:|Function:|Script:)[*~^+]( ?)/, '$1'),
}

/**
 * The name up to its parameter list: the first `(` outside any bracket. `operator()`, `(anonymous namespace)` and Go's `(*T).Method` are no parameter
 * lists. What stands before may hold brackets of its own (`std::function<void (int)>::operator()`). Linear.
 */
export function cutArguments(name: string): string {
  if (!name.includes('(')) return name
  if (/^(?:JS|LazyCompile|Function|Script|RegExp|Builtin|py):/.test(name)) return name
  let angle = 0
  let round = 0
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code === 60) {
      if (!isOperator(name, i)) angle++
    } else if (code === 62) {
      if (angle > 0 && name.charCodeAt(i - 1) !== 45 && !isOperator(name, i)) angle--
    } else if (code === 41) {
      if (round > 0) round--
    } else if (code === 40) {
      if (round > 0 || angle > 0) {
        round++
      } else if (
        i === 0 ||
        name.startsWith('(anonymous ', i) ||
        name.startsWith('({', i) ||
        isOperator(name, i) ||
        name.charCodeAt(i - 1) === 46
      ) {
        round++
      } else {
        return name.slice(0, i).trimEnd()
      }
    }
  }
  return name
}

/** True for the bracket at `i` of `operator()`, `operator<`, `operator>>`, `operator->`. */
function isOperator(name: string, i: number): boolean {
  let start = i
  while (start > 0 && i - start < 3 && !isWord(name.charCodeAt(start - 1))) start--
  return name.endsWith('operator', start) && !(start > 8 && isWord(name.charCodeAt(start - 9)))
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}
