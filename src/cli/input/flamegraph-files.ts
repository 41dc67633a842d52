import { existsSync, readFileSync } from 'node:fs'
import { BpfviewError, quote } from '../../model/error.ts'
import { cannotRead } from './bytes.ts'

/** Colours by function that earlier pictures used: lines of `function->rgb(r,g,b)`; empty when the file is not there yet. */
export function readPaletteMap(path: string): Map<string, string> {
  const palette = new Map<string, string>()
  if (!existsSync(path)) return palette
  for (const line of read(path).split('\n')) {
    const at = line.lastIndexOf('->')
    if (at < 0) continue
    const colour = line.slice(at + 2).trim()
    if (/^(?:rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)|#[0-9a-fA-F]{3,8}|[a-z]+)$/.test(colour))
      palette.set(line.slice(0, at), colour)
  }
  return palette
}

/** Attributes by function: lines of a name and `key=value` pairs, all separated by tabs. */
export function readNameAttributes(path: string): Map<string, Map<string, string>> {
  const result = new Map<string, Map<string, string>>()
  read(path)
    .split('\n')
    .forEach((line, i) => {
      const [name, ...pairs] = line.replace(/\r$/, '').split('\t')
      if (name === '' && pairs.length === 0) return
      if (pairs.length === 0)
        throw new BpfviewError(
          'E_BAD_INPUT',
          `${quote(line)} has no tab; expected a function name, then key=value pairs, separated by tabs`,
          { source: path, line: i + 1 },
        )
      const attributes = new Map<string, string>()
      for (const pair of pairs) {
        const at = pair.indexOf('=')
        if (at > 0) attributes.set(pair.slice(0, at), pair.slice(at + 1).replace(/^"(.*)"$/, '$1'))
      }
      result.set(name!, attributes)
    })
  return result
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw cannotRead(path, error)
  }
}
