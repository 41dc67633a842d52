import type { Dataset, Parsed, StackTree } from '../src/model/index.ts'
import { checkDataset, FRAME_KINDS } from '../src/model/index.ts'

/** Everything a result holds, as readable lines: goldens are made of it. Invariants are checked on the way. */
export function dump(parsed: Parsed): string {
  const lines = [`format: ${parsed.format}`, `skipped lines: ${parsed.skippedLines}`, `lost: ${parsed.lost}`]
  for (const { severity, code, message, line, text, count } of parsed.diagnostics) {
    lines.push(
      `${severity} ${code} x${count}${line === undefined ? '' : ` line ${line}`}: ${message}${text === undefined ? '' : `: ${JSON.stringify(text)}`}`,
    )
  }
  for (const dataset of parsed.datasets) {
    checkDataset(dataset)
    lines.push('')
    for (const line of dumpDataset(dataset)) lines.push(line)
  }
  return lines.join('\n') + '\n'
}

function dumpDataset(dataset: Dataset): string[] {
  const meta = Object.entries(dataset.meta)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ')
  const head = (...words: readonly string[]): string =>
    [dataset.kind, JSON.stringify(dataset.name), ...words, meta].filter(word => word !== '').join(' ')
  switch (dataset.kind) {
    case 'profile': {
      const stacks = new Map<string, number>()
      dataset.self.forEach((value, node) => {
        if (value !== 0) add(stacks, path(dataset.stacks, node), value)
      })
      return [
        head(`${dataset.value.name} [${dataset.value.unit}]`),
        ...[...stacks].sort(byKey).map(([stack, value]) => `  ${stack} ${value}`),
      ]
    }
    case 'profile-diff': {
      const rows: string[] = []
      for (let node = 0; node < dataset.before.length; node++) {
        if (dataset.before[node] !== 0 || dataset.after[node] !== 0)
          rows.push(`  ${path(dataset.stacks, node)} ${dataset.before[node]} -> ${dataset.after[node]}`)
      }
      return [head(`${dataset.value.name} [${dataset.value.unit}]`, dataset.normalization), ...rows.sort()]
    }
    case 'samples':
      return [
        head(`${dataset.value.name} [${dataset.value.unit}]`),
        ...Array.from(
          dataset.time,
          (time, row) =>
            `  ${time} cpu ${dataset.cpu?.[row] ?? '-'} ${dataset.pid?.[row] ?? '-'}/${dataset.tid?.[row] ?? '-'} ${path(dataset.stacks, dataset.stack[row]!)} ${dataset.weight[row]}`,
        ),
      ]
    case 'histograms': {
      const buckets = dataset.edges.length - 1
      return [
        head(
          `key ${JSON.stringify(dataset.key)}`,
          `[${dataset.unit}]`,
          dataset.cumulative === true ? 'cumulative' : '',
        ),
        `  edges ${Array.from(dataset.edges).join(' ')}`,
        ...Array.from(
          dataset.time,
          (time, row) =>
            `  ${time}: ${Array.from(dataset.counts.subarray(row * buckets, (row + 1) * buckets)).join(' ')}`,
        ),
      ]
    }
    case 'events':
      return [
        head(`tool ${JSON.stringify(dataset.tool)}`, `${dataset.length} rows`),
        `  ${dataset.columns.map(column => (column.type === 'number' ? `${column.name}[${column.unit}]` : column.name)).join(' | ')}`,
        ...Array.from(
          { length: dataset.length },
          (_, row) =>
            `  ${dataset.columns.map(column => (column.type === 'number' ? String(column.values[row]) : JSON.stringify(column.values[row]))).join(' | ')}`,
        ),
      ]
  }
}

/** `name{module}<kind>` per frame, root first; module and kind left out where they say nothing. */
function path(stacks: StackTree, node: number): string {
  const frames: string[] = []
  for (let i = node; i > 0; i = stacks.parent[i]!) {
    const frame = stacks.frame[i]!
    const module = stacks.frames.module[frame]!
    frames.push(
      `${JSON.stringify(stacks.frames.name[frame]!).slice(1, -1)}${module === '' ? '' : `{${module}}`}<${FRAME_KINDS[stacks.frames.kind[frame]!]}>`,
    )
  }
  return frames.reverse().join(';')
}

function add(map: Map<string, number>, key: string, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value)
}

function byKey([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
