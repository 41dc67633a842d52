import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from '../../parsers/index.ts'
import type { Profile } from '../../src/model/index.ts'
import type { LabelledProfile } from '../../src/ops/stacks/merge-runs.ts'

/** Where a set of real runs lies (aNN unchanged, bNN changed): BPFVIEW_RUNS, or beside the project; undefined when there is none. */
export function corpusDirectory(): string | undefined {
  return [process.env['BPFVIEW_RUNS'], '../shared/noise'].find(dir => dir !== undefined && existsSync(dir))
}

/** The runs of a directory whose names start with `side`, in order; `rename` changes their text first. */
export function readRuns(
  directory: string,
  side: string,
  rename: (text: string, run: number) => string = text => text,
): LabelledProfile[] {
  return readdirSync(directory)
    .filter(name => name.startsWith(side) && /\.folded(\.gz)?$/.test(name))
    .sort()
    .map((name, run) => {
      const raw = readFileSync(join(directory, name))
      const text = rename((name.endsWith('.gz') ? gunzipSync(raw) : raw).toString(), run)
      return {
        label: name,
        profile: parse(new TextEncoder().encode(text), { format: 'folded' }).datasets[0] as Profile,
      }
    })
}
