import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bpfview, PROGRAM, scratch } from './command.ts'

const FOLDED = 'a;b 60\na;c 40\n'
const titles = (svg: string): string[] => [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(match => match[1]!).slice(1)

describe('bpfview flamegraph as a command', () => {
  it('reads standard input, files and gzip, one after another', async () => {
    const dir = scratch()
    writeFileSync(join(dir, 'one'), FOLDED)
    writeFileSync(join(dir, 'two.gz'), gzipSync('a;d 100\n'))
    const { status, stdout, stderr } = await bpfview([
      'flamegraph',
      '--title=T & T',
      join(dir, 'one'),
      '--color',
      'java',
      join(dir, 'two.gz'),
      '-width',
      '800',
    ])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(titles(stdout)).toEqual([
      'all (200 samples, 100%)',
      'a (200 samples, 100.00%)',
      'b (60 samples, 30.00%)',
      'c (40 samples, 20.00%)',
      'd (100 samples, 50.00%)',
    ])
    expect(stdout).toContain('<title>T &amp; T</title>')
    expect(stdout).toContain('width="800"')
    expect((await bpfview(['flamegraph'], FOLDED)).stdout).toBe((await bpfview(['flamegraph', '-'], FOLDED)).stdout)
  })
  it('keeps colours in palette.map with --cp', () => {
    const cwd = scratch()
    const run = (colors: string): string =>
      execFileSync(process.execPath, [PROGRAM, 'flamegraph', '--cp', '--colors', colors], {
        cwd,
        input: FOLDED,
        encoding: 'utf8',
      })
    const first = run('hot')
    expect(readFileSync(join(cwd, 'palette.map'), 'utf8')).toMatch(/^->rgb\(\d+,\d+,\d+\)\na->rgb/)
    expect(run('blue').match(/<rect [^>]*rx="2"[^>]*>/g)).toEqual(first.match(/<rect [^>]*rx="2"[^>]*>/g))
  })
  it.each([
    [['--colors', 'plaid'], /--colors has the value "plaid"; expected hot/],
    [['--nope'], /unknown option --nope/],
    [['--notes', '<x>'], /--notes/],
    [['--minwidth', 'x'], /--minwidth/],
    [['/nope/x'], /x: .*expected/],
    [['--nameattr', '/nope'], /nope/],
    [['--width', '1.5'], /--width has the value "1.5"; expected an integer/],
  ])('%j is one clear line and exit 2', async (args, message) => {
    const { status, stdout, stderr } = await bpfview(['flamegraph', ...args], FOLDED)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
  it('nothing counted gives a picture that says so, and exit 2', async () => {
    const { status, stdout, stderr } = await bpfview(['flamegraph'], 'bad\n')
    expect(status).toBe(2)
    expect(stdout).toContain('ERROR: No valid input provided')
    expect(stderr).toContain('no stack counts found')
  })
})

describe('views of bpfview flame as a command', () => {
  const shop = 'fixtures/captures/shop'
  it('draws chosen samples and names them as fold does', async () => {
    const flags = ['--tid', '1842,1841', '--root', 'tid', '--tidy', 'tier']
    const folded = (await bpfview(['fold', ...flags, shop])).stdout
    const tasks = new Set(
      folded
        .trim()
        .split('\n')
        .map(line => line.split(';')[0]!),
    )
    const { status, stdout } = await bpfview(['flame', '--no-script', ...flags, shop])
    expect(status).toBe(0)
    const drawn = [...stdout.matchAll(/aria-level="2"[^>]*><title>(.*?) \((\d+) samples/g)]
    expect(drawn.map(match => match[1])).toEqual([...tasks].sort())
    expect(drawn.reduce((sum, match) => sum + Number(match[2]), 0)).toBe(
      folded
        .trim()
        .split('\n')
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
    )
    expect(stdout).toContain('<title>JS:onRequest ')
    expect(
      (await bpfview(['flame', '--no-script', '--root', 'none', '-'], 'app;main 1\nbash;main 2\n')).stdout,
    ).toContain('<title>main (3 samples, 100%)</title>')
  })
  it.each([shop, 'fixtures/captures/cpu-multi'])(
    'no lane of a large chart of %s is empty, however short its samples',
    async capture => {
      const levels = [
        ...(await bpfview(['flame', '--chart', '--no-script', capture])).stdout.matchAll(
          /role="treeitem" aria-level="(\d+)"/g,
        ),
      ].map(match => Number(match[1]))
      levels.forEach((level, i) => {
        if (level === 1) expect(levels[i + 1]).toBe(2)
      })
    },
  )
  const off = 'fixtures/captures/offcputime'
  it.each([
    [['--reverse', shop], /callers of leaves/],
    [['--chart', shop], /data-chart=""/],
    [[shop, '--off-cpu', off], /off-CPU: /],
    [['--side-by-side', shop, 'fixtures/captures/cpu-multi'], />shop \([^]*>cpu-multi \(/],
    [['--palette', 'colour-blind', shop], /bv-user/],
    [['--theme', 'dark', shop], /class="bpfview bv-dark"/],
    [['--sort', 'value', '--width', '900', shop], /width="900"/],
    [[off], /Off-CPU time/],
  ])('flame %j', async (args, shown) => {
    const { status, stdout, stderr } = await bpfview(['flame', ...args])
    expect(status, stderr).toBe(0)
    expect(stdout).toMatch(shown)
    expect(stdout.length).toBeLessThan(3_000_000)
  })
  it.each([
    [['--chart', off], /single samples with their time/],
    [['--chart', shop, shop], /clocks of different captures/],
    [[off, '--off-cpu', shop], /off-CPU values in samples/],
    [['--side-by-side', shop, off], /us .*samples|samples .*us/],
    [['--theme', 'plaid', shop], /plaid/],
    [[shop, '--off-cpu', off, '--range', '+0..+4'], /no times to choose by/],
    [['--frequency', '99', shop], /--frequency is only used with --off-cpu/],
    [['--chart', '--tid', shop], /--tid names tasks/],
    [['--chart', '--icicle', shop], /cannot be used with option '--icicle'/],
  ])('flame %j is one clear line and exit 2', async (args, message) => {
    const { status, stdout, stderr } = await bpfview(['flame', ...args])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })
  it('a stack of 100,000 frames, which is one line, draws', async () => {
    const path = join(scratch(), 'deep.folded')
    writeFileSync(path, `app;${Array.from({ length: 100_000 }, (_, i) => `function_${i}`).join(';')} 5\n`)
    const { status, stdout, stderr } = await bpfview(['flame', path])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('… 97,954 deeper')
  })
  it('a large folded file in two threads gives what one thread gives', async () => {
    const path = join(scratch(), 'large.folded')
    const block = Array.from(
      { length: 5000 },
      (_, i) => `app;main;${'frame_of_some_length;'.repeat(8)}leaf_${i % 977};end_${i % 13} ${1 + (i % 7)}\n`,
    ).join('')
    writeFileSync(path, block.repeat(50))
    const { stdout, status } = await bpfview(['fold', path])
    const piped = spawnSync('sh', ['-c', `cat ${path} | ${process.execPath} ${PROGRAM} fold -`], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    expect(status).toBe(0)
    expect(stdout).toBe(piped.stdout)
    expect(existsSync(path)).toBe(true)
  })
})
