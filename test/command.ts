import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built program. */
export const PROGRAM = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `bpfview ARGS` to its end. */
export function bpfview(args: readonly string[], input?: string | Uint8Array, env: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8', input: input ?? '', maxBuffer: 1 << 28, env: { ...process.env, ...env },
  })
  return { status, stdout, stderr }
}

/** A new empty directory. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'bpfview-test-'))
}
