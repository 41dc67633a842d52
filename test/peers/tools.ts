/** Programs of other projects that what convert writes is held against: those of the system, and those that `.ci/peers` installs. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export const PEERS = process.env['BPFVIEW_PEERS'] ?? join(tmpdir(), 'bpfview-peers')

/** Path in the folder of `.ci/peers`; undefined when it is not there. */
export function peer(path: string): string | undefined {
  const found = join(PEERS, path)
  return existsSync(found) ? found : undefined
}

export function isThere(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0
}

/** What a program prints; an exit status other than 0 fails the test with its words. */
export function run(
  program: string,
  args: readonly string[],
  options: { input?: Uint8Array; env?: object } = {},
): string {
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    ...(options.input !== undefined && { input: options.input }),
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  })
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${status} ${error?.message ?? ''} ${stderr} ${stdout}`)
  return stdout
}

/** The title of a group of tests, which says when they are skipped. */
export function titled(title: string, there: boolean): string {
  return there ? title : `${title} (not installed: see .ci/peers)`
}

/** PATH with the commands of the peers' npm packages, among them a newer node, in front. */
export const PEER_PATH = `${join(PEERS, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`
