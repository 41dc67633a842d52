/** Functions by self and total, as `bpfview top` prints them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { topMarkdown, topText } from '../renderers/listing/top.ts'
import { relatedFunctions } from '../src/ops/stacks/relations.ts'
import type { TopFunction } from '../src/ops/stacks/top.ts'
import { topFunctions } from '../src/ops/stacks/top.ts'
import { bpfview } from './command.ts'
import { profileOf } from './synthetic.ts'

const stacks = fc.array(fc.tuple(fc.stringMatching(/^t(;[a-c]){0,6}$/), fc.integer({ min: 1, max: 50 })), {
  minLength: 1,
  maxLength: 20,
})

describe('topFunctions', () => {
  test('counts each stack once for every function in it, and its leaf for itself', () => {
    fc.assert(
      fc.property(stacks, fc.constantFrom('self' as const, 'total' as const), (lines, by) => {
        const found = topFunctions(profileOf(lines), by)
        const sum = (keep: (frames: string[]) => boolean): number =>
          lines.reduce((all, [path, value]) => all + (keep(path.split(';').slice(1)) ? value : 0), 0)
        for (const name of ['a', 'b', 'c']) {
          const one = found.find(each => each.name === name)
          expect([one?.self ?? 0, one?.total ?? 0]).toEqual([
            sum(frames => frames.at(-1) === name),
            sum(frames => frames.includes(name)),
          ])
        }
        expect(found.map(one => one[by])).toEqual(found.map(one => one[by]).sort((a, b) => b - a))
        expect(found.some(({ name }) => name === 't')).toBe(false)
      }),
    )
  })
  test('a chain of a hundred thousand frames takes no time', () => {
    const deep = profileOf([[`t;${'a;'.repeat(100_000)}b`, 1]])
    expect(topFunctions(deep)).toEqual([
      { name: 'b', module: '', self: 1, total: 1 },
      { name: 'a', module: '', self: 0, total: 1 },
    ])
  }, 3000)
})

test('names of a capture are no markup and move no cursor', () => {
  const profile = profileOf({ 'app;|<img src=x>\u001b[2J': 3 })
  const functions = topFunctions(profile)
  expect(topMarkdown(profile, functions, 9)).toContain(
    '| 3 | 100% | 3 | 100% | <code>&#124;&lt;img src=x&gt;&#92;x1b&#91;2J</code> |  |',
  )
  expect(topText(profile, functions, 9)).toContain('|<img src=x>\\x1b[2J')
})

test('Markdown fits a comment, whatever is asked for and however long the names are', () => {
  const profile = profileOf(
    Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`${'|'.repeat(400)};f${i}${'*'.repeat(200)}`, 3000 - i]),
    ),
  )
  const made = topMarkdown(profile, topFunctions(profile), 1e9)
  expect(made.length).toBeLessThanOrEqual(64_000)
  const rows = made.split('\n').filter(line => line.startsWith('| ')).length - 1
  expect(made).toContain(`${(3000 - rows).toLocaleString('en')} more functions`)
})

describe('bpfview top', () => {
  const shop = 'fixtures/captures/shop'
  test('prints what was measured, what is doubtful, and the functions that cost most', async () => {
    const { status, stdout } = await bpfview(['top', shop, '--rows', '2'])
    expect(status).toBe(0)
    expect(stdout.split('\n').map(line => line.trim().replace(/ {2,}/g, '|'))).toEqual([
      'Functions: node, store and 4 more',
      'perf · cpu-clock · 1,361 samples · 199 Hz × 2 CPUs × 8 s · testbox · Linux 6.18.44-fc-v595',
      '⚠ 2.6% of frames have no symbol',
      '',
      'self samples|self %|total samples|total %|function|module',
      '163|12%|165|12.1%|crc_block|/opt/demo/store',
      '120|8.82%|123|9.04%|compress_block|/opt/demo/store',
      '574 more functions',
      '',
    ])
  })
  test('of a range and a thread, by total, as JSON and CSV', async () => {
    const rows = JSON.parse(
      (await bpfview(['top', shop, '--json', '--tid', '1842', '--range', '+0..+4', '--by', 'total'])).stdout,
    ) as Record<string, number | string>[]
    const folded = (await bpfview(['fold', shop, '--tid', '1842', '--range', '+0..+4'])).stdout.trim().split('\n')
    const all = folded.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    expect(rows.find(row => row['function'] === 'main')).toEqual({
      function: 'main',
      module: '/opt/demo/store',
      'self(samples)': 0,
      'self%': 0,
      'total(samples)': all,
      'total%': 100,
    })
    expect(rows.reduce((sum, row) => sum + Number(row['self(samples)']), 0)).toBe(all)
    expect((await bpfview(['top', '--csv', '-'], 'app;=cmd() 2\n')).stdout).toBe(
      "function,module,self(samples),self%,total(samples),total%\n'=cmd(),,2,100,2,100\n",
    )
  })
  test('of waiting gives the time to the function that waits, and says so', async () => {
    const { stdout } = await bpfview(['top', 'fixtures/captures/offcputime', '--rows', '3'])
    expect(stdout).toContain('frames of the tracer and the scheduler left out (--scheduler keep)')
    expect(stdout).toMatch(/ 17.4 s +17.9% +irqentry_exit_to_user_mode/)
    expect(stdout).not.toMatch(/__schedule|bpf_prog_/)
  })

  test('times read in their unit', async () => {
    expect(
      (await bpfview(['top', 'fixtures/captures/offcputime', '--by', 'total', '--rows', '2', '--scheduler', 'keep']))
        .stdout,
    ).toMatch(/ 96\.4 s +99\.3% +__schedule/)
  })
})

describe('--callers, --callees, --peek', () => {
  test('callers add up to the function, callees and its outermost self too, recursion once', () => {
    fc.assert(
      fc.property(stacks, fc.constantFrom('a', 'b', 'c'), (lines, name) => {
        const profile = profileOf(lines)
        if (!profile.stacks.frames.name.includes(name)) return
        const related = relatedFunctions(profile, name, 'both')
        const of = (relation: string): TopFunction[] => related.filter(each => each.relation === relation)
        const total = (rows: readonly TopFunction[]): number => rows.reduce((all, row) => all + row.total, 0)
        const [one] = of('function')
        const top = topFunctions(profile).find(each => each.name === name)
        expect([one!.self, one!.total]).toEqual([top?.self ?? 0, top?.total ?? 0])
        expect(total(of('caller'))).toBe(one!.total)
        // by hand: what follows the outermost call in each stack
        const next = new Map<string, number>()
        for (const [path, value] of lines) {
          const frames = path.split(';').slice(1)
          const callee = frames.includes(name) ? frames[frames.indexOf(name) + 1] : undefined
          if (callee !== undefined) next.set(callee, (next.get(callee) ?? 0) + value)
        }
        expect(new Map(of('callee').map(row => [row.name, row.total]))).toEqual(next)
        expect(relatedFunctions(profile, name, 'callers').map(row => row.relation)).not.toContain('callee')
      }),
    )
  })
  test('text, Markdown, CSV and JSON say the relation; a name that is not there is one clear line', async () => {
    for (const form of ['text', 'md', 'csv', 'json']) {
      const { stdout, status } = await bpfview(['top', '-', '--peek', 'f', '--to', form], 'a;f;g 3\na;f 1\n')
      expect(status).toBe(0)
      for (const word of ['caller', 'function', 'callee', 'relation']) expect(stdout).toContain(word)
    }
    const { stderr, status } = await bpfview(['top', '-', '--callers', 'x'], 'a;f;g 3\n')
    expect([status, stderr]).toEqual([
      2,
      'bpfview: no frame is of "x"; expected a function of the input, as bpfview top prints them\n',
    ])
    expect((await bpfview(['top', '-', '--callers', 'f', '--callees', 'f'], 'a;f 1\n')).status).toBe(2)
    expect((await bpfview(['top', '-', '--callers', 'f', '--by', 'task'], 'a;f 1\n')).stderr).toMatch(
      /--callers cannot be combined with --by task/,
    )
  })
})

describe('--by task, thread, module, cpu and wait', () => {
  test.each(['task', 'thread', 'module', 'cpu'])('groups by %s add up to the samples', async by => {
    const text = (await bpfview(['top', 'fixtures/captures/shop', '--by', by, '--csv'])).stdout.trim().split('\n')
    const head = text[0]!.split(',')
    const self = head.findIndex(column => column.startsWith('self'))
    expect(head[0]).toContain(by)
    expect(text.slice(1).reduce((all, line) => all + Number(line.split(',')[self]), 0)).toBe(1361)
  })
  test('groups by wait are of stacks that wait', async () => {
    const { stdout } = await bpfview(['top', 'fixtures/captures/offcputime', '--by', 'wait'])
    expect(stdout).toMatch(/\block\n/)
    expect((await bpfview(['top', 'fixtures/captures/shop', '--by', 'wait'])).stderr).toBe(
      'bpfview: --by wait is of stacks that wait; expected off-CPU time\n',
    )
    expect((await bpfview(['top', 'fixtures/captures/offcputime', '--by', 'cpu'])).status).toBe(2)
  })
})

test('a profile that is mostly idle CPUs says so and how to leave them out', () => {
  const text = (idle: number): string => {
    const profile = { ...profileOf({ 'swapper;do_idle;default_idle': idle, 'a;f': 10 }), measures: 'on-cpu' as const }
    return topText(profile, topFunctions(profile), 5)
  }
  expect(text(90)).toContain('⚠ 90% is idle CPUs; --no-idle leaves them out')
  expect(text(9)).not.toContain('idle CPUs')
})
