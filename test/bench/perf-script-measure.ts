/** `node perf-script-measure.js scan|plain|fast|cores FILE`: reads the file once and prints seconds and peak memory as JSON. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { perfScript, plainPerfScript } from '../../parsers/perf-script/format.ts'

const [, , what = '', file = ''] = process.argv
const CHUNK = 1 << 20

function read(take: (chunk: Buffer) => void): void {
  const descriptor = openSync(file, 'r')
  const buffer = Buffer.allocUnsafeSlow(CHUNK)
  for (let at = 0; ; ) {
    const length = readSync(descriptor, buffer, 0, CHUNK, at)
    if (length === 0) break
    take(buffer.subarray(0, length))
    at += length
  }
  closeSync(descriptor)
}

function scan(): void {
  let lines = 0
  read(chunk => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  })
  if (lines === 0) throw new Error('no lines')
}

/** Reading by several threads as the command does it: its thread starts from one file. */
async function bundled(): Promise<typeof import('../../src/cli/input/perf-parallel.ts')> {
  const folder = fileURLToPath(new URL('../../bin', import.meta.url))
  return import(join(folder, readdirSync(folder).find(name => name.startsWith('perf-parallel-'))!)) as Promise<
    typeof import('../../src/cli/input/perf-parallel.ts')
  >
}

const parallel = what === 'cores' ? await bundled() : undefined
const start = performance.now()
const before = process.cpuUsage()
if (what === 'scan') scan()
else if (parallel !== undefined) {
  if ((await parallel.readPerfParallel(file, statSync(file).size, { source: file })) === undefined) {
    const reader = perfScript.reader({})
    read(chunk => reader.push(chunk))
    reader.end()
  }
} else {
  const reader = what === 'plain' ? plainPerfScript({}) : perfScript.reader({})
  read(chunk => reader.push(chunk))
  reader.end()
}
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(before)
process.stdout.write(JSON.stringify({ seconds, cpu: (user + system) / 1e6, memory: peakMemory() }))

/** Peak resident memory of this process in MB; what resourceUsage says includes that of the parent before this program was loaded. */
function peakMemory(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
  } catch {
    return process.resourceUsage().maxRSS / 1024
  }
}
