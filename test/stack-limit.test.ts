/** `maxStacks`: what is over the limit is one frame, nothing is lost, and it is said. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatById, parse } from '../parsers/parse.ts'
import { catalogue } from '../src/cli/catalogue.ts'
import { commands } from '../src/cli/commands.ts'
import type { Dataset } from '../src/model/datasets.ts'
import { BpfviewError } from '../src/model/error.ts'
import { kindCode, OTHER_STACKS, ROOT, StackTreeBuilder } from '../src/model/stacks.ts'
import { bpfview } from './command.ts'

const LARGEST = 60_000
const FIXTURES = readdirSync('fixtures', { recursive: true, encoding: 'utf8' })
  .filter(name => /^(?!captures|hostile)[\w-]+\/[^/]+\.(?:txt|json|folded)$/.test(name))
  .map(name => join('fixtures', name))
  .filter(path => !path.endsWith('.expected.json') && statSync(path).size < LARGEST)

type Stacks = Extract<Dataset, { readonly stacks: unknown }>

function stacksOf(path: string, maxStacks?: number, timeline = false): readonly Stacks[] {
  try {
    const parsed = parse(readFileSync(path), { timeline, ...(maxStacks !== undefined && { maxStacks }) })
    return parsed.datasets.filter(dataset => 'stacks' in dataset)
  } catch (error) {
    if (error instanceof BpfviewError) return []
    throw error
  }
}

function valuesOf(dataset: Stacks): readonly number[] {
  if (dataset.kind === 'samples') return [...dataset.weight]
  return dataset.kind === 'profile' ? [...dataset.self] : [...dataset.before, ...dataset.after]
}

/** Paths of the stacks with a value, OTHER_STACKS left out, and how many of the tree's nodes have no child. */
function heldBy({ stacks, ...rest }: Stacks): { readonly paths: readonly string[]; readonly ends: number } {
  const { parent, frame, frames } = stacks
  const texts: string[] = ['']
  const inner = new Set(parent)
  let ends = 0
  for (let i = 1; i < parent.length; i++) {
    const name = frames.name[frame[i]!]!
    texts.push(`${texts[parent[i]!]!};${name}`)
    if (!inner.has(i) && !(parent[i] === ROOT && name === OTHER_STACKS)) ends++
  }
  const of =
    rest.kind === 'samples'
      ? [...rest.stack]
      : [...parent.keys()].filter(
          i => (rest.kind === 'profile' ? rest.self[i] : rest.before[i]! + rest.after[i]!) !== 0,
        )
  return { paths: of.map(i => texts[i]!).filter(text => text !== `;${OTHER_STACKS}`), ends }
}

describe('a limit of stacks', () => {
  const files = FIXTURES.filter(path => stacksOf(path).length > 0)

  test('nothing is lost, whatever the format', () => {
    expect(files.length).toBeGreaterThan(100)
    let reached = 0
    for (const path of files)
      for (const timeline of [false, true]) {
        const all = stacksOf(path, undefined, timeline)
        const some = stacksOf(path, 2, timeline)
        expect(some.length, path).toBe(all.length)
        some.forEach((dataset, i) => {
          const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
          const whole = sum(valuesOf(all[i]!))
          expect(Math.abs(sum(valuesOf(dataset)) - whole), path).toBeLessThanOrEqual(Math.abs(whole) * 1e-9)
          const { paths, ends } = heldBy(dataset)
          expect(ends, path).toBeLessThanOrEqual(2)
          const known = new Set(heldBy(all[i]!).paths)
          for (const stack of paths) expect(known.has(stack), `${path}: ${stack}`).toBe(true)
          const said = dataset.meta.notes?.some(note => note.endsWith('limit of 2 stacks')) === true
          expect(said, path).toBe(dataset.stacks.frames.name.includes(OTHER_STACKS))
          if (said) reached++
        })
      }
    expect(reached).toBeGreaterThan(50)
  })

  test('a limit that is not reached changes nothing', () => {
    for (const path of files) expect(stacksOf(path, 1_000_000), path).toEqual(stacksOf(path))
  })

  // what is cut only at the end takes the memory first
  test.each([
    ['folded', (n: number) => `app;main;f${n} 1\n`],
    ['bcc-stacks', (n: number) => `    f${n}\n    main\n    -                app (12)\n        1\n\n`],
    ['perf-script', (n: number) => `app 12 ${n}.000001: cycles: \n\t4000 f${n} (/bin/app)\n\t5000 main (/bin/app)\n\n`],
  ])('%s holds no more while it reads', (format, record) => {
    const reader = formatById(format).reader({ maxStacks: 10 })
    for (let n = 0; n < 500; n++) reader.push(new TextEncoder().encode(record(n)))
    const dataset = reader.end().datasets.find(each => each.kind === 'profile')!
    expect(dataset.stacks.parent.length).toBeLessThan(30)
    expect(dataset.self.reduce((a, b) => a + b, 0)).toBe(500)
  })

  test('the builder: the first stacks stay, a longer one takes the place of its beginning', () => {
    const builder = new StackTreeBuilder({ maxStacks: 2 })
    const frame = (name: string): number => builder.frame(name, '', kindCode('user'))
    const add = (...names: readonly string[]): number =>
      names.reduce((node, name) => builder.child(node, frame(name)), ROOT)
    const ab = add('a', 'b')
    const abc = add('a', 'b', 'c')
    const ad = add('a', 'd')
    const other = add('a', 'e', 'b', 'c')
    expect(new Set([ab, abc, ad, other]).size).toBe(4)
    expect(builder.parentOf(other)).toBe(ROOT)
    expect(builder.frameName(builder.frameOf(other))).toBe(OTHER_STACKS)
    expect([add('x', 'y'), add('a', 'f'), add('x')]).toEqual([other, other, other])
    expect([add('a', 'b'), add('a', 'b', 'c'), add('a', 'd')]).toEqual([ab, abc, ad])
  })
})

describe('--max-stacks', () => {
  test('is said when it is reached', async () => {
    const text = 'a;b 6\na;b;c 1\nx;y 1\na;z 1\nq;r 1\n'
    const { stdout, stderr, status } = await bpfview(['fold', '--max-stacks', '2', '-'], text)
    expect(status).toBe(0)
    expect(stdout).toBe('[other stacks] 2\na;b 6\na;b;c 1\nx;y 1\n')
    expect(stderr).toContain(
      'standard input: 20% of "samples" is in "[other stacks]": the limit of 2 stacks was reached; expected a higher --max-stacks, or less input',
    )
  })

  test('stands with every command that reads stacks', async () => {
    const all = (await catalogue(commands)).flatMap(command => [command, ...command.parts])
    const takes = (name: string): readonly string[] =>
      all.filter(({ options }) => options.some(({ long }) => long === name)).map(each => each.name)
    expect(takes('--max-stacks')).toEqual(takes('--all-threads'))
  })
})
