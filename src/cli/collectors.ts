import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BpfviewError, quote } from '../model/error.ts'

/** A script that captures on the target, as its header describes it. */
export interface Collector {
  readonly name: string
  /** What it captures. */
  readonly what: string
  readonly tool: string
  readonly kernel: string
  readonly picture: string
}

/** The collectors of this package, by name. */
export function listCollectors(): readonly Collector[] {
  return names().map(name => {
    const header = read(`${name}.sh`).split('\n', 6)
    const field = (label: string): string => header.find(line => line.startsWith(`# ${label}: `))?.slice(label.length + 4) ?? ''
    return { name, what: field(name), tool: field('tool'), kernel: field('kernel'), picture: field('picture') }
  })
}

/** A collector as one script that needs no other file. Throws BpfviewError E_USAGE for a name that is none. */
export function collectorScript(name: string): string {
  const wanted = name.replace(/\.sh$/, '')
  if (!names().includes(wanted)) throw new BpfviewError('E_USAGE', `no collector ${quote(name)}; expected one of ${names().join(', ')}`)
  return read(`${wanted}.sh`)
    .replace(/^case \$0 in .*here=.*\n/m, '')
    .replace(/^\. "\$here\/(lib[a-z-]*\.sh)"$/gm, (_, library: string) => read(library).trimEnd())
}

function names(): readonly string[] {
  return readdirSync(directory()).filter(file => /^(?!lib)[a-z-]+\.sh$/.test(file)).map(file => file.slice(0, -3)).sort()
}

function read(file: string): string {
  return readFileSync(new URL(file, directory()), 'utf8')
}

/** Where the scripts lie: beside src in the sources, beside dist in the package. */
function directory(): URL {
  const places = ['../../collectors/', '../../../collectors/'].map(place => new URL(place, import.meta.url))
  const found = places.find(place => existsSync(new URL('lib.sh', place)))
  if (found === undefined) throw new BpfviewError('E_NOT_FOUND', 'no collectors here; expected them in the package', { source: fileURLToPath(places[1]!), line: 0 })
  return found
}
