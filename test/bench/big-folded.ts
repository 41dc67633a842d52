import { closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from '../../parsers/index.ts'
import { foldedLines } from '../../renderers/listing/folded.ts'

/**
 * Writes a file of about `bytes` bytes with `stacks` distinct deep stacks, sorted as fold prints them, and returns its path: stacks of real
 * captures grown by a seeded walk over their frames. Kept between runs.
 */
export function bigFolded(path: string, stacks = 400_000, bytes = 150e6): string {
  if (existsSync(path) && statSync(path).size > 0.9 * bytes) return path
  const names = new Set<string>()
  for (const capture of ['shop', 'node-jit', 'cpu-multi']) {
    const parsed = parse(gunzipSync(readFileSync(`fixtures/captures/${capture}/perf.script.txt.gz`)))
    for (const dataset of parsed.datasets) {
      if (dataset.kind !== 'profile') continue
      for (const line of foldedLines(dataset))
        for (const name of line.slice(0, line.lastIndexOf(' ')).split(';')) if (name.length < 40) names.add(name)
    }
  }
  const frames = [...names].sort()
  const mean = frames.reduce((sum, name) => sum + name.length + 1, 0) / frames.length
  const depth = Math.round(bytes / stacks / mean)
  let seed = 1
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % n
  }
  const lines = new Set<string>()
  const path_: string[] = ['app']
  while (lines.size < stacks) {
    path_.length = Math.max(1, path_.length - 1 - random(Math.round(depth / 2)))
    const deep = depth - 6 + random(12)
    while (path_.length < deep) path_.push(frames[random(frames.length)]!)
    lines.add(path_.join(';'))
  }
  const file = openSync(path, 'w')
  let block = ''
  for (const line of [...lines].sort()) {
    block += `${line} ${1 + random(50)}\n`
    if (block.length < 1 << 20) continue
    writeSync(file, block)
    block = ''
  }
  writeSync(file, block)
  closeSync(file)
  return path
}
