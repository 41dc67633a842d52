/**
 * Writes dist/bpfview: this node with the program in it, one file for machines without node. Says its size and how long it takes to start beside
 * the other forms. Uses postject, which npm fetches.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleProgram } from './single.ts'

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
const OUTPUT = resolve('dist/bpfview')

const directory = mkdtempSync(join(tmpdir(), 'bpfview-executable-'))
const [main, config, blob] = ['main.cjs', 'config.json', 'blob'].map(name => join(directory, name)) as [
  string,
  string,
  string,
]
await bundleProgram(main, 'cjs')
writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true }))
execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'ignore' })
copyFileSync(process.execPath, OUTPUT)
chmodSync(OUTPUT, 0o755)
execFileSync(
  'npm',
  ['exec', '--yes', '--', 'postject@1.0.0-alpha.6', OUTPUT, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE],
  {
    stdio: 'ignore',
  },
)

/** Least of some runs, in milliseconds. */
function startOf(program: string, args: readonly string[]): number {
  const times = Array.from({ length: 15 }, () => {
    const begun = process.hrtime.bigint()
    execFileSync(program, [...args], { stdio: 'ignore' })
    return Number(process.hrtime.bigint() - begun) / 1e6
  })
  return Math.min(...times)
}

function folderSize(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

const example = ['fold', 'fixtures/folded/plain.txt']
const rows: readonly (readonly [string, number, number])[] = [
  ['node -e 0', 0, startOf(process.execPath, ['-e', '0'])],
  ['package', folderSize('dist/bin'), startOf(process.execPath, ['dist/bin/main.js', ...example])],
  ['dist/bpfview.mjs', statSync('dist/bpfview.mjs').size, startOf(process.execPath, ['dist/bpfview.mjs', ...example])],
  ['dist/bpfview', statSync(OUTPUT).size, startOf(OUTPUT, example)],
]
for (const [what, bytes, milliseconds] of rows)
  process.stdout.write(
    `${what.padEnd(18)} ${(bytes / 1e6).toFixed(1).padStart(6)} MB ${milliseconds.toFixed(0).padStart(5)} ms\n`,
  )
