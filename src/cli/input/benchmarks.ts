import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ParseOptions } from '../../../parsers/parse.ts'
import type { Input } from './input.ts'
import { holdsRuns, runFolders } from './run-files.ts'
import { readRuns } from './runs.ts'

/**
 * The inputs of a side by benchmark: a folder of runs inside a directory that was given is a benchmark of its name; all else is the benchmark without
 * a name. A baseline and a capture are none.
 */
export async function readBenchmarks(
  paths: readonly string[],
  options: ParseOptions,
): Promise<ReadonlyMap<string, readonly Input[]>> {
  const places = new Map<string, string[]>()
  const add = (benchmark: string, path: string): void => {
    places.set(benchmark, [...(places.get(benchmark) ?? []), path])
  }
  for (const path of paths) {
    const folders = isPlainDirectory(path) ? runFolders(path) : []
    for (const folder of folders) add(folder, join(path, folder))
    if (folders.length === 0 || holdsRuns(path)) add('', path)
  }
  const inputs = new Map<string, readonly Input[]>()
  for (const [benchmark, own] of places) inputs.set(benchmark, await readRuns(own, options))
  return inputs
}

function isPlainDirectory(path: string): boolean {
  if (path === '-' || existsSync(join(path, 'manifest.json')) || existsSync(join(path, 'baseline.json'))) return false
  return existsSync(path) && statSync(path).isDirectory()
}
