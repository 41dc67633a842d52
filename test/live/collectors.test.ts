/** The collectors with the real tools of this machine's kernel: each capture is then read without a line left over. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { collectorScript } from '../../src/cli/input/collectors.ts'
import type { Dataset } from '../../src/model/datasets.ts'
import { captureManifestSchema } from '../../src/model/manifest.ts'
import { spawnBpfview as bpfview, scratch } from '../command.ts'

const has = (...names: readonly string[]): boolean =>
  names.some(name =>
    ['/usr/bin', '/usr/sbin', '/usr/share/bcc/tools', '/usr/local/bin'].some(place => existsSync(join(place, name))),
  )
const root = process.getuid?.() === 0
const tracepoints = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'].some(place =>
  existsSync(join(place, 'events')),
)
const btf = existsSync('/sys/kernel/btf/vmlinux')
const kprobes =
  existsSync('/sys/kernel/debug/kprobes') ||
  spawnSync('sh', ['-c', 'zcat /proc/config.gz | grep -q "^CONFIG_KPROBES=y"']).status === 0

/** The kernel's headers as one tree, which BCC wants and Debian splits in two; undefined when there are none. */
function kernelHeaders(): string | undefined {
  if (process.env['BCC_KERNEL_SOURCE'] !== undefined) return process.env['BCC_KERNEL_SOURCE']
  const release = spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim()
  if (existsSync(`/lib/modules/${release}/build`)) return `/lib/modules/${release}/build`
  const trees = existsSync('/usr/src') ? readdirSync('/usr/src').filter(name => name.startsWith('linux-headers-')) : []
  const common = trees.find(name => name.endsWith('-common'))
  const own = trees.find(name => !name.endsWith('-common'))
  if (common === undefined || own === undefined) return undefined
  const merged = mkdtempSync(join(tmpdir(), 'bpfview-headers-'))
  spawnSync('cp', ['-rs', `/usr/src/${common}/.`, merged])
  spawnSync('cp', ['-rsf', `/usr/src/${own}/.`, merged])
  made.push(merged)
  return merged
}
const made: string[] = []
const headers = root ? kernelHeaders() : undefined
afterAll(() => {
  for (const place of made) rmSync(place, { recursive: true, force: true })
})

/** A program with work, waiting, memory and children in it, for as long as a test needs it. */
function busy(): { pid: number; stop(): void } {
  const child = spawn(
    process.execPath,
    [
      '--perf-basic-prof',
      '-e',
      `
    const { spawnSync } = require('node:child_process'), keep = []
    function churn () { for (let i = 0; i < 3e6; i++) keep.x = (keep.x | 0) + i % 7 }
    setInterval(() => { churn(); keep.push(Buffer.alloc(65536, keep.length)); if (keep.length % 8 === 0) spawnSync('/bin/true') }, 15)`,
    ],
    { stdio: 'ignore', cwd: scratch() },
  )
  return {
    pid: child.pid!,
    stop: () => {
      child.kill('SIGKILL')
      rmSync(`/tmp/perf-${child.pid}.map`, { force: true })
    },
  }
}

/**
 * The same, small: bpftrace before 0.19 takes minutes over the symbols of Node.
 * A subshell is a fork, after which the pages that parent and child write are copied: page faults for as long as it
 * runs. A command alone is a vfork in dash, and faults in the child only.
 */
function small(): { pid: number; stop(): void } {
  const child = spawn(
    'sh',
    ['-c', 'while :; do i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; ( : ); /bin/true; done'],
    { stdio: 'ignore' },
  )
  return {
    pid: child.pid!,
    stop: () => {
      child.kill('SIGKILL')
    },
  }
}

interface Info {
  datasets: { kind: Dataset['kind'] }[]
  skippedLines: number
  diagnostics: { severity: string; code: string }[]
}

/** What the command says is in a capture; the built one, which reads big files in threads of its own. */
function info(path: string): Info {
  const { stdout, stderr, status } = bpfview(['info', '--json', path])
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as Info
}

const needs = {
  perf: has('perf'),
  bpftrace: has('bpftrace') && btf,
  libbpf: btf && tracepoints,
  bcc: headers !== undefined && has('profile-bpfcc', 'profile'),
}

interface Live {
  readonly script: string
  readonly args: (pid: number) => readonly string[]
  readonly runs: boolean
  readonly kind: Dataset['kind'] | undefined
}
const fixed =
  (...args: readonly string[]) =>
  (): readonly string[] =>
    args
const onPid =
  (...args: readonly string[]) =>
  (pid: number): readonly string[] => [...args, '-p', String(pid)]

