import { encodeName } from './paths.ts'
import type { TreeStep } from './tree.ts'

/** What a link may ask for; more is left out. */
export const MAX_STEPS = 50
export const MAX_ADDRESS = 20_000

/** A step as it stands in an address: `keep:vfs_read`, `collapse:recursion`, `reverse`. */
export function stepText(step: TreeStep): string {
  return step.kind === 'reverse'
    ? 'reverse'
    : step.kind + ':' + encodeName(step.kind === 'collapse' ? step.what : step.name)
}

/** The step of such a text; undefined when it is none. */
export function stepOf(text: string): TreeStep | undefined {
  if (text === 'reverse') return { kind: 'reverse' }
  const at = text.indexOf(':')
  const kind = text.slice(0, at)
  let name: string
  try {
    name = decodeURIComponent(text.slice(at + 1))
  } catch {
    return undefined
  }
  if (name === '') return undefined
  if (kind === 'collapse') return { kind, what: name }
  if (kind === 'keep' || kind === 'drop' || kind === 'start' || kind === 'merge') return { kind, name }
  return undefined
}

/** A step in the words of the menu. */
export function stepWords(step: TreeStep): string {
  if (step.kind === 'reverse') return 'callers'
  if (step.kind === 'collapse') return 'collapse ' + step.what
  return step.kind === 'start' ? 'start at ' + step.name : step.kind + ' ' + step.name
}

/** Options of the command line that do the same. */
export function stepOptions(steps: readonly TreeStep[]): string[] {
  return steps.map(step =>
    step.kind === 'reverse'
      ? '--reverse'
      : '--' + step.kind + ' ' + shellWord(step.kind === 'collapse' ? step.what : step.name),
  )
}

/** A word of a POSIX shell; what is no printable text becomes `?`. */
export function shellWord(text: string): string {
  return /^[\w.:/+@%=-]+$/.test(text) && !text.startsWith('-')
    ? text
    : "'" + text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').replaceAll("'", "'\\''") + "'"
}
