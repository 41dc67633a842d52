/** CONTRIBUTING.md tells where changes belong: the files are there; and what the mutation script changes is code. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formats } from '../parsers/formats.ts'
import { mutantsOf, sampleOf } from './mutation/mutants.ts'

test('every file that CONTRIBUTING.md and docs/architecture.md name is there', () => {
  for (const page of ['CONTRIBUTING.md', 'docs/architecture.md']) {
    const text = readFileSync(page, 'utf8')
    const paths = [...text.matchAll(/\b((?:parsers|renderers|src|collectors|test)\/[a-z0-9/.-]+\.(?:ts|sh))\b/g)].map(
      match => match[1]!,
    )
    expect(paths.length).toBeGreaterThan(page === 'CONTRIBUTING.md' ? 20 : 3)
    for (const path of paths) expect(existsSync(path), `${page}: ${path}`).toBe(true)
  }
})

test('CHANGELOG.md keeps its order: newest version first, in it Added, Changed, Fixed once each, every line an entry', () => {
  const [head, ...versions] = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m)
  expect(head).not.toMatch(/^[#-]{2,} |^- /m)
  expect(versions[0]).toMatch(/^\[Unreleased\]\n/)
  for (const version of versions) {
    const sections: readonly string[] = version.match(/^### .*$/gm) ?? []
    expect(sections).toEqual(['### Added', '### Changed', '### Fixed'].filter(each => sections.includes(each)))
    const entries = version.split('\n').filter(line => line !== '' && !/^(?:\[|### )/.test(line))
    expect(entries.filter(line => !line.startsWith('- '))).toEqual([])
    expect(new Set(entries).size).toBe(entries.length)
  }
})

test('mutants change one token of code, never a comment, a text or a type', () => {
  const source = "/** a + b */\nimport x from 'a + b'\nconst text = 'a < b' // 1 + 1\nconst sum = a + b > 0\n"
  expect(mutantsOf(source).map(({ line, from, to }) => [line, from, to])).toEqual([
    [4, ' + ', ' - '],
    [4, ' > ', ' >= '],
    [4, '0', '1'],
  ])
  expect(sampleOf([1, 2, 3, 4], 2, 7)).toEqual(sampleOf([1, 2, 3, 4], 2, 7))
})

test('docs/formats.md has a line of each reader of text', () => {
  const lined = new Set<string>()
  // a cell that begins with a line, or holds one
  for (const [, id] of readFileSync('docs/formats.md', 'utf8').matchAll(
    /^\| `([\w-]+)` \| (?:`+[^`|]|.*`[^`]{20,}`)/gm,
  ))
    lined.add(id!)
  // files of other profilers are in docs/profilers.md; benchmarks and trees are whole documents
  const whole =
    /^(?:bpfview-profile|pprof|perf-data|jfr|otlp|speedscope|cpuprofile|heapprofile|firefox|chrome-trace|pyinstrument|stackprof)$/
  const documents =
    /^(?:async-profiler-html|instruments|flame-\w+|hyperfine|google-benchmark|jmh|pytest-benchmark|criterion|go-bench|time-v)$/
  const missing = formats.map(({ id }) => id).filter(id => !lined.has(id) && !whole.test(id) && !documents.test(id))
  expect(missing).toEqual([])
})
