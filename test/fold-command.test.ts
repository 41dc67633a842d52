/** The options of `bpfview fold` as docs/perf-script.md lists them. */
import { describe, expect, test } from 'vitest'
import { bpfview } from './command.ts'

const CASE = (name: string): string => `fixtures/perf-script/${name}.txt`

function fold(...args: readonly string[]): string[] {
  const { status, stdout, stderr } = bpfview(['fold', ...args])
  expect(status, stderr).toBe(0)
  return stdout.trimEnd().split('\n')
}

describe('fold', () => {
  test('--pid and --tid alone name the task; with ids they choose', () => {
    const file = CASE('pid-tid')
    expect(fold('--pid', file)).toContain('app-25074;main 2')
    expect(fold(file, '--tid')).toContain('app-74/75;main 1')
    expect(fold('--root', 'none', '--pid', '74', file)).toEqual(['main 1'])
    expect(fold('--tid', '75,25075', file)).toEqual(['app;main 3'])
    expect(fold('--cpu', '12', file)).toEqual(['app;main 1'])
    expect(fold('--comm', 'perf', '--comm', 'swapper', file)).toEqual(['perf;main 1', 'swapper;do_syscall_64 1'])
    expect(fold('--from', '872.58', '--to', '872.6', '--comm', 'app', file)).toEqual(['app;main 1'])
  })

  test('--event and --weight', () => {
    const { stdout, stderr } = bpfview(['fold', CASE('several-events')])
    expect(stdout).toBe('app;do_syscall_64 1\n')
    expect(stderr).toContain('"context-switches" (1 samples), "cpu-clock" (2 samples)')
    expect(fold(CASE('several-events'), '--event', 'cpu-clock', '--weight', 'period')).toEqual(['app;main 10050250'])
  })

  test('marks', () => {
    expect(fold('--all', CASE('crlf'))).toEqual(['app;main;do_syscall_64_[k] 2'])
    expect(fold('--inline-marks', CASE('inlined'))).toEqual(['app;__libc_start_call_main;main;inlined_mid_[i];main 1'])
    expect(fold('--jit', CASE('column-zero'))[0]).toBe('java;call_stub_[j] 1')
  })

  test('names: --addrs, --srcline, --tidy, --no-tidy', () => {
    expect(fold('--addrs', CASE('unknown-frames'))[0]).toContain('[unknown <7f1e2215d058>]')
    expect(fold('--srcline', CASE('srcline'))[0]).toContain('main:app.cpp:137')
    expect(fold('--no-tidy', CASE('crlf'))).toEqual(['app;main+0xb2;do_syscall_64+0x71 2'])
    expect(fold('--tidy', CASE('fields-no-offset'))).toEqual(['app;main;(anonymous namespace)::f;has space 1'])
    expect(fold('--tidy', 'clone', CASE('fields-no-offset'))).toEqual(['app;main;(anonymous namespace)::f();has space(int, char const*) 1'])
    const tidy = fold('--tidy', CASE('symbols-native'))[0]!
    for (const name of ['clock_gettime;', ';do_x;', ';do_y;', ';lang_start;', 'FnOnce::call_once;', 'net/http.(*Client).Do;', 'std::function<void (int)>::operator();']) expect(tidy).toContain(name)
    expect(fold('--tidy', CASE('symbols-managed'))[0]).toContain(';JS:get area /app.js:9:2;')
  })

  test('--tidy task joins numbered threads, and --tidy alone does not', () => {
    const input = 'kworker/0:1;work 1\nkworker/3:2-events;work 2\nworker-7;main 4\nworker-12;main 8\n'
    expect(bpfview(['fold', '--tidy', 'task', '-'], input).stdout).toBe('kworker;work 3\nworker;main 12\n')
    expect(bpfview(['fold', '--tidy', '-'], input).stdout).toBe(input.split('\n').sort().slice(1).join('\n') + '\n')
  })

  test('--root none leaves out the task of any format, and what only perf knows is refused elsewhere', () => {
    expect(bpfview(['fold', '--root', 'none', '-'], 'app;main;app 1\nbash;main;app 2\n').stdout).toBe('main;app 3\n')
    // a task that wakes another one of its name
    expect(bpfview(['fold', '--root', 'none', '-'], 'target: sshd\n    wake_up\n    waker: sshd\n    5\n').stdout).toBe('wake_up;sshd 5\n')
    for (const flags of [['--root', 'pid'], ['--tid'], ['--weight', 'period']]) {
      const { status, stderr } = bpfview(['fold', ...flags, 'fixtures/folded/plain.txt'])
      expect([status, stderr]).toEqual([2, expect.stringMatching(/has no single samples to (name by [pt]id|weigh by period); expected perf script/)])
    }
  })

  test('--compat', () => {
    expect(fold('--compat', 'flamegraph', '--pid', CASE('comm-digits'))).toContain('my_app_12-?;main 5025125')
    expect(fold('--compat', 'inferno', CASE('no-frames'))).toEqual(['app;main 20408163'])
  })

  test('samples cannot be chosen where there are none, and a missing input is said', () => {
    const { status, stderr } = bpfview(['fold', '--cpu', '1', 'fixtures/folded/plain.txt'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('no single samples to choose')])
    expect(bpfview(['fold', '--pid']).status).toBe(2)
    expect(bpfview(['fold', '--weight', 'x', CASE('crlf')]).status).toBe(2)
  })
})
