/** A machine made of fakes: a PATH with the plain utilities of one shell family, and the tools a test gives it. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { CaptureManifest } from '../src/model/manifest.ts'
import { captureManifestSchema } from '../src/model/manifest.ts'
import { scratch } from './command.ts'

const UTILITIES = [
  'awk',
  'cat',
  'chmod',
  'chown',
  'cp',
  'cut',
  'date',
  'dd',
  'env',
  'find',
  'getconf',
  'grep',
  'gzip',
  'head',
  'ls',
  'mkdir',
  'mktemp',
  'mv',
  'od',
  'rm',
  'rmdir',
  'sed',
  'seq',
  'sh',
  'sha256sum',
  'sleep',
  'stat',
  'tail',
  'tar',
  'touch',
  'tr',
  'uname',
  'wc',
]

export const SHELLS = ['dash', 'busybox'].filter(
  shell => spawnSync(shell, shell === 'dash' ? ['-c', ':'] : ['true']).status === 0,
)

export interface Ending {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

export interface FakeHost {
  readonly directory: string
  /** Directory the capture goes to. */
  readonly out: string
  /** Runs a collector to its end; `interrupts` = SIGINT to its whole process group when each of these files appears. */
  run(
    script: string,
    args: readonly string[],
    options?: { interrupts?: readonly string[]; env?: Record<string, string>; stdin?: string; out?: string },
  ): Promise<Ending>
  manifest(): CaptureManifest & Record<string, unknown>
  text(file: string): string
}

/** Path of an executable, found as a shell finds it. */
function which(name: string): string | undefined {
  for (const place of ['/usr/bin', '/bin', '/usr/sbin', '/sbin'])
    if (existsSync(join(place, name))) return join(place, name)
  return undefined
}

/**
 * A host whose tools are these scripts, by path: `bin/NAME` is on the PATH, `root/...` lies under a root of its own. `PYTHON` in a first
 * line is an interpreter called python, which is sh; `MARK` is a directory to leave notes in.
 */
export function fakeHost(shell: string, tools: Readonly<Record<string, string>>): FakeHost {
  const directory = scratch()
  for (const place of ['bin', 'base', 'mark', 'tmp', 'root']) mkdirSync(join(directory, place))
  for (const name of UTILITIES) {
    const target = shell === 'busybox' && name !== 'getconf' ? which('busybox') : which(name)
    if (target !== undefined) symlinkSync(target, join(directory, 'base', name))
  }
  const write = (path: string, body: string): void => {
    const full = join(directory, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(
      full,
      body.replaceAll('PYTHON', join(directory, 'base', 'python3')).replaceAll('MARK', join(directory, 'mark')),
    )
    chmodSync(full, 0o755)
  }
  write('base/python3', '#!/bin/sh\nif [ "$1" = -c ]; then echo 0.29.1; exit; fi\nexec /bin/sh "$@"\n')
  write('bin/id', '#!/bin/sh\necho "${FAKE_UID:-0}"\n')
  for (const [path, body] of Object.entries(tools)) write(path, body)
  const out = join(directory, 'out')
  return {
    directory,
    out,
    run(script, args, options = {}) {
      return new Promise(done => {
        const command = options.stdin === undefined ? [resolve('collectors', script)] : ['-s', '--']
        const child = spawn(
          which(shell)!,
          [...(shell === 'busybox' ? ['sh'] : []), ...command, '-o', options.out ?? out, ...args],
          {
            detached: true,
            cwd: directory,
            env: {
              PATH: `${join(directory, 'bin')}:${join(directory, 'base')}`,
              TMPDIR: join(directory, 'tmp'),
              BPFVIEW_TOOLS_ROOT: join(directory, 'root'),
              BPFVIEW_HOST: 'testbox',
              ...options.env,
            },
          },
        )
        const stdout: Buffer[] = []
        let stderr = ''
        child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
        child.stderr.on('data', (chunk: Buffer) => {
          stderr += chunk.toString()
        })
        child.stdin.on('error', () => {})
        child.stdin.end(options.stdin ?? '')
        const waiting = [...(options.interrupts ?? [])]
        const timer = setInterval(() => {
          if (waiting.length === 0 || !existsSync(join(directory, 'mark', waiting[0]!))) return
          waiting.shift()
          process.kill(-child.pid!, 'SIGINT')
        }, 20)
        child.on('close', status => {
          clearInterval(timer)
          done({ status, stdout: Buffer.concat(stdout), stderr })
        })
      })
    },
    manifest() {
      return captureManifestSchema.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
    },
    text(file) {
      return readFileSync(join(out, file), 'utf8')
    },
  }
}

/** Names in a directory, sorted; none when it is not there. */
export function filesIn(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path).sort() : []
}
