import type { Content, ResultKind, Results } from '../../../renderers/exporters.ts'
import { remark } from '../exit.ts'
import type { Target } from '../options/outputs.ts'
import { writeResult } from './write.ts'
import { noteWritten } from './written.ts'

/**
 * Writes a result to all its targets and says on stderr what was written. `facts` = what it holds, for that line; `inPlace` lets an input be renewed.
 */
export async function writeTargets<K extends ResultKind>(
  targets: readonly Target<K>[],
  data: Results[K]['data'],
  options: Results[K]['options'],
  { facts = '', inPlace = false, quiet = false, open = false, compress }: WriteOptions = {},
): Promise<void> {
  for (const { path, form } of targets) {
    const content: Content = await form.write(data, path === undefined ? { ...options, ...onTerminal() } : options)
    const packed = compress !== undefined && path?.toLowerCase().endsWith('.gz') === true
    await writeResult(path, packed ? compress(bytesOf(content)) : content, { inPlace })
    if (path !== undefined && !quiet) noteWritten(path, facts)
  }
  if (!open) return
  const file = targets.find(({ path }) => path !== undefined)?.path
  if (file === undefined) remark('--open has no file to open; expected -o FILE')
  else await (await import('./open.ts')).openFile(file)
}

/** What a terminal asks of text: its width, and colour unless NO_COLOR is set. Nothing elsewhere. */
function onTerminal(): object {
  const { stdout, env } = process
  if (stdout.isTTY !== true) return {}
  const colour = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return { look: { width: stdout.columns > 0 ? stdout.columns : undefined, colour } }
}

export interface WriteOptions {
  readonly facts?: string
  readonly inPlace?: boolean
  readonly quiet?: boolean | undefined
  readonly open?: boolean | undefined
  /** What makes the bytes of a name that ends in .gz. */
  compress?(bytes: Uint8Array): Uint8Array
}

function bytesOf(content: Content): Uint8Array {
  if (content instanceof Uint8Array) return content
  return Buffer.from(
    typeof content === 'string' ? content : Buffer.concat(Array.from(content, piece => Buffer.from(piece))),
  )
}
