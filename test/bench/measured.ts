import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const PROGRAM = fileURLToPath(new URL('../../bin/main.js', import.meta.url))
const TIME = '/usr/bin/time'

/** What a program cost from its start to its end. */
export interface Cost {
  /** CPU seconds, user and system: on a busy machine the fairer figure. Wall seconds where GNU time is not installed. */
  readonly cpu: number
  /** Peak resident memory in MB; NaN where GNU time is not installed. */
  readonly memory: number
  readonly status: number | null
  readonly signal: string | null
  /** Last line on stderr. */
  readonly said: string
}

/** Runs a program without keeping what it prints; undefined when it is not installed. */
export function measured(command: string, args: readonly string[]): Cost | undefined {
  const timed = existsSync(TIME)
  const start = performance.now()
  const { error, status, signal, stderr } = timed
    ? spawnSync(TIME, ['-f', '%U %S %M', command, ...args], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
    : spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  if (error !== undefined || status === 127) return undefined
  const lines = stderr.trimEnd().split('\n')
  if (!timed) return { cpu: (performance.now() - start) / 1000, memory: NaN, status, signal, said: lines.at(-1) ?? '' }
  const [user = NaN, system = NaN, peak = NaN] = (lines.pop() ?? '').split(' ').map(Number)
  const said = lines.filter(line => !line.startsWith('Command ')).at(-1) ?? ''
  return { cpu: user + system, memory: peak / 1024, status, signal, said }
}

/** The cheapest of several runs. */
export function cheapest(runs: number, run: () => Cost | undefined): Cost | undefined {
  let best = run()
  for (let i = 1; i < runs && best !== undefined; i++) {
    const next = run()!
    best = { ...next, cpu: Math.min(best.cpu, next.cpu), memory: Math.max(best.memory, next.memory) }
  }
  return best
}

/** `bpfview ARGS`. */
export function bpfviewCost(args: readonly string[], nodeArgs: readonly string[] = []): Cost {
  return measured(process.execPath, [...nodeArgs, PROGRAM, ...args])!
}
