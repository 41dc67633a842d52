/**
 * `npm run test:memory [-- MB]`: reads inputs of every kind, 1,024 MB each by default, in a memory cgroup of 512 MiB where one can be made, else with a heap of
 * 400 MB, and prints peak memory. A job may end with 2 and one line; one that is killed or aborts fails the run.
 */
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InputName } from '../bench/inputs.ts'
import { INPUTS, writeInput } from '../bench/inputs.ts'
import type { Cost } from '../bench/measured.ts'
import { measured, PROGRAM } from '../bench/measured.ts'

const LIMIT = 512 * 2 ** 20
const HEAP = '--max-old-space-size=400'
const COMMANDS: Partial<Record<InputName, readonly string[]>> = {
  opensnoop: ['info'],
  execsnoop: ['info'],
  csv: ['info'],
  'histogram-series': ['info'],
  biosnoop: ['heat', '-o', '/dev/null'],
}

/** A cgroup of version 1 or 2 with the limit; undefined where none can be made. */
function cgroup(): string | undefined {
  for (const [root, file] of [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['/sys/fs/cgroup', 'memory.max'],
  ] as const) {
    const folder = join(root, `bpfview-memory-${process.pid}`)
    try {
      mkdirSync(folder)
      try {
        writeFileSync(join(folder, file), String(LIMIT))
        return folder
      } catch {
        rmdirSync(folder)
      }
    } catch {
      // no such hierarchy, or no right to it
    }
  }
  return undefined
}

function run(group: string | undefined, args: readonly string[]): Cost {
  if (group === undefined) return measured(process.execPath, [HEAP, PROGRAM, ...args])!
  const enter = `echo $$ > '${group}/cgroup.procs' && exec "$@"`
  return measured('/bin/sh', ['-c', enter, 'sh', process.execPath, HEAP, PROGRAM, ...args])!
}

const words = process.argv.slice(2)
const megabytes = Number(words.find(word => /^\d+$/.test(word)) ?? 1024)
const wanted = words.filter(word => word in INPUTS)
const group = cgroup()
const directory = mkdtempSync(join(tmpdir(), 'bpfview-memory-'))
let failed = false
console.log(
  `${megabytes} MB of each, ${group === undefined ? 'no cgroup can be made: a heap of 400 MB' : 'in a cgroup of 512 MiB'}`,
)
try {
  for (const name of Object.keys(INPUTS) as InputName[]) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const path = join(directory, `${name}.${INPUTS[name].ending}`)
    writeInput(path, name, megabytes * 1e6)
    const [command, ...options] = COMMANDS[name] ?? ['fold']
    const { status, signal, memory, cpu, said } = run(group, [command!, ...options, path])
    const fine = signal === null && (status === 0 || (status === 2 && said.startsWith('bpfview: ')))
    if (!fine) failed = true
    console.log(
      `${fine ? 'ok  ' : 'FAIL'} ${name.padEnd(18)} ${command!.padEnd(5)} ${memory.toFixed(0).padStart(5)} MB ${cpu.toFixed(1).padStart(6)} s CPU  exit ${signal ?? status}${status === 0 ? '' : `  ${said.slice(0, 200)}`}`,
    )
    rmSync(path)
  }
} finally {
  rmSync(directory, { recursive: true })
  if (group !== undefined) rmdirSync(group)
}
process.exitCode = failed ? 1 : 0
