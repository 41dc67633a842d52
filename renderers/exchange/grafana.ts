import type { Profile, ProfileDiff } from '../../src/model/index.ts'

/** Grafana's words for units. */
export const GRAFANA_UNITS = new Map([
  ['ns', 'ns'],
  ['us', 'µs'],
  ['ms', 'ms'],
  ['s', 's'],
  ['bytes', 'bytes'],
])

/**
 * A data frame for Grafana's flame graph panel: nodes depth first, children right after their parent. Of a difference, value and self hold the first side
 * and valueRight and selfRight the second; the panel adds them. Source: @grafana/flamegraph, dataTransform.
 */
export function grafanaFrame(data: Profile | ProfileDiff): string {
  const { stacks } = data
  const right = data.kind === 'profile-diff' ? data.after : undefined
  const self = data.kind === 'profile-diff' ? data.before : data.self
  const value = totals(stacks.parent, self)
  const valueRight = right === undefined ? undefined : totals(stacks.parent, right)
  const { order, level } = depthFirst(stacks.parent)
  const shown = order.filter(node => node === 0 || value[node] !== 0 || (valueRight?.[node] ?? 0) !== 0)
  const unit = GRAFANA_UNITS.get(data.value.unit) ?? 'short'
  const numbers = (name: string, column: Float64Array): object => ({
    name,
    type: 'number',
    config: { unit },
    values: shown.map(node => column[node]!),
  })
  const label = shown.map(node => (node === 0 ? 'total' : stacks.frames.name[stacks.frame[node]!]!))
  const fields = [
    { name: 'level', type: 'number', config: {}, values: shown.map(node => level[node]!) },
    { name: 'label', type: 'string', config: {}, values: label },
    numbers('value', value),
    numbers('self', self),
    ...(right === undefined ? [] : [numbers('valueRight', valueRight!), numbers('selfRight', right)]),
  ]
  return `${JSON.stringify({ name: data.name, meta: { preferredVisualisationType: 'flamegraph' }, length: shown.length, fields })}\n`
}

function totals(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice()
  for (let node = parent.length - 1; node > 0; node--) total[parent[node]!]! += total[node]!
  return total
}

function depthFirst(parent: Int32Array): { readonly order: number[]; readonly level: Int32Array } {
  const level = new Int32Array(parent.length)
  const child = new Int32Array(parent.length)
  const sibling = new Int32Array(parent.length)
  for (let node = parent.length - 1; node > 0; node--) {
    sibling[node] = child[parent[node]!]!
    child[parent[node]!] = node
  }
  const order: number[] = []
  const open = [0]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    order.push(node)
    if (node > 0) {
      level[node] = level[parent[node]!]! + 1
      if (sibling[node] !== 0) open.push(sibling[node]!)
    }
    if (child[node] !== 0) open.push(child[node]!)
  }
  return { order, level }
}