const cases: readonly Live[] = [
  { script: 'cpu', args: fixed(), runs: needs.perf, kind: 'profile' },
  { script: 'cpu', args: onPid('--tool', '/usr/bin/bpftrace'), runs: needs.bpftrace, kind: 'profile' },
  {
    script: 'cpu',
    args: fixed('--tool', '/usr/sbin/profile-bpfcc'),
    runs: needs.bcc && has('profile-bpfcc'),
    kind: 'profile',
  },
  {
    script: 'cpu-perf',
    args: fixed('--call-graph', 'dwarf', '--', 'sh', '-c', 'seq 1 20000000 | tail -n 1'),
    runs: needs.perf,
    kind: 'profile',
  },
  { script: 'stacks-bcc', args: fixed('profile'), runs: needs.bcc, kind: 'profile' },
  { script: 'stacks-bcc', args: fixed('--folded', 'profile'), runs: needs.bcc, kind: 'profile' },
  { script: 'offcpu', args: fixed(), runs: needs.libbpf && has('offcputime'), kind: 'profile' },
  {
    script: 'offcpu',
    args: onPid('--tool', '/usr/bin/bpftrace'),
    runs: needs.bpftrace && tracepoints,
    kind: 'profile',
  },
  { script: 'offcpu-events', args: onPid(), runs: needs.perf && tracepoints, kind: 'profile' },
  { script: 'syscalls', args: fixed(), runs: needs.perf && tracepoints, kind: 'events' },
  { script: 'wakeup', args: fixed(), runs: needs.libbpf && has('wakeuptime'), kind: 'profile' },
  {
    script: 'wakeup',
    args: onPid('--tool', '/usr/bin/bpftrace'),
    runs: needs.bpftrace && tracepoints,
    kind: 'profile',
  },
  {
    script: 'offwake',
    args: fixed(),
    runs: needs.bcc && kprobes && has('offwaketime-bpfcc', 'offwaketime'),
    kind: 'profile',
  },
  { script: 'stackcount', args: fixed('t:sched:sched_switch'), runs: needs.bcc && tracepoints, kind: 'profile' },
  {
    script: 'stackcount',
    args: pid => ['--tool', '/usr/bin/bpftrace', '-p', String(pid), 't:sched:sched_switch'],
    runs: needs.bpftrace && tracepoints,
    kind: 'profile',
  },
  {
    script: 'memleak',
    args: pid => ['--older', '0', String(pid)],
    runs: needs.bcc && has('memleak-bpfcc', 'memleak'),
    kind: 'profile',
  },
  { script: 'faults', args: pid => ['-p', String(pid)], runs: needs.bpftrace, kind: 'profile' },
  { script: 'faults', args: fixed('--tool', '/usr/bin/perf', '-c', '20'), runs: needs.perf, kind: 'profile' },
  { script: 'hist', args: fixed('runqlat'), runs: needs.libbpf && has('runqlat'), kind: 'histograms' },
  { script: 'hist', args: fixed('cpudist'), runs: needs.libbpf && has('cpudist'), kind: 'histograms' },
  { script: 'hist', args: fixed('runqlen'), runs: needs.libbpf && has('runqlen'), kind: 'histograms' },
  { script: 'events', args: fixed('execsnoop'), runs: needs.libbpf && has('execsnoop'), kind: 'events' },
  { script: 'events', args: fixed('opensnoop'), runs: needs.libbpf && has('opensnoop'), kind: 'events' },
  {
    script: 'bpftrace',
    args: pid => [
      `profile:hz:99 /pid == ${pid}/ { @[kstack, ustack, comm] = count(); } interval:s:1 { @cpus = lhist(cpu, 0, 8, 1); }`,
    ],
    runs: needs.bpftrace,
    kind: 'profile',
  },
  {
    script: 'bpftrace',
    args: fixed('--json', 'profile:hz:99 { @[kstack, comm] = count(); }'),
    runs: needs.bpftrace,
    kind: 'profile',
  },
  {
    script: 'checklist',
    args: fixed('execsnoop', 'biolatency', 'runqlat', 'profile'),
    runs: needs.libbpf && needs.bcc,
    kind: undefined,
  },
  { script: 'sixty', args: fixed(), runs: has('vmstat'), kind: undefined },
]

