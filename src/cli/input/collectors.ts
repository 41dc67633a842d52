import { BpfviewError, quote } from '../../model/error.ts'
import { assetNames, readAsset } from './assets.ts'

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
    const field = (label: string): string =>
      header.find(line => line.startsWith(`# ${label}: `))?.slice(label.length + 4) ?? ''
    return { name, what: field(name), tool: field('tool'), kernel: field('kernel'), picture: field('picture') }
  })
}

/** A collector as one script that needs no other file. Throws BpfviewError E_USAGE for a name that is none. */
export function collectorScript(name: string): string {
  const wanted = name.replace(/\.sh$/, '')
  if (!names().includes(wanted))
    throw new BpfviewError('E_USAGE', `no collector ${quote(name)}; expected one of ${names().join(', ')}`)
  return read(`${wanted}.sh`)
    .replace(/^case \$0 in .*here=.*\n/m, '')
    .replace(/^\. "\$here\/(lib[a-z-]*\.sh)"$/gm, (_, library: string) => read(library).trimEnd())
}

function names(): readonly string[] {
  return assetNames('collectors')
    .filter(file => /^(?!lib)[a-z-]+\.sh$/.test(file))
    .map(file => file.slice(0, -3))
    .sort()
}

function read(file: string): string {
  return readAsset(`collectors/${file}`)
}
