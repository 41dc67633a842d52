import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from '../../parsers/index.ts'
import { StackTreeBuilder } from '../../src/model/index.ts'
import type { Profile } from '../../src/model/index.ts'
import { graft } from '../../src/ops/merge.ts'
import type { RunTree } from '../../src/stats/entities.ts'

/** Real runs over one tree: names of files and frames, and a way to choose two sides. */
export interface Corpus {
  readonly names: readonly string[]
  readonly frameNames: readonly string[]
  readonly side: (before: readonly number[], after: readonly number[]) => RunTree
}

/** Where a set of real runs lies (aNN unchanged, bNN changed): BPFVIEW_RUNS, or beside the project; undefined when there is none. */
export function corpusDirectory(): string | undefined {
  return [process.env['BPFVIEW_RUNS'], '../shared/noise'].find(dir => dir !== undefined && existsSync(dir))
}

/** Reads every folded run of a directory. */
export function readCorpus(directory: string, rename: (text: string) => string = text => text): Corpus {
  const names = readdirSync(directory).filter(name => /\.folded(\.gz)?$/.test(name)).sort()
  const builder = new StackTreeBuilder()
  const read = names.map(name => {
    const raw = readFileSync(join(directory, name))
    const text = rename((name.endsWith('.gz') ? gunzipSync(raw) : raw).toString())
    const profile = parse(new TextEncoder().encode(text)).datasets[0] as Profile
    return { map: graft(builder, profile.stacks), self: profile.self }
  })
  const stacks = builder.finish()
  const columns = read.map(run => {
    const self = new Float64Array(stacks.parent.length)
    run.map.forEach((node, i) => self[node]! += run.self[i]!)
    return self
  })
  return {
    names,
    frameNames: stacks.frames.name,
    side: (before, after) => ({ parent: stacks.parent, frame: stacks.frame, frameCount: stacks.frames.name.length, before: before.length,
      self: [...before, ...after].map(i => columns[i]!) }),
  }
}
