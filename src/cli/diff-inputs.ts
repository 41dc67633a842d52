import { BpfviewError, quote } from '../model/error.ts'
import { diffOfColumns, diffRuns } from '../ops/diff-runs.ts'
import type { RunsDiff } from '../ops/diff-runs.ts'
import { version } from '../version.ts'
import type { DiffFlags } from './commands/diff.ts'
import type { Input } from './input.ts'
import { defined } from './options.ts'
import { writeResult } from './output.ts'
import { remarkQuality } from './quality.ts'
import { reading } from './reading.ts'
import { datasetsOf, profilesOf, readRuns } from './runs.ts'

/** Reads both sides, compares what they hold, and writes the kind of file that was asked for. */
export async function diffInputs(first: string | undefined, second: string | undefined, flags: DiffFlags): Promise<void> {
  const to = flags.to ?? endingOf(flags.output)
  const before = [...first === undefined ? [] : [first], ...flags.base ?? []]
  const after = [...second === undefined ? [] : [second], ...flags.new ?? []]
  const options = reading(flags)
  if (before.length === 0) throw new BpfviewError('E_USAGE', 'no run before; expected BEFORE AFTER, or --base RUN... --new RUN...')
  const base = await readRuns(before, options)
  const pair = base.length === 1 && after.length === 0 ? datasetsOf(base[0]!, 'profile-diff')[0] : undefined
  if (pair !== undefined) {
    remarkQuality(base)
    return write(diffOfColumns(pair, base[0]!.source), to, flags)
  }
  if (after.length === 0) throw new BpfviewError('E_USAGE', 'no run after; expected BEFORE AFTER, or --base RUN... --new RUN...')
  const head = await readRuns(after, options)
  remarkQuality([...base, ...head])
  if (hasStacks(base[0]!) || hasStacks(head[0]!)) {
    const one = profilesOf(base, flags.event, undefined, flags.value)
    const other = profilesOf(head, flags.event, one[0]!.profile.name, flags.value)
    return write(diffRuns(one, other, defined({ by: flags.by, names: flags.names ?? (to === 'folded' ? 'raw' as const : undefined), force: flags.force })), to, flags)
  }
  const { diffDistributions } = await import('./diff-distributions.ts')
  return diffDistributions(base, head, to, flags)
}

function hasStacks(input: Input): boolean {
  return datasetsOf(input, 'profile').length > 0 || datasetsOf(input, 'samples').length > 0
}

async function write(diff: RunsDiff, to: string, flags: DiffFlags): Promise<void> {
  const picture = defined({ title: flags.title, width: flags.width, pixels: flags.pixels, minWidth: flags.minWidth, inverted: flags.icicle, script: flags.script })
  switch (to) {
    case 'svg': {
      const { diffFlame } = await import('../../renderers/diff-flame.ts')
      return writeResult(flags.output, diffFlame(diff, picture))
    }
    case 'html': {
      const { diffHtml } = await import('../../renderers/diff-html.ts')
      return writeResult(flags.output, diffHtml(diff, picture))
    }
    case 'md': {
      const { diffMarkdown } = await import('../../renderers/diff-markdown.ts')
      return writeResult(flags.output, diffMarkdown(diff, flags.title))
    }
    case 'json': {
      const { diffJson } = await import('../../renderers/diff-json.ts')
      return writeResult(flags.output, diffJson(diff, { name: 'bpfview', version }))
    }
    default: {
      const { diffFoldedLines } = await import('../../renderers/diff-folded.ts')
      return writeResult(flags.output, diffFoldedLines(diff, flags.by === 'share'))
    }
  }
}

/** Kind of file that a name asks for. Throws BpfviewError E_USAGE for an ending we do not write. */
export function endingOf(output: string | undefined): NonNullable<DiffFlags['to']> {
  if (output === undefined || output === '-') return 'svg'
  const ending = /\.([a-z]+)$/i.exec(output)?.[1]?.toLowerCase() ?? ''
  const kinds = new Map<string, NonNullable<DiffFlags['to']>>([['svg', 'svg'], ['html', 'html'], ['htm', 'html'], ['md', 'md'], ['markdown', 'md'], ['json', 'json'], ['folded', 'folded'], ['txt', 'folded']])
  const kind = kinds.get(ending)
  if (kind === undefined) throw new BpfviewError('E_USAGE', `output ${quote(output)}; expected an ending of .svg, .html, .md, .json or .folded, or --to`)
  return kind
}
