/** The library as programs see it: which names there are, what wrong arguments get, and that the examples run. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import * as library from '../src/index.ts'
import { BpfviewError } from '../src/index.ts'
import { exportedNames } from './api/report.ts'

const { flameGraph, heatMap, parse, parseStream, topText, diffRuns, compareRuns, foldedLines, topFunctions } = library

test('helpers of our own are not public', () => {
  for (const name of ['grown', 'cut', 'quote', 'csvCell', 'textTable', 'escapeTerminal', 'DiagnosticLog'])
    expect(library).not.toHaveProperty(name)
})

test('every name of the smaller entrances is in the large one', () => {
  const all = new Set(exportedNames('dist/src/index.d.ts').map(({ name }) => name))
  for (const entrance of ['parsers', 'renderers'])
    for (const { name } of exportedNames(`dist/${entrance}/index.d.ts`)) expect(all, name).toContain(name)
})

describe('a wrong argument is a BpfviewError E_USAGE that says what was found', () => {
  const parsed = parse('a;b 1\n')
  const loose = (call: unknown): ((...given: unknown[]) => unknown) => call as (...given: unknown[]) => unknown
  const cases: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['flameGraph of a result', () => loose(flameGraph)(parsed), /got the result of parse\(\); expected a dataset/],
    ['flameGraph of datasets', () => loose(flameGraph)(parsed.datasets), /got an array/],
    ['flameGraph of nothing', () => loose(flameGraph)(), /got undefined/],
    ['heatMap of datasets', () => loose(heatMap)(parsed.datasets), /got a dataset of kind "profile"; expected figures/],
    ['topText without functions', () => loose(topText)(parsed.datasets[0]), /topFunctions/],
    ['topFunctions of a result', () => loose(topFunctions)(parsed), /the result of parse/],
    ['foldedLines of null', () => loose(foldedLines)(null), /got null/],
    ['diffRuns of profiles', () => loose(diffRuns)(parsed.datasets, parsed.datasets), /\{ label, profile \}/],
    ['compareRuns of one', () => loose(compareRuns)(parsed.datasets[0], []), /expected an array/],
    ['parse of nothing', () => loose(parse)(), /got undefined/],
    ['parse of a stream', () => loose(parse)(Readable.from(['a;b 1\n'])), /expected parseStream\(stream\)/],
    ['parse of numbers', () => loose(parse)([1, 2]), /a chunk that is a number/],
  ]
  test.each(cases)('%s', (_, call, message) => {
    let thrown: unknown
    try {
      call()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(BpfviewError)
    expect((thrown as BpfviewError).code).toBe('E_USAGE')
    expect((thrown as BpfviewError).message).toMatch(message)
  })

  test('parseStream of nothing', async () => {
    await expect(loose(parseStream)()).rejects.toMatchObject({ code: 'E_USAGE' })
  })
})

test('streams of text, of bytes and of both give what the whole gives, wherever text is cut', async () => {
  const text = 'main;𝒻ast;größe 3\nmain;slow 4\n'
  const whole = parse(text).datasets
  for (let at = 1; at < text.length; at++) {
    const parts = [text.slice(0, at), text.slice(at)]
    expect((await parseStream(Readable.from(parts))).datasets).toEqual(whole)
    expect(parse(parts).datasets).toEqual(whole)
  }
  const bytes = new TextEncoder().encode(text)
  expect((await parseStream(Readable.from([bytes.subarray(0, 20), bytes.subarray(20)]))).datasets).toEqual(whole)
})

describe('examples', () => {
  const input = 'fixtures/folded/plain.txt'
  const run = (name: string, ...files: string[]): string =>
    execFileSync(process.execPath, [`examples/${name}`, ...files], { encoding: 'utf8' })

  test('fold.mjs prints folded stacks', () => {
    const [profile] = parse(readFileSync(input)).datasets.filter(dataset => dataset.kind === 'profile')
    expect(run('fold.mjs', input)).toBe(`${foldedLines(profile!).join('\n')}\n`)
  })

  test('flame.mjs prints a flame graph', () => {
    expect(run('flame.mjs', input)).toMatch(/^<svg[\s\S]*<\/svg>\s*$/)
  })
})

test('a format says what it can', () => {
  const { formats } = library
  expect(formats.filter(({ samples }) => samples).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['perf-script', 'perf-json']),
  )
  expect(formats.filter(({ coloured }) => coloured).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['perf-report', 'perf-sched-map']),
  )
})
