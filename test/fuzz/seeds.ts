import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export interface Seed {
  readonly name: string
  /** Format it is of, where its folder says so. */
  readonly format: string | undefined
  readonly bytes: Uint8Array
}

/** Folders that hold no text of the tools. */
const OTHERS = new Set(['captures', 'incidents', 'workloads', 'render', 'policy'])
/** What is longer is cut: executions matter more than bytes. */
const MAX_BYTES = 24_000

/** Every fixture of every format, cut to a size that is quick to read. */
export function fixtureSeeds(root = 'fixtures'): Seed[] {
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !OTHERS.has(entry.name))
    .map(({ name }) => name)
    .sort()
    .flatMap(folder => seedsIn(join(root, folder), folder === 'malformed' ? undefined : folder))
}

/** Real output of the tools, where it lies beside the project. */
export function sharedSeeds(root = '../shared'): Seed[] {
  return ['corpus', 'captures']
    .map(folder => join(root, folder))
    .filter(folder => existsSync(folder))
    .flatMap(folder => seedsIn(folder, undefined))
}

function seedsIn(folder: string, format: string | undefined): Seed[] {
  return readdirSync(folder)
    .filter(name => !name.endsWith('.golden') && statSync(join(folder, name)).isFile())
    .sort()
    .map(name => {
      const bytes = readFileSync(join(folder, name))
      return {
        name: join(folder, name),
        format,
        bytes: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).subarray(0, MAX_BYTES),
      }
    })
}
