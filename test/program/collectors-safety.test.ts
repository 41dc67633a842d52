/** What collectors run as root on shared hosts must never do: write through what others put there, believe words in data, claim what they did not see. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { scratch } from '../command.ts'
import { fakeHost, filesIn, SHELLS } from '../fake-host.ts'

vi.setConfig({ testTimeout: 120_000 })

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

/** perf that records for as long as its command, and prints one sample. */
const PERF = `#!/bin/sh
case $1 in
--version) echo 'perf version 6.8.12' ;;
record)
  echo "$*" >>MARK/ran
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    if [ "$1" = -o ]; then data=$2; fi
    shift
  done
  shift
  seq 1 400 >"$data"
  "$@" ;;
script)
  echo "$*" >>MARK/ran
  printf 'app 1/1 [000]   100.000000:   10101010 cpu-clock:ppp: \\n\\t 1139 work (/opt/app)\\n\\n' ;;
esac
`

/** A BCC tool that prints one stack of a process of any name. */
const stacksOf = (comm: string): string =>
  `#!PYTHON\necho "$0" >>MARK/ran\nprintf '\\n    do_work\\n    main\\n    -                ${comm} (1234)\\n        7\\n\\n'\n`

describe.each(SHELLS)('under %s', shell => {
  describe.concurrent('the directory of a capture', () => {
    test.each([
      ['a link to a directory', (path: string) => symlinkSync(scratch(), path), /a link; expected the name of a new/],
      [
        'a link to nothing',
        (path: string) => symlinkSync('/no/such/place', path),
        /a link; expected the name of a new/,
      ],
      ['a file', (path: string) => writeFileSync(path, ''), /exists already and is not an empty directory/],
      [
        'a directory with something in it',
        (path: string) => {
          mkdirSync(path, 0o700)
          writeFileSync(join(path, 'x'), '')
        },
        /exists already and is not an empty directory/,
      ],
      [
        'a directory that others may write to',
        (path: string) => {
          mkdirSync(path)
          chmodSync(path, 0o777)
        },
        /can be written by other users/,
      ],
    ] as const)('is not %s', async (_, make, message) => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      make(host.out)
      const { status, stderr } = await host.run('cpu.sh', ['-d', '1'])
      expect(status).toBe(2)
      expect(stderr).toMatch(message)
      expect(existsSync(join(host.directory, 'mark', 'ran'))).toBe(false)
    })

    test.skipIf(!isRoot)('is not another user’s, nor in a place of another user', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      mkdirSync(host.out, 0o700)
      chownSync(host.out, NOBODY, NOBODY)
      const foreign = await host.run('cpu.sh', ['-d', '1'])
      expect([foreign.status, foreign.stderr]).toEqual([2, expect.stringContaining('belongs to another user')])
      expect(filesIn(host.out)).toEqual([])
      const inside = await host.run('cpu.sh', ['-d', '1'], { out: join(host.out, 'capture') })
      expect([inside.status, inside.stderr]).toEqual([2, expect.stringContaining('belongs to another user')])
      expect(filesIn(host.out)).toEqual([])
    })

    test.skipIf(!isRoot)('is not behind a link of another user; one of ours is followed', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      const [place, link] = [scratch(), join(host.directory, 'link')]
      symlinkSync(place, link)
      lchownSync(link, NOBODY, NOBODY)
      const foreign = await host.run('cpu.sh', ['-d', '1'], { out: join(link, 'capture') })
      expect([foreign.status, foreign.stderr]).toEqual([2, expect.stringContaining(`${link}: a link of another user`)])
      expect(filesIn(place)).toEqual([])
      lchownSync(link, 0, 0)
      const own = await host.run('cpu.sh', ['-d', '1'], { out: join(link, 'capture') })
      expect([own.status, filesIn(join(place, 'capture'))]).toEqual([0, expect.arrayContaining(['manifest.json'])])
    })

    test('may be empty and ours; it is closed to others, its files too', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      mkdirSync(host.out, 0o755)
      expect((await host.run('cpu.sh', ['-d', '1'])).status).toBe(0)
      expect(statSync(host.out).mode & 0o777).toBe(0o700)
      for (const name of readdirSync(host.out)) expect(statSync(join(host.out, name)).mode & 0o777, name).toBe(0o600)
    })

    test('has a name of its own that cannot be guessed', () => {
      const names = [0, 1].map(() => {
        const script = `collector=cpu; . "${resolve('collectors/lib.sh')}"; default_name`
        const words = shell === 'busybox' ? ['busybox', 'sh'] : [shell]
        return spawnSync(words[0]!, [...words.slice(1), '-c', script], { encoding: 'utf8' }).stdout
      })
      expect(names[0]).toMatch(/^bpfview-cpu-\d{8}T\d{6}Z-[0-9a-f]{6}$/)
      expect(names[0]).not.toBe(names[1])
    })

    test('no file is written through a link that appears after it was made', async () => {
      const host = fakeHost(shell, {
        // plants a link where the next file will be, as somebody quick could
        'bin/perf': PERF.replace(
          'seq 1 400',
          'ln -s MARK/victim "${data%/*}/perf.script.txt"; ln -s MARK/victim "${data%/*}/.manifest"; seq 1 400',
        ),
      })
      const victim = join(host.directory, 'mark', 'victim')
      writeFileSync(victim, 'mine')
      await host.run('cpu.sh', ['-d', '1'])
      expect(readFileSync(victim, 'utf8')).toBe('mine')
    })
  })

  describe.concurrent('words in data', () => {
    test('do not make a good capture a failure', async () => {
      const host = fakeHost(shell, {
        'bin/profile-bpfcc': stacksOf('Failed to attach'),
        'bin/cp': '#!/bin/sh\nexit 1\n',
      })
      expect((await host.run('cpu.sh', ['-d', '1'])).status).toBe(0)
      expect(host.manifest()).toMatchObject({ tool: 'profile', lost: 0 })
      expect(host.text('profile.txt')).toContain('Failed to attach (1234)')
    })

    test('are no lost events', async () => {
      const host = fakeHost(shell, {
        'bin/opensnoop-bpfcc': `#!PYTHON\necho 'PID    COMM               FD ERR PATH'\ntrap 'exit 0' INT\nwhile :; do echo '1      x                   3   0 /tmp/lost 123456 events'; echo 'opened /tmp/lost 77 events today' >&2; sleep 0.2; done\n`,
      })
      const { status, stderr } = await host.run('events.sh', ['-d', '1', 'opensnoop'])
      expect(status).toBe(0)
      expect(host.manifest().lost).toBe(0)
      expect(stderr).not.toMatch(/lost/)
    })

    test.each([
      ['Possibly lost 5 samples', 5],
      ['lost 7 events on CPU #3', 7],
      ['Processed 100 events and lost 3 chunks!', 3],
      ['WARNING: 4 stack traces could not be displayed.', 4],
      ['Lost 2 events', 2],
    ])('"%s" on standard error is', async (line, lost) => {
      const host = fakeHost(shell, {
        'bin/profile-bpfcc': stacksOf('app').replace('printf', `echo '${line}' >&2; printf`),
      })
      await host.run('cpu.sh', ['-d', '1'])
      expect(host.manifest().lost).toBe(lost)
    })
  })

  describe.concurrent('what did not happen', () => {
    test.each(['cpu.sh', 'cpu-perf.sh', 'offcpu.sh', 'faults.sh'])('%s of a process that is gone', async script => {
      const host = fakeHost(shell, { 'bin/perf': PERF, 'bin/bpftrace': '#!/bin/sh\necho x\n' })
      const { status, stderr } = await host.run(script, ['-d', '1', '-p', '999999999'])
      expect([status, stderr]).toEqual([2, `${script.slice(0, -3)}: -p 999999999: no such process\n`])
      expect(existsSync(host.out)).toBe(false)
    })

    test('a tool that attached no probe is no capture: the next one is', async () => {
      const heading = 'TIME(s)     COMM           PID    DISK    T SECTOR     BYTES  LAT(ms)'
      const host = fakeHost(shell, {
        'bin/biosnoop': `#!/usr/bin/perl\nprint "${heading}\\n"; warn "WARNING: could not attach probe kprobe:blk_start_request, skipping.\\n"; sleep 3;\n`,
        'bin/biosnoop-bpfcc': `#!PYTHON\necho '${heading}'\necho '0.000000    dd             12     vda     R 1          4096      0.20'\ntrap 'exit 0' INT\nwhile :; do sleep 0.1; done\n`,
      })
      const { status, stderr } = await host.run('events.sh', ['-d', '1', 'biosnoop'])
      expect(status).toBe(0)
      expect(stderr).toContain(
        'biosnoop (libbpf) did not work: WARNING: could not attach probe kprobe:blk_start_request, skipping.',
      )
      expect(host.manifest().command[0]).toMatch(/biosnoop-bpfcc$/)
    })

    test('a tool that reacts late observed longer than was asked', async () => {
      const host = fakeHost(shell, {
        'bin/bpftrace': `#!/bin/sh\nif [ "$1" = --version ]; then echo 'bpftrace v0.20.4'; exit; fi\necho 'Attaching 1 probe...'\ntrap 'sleep 2; printf "@[\\n    f+1\\n, a]: 5\\n"; exit 0' INT\nwhile :; do sleep 0.1; done\n`,
      })
      expect((await host.run('faults.sh', ['-d', '1'])).status).toBe(0)
      const { duration, asked } = host.manifest()
      expect(asked).toBe(1)
      expect(duration).toBeGreaterThan(2.5)
    })

    test('what the kernel keeps from us is said and written down', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      const limits = join(host.directory, 'limits')
      const give = (path: string, text: string): void => {
        mkdirSync(join(limits, path, '..'), { recursive: true })
        writeFileSync(join(limits, path), text)
      }
      give('proc/sys/kernel/perf_event_paranoid', '2\n')
      give('proc/sys/kernel/kptr_restrict', '2\n')
      give('sys/kernel/security/lockdown', 'none integrity [confidentiality]\n')
      const run = (user: string) =>
        host.run('cpu.sh', ['-d', '1'], {
          env: { BPFVIEW_LIMITS_ROOT: limits, FAKE_UID: user },
          out: `${host.out}-${user}`,
        })
      const { status, stderr } = await run('0')
      expect(status, stderr).toBe(0)
      for (const words of ['kptr_restrict is 2', 'locked down', 'no tracefs here']) expect(stderr).toContain(words)
      expect(stderr).not.toContain('perf_event_paranoid')
      const manifest = JSON.parse(readFileSync(join(`${host.out}-0`, 'manifest.json'), 'utf8'))
      expect(manifest.restricted).toHaveLength(3)
      mkdirSync(join(limits, 'sys/kernel/tracing/events'), { recursive: true })
      give('proc/sys/kernel/kptr_restrict', '0\n')
      give('sys/kernel/security/lockdown', '[none] integrity confidentiality\n')
      rmSync(`${host.out}-0`, { recursive: true })
      const open = await run('0')
      expect(open.stderr).not.toMatch(/kptr_restrict|locked down|tracefs/)
      expect(readFileSync(join(`${host.out}-0`, 'manifest.json'), 'utf8')).not.toContain('restricted')
    })

    test('a perf that does not know the fields is asked without them, and it is said', async () => {
      const old = PERF.replace(
        'script)\n',
        'script)\n  case $* in *" -F "*) echo "Invalid field" >&2; exit 129 ;; esac\n',
      )
      const host = fakeHost(shell, { 'bin/perf': old })
      const { status, stderr } = await host.run('cpu.sh', ['-d', '1'])
      expect(status, stderr).toBe(0)
      expect(stderr).toContain('this perf knows other fields')
      expect(host.text('perf.script.txt')).toContain('work (/opt/app)')
    })

    test('tracepoints are recorded one by one, not at a frequency', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      expect((await host.run('cpu-perf.sh', ['-d', '1', '-e', 'sched:sched_switch'])).status).toBe(0)
      expect(host.manifest()).toMatchObject({
        frequency: null,
        period: 1,
        event: 'sched:sched_switch',
        callGraph: 'fp',
      })
      expect(readFileSync(join(host.directory, 'mark', 'ran'), 'utf8')).toMatch(/ -c 1 /)
      const asked = fakeHost(shell, { 'bin/perf': PERF })
      await asked.run('cpu-perf.sh', ['-d', '1', '-F', '49', '-e', 'sched:sched_switch'])
      expect(asked.manifest()).toMatchObject({ frequency: 49 })
      const cycles = fakeHost(shell, { 'bin/perf': PERF })
      await cycles.run('cpu-perf.sh', ['-d', '1', '-e', 'cycles:u'])
      expect(cycles.manifest()).toMatchObject({ frequency: 99 })
    })

    test('stacks of tracepoints are asked for: -F +pid would drop them', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      expect((await host.run('offcpu-events.sh', ['-d', '1'])).status).toBe(0)
      const ran = readFileSync(join(host.directory, 'mark', 'ran'), 'utf8')
      expect(ran).toMatch(/-e sched:sched_switch -e sched:sched_waking -- sleep 1/)
      expect(ran).toMatch(/script -f -F comm,pid,tid,cpu,time,event,trace,ip,sym,symoff,dso /)
      expect(host.manifest()).toMatchObject({ collector: 'offcpu-events', event: 'off-cpu-events', period: 1 })
    })

    test('--dry-run of every collector prints commands that can be typed, and opens no file', async () => {
      const bcc = '#!PYTHON\ntouch MARK/ran\n'
      const host = fakeHost(shell, {
        'bin/perf': PERF,
        'bin/bpftrace': 'case "$1" in --version) echo bpftrace v0.20 ;; *) touch MARK/ran ;; esac\n',
        'bin/kubectl': 'case "$2" in version) ;; *) touch MARK/ran ;; esac\n',
        ...Object.fromEntries(
          ['offcputime', 'offwaketime', 'wakeuptime', 'memleak', 'runqlat', 'execsnoop', 'stackcount', 'profile'].map(
            tool => [`bin/${tool}-bpfcc`, bcc],
          ),
        ),
      })
      const calls: readonly (readonly string[])[] = [
        ['bpftrace', 'BEGIN { exit(); }'],
        ['kubectl-trace', 'node', 'BEGIN { exit(); }'],
        ['offcpu'],
        ['offwake'],
        ['wakeup'],
        ['memleak', String(process.pid)],
        ['hist', 'runqlat'],
        ['events', 'execsnoop'],
        ['stackcount', 'vfs_read'],
        ['stacks-bcc', 'profile'],
        ['faults'],
        ['offcpu-events'],
        ['syscalls'],
        ['checklist'],
        ['diffable', '-n', '1', '--', 'true'],
      ]
      for (const [collector, ...args] of calls) {
        const { status, stdout, stderr } = await host.run(`${collector}.sh`, ['-d', '7', '--dry-run', ...args])
        const commands = stdout.toString()
        expect([collector, status, stderr]).toEqual([
          collector,
          0,
          expect.not.stringMatching(/cannot create|No such file/),
        ])
        expect(commands, collector).toMatch(/^\S*\/\S+ /)
        expect(commands, collector).not.toMatch(/bpftrace (?!-)\S+\.txt/)
        expect(existsSync(host.out)).toBe(false)
      }
      expect(existsSync(join(host.directory, 'mark', 'ran'))).toBe(false)
      const offcpu = await host.run('offcpu.sh', ['-d', '7', '--dry-run'])
      expect(offcpu.stdout.toString()).not.toContain('bpftrace')
    })

    test('--dry-run prints the commands and leaves nothing', async () => {
      const host = fakeHost(shell, { 'bin/perf': PERF })
      const { status, stdout } = await host.run('cpu.sh', ['-d', '7', '--dry-run'])
      expect(status).toBe(0)
      expect(stdout.toString()).toMatch(/perf record .* -a -- sleep 7\n.*perf script /)
      expect(existsSync(host.out)).toBe(false)
      expect(existsSync(join(host.directory, 'mark', 'ran'))).toBe(false)
    })
  })

  test.skipIf(!isRoot)('a JIT map that is huge, or of another user, is neither copied nor given to perf', async () => {
    const map = `/tmp/perf-${process.pid}.map`
    const host = fakeHost(shell, { 'bin/perf': PERF.replaceAll('app 1/1', `app ${process.pid}/1`) })
    try {
      writeFileSync(map, '')
      truncateSync(map, 1 << 30)
      const huge = await host.run('cpu.sh', ['-d', '1'])
      expect(huge.stderr).toContain(`${map} is not given to perf`)
      expect(filesIn(host.out).filter(name => name.endsWith('.map'))).toEqual([])
      rmSync(host.out, { recursive: true })
      writeFileSync(map, '1000 10 f\n')
      chownSync(map, NOBODY, NOBODY)
      const foreign = await host.run('cpu.sh', ['-d', '1'])
      expect(foreign.stderr).toContain(`${map} is not given to perf`)
      expect(filesIn(host.out).filter(name => name.endsWith('.map'))).toEqual([])
      rmSync(host.out, { recursive: true })
      chownSync(map, 0, 0)
      await host.run('cpu.sh', ['-d', '1'])
      expect(filesIn(host.out).filter(name => name.endsWith('.map'))).toEqual([`perf-${process.pid}.map`])
    } finally {
      rmSync(map, { force: true })
    }
  })
})
