import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { defineConfig } from 'rolldown'

const CLI = 'src/cli'

/**
 * The command and its workers, made of few files: start-up time is a promise, and a hundred small modules take longer to find than to run. A worker starts
 * from one file of its own, shared with nobody.
 */
const workers = readdirSync(`${CLI}/input`)
  .filter(name => name.endsWith('-worker.ts'))
  .map(name => `input/${name.slice(0, -3)}`)

export default defineConfig(
  ['main', ...workers].map((name, i) => ({
    input: { [basename(name)]: `dist/${CLI}/${name}.js` },
    platform: 'node',
    external: /^[^./]/,
    makeAbsoluteExternalsRelative: false,
    output: { dir: 'dist/bin', format: 'esm', cleanDir: i === 0 },
  })),
)
