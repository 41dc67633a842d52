/** merge, diff, check and baseline as a user runs them. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { addRuns } from '../src/cli/output/baseline.ts'
import type { Profile } from '../src/model/index.ts'
import { randomSource } from '../src/stats/random.ts'
import { bpfview, PROGRAM, scratch } from './command.ts'
import { poisson } from './synthetic.ts'

const dir = scratch()
const HOSTILE = '<img src=x onerror=alert(1)>|`[a](javascript:b)`@team\u001b[2J::error::x'

/** Writes `count` runs of one program as folded files; returns their paths. */
function write(prefix: string, count: number, seed: number, grow: Readonly<Record<string, number>> = {}): string[] {
  const random = randomSource(seed)
  mkdirSync(join(dir, prefix), { recursive: true })
  return Array.from({ length: count }, (_, run) => {
    const lines = Array.from({ length: 30 }, (_, i) => {
      const name = i === 4 ? HOSTILE : `f${i}`
      return `app;main;group${i % 4};${name} ${poisson((4000 / (i + 3) / 2.3) * (grow[`f${i}`] ?? 1), random)}`
    })
    const path = join(dir, prefix, `run${run}.folded`)
    writeFileSync(path, lines.join('\n') + '\n')
    return path
  })
}

let base: string[]
let same: string[]
let worse: string[]
beforeAll(() => {
  base = write('base', 5, 1)
  same = write('same', 5, 2)
  worse = write('worse', 5, 3, { f4: 2 })
})

