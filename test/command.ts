import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { run } from '../src/cli/run.ts'

/** The built program. */
export const PROGRAM = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs `bpfview ARGS` to its end in this process: the sources themselves, without a start of node for each command line.
 * Calls must follow one another: standard streams, environment and exit status are the process's own.
 */
export async function bpfview(
  args: readonly string[],
  input: string | Uint8Array = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const stdout = captured(process.stdout)
  const stderr = captured(process.stderr)
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')!
  const bytes = typeof input === 'string' ? Buffer.from(input) : Buffer.from(input)
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from(bytes.length > 0 ? [bytes] : []) })
  const outer = { ...process.env }
  Object.assign(process.env, env)
  const exitCode = process.exitCode
  process.exitCode = undefined
  try {
    await run(args)
    return { status: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    process.exitCode = exitCode
    for (const name of Object.keys(env)) {
      if (outer[name] === undefined) delete process.env[name]
      else process.env[name] = outer[name]
    }
    Object.defineProperty(process, 'stdin', stdin)
    stdout.release()
    stderr.release()
  }
}

/** Takes what is written to a stream until it is released. */
function captured(stream: NodeJS.WriteStream): { text(): string; release(): void } {
  const { write } = stream
  const pieces: Buffer[] = []
  stream.write = ((piece: string | Uint8Array): boolean => {
    pieces.push(Buffer.from(piece as string))
    return true
  }) as typeof stream.write
  return {
    text: () => Buffer.concat(pieces).toString(),
    release: () => {
      stream.write = write
    },
  }
}

/** Runs the built program, `node dist/bin/main.js ARGS`, to its end: for what only a process of its own shows. */
export function spawnBpfview(
  args: readonly string[],
  input?: string | Uint8Array,
  env: Readonly<Record<string, string>> = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    input: input ?? '',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  })
  return { status, stdout, stderr }
}

/** A new empty directory. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'bpfview-test-'))
}
