import type { Profile, StackTree } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import { cutCompilerSuffixes } from '../stacks/compiler-suffixes.ts'

/** What a task waits for. `cpu` = it could run and was not let; `unknown` = no pattern knows it. */
export const WAIT_CLASSES = [
  'disk',
  'lock',
  'timer',
  'network',
  'child',
  'pipe',
  'poll',
  'cpu',
  'idle',
  'unknown',
] as const
export type WaitClass = (typeof WAIT_CLASSES)[number]

/** State of a task that left the CPU, as sched_switch prints it: R could have gone on running, D cannot be interrupted. */
export type TaskState = string

interface Rule {
  readonly is: WaitClass
  readonly frames: RegExp
}

/**
 * Classes by the kernel functions of a wait, asked in this order for the whole stack: the first rule with a matching frame wins. More special
 * ones stand before what they rest on: a fsync waits in io_schedule, a futex may have a timeout.
 * Source: kernel/futex, kernel/locking, fs/, block/, net/, kernel/time of Linux 4.9 to 6.18.
 */
const RULES: readonly Rule[] = [
  // parked workers: they wait for work, not in the way of any
  {
    is: 'idle',
    frames:
      /^(?:worker_thread|rescuer_thread|kthreadd|smpboot_thread_fn|rcu_gp_kthread|rcu_gp_fqs_loop|rcu_tasks_(?:one_gp|kthread)|kswapd|kcompactd|khugepaged|ksm_scan_thread|oom_reaper|kauditd_thread|io_wq_worker|hub_thread|kthread_worker_fn|kjournald2|jbd2_journal_commit_wait|watchdog|cpuhp_\w+|migration_cpu_stop|irq_thread|balance_dirty_pages_bg|wb_workfn_idle|khungtaskd|devtmpfsd|psi_rtpoll_worker|mmc_queue_thread|scsi_error_handler|sched_ext_ops_helper|vhost_worker|virtballoon|hwrng_fillfn|fsnotify_mark_destroy)$/,
  },
  {
    is: 'cpu',
    frames:
      /^(?:preempt_schedule(?:_common|_irq|_thunk)?|dynamic_preempt_schedule|__cond_resched|_cond_resched|dynamic_cond_resched|exit_to_user_mode_\w+|irqentry_exit(?:_to_user_mode|_cond_resched)?|raw_irqentry_exit_cond_resched|retint_user|prepare_exit_to_usermode|exit_to_usermode_loop|__x64_sys_sched_yield|do_sched_yield|yield|el0_interrupt|arm64_preempt_schedule_irq)$/,
  },
  {
    is: 'child',
    frames: /^(?:do_wait|kernel_wait4|do_wait4|kernel_waitid|__do_wait|wait_for_vfork_done|__x64_sys_wait(?:4|id))$/,
  },
  {
    is: 'disk',
    frames:
      /^(?:io_schedule(?:_timeout)?|blk_\w+|submit_bio_wait|wait_on_page_bit(?:_common|_killable)?|folio_wait_\w+|__folio_lock\w*|__lock_page\w*|wait_on_buffer|__wait_on_buffer|bit_wait_io(?:_timeout)?|do_blockdev_direct_IO|__iomap_dio_rw|iomap_dio_\w+|rq_qos_wait|wbt_wait|jbd2_log_wait_commit|jbd2_complete_transaction|jbd2_\w+|ext4_sync_file|ext4_\w*sync\w*|xfs_log_force\w*|xlog_\w+|xfs_file_fsync|btrfs_sync_\w+|btrfs_wait_\w+|btrfs_commit_transaction|vfs_fsync_range|do_fsync|__x64_sys_(?:fsync|fdatasync|sync|syncfs|msync)|file_write_and_wait_range|filemap_fdatawait\w*|__filemap_fdatawait_range|filemap_read|filemap_fault|filemap_get_pages|filemap_update_page|wait_on_all_pages_writeback|balance_dirty_pages\w*|swap_read\w*|do_swap_page|nvme_\w+|scsi_\w+|dm_\w+|wait_for_completion_io(?:_timeout)?|aio_complete|read_events|do_io_getevents|io_cqring_wait)$/,
  },
  {
    is: 'lock',
    frames:
      /^(?:futex_do_wait|futex_wait(?:_queue|_queue_me|_setup|_requeue_pi|v)?|__futex_wait|do_futex|futex_lock_pi|rt_mutex_\w+|__rt_mutex_\w+|__mutex_lock\w*|mutex_lock\w*|ww_mutex_\w+|rwsem_down_(?:read|write)\w*|down_(?:read|write)\w*|__down\w*|down_interruptible|percpu_down_\w+|__percpu_rwsem_\w+|posix_lock_inode_wait|flock_lock_inode_wait|locks_lock_inode_wait|fcntl_setlk|semtimedop|do_semtimedop|__do_semtimedop|wait_on_bit_lock|__wait_on_bit_lock|queued_spin_lock_slowpath|synchronize_rcu\w*|__wait_rcu_gp|wait_rcu_gp)$/,
  },
  {
    is: 'network',
    frames:
      /^(?:inet_csk_accept|inet_csk_wait_for_connect|inet_accept|tcp_\w+|udp(?:v6)?_\w+|sk_wait_data|sk_stream_wait_\w+|wait_woken|__skb_wait_for_more_packets|__skb_recv_datagram|skb_recv_datagram|unix_(?:stream|dgram)_\w+|unix_wait_for_peer|unix_accept|inet_wait_for_connect|inet_stream_connect|__inet_stream_connect|inet_recvmsg|inet6_recvmsg|sock_recvmsg|sock_sendmsg|__sys_(?:accept4|recvfrom|recvmsg|sendto|sendmsg|connect)|netlink_\w+|vsock_\w+|virtio_transport_\w+|nfs_\w+|nfs4_\w+|rpc_wait_bit_killable|__rpc_execute|smb2_\w+|cifs_\w+|lock_sock_nested|__lock_sock)$/,
  },
  {
    is: 'pipe',
    frames:
      /^(?:pipe_(?:read|write|wait\w*)|anon_pipe_(?:read|write)|fifo_open|wait_for_partner|splice_\w+|n_tty_(?:read|write)|tty_read|tty_write|fuse_dev_do_read|fuse_dev_read|eventfd_read|eventfd_write|signalfd_\w+|inotify_read|do_mq_timedreceive|do_mq_timedsend|wq_sleep|do_msgrcv|do_msgsnd)$/,
  },
  {
    is: 'poll',
    frames:
      /^(?:ep_poll|do_epoll_wait|do_epoll_pwait|do_select|core_sys_select|do_sys_poll|do_poll(?:\.constprop\.\d+)?|poll_schedule_timeout|__x64_sys_(?:poll|ppoll|select|pselect6|epoll_wait|epoll_pwait2?))$/,
  },
  {
    is: 'timer',
    frames:
      /^(?:do_nanosleep|hrtimer_nanosleep|common_nsleep(?:_timens)?|__x64_sys_(?:nanosleep|clock_nanosleep|pause)|msleep(?:_interruptible)?|usleep_range\w*|schedule_timeout_(?:interruptible|uninterruptible|killable|idle)|alarm_timer_nsleep|do_sigtimedwait|do_pause|sigsuspend|timerfd_read)$/,
  },
]

