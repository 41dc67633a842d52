/** The options of `bpfview fold` as docs/perf-script.md lists them. */
import { describe, expect, test } from 'vitest'
import { bpfview } from './command.ts'

const CASE = (name: string): string => `fixtures/perf-script/${name}.txt`

async function fold(...args: readonly string[]): Promise<string[]> {
  const { status, stdout, stderr } = await bpfview(['fold', ...args])
  expect(status, stderr).toBe(0)
  return stdout.trimEnd().split('\n')
}

describe('fold', () => {
  test('--pid and --tid alone name the task; with ids they choose', async () => {
    const file = CASE('pid-tid')
    expect(await fold('--pid', file)).toContain('app-25074;main 2')
    expect(await fold(file, '--tid')).toContain('app-74/75;main 1')
    expect(await fold('--root', 'none', '--pid', '74', file)).toEqual(['main 1'])
    expect(await fold('--tid', '75,25075', file)).toEqual(['app;main 3'])
    expect(await fold('--cpu', '12', file)).toEqual(['app;main 1'])
    expect(await fold('--comm', 'perf', '--comm', 'swapper', file)).toEqual(['perf;main 1', 'swapper;do_syscall_64 1'])
    expect(await fold('--from', '872.58', '--to', '872.6', '--comm', 'app', file)).toEqual(['app;main 1'])
  })

  test('--event and --weight', async () => {
    const { stdout, stderr } = await bpfview(['fold', CASE('several-events')])
    expect(stdout).toBe('app;do_syscall_64 1\n')
    expect(stderr).toContain('"context-switches" (1 samples), "cpu-clock" (2 samples)')
    expect(await fold(CASE('several-events'), '--event', 'cpu-clock', '--weight', 'period')).toEqual([
      'app;main 10050250',
    ])
  })

  test('marks', async () => {
    expect(await fold('--all', CASE('crlf'))).toEqual(['app;main;do_syscall_64_[k] 2'])
    expect(await fold('--inline-marks', CASE('inlined'))).toEqual([
      'app;__libc_start_call_main;main;inlined_mid_[i];main 1',
    ])
    expect((await fold('--jit', CASE('column-zero')))[0]).toBe('java;call_stub_[j] 1')
  })

  test('names: --addrs, --srcline, --tidy, --no-tidy', async () => {
    expect((await fold('--addrs', CASE('unknown-frames')))[0]).toContain('[unknown <7f1e2215d058>]')
    expect((await fold('--srcline', CASE('srcline')))[0]).toContain('main:app.cpp:137')
    expect(await fold('--no-tidy', CASE('crlf'))).toEqual(['app;main+0xb2;do_syscall_64+0x71 2'])
    expect(await fold('--tidy', CASE('fields-no-offset'))).toEqual(['app;main;(anonymous namespace)::f;has space 1'])
    expect(await fold('--tidy', 'clone', CASE('fields-no-offset'))).toEqual([
      'app;main;(anonymous namespace)::f();has space(int, char const*) 1',
    ])
    const tidy = (await fold('--tidy', CASE('symbols-native')))[0]!
    for (const name of [
      'clock_gettime;',
      ';do_x;',
      ';do_y;',
      ';lang_start;',
      'FnOnce::call_once;',
      'net/http.(*Client).Do;',
      'std::function<void (int)>::operator();',
    ])
      expect(tidy).toContain(name)
    expect((await fold('--tidy', CASE('symbols-managed')))[0]).toContain(';JS:get area /app.js:9:2;')
  })

  test('--tidy task joins numbered threads, and --tidy alone does not', async () => {
    const input = 'kworker/0:1;work 1\nkworker/3:2-events;work 2\nworker-7;main 4\nworker-12;main 8\n'
    expect((await bpfview(['fold', '--tidy', 'task', '-'], input)).stdout).toBe('kworker;work 3\nworker;main 12\n')
    expect((await bpfview(['fold', '--tidy', '-'], input)).stdout).toBe(
      input.split('\n').sort().slice(1).join('\n') + '\n',
    )
  })

  test('--root none leaves out the task of any format, and what only perf knows is refused elsewhere', async () => {
    expect((await bpfview(['fold', '--root', 'none', '-'], 'app;main;app 1\nbash;main;app 2\n')).stdout).toBe(
      'main;app 3\n',
    )
    // a task that wakes another one of its name
    expect(
      (await bpfview(['fold', '--root', 'none', '-'], 'target: sshd\n    wake_up\n    waker: sshd\n    5\n')).stdout,
    ).toBe('wake_up;sshd 5\n')
    for (const flags of [['--root', 'pid'], ['--tid'], ['--weight', 'period']]) {
      const { status, stderr } = await bpfview(['fold', ...flags, 'fixtures/folded/plain.txt'])
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/has no single samples to (name by [pt]id|weigh by period); expected perf script/),
      ])
    }
  })

  test('--compat', async () => {
    expect(await fold('--compat', 'flamegraph', '--pid', CASE('comm-digits'))).toContain('my_app_12-?;main 5025125')
    expect(await fold('--compat', 'inferno', CASE('no-frames'))).toEqual(['app;main 20408163'])
  })

  test('samples cannot be chosen where there are none, and a missing input is said', async () => {
    const { status, stderr } = await bpfview(['fold', '--cpu', '1', 'fixtures/folded/plain.txt'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('no single samples to choose')])
    expect((await bpfview(['fold', '--pid'])).status).toBe(2)
    expect((await bpfview(['fold', '--weight', 'x', CASE('crlf')])).status).toBe(2)
  })
})
