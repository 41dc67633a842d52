/** Who may import whom: DESIGN's table, walked over the real imports. Nothing points up. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

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
  { folder: 'src/ops', ours: ['src/stats', 'src/model'], packages: [] },
  { folder: 'parsers', ours: ['src/model'], packages: [/^papaparse$/, /^zod$/] },
  { folder: 'renderers', ours: ['src/ops', 'src/stats', 'src/model'], packages: [/^d3-/] },
  { folder: 'src/cli', ours: ['src/ops', 'src/stats', 'src/model', 'src/version.ts', 'parsers', 'renderers'], packages: [/^commander$/, /^node:/] },
]

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/^(?:import|export)\b[^'"`;=]*?\bfrom '([^'\n]+)'|^import '([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm)].map(match => (match[1] ?? match[2] ?? match[3])!)
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
        expect(packages.some(pattern => pattern.test(target)), `${file} imports ${target}`).toBe(true)
      }
    }
  })
})

test('only browser scripts touch the document', () => {
  for (const file of [...filesUnder('src'), ...filesUnder('parsers'), ...filesUnder('renderers')]) {
    if (/-(?:client|script)(?:-[a-z]+)?\.ts$/.test(file)) continue
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/\b(?:document|window)\.[a-z]/)
  }
})

test('only the command line touches files, clock, environment and streams', () => {
  for (const file of [...filesUnder('src/model'), ...filesUnder('src/ops'), ...filesUnder('src/stats'), ...filesUnder('parsers'), ...filesUnder('renderers')]) {
    if (/-(?:client|script)(?:-[a-z]+)?\.ts$/.test(file)) continue
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bBuffer\./)
  }
})

test('results never go through console.log and nothing calls process.exit', () => {
  for (const file of [...filesUnder('src'), ...filesUnder('parsers'), ...filesUnder('renderers')]) {
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/\bconsole\.|\bprocess\.exit\(/)
  }
})
