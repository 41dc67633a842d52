import { existsSync } from 'node:fs'

const CONFIG = 'bpfview.config.json'

/** The configuration file there is: that of BPFVIEW_CONFIG (empty = none), else the one in this directory; undefined = none. */
export function configPath(): string | undefined {
  const named = process.env['BPFVIEW_CONFIG']
  if (named !== undefined) return named === '' ? undefined : named
  return existsSync(CONFIG) ? CONFIG : undefined
}
