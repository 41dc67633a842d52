/**
 * `npm run mutate -- [--of N] [--seed S] [FOLDER...]`: changes one token at a time in a copy of the sources, runs the tests that import the changed
 * file, and prints how many changes were noticed. A mutant that no test notices is printed with its place.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { mutantsOf, sampleOf } from './mutants.ts'

const { values, positionals } = parseArgs({
  options: { of: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
})
const folders =
  positionals.length > 0 ? positionals : ['parsers', 'renderers', 'src/model', 'src/ops', 'src/stats', 'src/cli']
const skipped = /\/client\/|client-text|-wasm\.ts$|\/assembly\/|\/index\.ts$/

const copy = mkdtempSync(join(tmpdir(), 'bpfview-mutate-'))
for (const name of readdirSync('.'))
  if (!['node_modules', 'dist', '.git'].includes(name)) cpSync(name, join(copy, name), { recursive: true })
symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))

const mutants = folders.flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(name => name.endsWith('.ts') && !skipped.test(name))
    .flatMap(file => mutantsOf(readFileSync(file, 'utf8')).map(mutant => ({ file, ...mutant }))),
)
let noticed = 0
const sample = sampleOf(mutants, Number(values.of), Number(values.seed))
for (const { file, line, from, to, text } of sample) {
  const original = readFileSync(file, 'utf8')
  writeFileSync(join(copy, file), text)
  const { status } = spawnSync('npx', ['vitest', 'related', file, '--run', '--project', 'unit', '--bail', '1'], {
    cwd: copy,
    timeout: 300_000,
    stdio: 'ignore',
  })
  writeFileSync(join(copy, file), original)
  if (status !== 0) noticed++
  else process.stdout.write(`survived ${file}:${line}: ${from.trim() || from} -> ${to.trim() || 'nothing'}\n`)
}
rmSync(copy, { recursive: true })
process.stdout.write(
  `${noticed} of ${sample.length} noticed (${((100 * noticed) / sample.length).toFixed(0)} %), of ${mutants.length} mutants\n`,
)
