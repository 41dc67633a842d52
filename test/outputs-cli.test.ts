/** One rule for what a command writes: endings, --to, short words, several outputs, and what it says on stderr. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { exporters } from '../renderers/exporters.ts'
import { bpfview, PROGRAM } from './command.ts'

const SHOP = 'fixtures/captures/shop'
const BIOLATENCY = 'fixtures/captures/disk-biolatency/biolatency.txt.gz'
const BENCH = 'fixtures/jmh/forks.json'
const sides = (run: string): readonly string[] => ['--before', run, run, run, '--after', run, run, run]
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bpfview-outputs-'))
})

const DAYS = mkdtempSync(join(tmpdir(), 'bpfview-days-'))
for (let day = 1; day <= 4; day++)
  writeFileSync(join(DAYS, `2026-11-0${day}.folded`), `app;main;parse ${40 + day}\napp;main;write ${70 - day}\n`)

const INPUT: Readonly<Record<string, readonly string[]>> = {
  flame: ['flame', SHOP],
  chart: ['flame', '--chart', SHOP],
  folded: ['fold', SHOP],
  merged: ['merge', SHOP],
  top: ['top', SHOP],
  tables: ['table', 'fixtures/captures/disk-biosnoop/biosnoop.txt.gz'],
  histograms: ['hist', BIOLATENCY],
  heat: ['heat', BIOLATENCY],
  scope: ['scope', SHOP],
  view: ['view', SHOP],
  info: ['info', SHOP],
  report: ['report', SHOP],
  doctor: ['doctor', 'fixtures/incidents/crowd/cpu'],
  summary: ['summary', SHOP],
  converted: ['convert', SHOP],
  history: ['history', DAYS],
  diff: ['diff', SHOP, SHOP],
  distributions: ['diff', BIOLATENCY, BIOLATENCY],
  numbers: ['diff', BENCH, BENCH],
  check: ['check', ...sides(SHOP)],
  histogramCheck: ['check', ...sides(BIOLATENCY)],
  numberCheck: ['check', ...sides(BENCH)],
  suiteCheck: ['check', '--before', SHOP, BENCH, '--after', SHOP, BENCH],
}
const STARTS: Readonly<Record<string, RegExp>> = {
  svg: /^<svg/,
  html: /^<!doctype html>/i,
  json: /^[[{]/,
  csv: /^"?[\w ]+/,
  md: /^(?:#{1,3} |\*\*|<!-- )/,
  text: /^ *\S/,
  term: /^\S/,
  folded: /^[^;\n]+;.* [\d.]+\n/,
  pprof: /^\x1f/,
  speedscope: /^\{"\$schema"/,
  firefox: /^\{"meta"/,
  otlp: /^[\s\S]/,
  grafana: /^[[{]/,
  openmetrics: /^# /,
  junit: /^<\?xml/,
  sarif: /^\{/,
}

describe('every form of every result', () => {
  const forms = exporters.map(({ of, id, endings }) => [of, id, endings[0]!] as const)
  test.each(forms)('%s as %s', async (of, id, ending) => {
    const out = join(folder, `${of}-${id}${ending}`)
    const command = id === 'openmetrics' ? ['convert', BIOLATENCY] : INPUT[of]!
    const { status, stdout, stderr } = await bpfview([...command, '-o', out])
    // a check prints its answer, whatever it writes besides
    expect([status, of.toLowerCase().includes('check') ? '' : stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/: [\d,.]+ .*(?:bytes|kB|MB)\n/)
    const written = readFileSync(out, 'utf8')
    expect(written).toMatch(STARTS[id]!)
    const said = await bpfview([...command, '--to', id])
    // The catcher of standard output decodes text piece by piece: bytes are compared by test/convert.test.ts.
    if (id !== 'pprof') expect(said.stdout).toBe(written)
  })
  test('ids and endings of one result are different', () => {
    for (const of of new Set(exporters.map(each => each.of))) {
      const own = exporters.filter(each => each.of === of)
      expect(new Set(own.map(each => each.id)).size).toBe(own.length)
      expect(new Set(own.flatMap(each => each.endings)).size).toBe(own.flatMap(each => each.endings).length)
    }
  })
})

describe('what cannot be written is one clear line', () => {
  test.each([
    [
      ['flame', SHOP, '-o', 'x.png'],
      /"x\.png" ends in "\.png"; expected \.svg, \.html, \.txt, or --to svg\|html\|term\n$/,
    ],
    [['fold', SHOP, '-o', 'x.svg'], /"x\.svg" ends in "\.svg"; expected \.folded/],
    [['flame', SHOP, '--to', 'png'], /no output is called "png"; expected svg, html, term\n$/],
    [['hist', BIOLATENCY, '-o', 'x.svg', '--json'], /"x\.svg" asks for svg and --to for json; expected one of them\n$/],
    [['top', SHOP, '--csv', '--md'], /two formats are asked for \(csv and md\)/],
    [['top', SHOP, '-o', 'x.md', '-o', 'x.md'], /two outputs are called "x\.md"/],
    [['scope', SHOP, '-o', 'x.svg'], /"x\.svg" ends in "\.svg"; expected \.html/],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await bpfview(args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(existsSync(args.at(-1)!)).toBe(false)
  })
})

test('several outputs are written at once, in the forms of their endings', async () => {
  const [svg, page, device] = [join(folder, 'two.svg'), join(folder, 'two.html'), '/dev/null']
  const { status, stderr } = await bpfview(['flame', SHOP, '-o', svg, '-o', page, '-o', device])
  expect(status).toBe(0)
  expect(stderr).toBe(
    `bpfview: ${svg}: 1,361 samples, ${Math.round(readFileSync(svg).length / 1e3)} kB\nbpfview: ${page}: 1,361 samples, ${Math.round(readFileSync(page).length / 1e3)} kB\n`,
  )
  expect(readFileSync(page, 'utf8')).toContain(readFileSync(svg, 'utf8'))
  expect((await bpfview(['flame', SHOP, '-q', '-o', svg])).stderr).toBe('')
})

test('a time in --to goes on working, with one note', async () => {
  const older = await bpfview(['fold', SHOP, '--from', '0', '--to', '1e9'.replace('e', '000000')])
  expect(older.status).toBe(0)
  expect(older.stderr.match(/is read as a time; write --range/g)).toHaveLength(1)
  const first = await bpfview(['fold', SHOP, '--to', '1'])
  expect(first.stderr).toContain('--to 1 is read as a time; write --range ..1')
})

test('other names of options are the options', async () => {
  const rows = await bpfview(['top', SHOP, '--rows', '3'])
  expect((await bpfview(['top', SHOP, '--limit', '3'])).stdout).toBe(rows.stdout)
  expect((await bpfview(['top', SHOP, '--limit=3'])).stdout).toBe(rows.stdout)
  // a value that looks like an option stays a value
  expect((await bpfview(['flame', SHOP, '--title', '--limit'])).stdout).toContain('<title>--limit</title>')
})

test('no operand is standard input; a directory of plain runs is all of them', async () => {
  const text = 'app;main;work 3\n'
  expect((await bpfview(['fold'], text)).stdout).toBe(text)
  expect((await bpfview(['info'], text)).stdout).toContain('standard input: folded')
  const runs = mkdtempSync(join(folder, 'runs-'))
  for (const name of ['a.folded', 'b.folded']) writeFileSync(join(runs, name), text)
  for (const command of ['fold', 'merge']) expect((await bpfview([command, runs])).stdout).toBe('app;main;work 6\n')
})

test('a person at a terminal gets help, not a wait or a picture', async () => {
  const { status, stderr } = await terminal('fold')
  expect(status).toBe(2)
  expect(stderr).toContain('Usage: bpfview fold')
  const drawn = await terminal('flame', SHOP)
  expect([drawn.status, drawn.stdout]).toEqual([2, ''])
  expect(drawn.stderr).toBe('bpfview: svg is not written to a terminal; expected -o FILE.svg, or > FILE.svg\n')
})

/** The command as the built program runs it at a terminal. */
async function terminal(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const seated = `for (const stream of [process.stdin, process.stdout]) Object.defineProperty(stream, 'isTTY', { value: true })`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(seated)}`, PROGRAM, ...args],
    { encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

test.each([
  ['flam', /unknown command 'flam'; did you mean 'flame'\?\n$/],
  ['tpo', /did you mean 'top'\?/],
  ['zzzzzz', /unknown command 'zzzzzz'; expected one of flame, /],
])('bpfview %s', async (name, message) => {
  const { status, stderr } = await bpfview([name, 'x'])
  expect(status).toBe(2)
  expect(stderr).toMatch(message)
})

test.each([
  ['flame', 'fixtures/event-table/lines.txt', /lines\.txt: holds tables but no stacks; try 'bpfview table fixtures/],
  ['hist', 'fixtures/folded/plain.txt', /plain\.txt: holds stacks but no histograms; try 'bpfview flame fixtures/],
  ['table', 'fixtures/folded/plain.txt', /holds stacks but no tables; try 'bpfview flame fixtures/],
])('%s of %s names the command that can draw it', async (command, path, message) => {
  const { status, stderr } = await bpfview([command, path])
  expect(status).toBe(2)
  expect(stderr).toMatch(message)
})
