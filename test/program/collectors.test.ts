/** The collectors on machines made of fakes: names, versions, failures, Ctrl-C at each stage, full disk, no root, no tool. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { collectorScript, listCollectors } from '../../src/cli/input/collectors.ts'
import { readInput } from '../../src/cli/input/input.ts'
import { captureManifestSchema } from '../../src/model/manifest.ts'
import { spawnBpfview as bpfview } from '../command.ts'
import { fakeHost, filesIn, SHELLS } from '../fake-host.ts'

vi.setConfig({ testTimeout: 120_000 }) // many processes, and machines are busy

const SCRIPT_TEXT = `app 1234/1234 [000]   100.000000:   10101010 cpu-clock:ppp: 
\t            1139 work+0x10 (/opt/app)
\t            1150 main+0x2 (/opt/app)

app 1234/1234 [000]   101.500000:   10101010 cpu-clock:ppp: 
\t            1139 work+0x10 (/opt/app)
\t            1150 main+0x2 (/opt/app)

`

/** perf as far as the collectors know it: record waits for its command or Ctrl-C, script prints two samples. */
const PERF = `#!/bin/sh
case $1 in
--version) echo 'perf version 6.8.12' ;;
record)
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    if [ "$1" = -o ]; then data=$2; fi
    shift
  done
  shift
  seq 1 400 >"$data"
  touch MARK/recording
  trap : INT
  "$@"
  echo '[ perf record: Captured and wrote 0.1 MB perf.data (2 samples) ]' >&2 ;;
script)
  cat <<'TEXT'
${SCRIPT_TEXT}TEXT
  touch MARK/scripting
  if [ -f MARK/slow-script ]; then sleep 5; fi ;;
esac
`

const MAP = '@[\n    do_work+1\n, \n    main+2\n, app]: 5\n'

/** bpftrace: prints its banner, then its map when it is interrupted. */
const BPFTRACE = `#!/bin/sh
if [ "$1" = --version ]; then echo 'bpftrace v0.20.4'; exit; fi
echo 'Attaching 1 probe...'
trap 'printf "${MAP.replaceAll('\n', '\\n')}"; exit 0' INT
touch MARK/tracing
while :; do sleep 0.1; done
`

const STACKS = '\n    do_work\n    main\n    -                app (1234)\n        7\n\n'

/** A BCC tool that ends by itself and prints stacks. */
const BCC_STACKS = `#!PYTHON
echo "$0 $*" >>MARK/ran
printf '${STACKS.replaceAll('\n', '\\n')}'
`
/** A BCC tool that prints until it is interrupted. */
const BCC_EVENTS = `#!PYTHON
echo "$0 $*" >>MARK/ran
echo 'PCOMM            PID    PPID   RET ARGS'
trap 'exit 0' INT
while :; do echo 'ls               1234   1200     0 /bin/ls'; touch MARK/tracing; sleep 0.2; done
`
const BCC_BROKEN =
  '#!PYTHON\necho "Traceback (most recent call last):" >&2\necho "Exception: Failed to compile BPF module <text>" >&2\nexit 1\n'
/** A compiled tool cannot be faked in sh without being taken for perf-tools; a Perl script passes for one. */
const native = (program: string): string => `#!/usr/bin/perl\n${program}\n`

