import type { Profile } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import type { NewFrame } from './rewrite.ts'
import { rewriteProfile } from './rewrite.ts'

/** How names are printed as another tool prints them. */
export interface CompatOptions {
  /** Append `_[k]` to kernel frames. */
  readonly kernel?: boolean
  /** Append `_[j]` to compiled frames. */
  readonly jit?: boolean
}

/** Where two folders of perf script output name a frame differently. */
interface Peer {
  isKernel(module: string): boolean
  isJit(module: string): boolean
  /** The name without what the peer takes for noise. */
  tidy(name: string): string
}

const flamegraph: Peer = {
  isKernel: module => (module.startsWith('[') || module.endsWith('vmlinux')) && !module.includes('unknown'),
  isJit: module => /\/tmp\/perf-\d+\.map/.test(module),
  tidy: name => {
    const plain = name.replaceAll(';', ':')
    return (isGoMethod(plain) ? plain : firstParameterCut(plain)).replace(/["']/g, '')
  },
}

const inferno: Peer = {
  isKernel: module =>
    (module.startsWith('[') || module.endsWith('.ko') || /(?:^|\/)vmlinux(?:[-._A-Za-z0-9]*)$/.test(module)) &&
    module !== '[unknown]',
  isJit: module => /\/perf-\d+\.map$/.test(module) || /\/jitted-[^/]*\.so$/.test(module),
  tidy: name => {
    const plain = rustName(name).replaceAll(';', ':')
    return isGoMethod(plain) ? plain : topLevelCut(plain)
  },
}

/**
 * The profile with frames named as another folder names them: `[unknown]` by its module, `a->b` split into inlined calls, arguments cut, blanks of
 * the task replaced. Source: behaviour of stackcollapse-perf.pl and inferno-collapse-perf.
 */
export function compatNames(profile: Profile, as: 'flamegraph' | 'inferno', options: CompatOptions = {}): Profile {
  const peer = as === 'flamegraph' ? flamegraph : inferno
  const { name, module, kind } = profile.stacks.frames
  return rewriteProfile(profile, (frame, task) => {
    if (FRAME_KINDS[kind[frame]!] === 'task')
      return [{ name: name[frame]!.replace(/\s/g, '_'), module: '', kind: kind[frame]! }]
    if (name[frame]!.startsWith('(')) return []
    const java = name[task] === 'java'
    const frames: NewFrame[] = []
    for (const part of splitInlined(name[frame]!)) {
      let text = peer.tidy(unknownName(part, module[frame]!))
      if (java && text.startsWith('L') && text.includes('/')) text = text.slice(1)
      if (frames.length > 0) text += text.includes('_[i]') ? '' : '_[i]'
      else if (options.kernel === true && peer.isKernel(module[frame]!)) text += '_[k]'
      else if (options.jit === true && peer.isJit(module[frame]!)) text += '_[j]'
      frames.push({ name: text, module: module[frame]!, kind: kind[frame]! })
    }
    return frames
  })
}

/** `[unknown]` and `[unknown <pc>]` by the file name of their module, when that is known. */
function unknownName(name: string, module: string): string {
  if (!/^\[unknown(?: <[0-9a-f]+>)?\]$/.test(name)) return name
  if (module === '' || module === '[unknown]') return name
  return `[${module.slice(module.lastIndexOf('/') + 1)}${name.slice('[unknown'.length)}`
}

/** Parts of `outer->inlined->inlined`; empty ones at the end do not count. */
function splitInlined(name: string): string[] {
  const parts = name.split('->')
  while (parts.length > 1 && parts[parts.length - 1] === '') parts.pop()
  return parts
}

/** `net/http.(*Client).Do` has its parentheses in the middle. */
function isGoMethod(name: string): boolean {
  const open = name.indexOf('.(')
  return open >= 0 && name.indexOf(').', open + 2) >= 0
}

/** The name up to the first `(` that opens no anonymous namespace. */
function firstParameterCut(name: string): string {
  for (let at = name.indexOf('('); at >= 0; at = name.indexOf('(', at + 1)) {
    if (!name.startsWith('(anonymous namespace)', at)) return name.slice(0, at)
  }
  return name
}

/** The name up to the first `(` outside angle brackets that opens neither an anonymous namespace nor the list of a templated `operator()`. */
function topLevelCut(name: string): string {
  let depth = 0
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code === 60) depth++
    else if (code === 62 && depth > 0) depth--
    else if (code === 40 && depth === 0 && !name.startsWith('(anonymous namespace)', i) && !name.startsWith('()<', i))
      return name.slice(0, i)
  }
  return name
}

const RUST_ESCAPES = new Map([
  ['SP', '@'],
  ['BP', '*'],
  ['RF', '&'],
  ['LT', '<'],
  ['GT', '>'],
  ['LP', '('],
  ['RP', ')'],
  ['C', ','],
])

/** Legacy Rust symbol without its hash and with its escapes undone; other names as they are. */
function rustName(name: string): string {
  const at = name.length - 19
  if (at <= 0 || !name.startsWith('::h', at) || !/^[0-9a-f]{16}$/.test(name.slice(at + 3))) return name
  let text = name.slice(0, at)
  if (text.startsWith('_$')) text = text.slice(1)
  return text
    .replace(/\$(SP|BP|RF|LT|GT|LP|RP|C|u[0-9a-f]{1,4})\$/g, (whole, code: string) =>
      code.startsWith('u')
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : (RUST_ESCAPES.get(code) ?? whole),
    )
    .replaceAll('..', '::')
}
