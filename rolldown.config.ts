import { readdirSync } from 'node:fs'
import { defineConfig } from 'rolldown'

const CLI = 'src/cli'

/**
 * The command and its workers, made of few files: start-up time is a promise, and a hundred small modules take longer to find than to run. A worker starts
 * from one file of its own, shared with nobody.
 * What is shipped to browsers as text stays as it was compiled, so that command and library write the same bytes.
 */
const workers = readdirSync(CLI).filter(name => name.endsWith('-worker.ts')).map(name => name.slice(0, -3))

export default defineConfig(['main', ...workers].map((name, i) => ({
  input: { [name]: `dist/${CLI}/${name}.js` },
  platform: 'node',
  external: /^[^./]/,
  makeAbsoluteExternalsRelative: false,
  plugins: [{
    name: 'browser-scripts-as-compiled',
    resolveId(source, importer) {
      const [, script] = /^\.\/([a-z0-9-]+-script\.js)$/.exec(source) ?? []
      return script !== undefined && importer?.includes('/renderers/') === true ? { id: `../renderers/${script}`, external: true } : undefined
    },
  }],
  output: { dir: 'dist/bin', format: 'esm', cleanDir: i === 0 },
})))
