/** Transforms of stacks against the plain reading of folded lines; a picture's client and the command line are one implementation. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { foldedLines } from '../renderers/listing/folded.ts'
import type { Profile } from '../src/model/index.ts'
import { checkProfile, kindCode, StackTreeBuilder } from '../src/model/index.ts'
import { sum } from '../src/ops/index.ts'
import type { StackTransform } from '../src/ops/stacks/transform.ts'
import { transformProfile } from '../src/ops/stacks/transform-profile.ts'

const line = fc.tuple(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 }), fc.nat(9))
const steps = fc.constantFrom<StackTransform>(
  { kind: 'keep', name: 'b' },
  { kind: 'drop', name: 'b' },
  { kind: 'start', name: 'b' },
  { kind: 'merge', name: 'b' },
  { kind: 'collapse', what: 'recursion' },
)

/** One folded stack after a transform, read plainly; undefined when it is not kept. */
function plain(frames: readonly string[], step: StackTransform): readonly string[] | undefined {
  const at = step.kind === 'collapse' ? -1 : frames.indexOf(step.name)
  switch (step.kind) {
    case 'keep':
      return at >= 0 ? frames : undefined
    case 'drop':
      return at >= 0 ? undefined : frames
    case 'start':
      return at >= 0 ? frames.slice(at) : undefined
    case 'merge':
      return frames.filter(frame => frame !== step.name)
    case 'collapse':
      return frames.filter((frame, i) => i === 0 || frame !== frames[i - 1])
  }
}

test('every transform gives the stacks that a plain reading gives', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), steps, (lines, step) => {
      const all = [
        ...lines.map(([frames, value]) => [['z', ...frames], value] as const),
        [['x', 'b', 'b', 'y'], 1] as const,
      ]
      const wanted = new Map<string, number>()
      for (const [frames, value] of all) {
        const stack = plain(frames, step)
        if (stack !== undefined && value > 0) wanted.set(stack.join(';'), (wanted.get(stack.join(';')) ?? 0) + value)
      }
      const profile = parse(all.map(([frames, value]) => `${frames.join(';')} ${value}\n`).join(''), {
        format: 'folded',
      }).datasets[0] as Profile
      const got = transformProfile(profile, [step])
      checkProfile(got)
      const rows = [...foldedLines(got)].map(text => [
        text.slice(0, text.lastIndexOf(' ')),
        Number(text.slice(text.lastIndexOf(' '))),
      ])
      expect(new Map(rows as [string, number][])).toEqual(wanted)
    }),
  )
})

test('merge and collapse keep the sum, modules collapse to one frame a run', () => {
  const builder = new StackTreeBuilder()
  const user = kindCode('user')
  const main = builder.child(0, builder.frame('main', '/bin/app', user))
  const outer = builder.child(main, builder.frame('malloc', '/usr/lib/libc.so.6', user))
  const inner = builder.child(outer, builder.frame('_int_malloc', '/usr/lib/libc.so.6', user))
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  self[main] = 1
  self[outer] = 2
  self[inner] = 4
  const profile: Profile = {
    kind: 'profile',
    name: 'x',
    value: { name: 'samples', unit: 'samples' },
    stacks,
    self,
    meta: {},
  }
  const got = transformProfile(profile, [{ kind: 'collapse', what: 'libc.so.6' }])
  expect(sum(got.self)).toBe(7)
  expect([...foldedLines(got)].sort()).toEqual(['main 1', 'main;[libc.so.6] 6'])
  expect(() => transformProfile(profile, [{ kind: 'keep', name: 'nope' }])).toThrow(/no frame is of it/)
})
