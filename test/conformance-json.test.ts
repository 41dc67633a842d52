/** Values of JSON and of text exposition against independent readings of the fixtures: no number is lost, no count invented. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import type { Parsed } from '../src/model/index.ts'

const inputs = (format: string): string[] =>
  readdirSync(join('fixtures', format))
    .filter(name => !name.endsWith('.golden'))
    .map(name => join('fixtures', format, name))

/** Every number and every text of the tables. */
function cellsOf({ datasets }: Parsed): Set<string> {
  const cells = new Set<string>()
  for (const dataset of datasets) {
    if (dataset.kind !== 'events') continue
    for (const column of dataset.columns) for (const value of column.values) cells.add(String(value))
  }
  return cells
}

function leaves(value: unknown, into: string[]): string[] {
  if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) leaves(one, into)
  else if (typeof value === 'number') into.push(String(value))
  return into
}

/** The documents of a text: one, or one per line; undefined when some line is none. */
function documents(text: string): unknown[] | undefined {
  try {
    return [JSON.parse(text)]
  } catch {
    try {
      return text
        .split('\n')
        .filter(line => line.trim() !== '')
        .map(line => JSON.parse(line) as unknown)
    } catch {
      return undefined
    }
  }
}

describe('json-table', () => {
  const read = inputs('json-table')
    .map(path => ({ path, found: documents(readFileSync(path, 'utf8')) }))
    .filter(({ found }) => found !== undefined)

  test('there are documents', () => expect(read.length).toBeGreaterThan(5))

  test.each(read)('$path: every number is in a cell', ({ path, found }) => {
    const parsed = parse(readFileSync(path))
    const cells = [...cellsOf(parsed)]
    const known = new Set(cells)
    // numbers of lists are words of one cell; facts of the host are not rows
    for (const cell of cells) for (const word of cell.split(/[\s,;]+/)) known.add(word)
    for (const { meta } of parsed.datasets) known.add(String(meta.cpus))
    expect(leaves(found, []).filter(number => !known.has(number))).toEqual([])
  })
})

describe('prometheus', () => {
  test.each(inputs('prometheus'))('%s: the buckets add up to their last', path => {
    const text = readFileSync(path, 'utf8')
    // the +Inf bucket of each histogram counts all of it; a scrape that comes later counts on
    let printed = 0
    const last = new Map<string, number>()
    for (const [, series, value] of text.matchAll(/^(\w+_bucket\{.*)le="\+Inf"[^}]*\} (\d+(?:\.\d+)?(?:e\+?\d+)?)/gm))
      last.set(series!, Number(value))
    for (const value of last.values()) printed += value
    if (printed === 0) return
    const { datasets } = parse(text)
    let read = 0
    for (const dataset of datasets) {
      if (dataset.kind !== 'histograms') continue
      const width = dataset.edges.length - 1
      const from = dataset.cumulative === true ? dataset.counts.length - width : 0
      for (let i = from; i < dataset.counts.length; i++) read += dataset.counts[i]! > 0 ? dataset.counts[i]! : 0
    }
    expect(read).toBe(printed)
  })
})
