/** Who may import whom: DESIGN's table, walked over the real imports. Nothing points up. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apiReport } from './api/report.ts'

interface Layer {
  readonly folder: string
  /** Our folders it may import from, besides itself. */
  readonly ours: readonly string[]
  /** Packages it may import. */
  readonly packages: readonly RegExp[]
}

const LAYERS: readonly Layer[] = [
  { folder: 'src/model', ours: [], packages: [/^zod$/] },
  { folder: 'src/stats', ours: [], packages: [] },
  { folder: 'src/ops', ours: ['src/stats', 'src/model'], packages: [/^re2js$/] },
  { folder: 'parsers', ours: ['src/model'], packages: [/^papaparse$/, /^zod$/] },
  { folder: 'renderers', ours: ['src/ops', 'src/stats', 'src/model'], packages: [/^d3-/, /^papaparse$/] },
  {
    folder: 'src/archive',
    ours: ['src/ops', 'src/stats', 'src/model'],
    packages: [/^hyparquet(?:-writer)?$/, /^node:(?:crypto|zlib)$/],
  },
  {
    folder: 'src/cli',
    ours: ['src/archive', 'src/ops', 'src/stats', 'src/model', 'src/version.ts', 'parsers', 'renderers'],
    packages: [/^commander$/, /^node:/],
  },
  {
    folder: 'src/app',
    ours: ['src/cli/input', 'src/ops', 'src/model', 'parsers', 'renderers'],
    packages: [],
  },
  { folder: 'src/node', ours: ['src/cli', 'src/model', 'parsers'], packages: [/^node:/] },
]

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))
}

/** Code that runs in browsers. */
function isClient(file: string): boolean {
  return /\/client\/|\/client-text\.ts$/.test(file)
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [
    ...text.matchAll(/^(?:import|export)\b[^'"`;=]*?\bfrom '([^'\n]+)'|^import '([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm),
  ].map(match => (match[1] ?? match[2] ?? match[3])!)
}

describe.each(LAYERS)('$folder', ({ folder, ours, packages }) => {
  test.each(filesUnder(folder))('%s', file => {
    for (const target of importsOf(file)) {
      if (target.startsWith('.')) {
        const path = relative('.', join(dirname(file), target))
        const allowed = [folder, ...ours].some(place => path === place || path.startsWith(`${place}/`))
        expect(allowed, `${file} imports ${path}`).toBe(true)
        expect(target.endsWith('.ts'), `${file} imports ${target} without .ts`).toBe(true)
      } else {
        expect(
          packages.some(pattern => pattern.test(target)),
          `${file} imports ${target}`,
        ).toBe(true)
      }
    }
  })
})

test('only browser scripts touch the document', () => {
  for (const file of [...filesUnder('src'), ...filesUnder('parsers'), ...filesUnder('renderers')]) {
    if (isClient(file)) continue
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/\b(?:document|window)\.[a-z]/)
  }
})

test('only the command line touches files, clock, environment and streams', () => {
  for (const file of [
    ...filesUnder('src/model'),
    ...filesUnder('src/ops'),
    ...filesUnder('src/stats'),
    ...filesUnder('src/archive'),
    ...filesUnder('parsers'),
    ...filesUnder('renderers'),
  ]) {
    if (isClient(file)) continue
    // 'process.pid' in quotes is an attribute of OTLP
    expect(readFileSync(file, 'utf8'), file).not.toMatch(
      /(?<!')\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bBuffer\./,
    )
  }
})

test('results never go through console.log and nothing calls process.exit', () => {
  for (const file of [...filesUnder('src'), ...filesUnder('parsers'), ...filesUnder('renderers')]) {
    // examples in comments may print
    const code = readFileSync(file, 'utf8').replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    expect(code, file).not.toMatch(/\bconsole\.|\bprocess\.exit\(/)
  }
})

/** Files that import each other in a ring, or folders whose files do; `edges` maps a node to what it imports. */
function ringsOf(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  // what nothing left imports, or imports nothing left, is in no ring
  const left = new Map([...edges].map(([from, to]) => [from, new Set(to)]))
  for (let changed = true; changed; ) {
    changed = false
    const imported = new Set([...left.values()].flatMap(to => [...to]))
    for (const [node, to] of left) {
      for (const target of to) if (!left.has(target)) to.delete(target)
      if (to.size > 0 && imported.has(node)) continue
      left.delete(node)
      changed = true
    }
  }
  const rings: string[][] = []
  for (const start of left.keys()) {
    const ring = [...left.keys()].filter(other => reaches(left, start, other) && reaches(left, other, start))
    if (ring.length > 1 && ring[0] === start) rings.push(ring)
  }
  return rings
}

function reaches(edges: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>()
  const waiting = [from]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const next of edges.get(node) ?? []) {
      if (next === to) return true
      if (seen.has(next)) continue
      seen.add(next)
      waiting.push(next)
    }
  }
  return false
}

describe('imports run one way', () => {
  const files = ['src', 'parsers', 'renderers'].flatMap(filesUnder)
  const imports = new Map(
    files.map(file => [
      file,
      new Set(
        importsOf(file)
          .filter(target => target.startsWith('.'))
          .map(target => relative('.', join(dirname(file), target))),
      ),
    ]),
  )

  test('the walk finds rings', () => {
    const edges = new Map(
      Object.entries({ a: ['b'], b: ['c'], c: ['b', 'd'], d: [], e: ['a'] }).map(([k, v]) => [k, new Set(v)]),
    )
    expect(ringsOf(edges)).toEqual([['b', 'c']])
  })

  test('between files', () => expect(ringsOf(imports)).toEqual([]))

  test('between folders', () => {
    const folders = new Map<string, Set<string>>()
    for (const [file, targets] of imports) {
      const from = dirname(file)
      for (const target of targets) {
        const to = dirname(target)
        // a folder and one inside it are one room: the entrance of a folder gathers its families
        if (from === to || from.startsWith(`${to}/`) || to.startsWith(`${from}/`)) continue
        folders.set(from, (folders.get(from) ?? new Set()).add(to))
        if (!folders.has(to)) folders.set(to, new Set())
      }
    }
    expect(ringsOf(folders)).toEqual([])
  })

  test('what all formats can be asked knows none of them', () => {
    for (const [file, targets] of imports)
      if (file.startsWith('parsers/reading/'))
        for (const target of targets) expect(target, file).toMatch(/^(?:src\/|parsers\/(?:reading|words)\/)/)
  })
})

test('docs/api.txt is what the declarations say; npm run api renews it', () => {
  expect(apiReport()).toBe(readFileSync('docs/api.txt', 'utf8'))
})