/**
 * Functions that park a thread until there is work: waiting on a condition or a semaphore. The kernel sees a futex, as it does for a mutex.
 * Source: glibc, musl, libuv, V8, Go, Java, .NET, Rust and abseil.
 */
const PARKED =
  /^(?:_*pthread_cond_(?:timed|clock)?wait\w*|_*futex_abstimed_wait_\w+|_*sem_(?:timed|clock)?wait\w*|_*new_sem_wait\w*|uv_(?:cond|sem)_(?:timed)?wait|v8::base::(?:ConditionVariable|Semaphore)::\w+|std::(?:_V2::)?condition_variable\w*::wait\w*|std::thread::park\w*|std::sys::\w+::thread_park\w*|parking_lot\w*::\w*[Cc]ondvar\w*|runtime\.(?:notesleep|notetsleep\w*|stopm|mPark|gopark\w*)|Unsafe_Park|ObjectMonitor::wait|PlatformEvent::park|JVM_MonitorWait|cnd_(?:timed)?wait|absl::\w*CondVar::\w+|g_cond_wait\w*|QWaitCondition::wait|node::\w*(?:TaskQueue|PlatformWorkerThread|WorkerThreads?TaskRunner)\w*|PyThread_acquire_lock_timed)$/

/** States that say by themselves what was waited for: a task that left the CPU runnable waits for a CPU. */
const RUNNABLE = /^R\+?$/

