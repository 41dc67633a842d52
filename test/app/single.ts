import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

/** Files that the program gives away. */
function embedded(): string {
  const paths = ['dist/app/bpfview.html', ...readdirSync('collectors').map(name => `collectors/${name}`)]
  const packed = paths.map(path => [path, gzipSync(readFileSync(path), { level: 9 }).toString('base64')])
  return `export const EMBEDDED = ${JSON.stringify(Object.fromEntries(packed))}`
}

/** Writes the program with all it needs as one file: `esm` runs with node, `cjs` goes into a node of its own. */
export async function bundleProgram(file: string, format: 'esm' | 'cjs'): Promise<void> {
  const bundle = await rolldown({
    input: 'dist/src/cli/main.js',
    platform: 'node',
    logLevel: 'silent',
    plugins: [{ name: 'embed', load: id => (id.endsWith('/cli/input/embedded.js') ? embedded() : undefined) }],
  })
  const { output } = await bundle.generate({ format, minify: true, codeSplitting: false })
  await bundle.close()
  writeFileSync(file, output[0].code, { mode: 0o755 })
}

/** Writes the library for browsers as one module. */
export async function bundleLibrary(file: string): Promise<void> {
  const bundle = await rolldown({ input: 'dist/src/index.js', platform: 'browser', logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false })
  await bundle.close()
  // the names on a line of their own: whoever looks for them takes the rest of a line behind // for a comment
  writeFileSync(file, output[0].code.replace(/export\{(?=[^{}]*\};?\s*$)/, '\nexport{'))
}
