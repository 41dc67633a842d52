import type { Profile, StackTree } from '../../model/index.ts'
import { FRAME_KINDS, kindCode, StackTreeBuilder } from '../../model/index.ts'
import { compareTexts } from '../../model/text/compare.ts'
import { COMPILER_SUFFIXES } from './compiler-suffixes.ts'

/** `raw` leaves names alone; `align` removes what changes between builds and runs; `bare` removes template arguments too. */
export type NameMode = 'raw' | 'align' | 'bare'

/** What is aligned when nobody says. */
export const DEFAULT_NAMES: NameMode = 'align'

/** One name that alignment changed. */
export interface AlignedName {
  /** Id of the (last) rule that changed it. */
  readonly rule: string
  readonly from: string
  readonly to: string
}

interface Rule {
  readonly id: string
  /** Text without which the rule cannot match: a cheap look before the pattern. */
  readonly needs: string
  readonly pattern: RegExp
  readonly to: string
}

const TASK = kindCode('task')

/** Rules for names of functions. A suffix like `_[k]` stays. Patterns are anchored or free of nested repeats: linear in the name. */
const frameRules: readonly Rule[] = [
  {
    id: 'compiler-clone',
    needs: '.',
    pattern: COMPILER_SUFFIXES,
    to: '',
  },
  { id: 'rust-hash', needs: '::h', pattern: /::h[0-9a-f]{16}(?=$|_\[|\+0x)/, to: '' },
  { id: 'rust-crate-id', needs: '[', pattern: /(?<=\w)\[[0-9a-f]{13,17}\](?=::|$)/g, to: '' },
  { id: 'symbol-version', needs: '@', pattern: /@@?[A-Z]\w*_[\d.]+(?=$|_\[|\+0x)/, to: '' },
  { id: 'offset', needs: '+0x', pattern: /\+0x[0-9a-f]+(?=$|_\[)/, to: '' },
  {
    id: 'jvm-lambda',
    needs: 'Lambda',
    pattern: /(\$\$Lambda|LambdaForm\$\w+)(?:[$.]?\d+)?(?:\/(?:0x)?[0-9a-fA-F]+)?/g,
    to: '$1',
  },
  { id: 'jvm-lambda', needs: 'lambda$', pattern: /(lambda\$\w+)\$\d+/g, to: '$1' },
  {
    id: 'jvm-generated',
    needs: '$',
    pattern: /(\$Proxy|\$HiddenClass|ByCGLIB\$\$|BySpringCGLIB\$\$|\$MockitoMock\$)[0-9a-f]+/g,
    to: '$1',
  },
  {
    id: 'jvm-generated',
    needs: 'Generated',
    pattern: /(Generated(?:Method|Constructor|SerializationConstructor)Accessor)\d+/g,
    to: '$1',
  },
  { id: 'jvm-generated', needs: '/0x', pattern: /\/0x[0-9a-f]{8,16}/g, to: '' },
  {
    id: 'jit-tier',
    needs: ':',
    pattern: /^((?:LazyCompile|Function|Script|Eval|JS|js|RegExp|Builtin):)[~^*+](?=[\w$#(.])/,
    to: '$1',
  },
  {
    id: 'jit-tier',
    needs: '[',
    pattern:
      /\[(?:PreJIT|MinOptJitted|Optimized|OptimizedTier\w*|Tier-?\d\w*|QuickJitted|Instrumented\w*|ReJIT)\](?=$|_\[)/,
    to: '',
  },
  { id: 'bpf-program', needs: 'bpf_prog_', pattern: /^bpf_prog_[0-9a-f]{16}(?=_|$)/, to: 'bpf_prog' },
  { id: 'perf-map', needs: 'perf-', pattern: /perf-\d+\.map/g, to: 'perf.map' },
  { id: 'perf-map', needs: 'jitted-', pattern: /jitted-\d+-\d+\.so/g, to: 'jitted.so' },
  { id: 'address', needs: '0x', pattern: /^(\[?(?:unknown )?)0x[0-9a-f]{5,16}(?=$|\]|_\[)/i, to: '$10x' },
]

/** Rules for comms: numbers of CPUs, workers and processes. */
const taskRules: readonly Rule[] = [
  { id: 'kernel-thread', needs: 'kworker/', pattern: /^kworker\/.*$/, to: 'kworker' },
  {
    id: 'kernel-thread',
    needs: '/',
    pattern:
      /^(ksoftirqd|migration|rcuop|rcuos|rcuog|rcuc|cpuhp|watchdog|idle_inject|swapper|irq|kcompactd|kswapd|scsi_eh|napi)\/.*$/,
    to: '$1',
  },
  { id: 'process-number', needs: '-', pattern: /^([^-].*?)-(?:\d+|\?)(?:\/\d+)?$/, to: '$1' },
  { id: 'thread-number', needs: '', pattern: /^(.*[^\d\s#_:/-])[\s#_:/-]+\d+$/, to: '$1' },
]

const templateRule = 'template-arguments'

/** The name without what changes between builds and runs, and the rule that changed it last. */
export function alignName(name: string, task: boolean, mode: NameMode): { name: string; rule: string } {
  let rule = ''
  let current = name
  if (mode === 'raw' || name.length > 4096) return { name, rule }
  for (const { id, needs, pattern, to } of task ? taskRules : frameRules) {
    if (!current.includes(needs)) continue
    const next = current.replace(pattern, to)
    if (next === current || next === '') continue
    current = next
    rule = id
  }
  if (mode === 'bare' && !task) {
    const next = withoutTemplates(current)
    if (next !== current && next !== '') {
      current = next
      rule = templateRule
    }
  }
  return { name: current, rule }
}

/** `a<b<c>>::d<e>` -> `a::d`. `operator<`, `operator<<`, `operator->` and unbalanced names stay as they are. */
function withoutTemplates(name: string): string {
  if (!name.includes('<') || name.includes('operator<') || name.includes('->')) return name
  let depth = 0
  let kept = ''
  for (const char of name) {
    if (char === '<') depth++
    else if (char === '>') depth--
    else if (depth === 0) kept += char
    if (depth < 0) return name
  }
  return depth === 0 ? kept : name
}

/**
 * The profiles with aligned names, and every name that was touched, sorted. Frames that become the same are one frame; values stay.
 * Modules lose their directory, `(deleted)` and the process number of a JIT map as well.
 */
export function alignNames(
  profiles: readonly Profile[],
  mode: NameMode = DEFAULT_NAMES,
): { profiles: readonly Profile[]; touched: readonly AlignedName[] } {
  const touched = new Map<string, AlignedName>()
  const aligned = profiles.map(profile => {
    const { stacks, position, touched: here } = alignStacks(profile.stacks, mode)
    for (const change of here) touched.set(`${change.rule} ${change.from}`, change)
    if (position === undefined) return profile
    const moved = (self: Float64Array): Float64Array => {
      const column = new Float64Array(stacks.parent.length)
      for (let i = 0; i < position.length; i++) column[position[i]!]! += self[i]!
      return column
    }
    return {
      ...profile,
      stacks,
      self: moved(profile.self),
      ...(profile.runs !== undefined && { runs: profile.runs.map(run => ({ ...run, self: moved(run.self) })) }),
    }
  })
  return { profiles: aligned, touched: [...touched.values()].sort(byRule) }
}

/**
 * The tree with aligned names and each row's new place in it (undefined when nothing changed), and what was touched, sorted. `byName` tells
 * functions apart by their names alone: modules are dropped, and of the kinds of a name the one counts that a module vouches for.
 */
export function alignStacks(
  stacks: StackTree,
  mode: NameMode,
  byName = false,
): { stacks: StackTree; position: Int32Array | undefined; touched: readonly AlignedName[] } {
  if (mode === 'raw') return { stacks, position: undefined, touched: [] }
  const { frames, parent, frame } = stacks
  const touched = new Map<string, AlignedName>()
  const builder = new StackTreeBuilder()
  const names = [...frames.name]
  const kinds = new Map<string, number>()
  let changed = byName
  for (let f = 0; f < names.length; f++) {
    const kind = frames.kind[f]!
    const name = names[f]!
    if (kind !== MARKER) {
      const aligned = alignName(name, kind === TASK, mode)
      if (aligned.rule !== '') {
        touched.set(`${kind === TASK} ${name}`, { rule: aligned.rule, from: name, to: aligned.name })
        names[f] = aligned.name
        changed = true
      }
    }
    if (FUNCTIONS.has(kind) && frames.module[f] !== '' && !kinds.has(names[f]!)) kinds.set(names[f]!, kind)
  }
  const ids = new Int32Array(names.length)
  for (let f = 0; f < ids.length; f++) {
    const kind = frames.kind[f]!
    const module = byName ? '' : alignModule(frames.module[f]!, mode)
    if (module !== frames.module[f]) changed = true
    ids[f] = builder.frame(names[f]!, module, byName && FUNCTIONS.has(kind) ? (kinds.get(names[f]!) ?? kind) : kind)
  }
  if (!changed) return { stacks, position: undefined, touched: [] }
  const position = new Int32Array(parent.length)
  for (let i = 1; i < position.length; i++) position[i] = builder.child(position[parent[i]!]!, ids[frame[i]!]!)
  return { stacks: builder.finish(), position, touched: [...touched.values()].sort(byRule) }
}

/** The file a frame lies in, without its directory, `(deleted)` and process number: another build is installed at another place. */
function alignModule(module: string, mode: NameMode): string {
  const file = module.replace(/ \(deleted\)$/, '')
  const name = file.startsWith('[') ? file : file.slice(file.lastIndexOf('/') + 1)
  return name.includes('perf-') || name.includes('jitted-') ? alignName(name, false, mode).name : name
}

const MARKER = FRAME_KINDS.indexOf('marker')
const FUNCTIONS: ReadonlySet<number> = new Set((['user', 'kernel', 'jit', 'inline'] as const).map(kindCode))

function byRule(a: AlignedName, b: AlignedName): number {
  return compareTexts(a.rule, b.rule) || compareTexts(a.from, b.from)
}