describe.each(SHELLS)('under %s', shell => {
  describe.concurrent('a capture', () => {
    test('is described by a manifest that is true', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      const { status, stderr } = await host.run('cpu.sh', ['-d', '1', '-F', '49'])
      expect([status, stderr]).toEqual([
        0,
        expect.stringContaining(`cpu: perf: ${host.directory}/bin/perf, at 49 Hz for 1 s\n`),
      ])
      const manifest = host.manifest()
      expect(manifest).toMatchObject({
        bpfview: 1,
        collector: 'cpu',
        tool: 'perf',
        toolVersion: '6.8.12',
        frequency: 49,
        event: 'cpu-clock:ppp',
        duration: 1,
        host: 'testbox',
        clock: 'monotonic',
        lost: 0,
        exit: 0,
        interrupted: false,
      })
      expect(manifest.command.slice(1, 3)).toEqual(['record', '-N'])
      expect(manifest.command).toContain('perf.data')
      expect(Date.parse(manifest.end!)).toBeGreaterThanOrEqual(Date.parse(manifest.start!))
      expect(manifest.files.map(file => [file.path, file.role])).toEqual([
        ['perf.script.txt', 'stdout'],
        ['perf-script.stderr.txt', 'stderr'],
        ['perf-record.stderr.txt', 'record-stderr'],
      ])
      expect(filesIn(host.out)).toEqual([...manifest.files.map(file => file.path), 'manifest.json'].sort())
      for (const file of manifest.files) {
        const bytes = readFileSync(join(host.out, file.path))
        expect(file.bytes).toBe(bytes.length)
        expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      }
      expect(host.text('perf.script.txt')).toBe(SCRIPT_TEXT)
      expect((await readInput(host.out)).skippedLines).toBe(0)
    })

    test('of a command lasts as long as its samples', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      await host.run('cpu-perf.sh', ['--', 'sleep', '0'])
      expect(host.manifest()).toMatchObject({ duration: 1.5, exit: 0 })
    })

    test('keeps any program text whole', async () => {
      const host = fakeHost(shell, { 'bin/bpftrace': BPFTRACE })
      const program = 'profile:hz:99 { printf("\\"a\\\\b\\"\\n"); /* é\t\u0001 */\n  @[kstack] = count(); }'
      await host.run('bpftrace.sh', ['-d', '1', program])
      const manifest = host.manifest()
      expect(manifest.command.at(-1)).toBe(program.replace('\u0001', '?'))
      expect(host.text('program.bt')).toBe(`${program}\n`)
      expect(manifest).toMatchObject({ tool: 'bpftrace', toolVersion: '0.20.4', frequency: 99, clock: 'monotonic' })
      expect(manifest.duration).toBeGreaterThanOrEqual(0.9)
      expect(manifest.duration).toBeLessThan(30)
    })

    test('goes to no directory that has something in it', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      mkdirSync(host.out)
      writeFileSync(join(host.out, 'manifest.json'), 'mine')
      const { status, stderr } = await host.run('cpu.sh', ['-d', '1'])
      expect([status, stderr]).toEqual(
        [
          2,
          `cpu: perf: ${host.directory}/bin/perf\ncpu: ${host.out}: exists already and is not an empty directory\n`,
        ].map((value, i) =>
          i === 1 ? expect.stringContaining('exists already and is not an empty directory\n') : value,
        ),
      )
      expect(host.text('manifest.json')).toBe('mine')
    })

    test('names no host when asked not to', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      await host.run('cpu.sh', ['-d', '1', '--anonymize-host', '--keep-data'], { env: { BPFVIEW_HOST: '' } })
      expect(host.manifest().host).toBe('anonymous')
      for (const name of filesIn(host.out)) expect(host.text(name).split(/[^\w.-]+/)).not.toContain(hostname())
      expect(host.manifest().files.map(file => file.role)).toContain('data')
    })

    test('takes along the JIT maps of the processes that were sampled, and of no other', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF.replaceAll('1234', String(process.pid)) })
      const own = `/tmp/perf-${process.pid}.map`
      const linked = `/tmp/perf-${8e8 + process.pid}.map`
      const other = `/tmp/perf-${9e8 + process.pid}.map`
      writeFileSync(own, '1000 10 JS:*main app.js:1\n')
      rmSync(linked, { force: true })
      symlinkSync('/etc/passwd', linked)
      writeFileSync(other, '1000 10 other\n')
      try {
        await host.run('cpu.sh', ['-d', '1'])
        expect(
          host
            .manifest()
            .files.filter(file => file.role === 'map')
            .map(file => file.path),
        ).toEqual([`perf-${process.pid}.map`])
        expect(host.text(`perf-${process.pid}.map`)).toBe('1000 10 JS:*main app.js:1\n')
        expect(filesIn(host.out)).not.toContain(linked.slice(5))
      } finally {
        for (const path of [own, linked, other]) rmSync(path, { force: true })
      }
    })

    test('streams as a tar archive that the library reads', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      const { status, stdout } = await host.run('', ['-d', '1'], { stdin: collectorScript('cpu'), out: '-' })
      expect(status).toBe(0)
      const tar = gunzipSync(stdout)
      expect(tar.subarray(0, 13).toString()).toBe('manifest.json')
      expect(filesIn(join(host.directory, 'tmp'))).toEqual([])
      const path = join(host.directory, 'cap.tgz')
      writeFileSync(path, stdout)
      const { datasets, skippedLines } = await readInput(path)
      expect(skippedLines).toBe(0)
      expect(datasets[0]).toMatchObject({ meta: { host: 'testbox', tool: 'perf', frequency: 99 } })
      expect(bpfview(['fold', '-'], stdout).stdout).toBe('app;main;work 2\n')
    })
  })

  describe.concurrent('the tool', () => {
    const places: readonly [string, string, string, string][] = [
      ['Debian BCC', 'bin/biolatency-bpfcc', BCC_STACKS, '0.29.1'],
      ['Fedora, Arch and Alpine BCC', 'root/usr/share/bcc/tools/biolatency', BCC_STACKS, '0.29.1'],
      ['Debian libbpf-tools', 'root/usr/sbin/biolatency', native('print "biolatency 0.1\\n"'), '0.1'],
      ['Fedora libbpf-tools', 'root/usr/sbin/bpf-biolatency', native('print "biolatency 0.1\\n"'), '0.1'],
    ]
    test.each(places)('is found where %s puts it', async (_, path, body, version) => {
      const host = fakeHost(shell, { [path]: body })
      const { status } = await host.run('hist.sh', ['-d', '2', 'biolatency', '-D'])
      expect(status).toBe(0)
      expect(host.manifest().command).toEqual([join(host.directory, path), '-T', '-D', '1', '2'])
      expect(host.manifest()).toMatchObject({ tool: 'biolatency', toolVersion: version, duration: 2 })
    })

    test.each(['bin/biolatency.bt', 'root/usr/share/bpftrace/tools/biolatency.bt'])(
      'is found as a bpftrace program, %s',
      async path => {
        const host = fakeHost(shell, { [path]: '#!/usr/bin/env bpftrace\nBEGIN {}\n', 'bin/bpftrace': BPFTRACE })
        await host.run('hist.sh', ['-d', '1', 'biolatency'])
        expect(host.manifest().command).toEqual([join(host.directory, 'bin/bpftrace'), join(host.directory, path)])
        expect(host.manifest()).toMatchObject({ tool: 'biolatency', toolVersion: '0.20.4' })
      },
    )

    test('of the same name from perf-tools is left alone', async () => {
      const host = fakeHost(shell, {
        'bin/execsnoop': '#!/bin/bash\ntouch MARK/wrong\n',
        'root/usr/share/bcc/tools/execsnoop': BCC_EVENTS,
      })
      await host.run('events.sh', ['-d', '1', 'execsnoop'])
      expect(host.manifest().command).toEqual([join(host.directory, 'root/usr/share/bcc/tools/execsnoop'), '-t'])
      expect(existsSync(join(host.directory, 'mark/wrong'))).toBe(false)
    })

    test('that fails makes room for the next, and its words are kept', async () => {
      const host = fakeHost(shell, {
        'bin/bpf-offcputime': native('print STDERR "failed to load BPF object\\n"; exit 1'),
        'bin/offcputime-bpfcc': BCC_BROKEN,
        'bin/bpftrace': BPFTRACE,
      })
      const { status, stderr } = await host.run('offcpu.sh', ['-d', '1'])
      expect(status).toBe(0)
      expect(stderr).toMatch(/offcputime \(libbpf\) did not work: failed to load BPF object/)
      expect(stderr).toMatch(/BCC compiles against the kernel's headers/)
      expect(host.manifest()).toMatchObject({ tool: 'bpftrace', toolVersion: '0.20.4', event: 'off-cpu', exit: 0 })
      expect(
        host
          .manifest()
          .files.filter(file => file.role === 'failed')
          .map(file => file.path),
      ).toEqual(['offcputime.libbpf.failed.txt', 'offcputime.bcc.failed.txt'])
      expect((await readInput(host.out)).datasets).toHaveLength(1)
    })

    test('that fails last leaves its words, and status 1', async () => {
      const host = fakeHost(shell, { 'bin/offwaketime-bpfcc': BCC_BROKEN })
      const { status, stderr } = await host.run('offwake.sh', ['-d', '1'])
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining(
          'offwaketime ended with status 1\nTraceback (most recent call last):\nException: Failed to compile BPF module <text>\n',
        ),
      ])
      expect(host.manifest().exit).toBe(1)
    })

    test('for cpu is perf, then bpftrace, then profile', async () => {
      const broken = PERF.replace('seq 1 400 >"$data"', 'echo "perf_event_open: Operation not permitted" >&2; exit 255')
      const second = fakeHost(shell, { 'bin/perf': broken, 'bin/bpftrace': BPFTRACE, 'bin/profile-bpfcc': BCC_STACKS })
      expect((await second.run('cpu.sh', ['-d', '1', '-p', `1,${process.pid}`])).stderr).toMatch(
        /perf did not work: perf_event_open: Operation not permitted/,
      )
      expect(second.manifest()).toMatchObject({ tool: 'bpftrace', frequency: 99 })
      expect(second.manifest().command.at(-1)).toBe(
        `profile:hz:99 /pid == 1 || pid == ${process.pid}/ { @[kstack, ustack, comm] = count(); }`,
      )
      expect(second.manifest().files.map(file => file.role)).toContain('failed')
      const third = fakeHost(shell, {
        'bin/bpftrace': '#!/bin/sh\necho ERROR: no BTF >&2\nexit 1\n',
        'bin/profile-bpfcc': BCC_STACKS,
      })
      expect((await third.run('cpu.sh', ['-d', '1'])).status).toBe(0)
      expect(third.manifest()).toMatchObject({
        tool: 'profile',
        toolVersion: '0.29.1',
        frequency: 99,
        event: 'cpu-clock',
        duration: 1,
      })
    })

    test('perf that is only a wrapper for another kernel counts as none', async () => {
      const host = fakeHost(shell, {
        'bin/perf': '#!/bin/sh\necho "WARNING: perf not found for kernel 6.8" >&2\nexit 2\n',
        'bin/bpftrace': BPFTRACE,
      })
      expect((await host.run('cpu.sh', ['-d', '1'])).status).toBe(0)
      expect(host.manifest().tool).toBe('bpftrace')
    })

    const nothing: readonly [string, readonly string[], string][] = [
      ['cpu.sh', [], 'perf'],
      ['cpu-perf.sh', [], 'perf'],
      ['offcpu.sh', [], 'offcputime'],
      ['wakeup.sh', [], 'wakeuptime'],
      ['offwake.sh', [], 'offwaketime'],
      ['stackcount.sh', ['vfs_read'], 'stackcount'],
      ['memleak.sh', [String(process.pid)], 'memleak'],
      ['faults.sh', [], 'bpftrace'],
      ['hist.sh', ['runqlat'], 'runqlat'],
      ['events.sh', ['execsnoop'], 'execsnoop'],
      ['bpftrace.sh', ['BEGIN {}'], 'bpftrace'],
      ['checklist.sh', [], 'checklist'],
      ['stacks-bcc.sh', ['profile'], 'profile'],
      ['diffable.sh', ['--', 'true'], 'perf'],
    ]
    test.each(nothing)('missing: %s says what to install', async (script, args, tool) => {
      const host = fakeHost(shell, {})
      const { status, stderr } = await host.run(script, ['-d', '1', ...args])
      expect(status).toBe(2)
      expect(stderr).toContain(`${tool} not found; install it with one of\n`)
      for (const manager of ['apt install ', 'dnf install ', 'pacman -S ', 'apk add '])
        expect(stderr).toContain(manager)
      expect(filesIn(host.out)).toEqual([])
    })

    test.each(nothing.filter(([script]) => script !== 'diffable.sh'))(
      'without root: %s says so and leaves nothing',
      async (script, args) => {
        const tools = Object.fromEntries(
          ['offcputime', 'wakeuptime', 'offwaketime', 'stackcount', 'memleak', 'runqlat', 'execsnoop', 'profile'].map(
            name => [`bin/${name}-bpfcc`, BCC_STACKS],
          ),
        )
        const host = fakeHost(shell, { ...tools, 'bin/perf': PERF, 'bin/bpftrace': BPFTRACE })
        const { status, stderr } = await host.run(script, ['-d', '1', ...args], { env: { FAKE_UID: '1000' } })
        expect([status, stderr]).toEqual([
          2,
          expect.stringContaining('needs root (or CAP_BPF and CAP_PERFMON): run it with sudo\n'),
        ])
        expect(existsSync(host.out)).toBe(false)
      },
    )
  })

  describe.concurrent('Ctrl-C', () => {
    test('before the tool runs leaves nothing', async () => {
      const host = fakeHost(shell, { 'bin/bpftrace': `#!/bin/sh\ntouch MARK/version\nsleep 5\n` })
      const { status } = await host.run('bpftrace.sh', ['BEGIN {}'], { interrupts: ['version'] })
      expect(status).not.toBe(0)
      expect(existsSync(host.out)).toBe(false)
    })

    test('while it traces keeps what it prints then', async () => {
      const host = fakeHost(shell, { 'bin/bpftrace': BPFTRACE })
      const { status } = await host.run('bpftrace.sh', ['-d', '60', 'profile:hz:49 { @[kstack] = count() }'], {
        interrupts: ['tracing'],
      })
      expect(status).toBe(0)
      expect(host.manifest()).toMatchObject({ interrupted: true, exit: 0, frequency: 49 })
      expect(host.manifest().duration).toBeLessThan(50)
      expect(host.text('bpftrace.txt')).toBe(`Attaching 1 probe...\n${MAP}`)
    })

    test('while events come keeps those that came', async () => {
      const host = fakeHost(shell, { 'bin/execsnoop-bpfcc': BCC_EVENTS })
      await host.run('events.sh', ['-d', '60', 'execsnoop'], { interrupts: ['tracing'] })
      expect(host.manifest().interrupted).toBe(true)
      expect(host.text('execsnoop.txt').split('\n').length).toBeGreaterThan(2)
    })

    test('while perf records ends the recording, not the capture', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      expect((await host.run('cpu.sh', ['-d', '60'], { interrupts: ['recording'] })).status).toBe(0)
      expect(host.manifest()).toMatchObject({ interrupted: true, duration: 1.5, exit: 0 })
      expect(host.text('perf.script.txt')).toBe(SCRIPT_TEXT)
    })

    test('while perf writes its text keeps the data too', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      writeFileSync(join(host.directory, 'mark/slow-script'), '')
      const { stderr } = await host.run('cpu.sh', ['-d', '1'], { interrupts: ['scripting'] })
      expect(stderr).toContain('perf.data is kept, perf script -i perf.data can be run again')
      expect(host.manifest().interrupted).toBe(true)
      expect(host.manifest().files.map(file => file.role)).toEqual(expect.arrayContaining(['stdout', 'data']))
    })

    test('twice still ends in a manifest', async () => {
      const stubborn = BPFTRACE.replace('exit 0', 'touch MARK/first; sleep 1; exit 0')
      const host = fakeHost(shell, { 'bin/bpftrace': stubborn })
      await host.run('bpftrace.sh', ['-d', '60', 'BEGIN {}'], { interrupts: ['tracing', 'first'] })
      expect(host.manifest().interrupted).toBe(true)
    })

    test('while the manifest is made changes nothing', async () => {
      const host = fakeHost(shell, {
        'bin/perf': PERF,
        'bin/sha256sum': `#!/bin/sh\ntouch MARK/summing\nsleep 0.3\ncat >/dev/null\necho ${'0'.repeat(64)}  -\n`,
      })
      expect((await host.run('cpu.sh', ['-d', '1'], { interrupts: ['summing'] })).status).toBe(0)
      expect(host.manifest()).toMatchObject({ interrupted: false, exit: 0 })
      for (const file of host.manifest().files) expect(file.sha256).toBe('0'.repeat(64))
    })

    test('in a checklist keeps the tools that were done', async () => {
      const host = fakeHost(shell, {
        'bin/profile-bpfcc': BCC_STACKS,
        'bin/execsnoop-bpfcc': BCC_EVENTS,
        'bin/opensnoop-bpfcc': BCC_STACKS,
      })
      const { status } = await host.run('checklist.sh', ['-d', '60', 'profile', 'execsnoop', 'opensnoop'], {
        interrupts: ['tracing'],
      })
      expect(status).toBe(0)
      const { files, interrupted } = host.manifest()
      expect(interrupted).toBe(true)
      expect(files.filter(file => file.role === 'stdout').map(file => [file.path, file.tool])).toEqual([
        ['profile.txt', 'profile'],
        ['execsnoop.txt', 'execsnoop'],
      ])
    })
  })

  test('what a tool lost is counted', async () => {
    const host = fakeHost(shell, {
      'bin/bpftrace': BPFTRACE.replace('touch', 'echo "Lost 12 events" >&2; echo "Lost 3 events" >&2; touch'),
    })
    const { stderr } = await host.run('bpftrace.sh', ['-d', '1', 'BEGIN {}'])
    expect(host.manifest().lost).toBe(15)
    expect(stderr).toContain('the tool lost 15 events')
  })

  test('kubectl-trace runs the program there, for a time', async () => {
    const kubectl = `#!/bin/sh\n[ "$2" = version ] && exit 0\nprintf 'trace 1 created\\nAttaching 1 probe...\\n${MAP.replaceAll('\n', '\\n')}'\n`
    const host = fakeHost(shell, { 'bin/kubectl': kubectl })
    expect(
      (
        await host.run(
          'kubectl-trace.sh',
          ['-d', '7', '-n', 'prod', 'pod/web', 'profile:hz:99 { @[kstack] = count(); }'],
          { env: { FAKE_UID: '1000' } },
        )
      ).status,
    ).toBe(0)
    expect(host.manifest()).toMatchObject({ tool: 'kubectl-trace', target: 'pod/web', duration: 7, frequency: 99 })
    expect(host.manifest().command.slice(1)).toEqual([
      'trace',
      'run',
      'pod/web',
      '-e',
      'profile:hz:99 { @[kstack] = count(); }\ninterval:s:7 { exit(); }',
      '--attach',
      '-n',
      'prod',
    ])
    const bare = fakeHost(shell, { 'bin/kubectl': '#!/bin/sh\nexit 1\n' })
    expect((await bare.run('kubectl-trace.sh', ['node', 'BEGIN {}'])).stderr).toContain('kubectl krew install trace')
  })

  test('diffable runs two commands in turn, each a capture', async () => {
    const host = fakeHost(shell, { 'bin/perf': PERF })
    const { status, stderr } = await host.run(
      'diffable.sh',
      ['-n', '2', '--base', 'echo b >>MARK', '--new', 'echo n >>MARK'].map(word =>
        word.replace('MARK', join(host.directory, 'mark/order')),
      ),
    )
    expect([status, stderr]).toEqual([0, expect.any(String)])
    expect(readFileSync(join(host.directory, 'mark/order'), 'utf8')).toBe('b\nn\nn\nb\n')
    expect(filesIn(host.out)).toEqual(['base-1', 'base-2', 'new-1', 'new-2'])
    for (const run of filesIn(host.out)) {
      const manifest = captureManifestSchema.parse(
        JSON.parse(readFileSync(join(host.out, run, 'manifest.json'), 'utf8')),
      )
      expect(`${String(manifest['label'])}-${String(manifest['run'])}`).toBe(run)
    }
    const stopped = fakeHost(shell, { 'bin/perf': PERF })
    expect(
      (await stopped.run('diffable.sh', ['-n', '3', '--', 'sleep', '30'], { interrupts: ['recording'] })).status,
    ).toBe(0)
    expect(filesIn(stopped.out)).toEqual(['run-1'])
  })

  test('sixty keeps what there is and names what there is not', async () => {
    const host = fakeHost(shell, {
      'bin/uptime': '#!/bin/sh\necho " 10:00:00 up 1 day,  2:03,  1 user,  load average: 0.10, 0.20, 0.30"\n',
      'bin/free': '#!/bin/sh\nexit 1\n',
    })
    const { status, stderr } = await host.run('sixty.sh', ['-d', '1'], { env: { FAKE_UID: '1000' } })
    expect(status).toBe(0)
    expect(stderr).toContain('are in the package sysstat')
    const manifest = host.manifest()
    expect(
      manifest.files.filter(file => file.role === 'stdout').map(file => [file.path, file.tool, file.command]),
    ).toEqual([['uptime.txt', 'uptime', ['uptime']]])
    expect(manifest['absent']).toEqual(expect.arrayContaining(['free', 'mpstat', 'vmstat']))
  })

  const disk = join(fakeHost(shell, {}).directory, 'disk')
  mkdirSync(disk)
  const small = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160k', 'none', disk]).status === 0
  test.skipIf(!small)('a full disk keeps what there is and says so', async () => {
    try {
      const host = fakeHost(shell, { 'bin/bpftrace': BPFTRACE.replace("echo 'Att", "seq 1 40000\necho 'Att") })
      const out = join(disk, 'cap')
      const { status, stderr } = await host.run('bpftrace.sh', ['-d', '1', 'BEGIN {}'], { out })
      expect(stderr).toContain('the disk is full; what there is is kept, its end may be missing')
      expect(status).toBe(1)
      const manifest = captureManifestSchema.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
      expect(manifest['diskFull']).toBe(true)
      expect(readFileSync(join(out, 'bpftrace.txt'), 'utf8')).toMatch(/^1\n2\n3\n/)
      rmSync(out, { recursive: true })
      const filler = join(disk, 'filler')
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1024'])
      const none = await host.run('bpftrace.sh', ['-d', '1', 'BEGIN {}'], { out })
      expect([none.status, none.stderr]).toEqual([
        2,
        expect.stringMatching(/no room on this disk|cannot make this directory/),
      ])
      expect(existsSync(out)).toBe(false)
    } finally {
      spawnSync('umount', [disk])
    }
  })

  test.each([
    ['cpu.sh', ['-d', '0'], '-d 0: expected whole seconds, 1 to 86400'],
    ['cpu.sh', ['-d', '1e9'], '-d 1e9: expected whole seconds'],
    ['cpu.sh', ['-F', '-1'], '-F -1: expected samples per second'],
    ['cpu.sh', ['-p', '1;id'], '-p 1;id: expected process ids'],
    ['cpu.sh', ['--what'], 'unknown option --what; see --help'],
    ['cpu.sh', ['-d'], '-d wants a value; see --help'],
    ['hist.sh', ['../../bin/sh'], 'expected the name of a tool'],
    ['stackcount.sh', [], 'which event?'],
    ['memleak.sh', ['x'], 'which process?'],
    ['memleak.sh', ['999999999'], 'no process 999999999'],
    ['container.sh', ['no-such-container'], 'no such cgroup or container'],
    ['diffable.sh', ['--base', 'true'], 'which commands?'],
    ['bpftrace.sh', ['gone.bt'], 'gone.bt: no such file'],
  ])('%s %j is refused in one line', async (script, args, message) => {
    const host = fakeHost(shell, { 'bin/perf': PERF, 'bin/bpftrace': BPFTRACE })
    const { status, stderr, stdout } = await host.run(script, args)
    expect([status, stdout.length]).toEqual([2, 0])
    expect(stderr).toContain(message)
    expect(existsSync(host.out)).toBe(false)
  })
})