/**
 * The class of every node of a tree, as the index into WAIT_CLASSES of a stack that ends there: by its kernel frames only. A stack without kernel
 * frames is unknown. Linear in the nodes.
 */
export function waitClasses(stacks: StackTree): Uint8Array {
  const { parent, frame, frames } = stacks
  const none = RULES.length
  const rule = frames.name.map((name, f) => {
    const kind = FRAME_KINDS[frames.kind[f]!]!
    if (kind !== 'kernel' && kind !== 'unknown') return none
    const bare = cutCompilerSuffixes(name.replace(/_\[k\]$/, ''))
    const at = RULES.findIndex(each => each.frames.test(bare))
    return at < 0 ? none : at
  })
  const parks = frames.name.map((name, f) => FRAME_KINDS[frames.kind[f]!] !== 'task' && PARKED.test(plainCall(name)))
  const parked = new Uint8Array(parent.length)
  const best = new Uint8Array(parent.length).fill(none)
  const classes = new Uint8Array(parent.length).fill(WAIT_CLASSES.indexOf('unknown'))
  for (let i = 1; i < best.length; i++) {
    best[i] = Math.min(best[parent[i]!]!, rule[frame[i]!]!)
    parked[i] = parks[frame[i]!]! || parked[parent[i]!] === 1 ? 1 : 0
    if (best[i]! === none) continue
    const { is } = RULES[best[i]!]!
    classes[i] = WAIT_CLASSES.indexOf(is === 'lock' && parked[i] === 1 ? 'idle' : is)
  }
  return classes
}

/** A function without versions of libraries, offsets and arguments. */
function plainCall(name: string): string {
  return cutCompilerSuffixes(name.replace(/\+0x[0-9a-f]+$/, ''))
    .replace(/@.*$/, '')
    .replace(/\(.*$/, '')
}

/** The class of a wait whose task left the CPU in a state: what the state says wins over what the frames say. */
export function waitClassOf(byFrames: WaitClass, state: TaskState | undefined): WaitClass {
  if (state !== undefined && RUNNABLE.test(state)) return 'cpu'
  return state === 'D' && byFrames === 'unknown' ? 'disk' : byFrames
}

/** Sum of a profile of waiting by class, in the profile's unit; classes without a value are left out. */
export function waitsByClass(profile: Profile): Map<WaitClass, number> {
  const classes = waitClasses(profile.stacks)
  const sums = new Map<WaitClass, number>()
  for (let i = 0; i < classes.length; i++) {
    const value = profile.self[i]!
    if (value === 0) continue
    const name = WAIT_CLASSES[classes[i]!]!
    sums.set(name, (sums.get(name) ?? 0) + value)
  }
  return sums
}

/**
 * For each node whether a wait that ends there is idle waiting: a parked kernel worker, a sleep on a timer, or a poll with nothing to do. It can be
 * left out on request; nothing leaves it out by itself.
 */
export function idleWaits(stacks: StackTree): Uint8Array {
  return waitClasses(stacks).map(code => (IDLE.has(WAIT_CLASSES[code]!) ? 1 : 0))
}

const IDLE: ReadonlySet<WaitClass> = new Set(['idle', 'timer', 'poll'])
