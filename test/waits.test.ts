/** Off-CPU stacks: whose function waits, and what it waits for. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { foldedLines } from '../renderers/index.ts'
import type { Profile } from '../src/model/index.ts'
import { sum } from '../src/ops/stacks/totals.ts'
import { withoutSchedulerFrames } from '../src/ops/waits/scheduler-frames.ts'
import { idleWaits, WAIT_CLASSES, waitClasses, waitClassOf, waitsByClass } from '../src/ops/waits/wait-class.ts'

function waits(text: string): Profile {
  return parse(text).datasets.find(dataset => dataset.kind === 'profile') as Profile
}

describe('frames of the tool and the scheduler', () => {
  const TEXT = [
    'db;main;flush;fsync;do_syscall_64_[k];do_fsync_[k];io_schedule_[k];schedule_[k];__schedule_[k];bpf_trace_run4_[k];bpf_prog_6896d07dd3e1383c_sched_switch_[k] 30',
    'db;main;nap;do_nanosleep_[k];schedule_[k];__schedule_[k] 20',
    'db;main;nap;do_nanosleep_[k];schedule_[k];finish_task_switch.isra.0_[k] 7',
    'db;schedule_[k];__schedule_[k] 3',
    '',
  ].join('\n')

  test('come off the far end: the function that waits has the time, and nothing is lost', () => {
    const { profile, trimmed } = withoutSchedulerFrames(waits(TEXT))
    expect(trimmed).toBe(60)
    expect([...foldedLines(profile)]).toEqual([
      'db;main;flush;fsync;do_syscall_64;do_fsync;io_schedule 30',
      'db;main;nap;do_nanosleep 27',
      'db;schedule 3',
    ])
  })

  test('a user function of such a name stays', () => {
    const { profile, trimmed } = withoutSchedulerFrames(waits('app;main;schedule 5\n'))
    expect([trimmed, [...foldedLines(profile)]]).toEqual([0, ['app;main;schedule 5']])
  })

  test('the sum stays and a second time changes nothing', () => {
    const names = ['main', 'work', 'schedule_[k]', '__schedule_[k]', 'do_nanosleep_[k]', 'bpf_trace_run4_[k]']
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }),
            fc.integer({ min: 1, max: 99 }),
          ),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        stacks => {
          const profile = waits(`${stacks.map(([frames, value]) => `task;${frames.join(';')} ${value}`).join('\n')}\n`)
          const once = withoutSchedulerFrames(profile)
          const twice = withoutSchedulerFrames(once.profile)
          expect(sum(once.profile.self)).toBe(sum(profile.self))
          expect(twice.trimmed).toBe(0)
          expect([...twice.profile.self]).toEqual([...once.profile.self])
        },
      ),
    )
  })
})

describe('what a wait is for', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['fsync;do_fsync_[k];ext4_sync_file_[k];jbd2_log_wait_commit_[k]', 'disk'],
    ['read;filemap_read_[k];folio_wait_bit_common_[k];io_schedule_[k]', 'disk'],
    ['pthread_mutex_lock;do_futex_[k];futex_wait_[k];futex_wait_queue_[k]', 'lock'],
    ['write;vfs_write_[k];rwsem_down_write_slowpath_[k]', 'lock'],
    ['usleep;do_nanosleep_[k]', 'timer'],
    ['recv;tcp_recvmsg_[k];sk_wait_data_[k];wait_woken_[k]', 'network'],
    ['accept;inet_csk_accept_[k]', 'network'],
    ['waitpid;kernel_wait4_[k];do_wait_[k]', 'child'],
    ['read;vfs_read_[k];pipe_read_[k]', 'pipe'],
    ['epoll_wait;do_epoll_wait_[k];ep_poll_[k];schedule_hrtimeout_range_[k]', 'poll'],
    ['select;do_select_[k];poll_schedule_timeout.constprop.0_[k]', 'poll'],
    ['ret_from_fork_[k];kthread_[k];worker_thread_[k]', 'idle'],
    ['crunch;irqentry_exit_[k];preempt_schedule_irq_[k]', 'cpu'],
    ['something;strange_wait_[k]', 'unknown'],
    ['do_nanosleep', 'unknown'],
  ]

  test.each(cases)('%s: %s', (stack, expected) => {
    const profile = waits(`task;main;${stack};schedule_[k];__schedule_[k] 4\n`)
    expect([...waitsByClass(profile)]).toEqual([[expected, 4]])
  })

  test('a task that left the CPU runnable waits for a CPU, whatever its stack', () => {
    expect(waitClassOf('lock', 'R')).toBe('cpu')
    expect(waitClassOf('lock', 'R+')).toBe('cpu')
    expect(waitClassOf('lock', 'S')).toBe('lock')
    expect(waitClassOf('unknown', 'D')).toBe('disk')
    expect(waitClassOf('unknown', undefined)).toBe('unknown')
  })

  test('idle waiting can be told apart', () => {
    const profile = waits(
      'a;main;nap;do_nanosleep_[k] 1\nb;main;fsync;do_fsync_[k] 2\nkworker/0:1;kthread_[k];worker_thread_[k] 3\n',
    )
    const idle = idleWaits(profile.stacks)
    let kept = 0
    for (let i = 0; i < idle.length; i++) if (idle[i] === 0) kept += profile.self[i]!
    expect(kept).toBe(2)
    expect(new Set([...waitClasses(profile.stacks)].map(code => WAIT_CLASSES[code]))).toEqual(
      new Set(['unknown', 'timer', 'disk', 'idle']),
    )
  })
})