describe('live', () => {
  for (const { script, args, runs, kind } of cases) {
    test.skipIf(!root || !runs)(`${script} ${args(0).join(' ')}`, { timeout: 150_000 }, async context => {
      const bpftrace =
        script === 'bpftrace' || args(0).includes('/usr/bin/bpftrace') || (script === 'faults' && args(0)[0] === '-p')
      const work = bpftrace ? small() : busy()
      try {
        const seconds = script === 'memleak' ? '2' : '1'
        let out = ''
        const collect = (): { status: number | null; signal: NodeJS.Signals | null; stderr: string } => {
          out = join(scratch(), 'cap')
          return spawnSync(
            'timeout',
            [
              '-s',
              'KILL',
              '45',
              'sh',
              resolve('collectors', `${script}.sh`),
              '-d',
              seconds,
              '-o',
              out,
              '--host',
              'testbox',
              ...args(work.pid),
            ],
            {
              encoding: 'utf8',
              env: { ...process.env, ...(headers !== undefined && { BCC_KERNEL_SOURCE: headers }) },
            },
          )
        }
        const slow = ({ status, signal }: ReturnType<typeof collect>): boolean =>
          bpftrace && (signal === 'SIGKILL' || status === 137)
        let result = collect()
        if (slow(result)) result = collect()
        // any process may end a wait, one with many symbols too
        if (slow(result)) return context.skip('bpftrace was not done with its symbols in 45 s, twice')
        const { status, stderr } = result
        expect([status, stderr], stderr).toEqual([0, expect.stringContaining(out)])
        const manifest = captureManifestSchema.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
        expect(manifest).toMatchObject({ collector: script, exit: 0, interrupted: false, host: 'testbox' })
        const { datasets, skippedLines, diagnostics } = info(out)
        expect(diagnostics.filter(({ code }) => code === 'unrecognised-line' || code === 'unread-output')).toEqual([])
        expect(skippedLines).toBe(0)
        expect(datasets.length).toBeGreaterThan(0)
        if (kind !== undefined) expect(datasets.map(dataset => dataset.kind)).toContain(kind)
      } finally {
        work.stop()
      }
    })
  }

  test.skipIf(!root || !needs.perf)('a container is sampled alone, with its JIT map', { timeout: 60_000 }, async () => {
    const cgroup = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']
      .map(place => join(place, `bpfview-test-${process.pid}`))
      .find(place => spawnSync('mkdir', [place]).status === 0 && existsSync(join(place, 'cgroup.procs')))
    if (cgroup === undefined) throw new Error('no cgroup v2 here; expected one, as on every system of these years')
    const work = busy()
    try {
      writeFileSync(join(cgroup, 'cgroup.procs'), String(work.pid))
      const out = join(scratch(), 'cap')
      const { status, stderr } = spawnSync(
        'sh',
        [resolve('collectors/container.sh'), '-d', '1', '-o', out, String(work.pid)],
        { encoding: 'utf8' },
      )
      expect([status, stderr]).toEqual([0, expect.stringContaining(`cgroup ${cgroup.split('/').pop()}`)])
      const text = readFileSync(join(out, 'perf.script.txt'), 'utf8')
      for (const line of text.split('\n'))
        if (/^\S/.test(line)) expect(line).toMatch(/^(?:node|true|sh|V8Worker|MainThread)\b/)
      expect(readdirSync(out)).toContain(`perf-${work.pid}.map`)
    } finally {
      work.stop()
      spawnSync('sh', ['-c', `sleep 0.2; rmdir ${cgroup}`])
    }
  })

  test.skipIf(!root || !needs.perf)(
    'the printed script streams an archive that draws',
    { timeout: 60_000 },
    async () => {
      const archive = spawnSync('sh', ['-s', '--', '-d', '1', '-o', '-'], {
        input: collectorScript('cpu'),
        maxBuffer: 1 << 28,
      })
      expect(archive.status).toBe(0)
      const path = join(scratch(), 'cap.tgz')
      writeFileSync(path, archive.stdout)
      const { datasets, skippedLines } = info(path)
      expect([datasets.length > 0, skippedLines]).toEqual([true, 0])
    },
  )

  test.skipIf(!root || !needs.bpftrace)('Ctrl-C in a terminal keeps the map', { timeout: 60_000 }, async () => {
    const out = join(scratch(), 'cap')
    const child = spawn(
      'sh',
      [resolve('collectors/bpftrace.sh'), '-d', '60', '-o', out, 'profile:hz:99 { @[kstack, comm] = count(); }'],
      { detached: true, stdio: 'ignore' },
    )
    const started = Date.now()
    while (
      !(
        existsSync(join(out, 'bpftrace.txt')) && readFileSync(join(out, 'bpftrace.txt'), 'utf8').includes('Attaching')
      ) &&
      Date.now() - started < 20_000
    )
      await new Promise(done => setTimeout(done, 100))
    await new Promise(done => setTimeout(done, 1500))
    const ended = new Promise(done => child.on('close', done))
    process.kill(-child.pid!, 'SIGINT')
    expect(await ended).toBe(0)
    const manifest = captureManifestSchema.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
    expect(manifest['interrupted']).toBe(true)
    expect(info(out).datasets[0]?.kind).toBe('profile')
  })
})
