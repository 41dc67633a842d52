/** Laws that hold for any profile, checked on generated ones. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { foldedLines } from '../renderers/listing/folded.ts'
import type { Profile } from '../src/model/index.ts'
import { checkProfile, checkStacks, framesOf, StackParts, StackTreeBuilder } from '../src/model/index.ts'
import { mergeProfiles } from '../src/ops/stacks/merge.ts'
import { sum, totals } from '../src/ops/stacks/totals.ts'

const frame = fc.oneof(
  fc.constantFrom(
    'main',
    'a',
    'b',
    'do_syscall_64',
    '__proto__',
    'constructor',
    'x y',
    'f(int, char)',
    '[unknown]',
    '-',
    '--',
  ),
  fc.string({ minLength: 1, maxLength: 6 }).filter(
    name =>
      !/[;\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff#/]/.test(name) &&
      name.isWellFormed() &&
      // what a terminal echoes at an interrupt: readers take it off the beginning of a line
      !name.startsWith('^C'),
  ),
)
const stack = fc.array(frame, { minLength: 1, maxLength: 8 })
const line = fc.tuple(stack, fc.integer({ min: 1, max: 1e6 }))
const lines = fc.array(line, { minLength: 1, maxLength: 40 })

function profileOf(rows: readonly (readonly [readonly string[], number])[]): Profile {
  const builder = new StackTreeBuilder()
  const values: [number, number][] = []
  for (const [names, value] of rows) {
    let node = 0
    for (const name of names) node = builder.child(node, builder.frame(name, '', 2))
    values.push([node, value])
  }
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  for (const [node, value] of values) self[node] = self[node]! + value
  return checkProfile({
    kind: 'profile',
    name: 'samples',
    value: { name: 'samples', unit: 'samples' },
    stacks,
    self,
    meta: {},
  })
}

function folded(profile: Profile): string {
  return foldedLines(profile)
    .map(each => `${each}\n`)
    .join('')
}

test('parseFolded(fold p) = p', () => {
  fc.assert(
    fc.property(lines, rows => {
      const text = folded(profileOf(rows))
      const { datasets, skippedLines } = parse(text, { format: 'folded' })
      expect(skippedLines).toBe(0)
      expect(folded(datasets[0] as Profile)).toBe(text)
    }),
  )
})

test('merge is commutative, associative and keeps the sum', () => {
  fc.assert(
    fc.property(lines, lines, lines, (a, b, c) => {
      const [p, q, r] = [profileOf(a), profileOf(b), profileOf(c)]
      expect(folded(mergeProfiles([p, q]))).toBe(folded(mergeProfiles([q, p])))
      expect(folded(mergeProfiles([mergeProfiles([p, q]), r]))).toBe(folded(mergeProfiles([p, mergeProfiles([q, r])])))
      expect(sum(mergeProfiles([p, q, r]).self)).toBe(sum(p.self) + sum(q.self) + sum(r.self))
    }),
  )
})

test("the total of the root is the sum of self, and of any node its own and its children's", () => {
  fc.assert(
    fc.property(lines, rows => {
      const { stacks, self } = profileOf(rows)
      const total = totals(stacks, self)
      expect(total[0]).toBe(sum(self))
      const children = new Float64Array(total.length)
      for (let i = 1; i < total.length; i++) children[stacks.parent[i]!] = children[stacks.parent[i]!]! + total[i]!
      total.forEach((value, i) => expect(value).toBe(children[i]! + self[i]!))
    }),
  )
})

test('a part of a tree holds the stacks asked for, in order, and nothing that none of them has', () => {
  const text = ({ stacks }: Pick<Profile, 'stacks'>, node: number): string =>
    framesOf(stacks, node)
      .map(frame => stacks.frames.name[frame])
      .join(';')
  fc.assert(
    fc.property(lines, fc.array(fc.nat()), fc.array(fc.nat()), (rows, ...picks) => {
      const { stacks } = profileOf(rows)
      const parts = new StackParts(stacks)
      for (const pick of picks) {
        const nodes = Int32Array.from(pick, number => number % stacks.parent.length)
        const part = parts.part(nodes)
        checkStacks(part.stacks)
        expect(Array.from(part.at, node => text(part, node))).toEqual(Array.from(nodes, node => text({ stacks }, node)))
        const ancestors = new Set<number>([0])
        for (const node of nodes) for (let up = node; up > 0; up = stacks.parent[up]!) ancestors.add(up)
        expect(Array.from(part.stacks.parent, (_, node) => text(part, node))).toEqual(
          [...ancestors].sort((a, b) => a - b).map(node => text({ stacks }, node)),
        )
        expect(new Set(part.stacks.frame).size).toBe(part.stacks.frames.name.length + 1)
      }
    }),
  )
})

test('any chunking gives the same result', () => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 30 }), (rows, size) => {
      const bytes = new TextEncoder().encode(folded(profileOf(rows)))
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      expect(parse(chunks, { format: 'folded' })).toEqual(parse(bytes, { format: 'folded' }))
    }),
  )
})

test('a stack 200,000 frames deep and a root with 300,000 children are read, summed and printed', () => {
  const deep = `${'f;'.repeat(200_000)}g 1\n`
  const [profile] = parse(deep, { format: 'folded' }).datasets as Profile[]
  expect(totals(profile!.stacks, profile!.self)[0]).toBe(1)
  expect(folded(profile!)).toBe(deep)
  const wide = Array.from({ length: 300_000 }, (_, i) => `a;f${String(i).padStart(6, '0')} 1\n`).join('')
  expect(folded(parse(wide, { format: 'folded' }).datasets[0] as Profile)).toBe(wide)
})
