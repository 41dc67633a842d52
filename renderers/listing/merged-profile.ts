import { needDataset } from '../../src/model/arguments.ts'
import type { Profile } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { csvCell } from '../markup/csv-cell.ts'
import { NO_STACK } from '../words/no-stack.ts'
import { foldedName, foldedStack } from './folded.ts'

/** A merged profile with its runs as JSON that `bpfview` reads again. */
export function mergedJson(profile: Profile): string {
  needDataset(profile, 'profile', 'mergedJson')
  const { stacks, name, value, measures, meta } = profile
  return (
    JSON.stringify({
      schema: 'bpfview.profile',
      version: 1,
      name,
      value,
      ...(measures !== undefined && { measures }),
      meta,
      stacks: {
        name: stacks.frames.name,
        module: stacks.frames.module,
        kind: Array.from(stacks.frames.kind, kind => FRAME_KINDS[kind]),
        parent: [...stacks.parent],
        frame: [...stacks.frame],
      },
      runs: (profile.runs ?? [{ label: 'all', self: profile.self }]).map(({ label, self }) => ({
        label,
        self: [...self],
      })),
    }) + '\n'
  )
}

/** Lines of a CSV table: a row per stack, a column per run, sorted by stack. */
export function* mergedCsv(profile: Profile): Iterable<string> {
  needDataset(profile, 'profile', 'mergedCsv')
  const { stacks } = profile
  const runs = profile.runs ?? [{ label: 'all', self: profile.self }]
  const names = stacks.frames.name.map(foldedName)
  yield ['stack', 'sum', ...runs.map(run => run.label)].map(cell => csvCell(cell)).join(',') + '\n'
  const rows: { stack: string; node: number }[] = []
  for (let node = 0; node < stacks.parent.length; node++)
    if (runs.some(run => run.self[node] !== 0))
      rows.push({ stack: node === 0 ? NO_STACK : foldedStack(stacks, node, names), node })
  rows.sort((a, b) => (a.stack < b.stack ? -1 : a.stack > b.stack ? 1 : a.node - b.node))
  for (const { stack, node } of rows)
    yield `${csvCell(stack)},${profile.self[node]!},${runs.map(run => run.self[node]!).join(',')}\n`
}
