import type { RunsDiff } from '../../src/ops/compare/diff-runs.ts'

/** The whole difference as JSON text: functions with totals and own values, the tree as flat columns, and what makes it doubtful. */
export function diffJson(diff: RunsDiff, tool: { readonly name: string; readonly version: string }): string {
  const { stacks, before, after, value, normalization, name } = diff.diff
  const change = ({ before, after }: { before: number; after: number }): object => ({
    before,
    after,
    delta: after - before,
    ratio: before > 0 ? after / before : null,
  })
  return (
    JSON.stringify(
      {
        schema: 'bpfview.diff',
        version: 1,
        tool,
        event: name,
        unit: value.unit,
        normalization,
        before: diff.before,
        after: diff.after,
        caveats: diff.caveats,
        renamed: diff.renamed,
        functions: diff.changedFunctions.map(mover => ({
          name: mover.name,
          module: mover.module,
          state: mover.state,
          q: mover.q,
          total: change(mover.total),
          self: change(mover.self),
          paths: mover.paths,
        })),
        causes: diff.comparison?.causes ?? [],
        stacks: {
          name: stacks.frames.name,
          module: stacks.frames.module,
          parent: [...stacks.parent],
          frame: [...stacks.frame],
          before: [...before],
          after: [...after],
        },
      },
      (_, one: unknown) => (typeof one === 'number' && !Number.isFinite(one) ? null : one),
    ) + '\n'
  )
}
