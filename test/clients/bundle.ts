import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { shortenNames } from './shorten.ts'

interface Client {
  readonly entry: string
  /** What holds it, bundled. */
  readonly module: string
  readonly name: string
  /** It stands deflated behind a small loader, because every picture carries it. */
  readonly packed: boolean
}

/** Clients that run in browsers. */
export const CLIENTS: readonly Client[] = ['flame', 'heat', 'scope', 'view', 'report'].map(of => ({
  entry: `renderers/${of}/client/entry.ts`,
  module: `renderers/${of}/client-text.ts`,
  name: `${of.toUpperCase()}_CLIENT`,
  packed: of === 'flame',
}))

/** Text of the module that holds a client as one minified script, and the hashes by which a policy names what it runs. */
export async function bundledClient({ entry, name, packed }: Client): Promise<string> {
  const minified = await minifiedScript(entry)
  const client = shippable(entry, packed ? shortenNames(minified) : minified)
  const script = packed ? packedScript(await minifiedScript('renderers/client/packed-entry.ts'), client) : client
  const hashes = [...new Set([script, client])].map(text => createHash('sha256').update(text).digest('base64'))
  const quoted = JSON.stringify(script).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `// Bundled from ${entry} by \`npm run clients\`.
export const ${name} =
  '${quoted}'
/** \`sha256-...\` of the script${packed ? ', and of what it unpacks and runs' : ''}, for a content security policy. */
export const ${name}_HASHES = [${hashes.map(hash => `'sha256-${hash}'`).join(', ')}]
`
}

async function minifiedScript(entry: string): Promise<string> {
  const bundle = await rolldown({ input: entry, platform: 'browser', logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  await bundle.close()
  return output[0].code.trim()
}

/** The loader with the client in it. */
function packedScript(loader: string, client: string): string {
  const parts = loader.split('PACKED_CLIENT')
  if (parts.length !== 2) throw new Error('the loader names the packed client once')
  return parts.join(`'${deflateRawSync(client, { level: 9 }).toString('base64')}'`)
}

/** A script as it may stand in the CDATA of an SVG and in HTML. */
function shippable(entry: string, code: string): string {
  const script = code
    // XML holds no control characters; in code they stand in texts and patterns only
    .replace(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
      char => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
  // the same text stands in CDATA of an SVG and in a script element of HTML
  const found = /\]\]>|<\/script|<!--/i.exec(script)
  if (found !== null) throw new Error(`${entry}: the script holds ${found[0]}, which ends it too early`)
  return script
}

export async function bundleClients(): Promise<void> {
  for (const client of CLIENTS) writeFileSync(client.module, await bundledClient(client))
}
