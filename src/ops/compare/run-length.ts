import type { Meta } from '../../model/index.ts'
import type { RunLength } from './policy.ts'

/** What a capture was taken of: one command, one process, or the whole machine; undefined when it does not say. */
export type CaptureScope = 'command' | 'process' | 'system'

/** What a capture was taken of, by its command line. */
export function captureScope({ command }: Pick<Meta, 'command'>): CaptureScope | undefined {
  if (command === undefined) return undefined
  const words = command.split(' ')
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  if (own.some(word => word === '-a' || word === '--all-cpus')) return 'system'
  if (own.some(word => /^(?:-p|--pid|-t|--tid)(?:=|$)/.test(word))) return 'process'
  return end >= 0 ? 'command' : undefined
}

/**
 * Whether each run did the same work: the manifest states it, or the command that was recorded ran to its end. A capture of a fixed length (`-p`, `-a`,
 * `sleep`) holds as much as fits in it.
 */
export function runLength(metas: readonly Meta[]): RunLength {
  const kinds = metas.map((meta): RunLength => {
    if (meta.work !== undefined) return 'work'
    if (meta.interrupted === true) return 'time'
    const scope = captureScope(meta)
    if (scope === undefined) return 'unknown'
    return scope === 'command' && !isSleep(meta.command!) ? 'work' : 'time'
  })
  if (kinds.includes('time')) return 'time'
  return kinds.every(kind => kind === 'work') && kinds.length > 0 ? 'work' : 'unknown'
}

function isSleep(command: string): boolean {
  return /(?:^| )-- (?:\S*\/)?(?:sleep|timeout) /.test(`${command} `)
}
