import { statSync } from 'node:fs'
import { parseStream } from '../../parsers/parse.ts'
import type { ParseOptions } from '../../parsers/parse.ts'
import type { Parsed } from '../model/datasets.ts'
import { cannotRead, readBytes } from './bytes.ts'
import { Progress } from './progress.ts'

/** One IN of the command line and what it gave. */
export interface Input {
  /** As the user wrote it; `-` is standard input. */
  readonly source: string
  readonly parsed: Parsed
}

/** What every IN of a command line holds, in order. */
export async function readInputs(paths: readonly string[], options: ParseOptions = {}): Promise<Input[]> {
  const inputs: Input[] = []
  for (const path of paths) inputs.push({ source: path === '-' ? 'standard input' : path, parsed: await readInput(path, options) })
  return inputs
}

/** What one IN holds: a file, a gzipped file, a capture directory, or `-`. Throws BpfviewError when there is no answer. */
export async function readInput(path: string, options: ParseOptions = {}): Promise<Parsed> {
  if (isDirectory(path)) {
    const { readCapture } = await import('./capture.ts')
    return readCapture(path, options)
  }
  return readFile(path, options)
}

/** What one file of any size holds. */
export async function readFile(path: string, options: ParseOptions): Promise<Parsed> {
  return parseStream(readBytes(path, new Progress()), { ...options, source: path === '-' ? 'standard input' : path })
}

function isDirectory(path: string): boolean {
  if (path === '-') return false
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw cannotRead(path, error)
  }
}