describe('bpfview collectors', () => {
  const names = listCollectors().map(({ name }) => name)

  test('lists every collector with what it needs', () => {
    expect(names).toEqual([
      'bpftrace',
      'checklist',
      'container',
      'cpu',
      'cpu-perf',
      'diffable',
      'events',
      'faults',
      'hist',
      'kubectl-trace',
      'memleak',
      'offcpu',
      'offcpu-events',
      'offwake',
      'sixty',
      'stackcount',
      'stacks-bcc',
      'syscalls',
      'wakeup',
    ])
    for (const collector of listCollectors())
      for (const text of Object.values(collector)) expect(text, collector.name).not.toBe('')
    const { stdout, status } = bpfview(['collectors'])
    expect(status).toBe(0)
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'))
    expect(JSON.parse(bpfview(['collectors', '--json']).stdout)).toEqual(listCollectors())
    expect(bpfview(['collectors', 'gpu'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('bpfview: no collector "gpu"; expected one of bpftrace, '),
    })
  })

  test('is what the documentation says', () => {
    const documented = readFileSync('docs/collectors.md', 'utf8')
    for (const { name, what, tool, kernel, picture } of listCollectors())
      expect(documented).toContain(`| \`${name}\` | ${what} | ${tool} | ${kernel} | ${picture} |`)
  })

  test('has the options that the documentation says', () => {
    const documented = readFileSync('docs/collectors.md', 'utf8')
    for (const name of names) {
      const { stdout } = spawnSync('sh', [`collectors/${name}.sh`, '--help'], { encoding: 'utf8' })
      const [own, common] = stdout.split('\ncommon options\n') as [string, string]
      const options = (text: string): string[] =>
        [...text.matchAll(/^ {2}(--?[a-zA-Z][a-z-]*(?:, --help)?(?: [A-Z[\],|-]+)?)(?= |$)/gm)].map(
          ([, option]) => `\`${option}\``,
        )
      const seconds = /how long \(default (\d+);/.exec(common)![1]
      expect(documented).toContain(`| \`${name}\` | ${seconds} | ${options(own).join(' ')} |`)
      expect(documented).toContain(`Of every collector: ${options(common).join(', ')}.`)
    }
  })

  test.each(names)('%s refuses an option that its help does not have', name => {
    const help = spawnSync('sh', [`collectors/${name}.sh`, '--help'], { encoding: 'utf8' }).stdout
    for (const option of ['-i', '-F', '-p', '-e', '--cgroup', '--keep-data', '--folded', '--json', '--inline']) {
      if (new RegExp(`^ {2}${option} `, 'm').test(help)) continue
      expect(spawnSync('sh', [`collectors/${name}.sh`, option, '1'], { encoding: 'utf8' })).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(
          new RegExp(`^${name}: (?:${name}\\.sh has no option|unknown option) ${option}; see --help\\n$`),
        ),
      })
    }
  })

  test.each(names)('prints %s as a script that needs no other file', name => {
    const { stdout } = bpfview(['collectors', name])
    expect(stdout).toBe(collectorScript(name))
    expect(stdout).not.toMatch(/\$here|^\. /m)
    for (const shell of SHELLS) {
      const [command, ...args] = shell === 'busybox' ? ['busybox', 'sh'] : [shell]
      const help = spawnSync(command!, [...args, '-s', '--', '--help'], { input: stdout, encoding: 'utf8' })
      expect([help.status, help.stderr]).toEqual([0, ''])
      expect(help.stdout).toMatch(new RegExp(`^usage: ${name}\\.sh`))
    }
  })

  const shellcheck = spawnSync('shellcheck', ['--version']).status === 0
  test.skipIf(!shellcheck)('shellcheck finds nothing', () => {
    const scripts = readdirSync('collectors')
      .filter(name => name.endsWith('.sh'))
      .map(name => join('collectors', name))
    expect(spawnSync('shellcheck', ['-s', 'sh', ...scripts], { encoding: 'utf8' }).stdout).toBe('')
    for (const name of names) {
      const checked = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2034,SC2120,SC2119,SC2030,SC2031,SC2317', '-'], {
        input: collectorScript(name),
        encoding: 'utf8',
      })
      expect(checked.stdout, name).toBe('')
    }
  })
})