describe('check', () => {
  test('--before and --after are --base and --new, alone or mixed, and both are needed', async () => {
    const old = await bpfview(['check', '--base', ...base, '--new', ...worse])
    expect(await bpfview(['check', '--before', ...base, '--after', ...worse])).toEqual(old)
    expect(await bpfview(['check', '--before', ...base, '--new', ...worse])).toEqual(old)
    const { status, stderr } = await bpfview(['check', '--before', ...base])
    expect([status, stderr]).toEqual([2, 'bpfview: no runs after; expected --before RUN... --after RUN...\n'])
  })

  test('exit 0 on no regression, 1 on one, 3 where nothing can be told and --strict asks', async () => {
    expect((await bpfview(['check', '--base', ...base, '--new', ...same])).status).toBe(0)
    const found = await bpfview(['check', '--base', ...base, '--new', ...worse])
    expect(found.status).toBe(1)
    expect(found.stdout).toMatch(/^REGRESSED: .*\nverdict: regressed\n/)
    expect(found.stdout).toMatch(/smallest change found with 90% power: /)
    expect((await bpfview(['check', '--base', base[0]!, '--new', ...worse])).status).toBe(0)
    expect((await bpfview(['check', '--base', base[0]!, '--new', worse[0]!, '--strict'])).status).toBe(3)
    expect((await bpfview(['check', '--base', ...base, '--new', '/no/such'])).status).toBe(2)
  })
  test('a directory stands for the runs in it', async () => {
    expect(await bpfview(['check', '--base', join(dir, 'base'), '--new', join(dir, 'worse'), '-q'])).toMatchObject({
      stdout: 'regressed\n',
      status: 1,
    })
  })
  test.skipIf(!existsSync('/dev/full'))('a full disk is said and exit 74, whatever the verdict', () => {
    for (const head of [same, worse]) {
      const { status, stderr } = spawnSync(
        'bash',
        ['-c', '"$@" > /dev/full', 'bash', process.execPath, PROGRAM, 'check', '--base', ...base, '--new', ...head],
        { encoding: 'utf8' },
      )
      expect(stderr).toMatch(/^bpfview: standard output: ENOSPC.*\n$/)
      expect(status).toBe(74)
    }
  })
  test('an output on standard output has it alone, and no two have one place', async () => {
    const { status, stdout } = await bpfview(['check', '--base', ...base, '--new', ...worse, '--json', '-'])
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'regressed' })
    for (const [one, other] of [
      ['-', '-'],
      [join(dir, 'both'), join(dir, 'base', '..', 'both')],
    ] as const) {
      const twice = await bpfview(['check', '--base', ...base, '--new', ...worse, '--json', one, '--markdown', other])
      expect(twice).toMatchObject({ status: 2, stdout: '' })
      expect(twice.stderr).toMatch(/^bpfview: two outputs are called ".*"; expected a name for each\n$/)
    }
    expect(existsSync(join(dir, 'both'))).toBe(false)
  })
  test('every output holds the verdict, and no markup or command of a name', () => {
    const [json, markdown, junit, svg, summary] = ['c.json', 'c.md', 'c.xml', 'c.svg', 'summary.md'].map(name =>
      join(dir, name),
    ) as [string, string, string, string, string]
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        PROGRAM,
        'check',
        '--base',
        ...base,
        '--new',
        ...worse,
        '--json',
        json,
        '--markdown',
        markdown,
        '--junit',
        junit,
        '--svg',
        svg,
        '--key',
        'my bench',
      ],
      { encoding: 'utf8', env: { ...process.env, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary } },
    )
    expect(status).toBe(1)
    const answer = JSON.parse(readFileSync(json, 'utf8'))
    expect(answer).toMatchObject({
      schema: 'bpfview.check',
      version: 2,
      verdict: 'regressed',
      violated: true,
      tool: { name: 'bpfview' },
      policy: { seed: 1 },
    })
    expect(answer.causes[0].name).toBe(HOSTILE)
    expect(answer.frames[0].runsBefore).toHaveLength(5)
    expect(answer.before.inputs[0].sha256).toMatch(/^[0-9a-f]{64}$/)
    const text = readFileSync(markdown, 'utf8')
    expect(text).toMatch(/^<!-- bpfview:compare:my_bench -->\n### .*REGRESSED/)
    expect(text).not.toMatch(/<img|\]\(|`|@team/)
    expect(text.length).toBeLessThan(65_000)
    expect(readFileSync(summary, 'utf8')).toBe(text)
    const xml = readFileSync(junit, 'utf8')
    new SaxesParser().write(xml).close()
    expect(xml).toMatch(/failures="2"/)
    new SaxesParser().write(readFileSync(svg, 'utf8')).close()
    expect(stdout).not.toContain('\u001b')
    const commands = stderr.split('\n').filter(line => line.startsWith('::'))
    expect(commands).toHaveLength(1)
    expect(commands[0]).toMatch(/^::error title=bpfview%3A .*regressed::/)
  })
  test('the same bytes whatever the order of files', async () => {
    const [x, y] = [join(dir, 'x.json'), join(dir, 'y.json')]
    await bpfview(['check', '--base', ...base, '--new', ...worse, '--json', x])
    await bpfview([
      'check',
      '--new',
      ...worse.slice().reverse(),
      '--base',
      base[3]!,
      base[1]!,
      base[0]!,
      base[4]!,
      base[2]!,
      '--json',
      y,
    ])
    expect(readFileSync(y, 'utf8')).toBe(readFileSync(x, 'utf8'))
  })
  test('the sha256 of a run is that of its folded stacks', async () => {
    const json = join(dir, 'x.json')
    await bpfview(['check', '--base', ...base, '--new', ...worse, '--json', json])
    const { stdout } = spawnSync('sh', ['-c', `"${process.execPath}" "${PROGRAM}" fold "$0" | sha256sum`, base[0]!], {
      encoding: 'utf8',
    })
    expect(JSON.parse(readFileSync(json, 'utf8')).before.inputs[0].sha256).toBe(stdout.slice(0, 64))
  })
  test.skipIf(!existsSync('/dev/zero'))('a policy or baseline that never ends is refused', async () => {
    expect(await bpfview(['check', '--base', base[0]!, '--new', base[0]!, '--policy', '/dev/zero'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^bpfview: \/dev\/zero: more than 1048576 bytes; expected a policy .*\n$/),
    })
    const endless = scratch()
    symlinkSync('/dev/zero', join(endless, 'baseline.json'))
    expect(await bpfview(['check', '--base', endless, '--new', base[0]!])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/baseline\.json: more than \d+ bytes; expected what bpfview baseline writes\n$/),
    })
  })
  test('policy: thresholds, allow-list and budgets', async () => {
    const policy = join(dir, 'policy.json')
    writeFileSync(
      policy,
      '\ufeff' +
        JSON.stringify({ bpfview: 'policy', version: 1, allow: ['<img*'], budgets: [{ frame: 'group1', max: '99%' }] }),
    )
    expect((await bpfview(['check', '--base', ...base, '--new', ...worse, '--policy', policy])).status).toBe(0)
    writeFileSync(policy, JSON.stringify({ budgets: [{ frame: 'group1', max: 5, kind: 'total' }] }))
    const over = await bpfview(['check', '--base', ...base, '--new', ...same, '--policy', policy])
    expect(over.status).toBe(1)
    expect(over.stdout).toMatch(/group1 \(total\): .* of at most 5%: exceeded/)
    expect((await bpfview(['check', '--base', ...base, '--new', ...same, '--budget', 'group1<=5%'])).status).toBe(1)
    expect(
      (await bpfview(['check', '--base', ...base, '--new', ...worse, '--min-rel', '90%', '--min-points', '50'])).status,
    ).toBe(0)
    expect((await bpfview(['check', '--base', ...worse, '--new', ...base, '--fail-on', 'improved'])).status).toBe(1)
  })
  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['no end', `"${'x'.repeat(1 << 20)}"`, /policy\d*\.json: more than 1048576 bytes; expected a policy/],
    ['no JSON', '{', /policy\d*\.json: .*; expected JSON/],
    ['an unknown field', '{"minPoint": 1}', /Unrecognized key.*expected a policy/],
    ['a wrong type', '{"fdr": "often"}', /"fdr": .*expected number.*; expected a policy/],
    ['a bad pattern', '{"allow": ["/(/"]}', /error parsing regexp.*expected a regular expression/],
    ['too few runs', '{"minRuns": 1}', /"minRuns": .*; expected a policy/],
  ]
  test.each(broken)('a policy with %s is one clear line and exit 2', async (_, text, message) => {
    const policy = join(dir, 'policy1.json')
    writeFileSync(policy, text)
    const { status, stderr, stdout } = await bpfview(['check', '--base', ...base, '--new', ...same, '--policy', policy])
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
  test('histograms are compared by relabelling runs', async () => {
    const runs = (prefix: string, shift: number): string[] =>
      [0, 1, 2, 3].map(i => {
        const path = join(dir, `${prefix}${i}.txt`)
        const counts = [3 + i, 40 + i, 90 - i, 30 + i, 4]
        const rows = counts.map(
          (count, j) =>
            `    ${String(2 ** (j + shift)).padStart(6)} -> ${String(2 ** (j + shift + 1) - 1).padEnd(9)} : ${String(count).padEnd(8)} |**|`,
        )
        writeFileSync(
          path,
          [
            'Tracing run queue latency... Hit Ctrl-C to end.',
            '',
            '     usecs               : count     distribution',
            ...rows,
            '',
          ].join('\n'),
        )
        return path
      })
    const [before, after] = [runs('h-before', 3), runs('h-after', 5)]
    const { status, stdout } = await bpfview(['check', '--base', ...before, '--new', ...after])
    expect(stdout).toMatch(/verdict: regressed/)
    expect(stdout).toMatch(/shift \+\d.* doublings/)
    expect(status).toBe(1)
    expect((await bpfview(['check', '--base', ...before.slice(0, 2), '--new', ...after.slice(0, 2)])).status).toBe(0)
    for (const ending of ['svg', 'html', 'md', 'json']) {
      const out = join(dir, `h.${ending}`)
      expect((await bpfview(['diff', '--base', ...before, '--new', ...after, '-o', out])).status).toBe(0)
      expect(readFileSync(out, 'utf8')).toContain('runqlat')
    }
  })
})

describe('diff', () => {
  test.each(['svg', 'html', 'md', 'json', 'folded'])('writes %s by the ending of its file', async ending => {
    const out = join(dir, `d.${ending}`)
    expect(await bpfview(['diff', base[0]!, worse[0]!, '-o', out])).toMatchObject({ status: 0, stdout: '' })
    const text = readFileSync(out, 'utf8')
    expect(text).toContain('f3')
    if (ending !== 'json' && ending !== 'folded') expect(text).not.toMatch(/<img/)
    if (ending === 'svg') new SaxesParser().write(text).close()
  })
  test('reads its own folded output again', async () => {
    const out = join(dir, 'two.folded')
    await bpfview(['diff', base[0]!, worse[0]!, '-o', out])
    const again = await bpfview(['diff', out, '--to', 'folded'])
    expect(again.status).toBe(0)
    expect(again.stdout).toBe(readFileSync(out, 'utf8'))
  })
  test('an unknown ending or a missing side is one clear line', async () => {
    expect((await bpfview(['diff', base[0]!, worse[0]!, '-o', join(dir, 'd.png')])).stderr).toMatch(
      /d\.png" ends in "\.png"; expected \.svg, \.html, \.md, \.json, \.folded, or --to/,
    )
    expect((await bpfview(['diff', base[0]!])).stderr).toMatch(/no run after; expected BEFORE AFTER/)
    expect((await bpfview(['diff'])).stderr).toMatch(/no run before; expected/)
  })
})

describe('merge', () => {
  test('sums, means, columns, and reads its own JSON', async () => {
    const [a, b] = ['m1.folded', 'm2.folded'].map(name => join(dir, name)) as [string, string]
    writeFileSync(a, 'app;work 10\napp;idle 4\n')
    writeFileSync(b, 'app;work.isra.0 20\n')
    expect((await bpfview(['merge', a, b])).stdout).toBe('app;idle 4\napp;work 30\n')
    expect((await bpfview(['merge', a, b])).stderr).toBe(
      'bpfview: 1 name aligned; --names raw turns it off\nbpfview:   compiler-clone: "work.isra.0" taken as "work"\n',
    )
    expect((await bpfview(['merge', a, b, '--mean'])).stdout).toBe('app;idle 2\napp;work 15\n')
    expect((await bpfview(['merge', b, a, '--names', 'raw'])).stdout).toBe(
      'app;idle 4\napp;work 10\napp;work.isra.0 20\n',
    )
    const json = join(dir, 'm.json')
    await bpfview(['merge', a, b, '-o', json])
    expect((await bpfview(['merge', json, '--to', 'csv'])).stdout).toBe(
      `stack,sum,${a},${b}\napp;idle,4,4,0\napp;work,30,10,20\n`,
    )
    expect((await bpfview(['fold', json])).stdout).toBe('app;idle 4\napp;work 30\n')
  })
  test('refuses what does not add up', async () => {
    const json = join(dir, 'bytes.json')
    writeFileSync(
      json,
      JSON.stringify({
        schema: 'bpfview.profile',
        version: 1,
        name: 'samples',
        value: { name: 'bytes', unit: 'bytes' },
        meta: {},
        stacks: { name: ['a'], module: [''], kind: ['user'], parent: [-1, 0], frame: [-1, 0] },
        runs: [{ label: 'r', self: [0, 1] }],
      }),
    )
    const { status, stderr } = await bpfview(['merge', base[0]!, json])
    expect(stderr).toMatch(/bytes\.json: values in "bytes", but in "samples" in .*run0\.folded; expected one unit/)
    expect(status).toBe(2)
  })
})

describe('baseline', () => {
  test('add, list, check, prune, accept', async () => {
    const home = join(dir, 'baseline')
    expect(await bpfview(['baseline', 'add', home, ...base, '--commit', 'c1', '--benchmark', 'b'])).toMatchObject({
      status: 0,
      stderr: `bpfview: 5 added; 5 runs in ${home}\n`,
    })
    expect((await bpfview(['baseline', 'add', home, base[0]!])).stderr).toMatch(/0 added, 1 known already; 5 runs/)
    expect((await bpfview(['baseline', 'list', home])).stdout).toMatch(
      /benchmark b.*\n.*epoch.*\n( +0 +c1 .*run\d\.folded\n){5}noise ledger: empty\n$/,
    )
    expect(await bpfview(['check', '--base', home, '--new', ...worse, '-q'])).toMatchObject({
      stdout: 'regressed\n',
      status: 1,
    })
    expect(await bpfview(['baseline', 'add', home, same[0]!, '--benchmark', 'other'])).toMatchObject({ status: 2 })
    expect((await bpfview(['baseline', 'prune', home, '--keep', '3'])).stderr).toMatch(
      /2 removed, 3 kept; the noise of 2 is in the ledger/,
    )
    expect(readdirSync(join(home, 'runs'))).toHaveLength(3)
    expect(JSON.parse((await bpfview(['baseline', 'list', home, '--json'])).stdout).noise.runs).toBe(2)
    expect((await bpfview(['check', '--base', home, '--new', ...worse, '-q'])).status).toBe(1)
    expect((await bpfview(['baseline', 'accept', home, 'c2', ...worse])).status).toBe(0)
    expect((await bpfview(['check', '--base', home, '--new', ...write('worse2', 5, 9, { f4: 2 }), '-q'])).status).toBe(
      0,
    )
    expect((await bpfview(['baseline', 'accept', home, 'c3', worse[0]!, worse[0]!])).stderr).toMatch(
      /c3 accepted; 1 runs added/,
    )
    expect((await bpfview(['baseline', 'list', home])).stdout).toMatch(/^ +2 +c2 .*worse.run0\.folded$/m)
    expect((await bpfview(['baseline', 'add', home, worse[1]!])).stderr).toMatch(/0 added, 1 known already; 1 runs/)
    await bpfview(['baseline', 'accept', home, 'c4'])
    expect(await bpfview(['check', '--base', home, '--new', ...same])).toMatchObject({ status: 2 })
    expect(existsSync(join(home, 'noise.json'))).toBe(true)
  })
  test('added to by eight at once it loses no run', async () => {
    const home = join(dir, 'crowded')
    const runs = write('crowd', 8, 77)
    const done = await Promise.all(
      runs.map(run =>
        addRuns(home, [{ label: run, profile: parse(readFileSync(run)).datasets[0] as Profile }], {}, new Date()),
      ),
    )
    expect(done.map(({ added }) => added)).toEqual(Array(8).fill(1))
    expect(JSON.parse((await bpfview(['baseline', 'list', home, '--json'])).stdout).runs).toHaveLength(8)
    expect(readdirSync(home).sort()).toEqual(['baseline.json', 'runs'])
  })
  test('accept keeps the runs of its own commit, and prune keeps as many as it is told', async () => {
    const home = join(dir, 'accepting')
    await bpfview(['baseline', 'add', home, ...base, '--commit', 'aaaaaaaa1'])
    await bpfview(['baseline', 'add', home, ...worse, '--commit', 'bbbbbbbb2'])
    expect((await bpfview(['baseline', 'accept', home, 'bbbbbbbb'])).stderr).toMatch(/accepted; 5 runs of it kept/)
    expect((await bpfview(['check', '--base', home, '--new', ...write('worse3', 5, 10, { f4: 2 }), '-q'])).status).toBe(
      0,
    )
    await bpfview(['baseline', 'accept', home, 'cccccccc3'])
    await bpfview(['baseline', 'prune', home, '--keep', '3'])
    const { runs } = JSON.parse((await bpfview(['baseline', 'list', home, '--json'])).stdout)
    expect(runs.map((run: { commit: string }) => run.commit)).toEqual(Array(3).fill('bbbbbbbb2'))
  })
  test('an altered or swapped run is noticed', async () => {
    const home = join(dir, 'altered')
    await bpfview(['baseline', 'add', home, ...base])
    const [first, second] = readdirSync(join(home, 'runs')).map(name => join(home, 'runs', name))
    writeFileSync(first!, readFileSync(second!))
    const { status, stderr } = await bpfview(['check', '--base', home, '--new', ...same])
    expect([status, stderr]).toEqual([2, expect.stringMatching(/the run was altered since it was added/)])
  })
  test('a policy that is not there is named as such', async () => {
    const { status, stderr } = await bpfview([
      'check',
      '--base',
      ...base,
      '--new',
      ...same,
      '--policy',
      join(dir, 'nowhere.json'),
    ])
    expect([status, stderr]).toEqual([2, expect.stringMatching(/nowhere\.json: .*expected a policy/)])
    expect(stderr).not.toMatch(/capture/)
  })
  test('what cannot be accepted, added or written leaves the baseline as it was', async () => {
    const home = join(dir, 'kept')
    await bpfview(['baseline', 'add', home, ...base])
    const before = readFileSync(join(home, 'baseline.json'), 'utf8')
    const mixed = join(dir, 'mixed.txt')
    writeFileSync(mixed, '@[\n    f+1\n]: 5\n\n@bytes[\n    f+1\n]: 5\n')
    for (const args of [
      ['accept', home, 'c', '/no/such'],
      ['accept', home, 'c', mixed],
      ['add', home, mixed],
      ['prune', home, '--keep', '1.5'],
    ])
      expect((await bpfview(['baseline', ...args])).status).toBe(2)
    expect(readFileSync(join(home, 'baseline.json'), 'utf8')).toBe(before)
    for (const nowhere of [base[0]!, join(base[0]!, 'below')]) {
      expect(await bpfview(['baseline', 'add', nowhere, same[0]!])).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/^bpfview: .*: cannot write: (?:EEXIST|ENOTDIR); expected .*\n$/),
      })
    }
    writeFileSync(join(home, 'baseline.json'), before.replaceAll('"epoch": 0', '"epoch": 9'))
    expect(await bpfview(['baseline', 'prune', home])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /"runs": an epoch that is none of the epochs; expected what bpfview baseline writes\n$/,
      ),
    })
    expect(readdirSync(join(home, 'runs'))).toHaveLength(5)
  })
  test('a broken baseline is one clear line', async () => {
    const home = join(dir, 'broken')
    mkdirSync(home)
    writeFileSync(join(home, 'baseline.json'), '{"schema":"bpfview.baseline","version":2}')
    expect((await bpfview(['check', '--base', home, '--new', ...same])).stderr).toMatch(
      /^bpfview: .*baseline\.json: "version": .*; expected what bpfview baseline writes\n$/,
    )
    writeFileSync(
      join(home, 'baseline.json'),
      JSON.stringify({
        schema: 'bpfview.baseline',
        version: 1,
        key: { benchmark: null, runner: null, event: 'e', unit: 'u', frequency: null, kernel: null, arch: null },
        epochs: [{ commit: null, date: 'd' }],
        runs: [
          {
            file: '../../../etc/passwd',
            label: 'x',
            commit: null,
            date: 'd',
            epoch: 0,
            total: 1,
            sha256: 'a'.repeat(64),
          },
        ],
      }),
    )
    expect((await bpfview(['check', '--base', home, '--new', ...same])).stderr).toMatch(/"runs\.0\.file"/)
  })
})

describe('docs/compare.md', () => {
  const text = readFileSync('docs/compare.md', 'utf8')
  test('its policy is one', async () => {
    const policy = join(dir, 'documented.json')
    writeFileSync(policy, /```json\n([^`]*)```/.exec(text)![1]!)
    expect((await bpfview(['check', '--base', ...base, '--new', ...same, '--policy', policy])).status).toBe(0)
  })
  test('its commands have the options they name', async () => {
    const commands = [
      ...text.replaceAll('\\\n', ' ').matchAll(/^ +(?:\$ )?bpfview (\w+)(?: (add|list|prune|accept))?(.*)$/gm),
    ]
    expect(commands.length).toBeGreaterThan(10)
    const help = new Map<string, string>()
    for (const [line, name, sub, rest] of commands) {
      const key = sub === undefined ? name! : `${name} ${sub}`
      if (!help.has(key))
        help.set(key, (await bpfview(sub === undefined ? ['help', name!] : [name!, sub, '--help'])).stdout)
      for (const [option] of rest!.replace(/#.*/, '').matchAll(/(?<= )--?[a-z-]+/g))
        expect(help.get(key), `${line}: ${option}`).toContain(option)
    }
  })
})
