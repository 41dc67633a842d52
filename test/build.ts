import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = [
  'src',
  'parsers',
  'renderers',
  'test',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'rolldown.config.ts',
]
const BUILT = 'dist/bin/main.js'

function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(found.mtimeMs, ...readdirSync(path).map(name => newest(join(path, name))))
}

/** Builds dist before the tests, unless it is newer than every source: those of the command spawn the built program. */
export default function build(): void {
  const built = statSync(BUILT, { throwIfNoEntry: false })
  if (built !== undefined && built.mtimeMs > Math.max(...SOURCES.map(newest))) return
  execFileSync('npm', ['run', '-s', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] })
}
