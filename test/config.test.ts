/** bpfview.config.json: options that command lines need not repeat. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { configPath } from '../src/cli/config-path.ts'
import { configSchema } from '../src/model/config-schema.ts'
import { bpfview, scratch } from './command.ts'

const FOLDED = 'fixtures/folded/plain.txt'

function configured(config: unknown): Readonly<Record<string, string>> {
  const path = join(scratch(), 'bpfview.config.json')
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config))
  return { BPFVIEW_CONFIG: path }
}

test('gives options to the command it names, and to all that have them', async () => {
  const env = configured({
    defaults: { '*': { width: 777, rows: 3 }, flame: { title: 'from the file', icicle: true } },
  })
  const svg = (await bpfview(['flame', FOLDED], '', env)).stdout
  expect(svg).toBe((await bpfview(['flame', FOLDED, '--width', '777', '--title', 'from the file', '--icicle'])).stdout)
  expect((await bpfview(['top', FOLDED], '', env)).stdout).toBe((await bpfview(['top', FOLDED, '--rows', '3'])).stdout)
  expect(await bpfview(['fold', FOLDED], '', env)).toEqual(await bpfview(['fold', FOLDED]))
})

test('the command line comes first, whatever name of the option it uses', async () => {
  const env = configured({ defaults: { top: { rows: 3 } } })
  for (const words of [['--rows', '5'], ['--rows=5'], ['--limit', '5'], ['--limit=5']])
    expect((await bpfview(['top', ...words, FOLDED], '', env)).stdout).toBe(
      (await bpfview(['top', FOLDED, '--rows', '5'])).stdout,
    )
})

test('lists are given one by one, false leaves a flag out', async () => {
  const env = configured({ defaults: { fold: { keep: ['main', 'execute_command'], all: false } } })
  expect((await bpfview(['fold', FOLDED], '', env)).stdout).toBe(
    (await bpfview(['fold', FOLDED, '--keep', 'main', '--keep', 'execute_command'])).stdout,
  )
})

test.each([
  ['no JSON', '{', /bpfview\.config\.json: .*; expected JSON/],
  ['another shape', { defaults: { flame: 3 } }, /defaults\.flame/],
  ['no command', { defaults: { flume: {} } }, /defaults of "flume", which is no command; expected \*, flame, /],
  ['no option', { defaults: { fold: { widht: 3 } } }, /fold has no option "widht"; bpfview help fold lists them/],
  ['a field it does not know', { default: {} }, /defaults|default/],
])('%s is refused in one line', async (_, config, message) => {
  const { status, stderr, stdout } = await bpfview(['fold', FOLDED], '', configured(config))
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('a file that is named must be there; an empty name is none', async () => {
  expect((await bpfview(['fold', FOLDED], '', { BPFVIEW_CONFIG: '/no/such' })).stderr).toMatch(
    /\/no\/such: no such file/,
  )
  expect((await bpfview(['fold', FOLDED], '', { BPFVIEW_CONFIG: '' })).status).toBe(0)
  expect(configPath()).toBeUndefined()
})

test('help needs no configuration that is right', async () => {
  expect((await bpfview(['help', 'fold'], '', configured('{'))).status).toBe(0)
})

test('the published schema is the one that is used', () => {
  const schema = z.toJSONSchema(configSchema, { io: 'input' })
  expect(JSON.parse(readFileSync('docs/config.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)))
})
