import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { appPage } from '../../src/app/page.ts'
import { version } from '../../src/version.ts'

const SHIMS = resolve('src/app/client/shims.ts')
const UNPACK = resolve('src/app/client/unpack.ts')

/** One minified script of a module and all it needs, without node. */
async function bundled(entry: string): Promise<string> {
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'browser',
        resolveId(id, importer) {
          if (/^node:(?:fs|path|crypto|zlib)$/.test(id)) return SHIMS
          if (id.startsWith('node:')) throw new Error(`${importer} imports ${id}; expected nothing of node in a page`)
          return id === './bytes.ts' && importer?.includes('/src/cli/input/') === true ? UNPACK : undefined
        },
      },
    ],
  })
  const { output } = await bundle.generate({
    format: 'iife',
    minify: true,
    codeSplitting: false,
    // zod tries whether it may compile code from text: the policy forbids it, and a browser says so
    banner: 'globalThis.__zod_globalConfig={jitless:true};',
  })
  await bundle.close()
  const code = output[0].code.trim()
  // a script element ends at these, whatever they mean in the script
  return code.replace(/<\/script/gi, '<\\/script').replaceAll('<!--', '<\\!--')
}

/** Writes the page to dist/app. */
export async function bundleApp(): Promise<void> {
  const [main, worker] = await Promise.all([bundled('src/app/client/entry.ts'), bundled('src/app/client/worker.ts')])
  const mainHash = `sha256-${createHash('sha256').update(main).digest('base64')}`
  mkdirSync('dist/app', { recursive: true })
  writeFileSync('dist/app/bpfview.html', appPage({ main, mainHash, worker, version }))
}
