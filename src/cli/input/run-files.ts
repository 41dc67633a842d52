import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BpfviewError } from '../../model/error.ts'
import { cannotRead } from './bytes.ts'
import { unfinishedCapture } from './capture-truth.ts'

/** Paths of the runs an IN stands for: itself, or what a directory without a manifest holds, sorted. */
export function runsIn(path: string): string[] {
  if (path === '-') return [path]
  try {
    if (!statSync(path).isDirectory() || existsSync(join(path, 'manifest.json'))) return [path]
    const entries = readdirSync(path, { withFileTypes: true })
    const unfinished = unfinishedCapture(
      path,
      entries.map(entry => entry.name),
    )
    if (unfinished !== undefined) throw unfinished
    const found = entries
      .filter(
        entry =>
          !entry.name.startsWith('.') &&
          !/\.(?:json|md|svg|html|js|sh|stderr)$/.test(entry.name) &&
          (entry.isFile() || existsSync(join(path, entry.name, 'manifest.json'))),
      )
      .map(entry => join(path, entry.name))
      .sort()
    if (found.length === 0)
      throw new BpfviewError('E_NO_DATA', 'a directory without runs; expected captures, files or a baseline', {
        source: path,
        line: 0,
      })
    return found
  } catch (error) {
    throw error instanceof BpfviewError ? error : cannotRead(path, error)
  }
}

/** Names of the folders in a directory that hold runs and are no capture themselves: commits of a history, or benchmarks. Throws BpfviewError for a file. */
export function runFolders(directory: string): string[] {
  try {
    if (!statSync(directory).isDirectory())
      throw new BpfviewError('E_USAGE', 'a file; expected a directory of commits or days, or a baseline', {
        source: directory,
        line: 0,
      })
    return readdirSync(directory, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => entry.name)
      .filter(name => !existsSync(join(directory, name, 'manifest.json')) && holdsRuns(join(directory, name)))
      .sort(naturalOrder)
  } catch (error) {
    throw error instanceof BpfviewError ? error : cannotRead(directory, error)
  }
}

/** Numbers in names by their value: run-9 before run-10. */
export function naturalOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0)
}

export function holdsRuns(path: string): boolean {
  try {
    return runsIn(path).length > 0
  } catch {
    return false
  }
}
