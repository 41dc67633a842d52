import type { WaitClass } from '../waits/wait-class.ts'
import type { Facts } from './facts.ts'
import type { Finding, Hue } from './finding.ts'
import { shellWord } from './finding.ts'
import type { Part } from './part.ts'
import type { ThreadWaits, Wait, WaitFacts } from './waits.ts'

/** A thread that waits for less of its time is not told: a tenth of a second in each is lost to many things. */
const LEAST_SHARE = 0.25
/** A lock that two threads take turns at is waited for at least this often in each second. */
const CONVOY_RATE = 20

interface Told {
  readonly thread: ThreadWaits
  readonly wait: Wait
  /** Seconds of waiting, those of waits without an end estimated from the others. */
  readonly seconds: number
}

/** A task that waits for the disk, by the thread that does it longest. */
export function diskWait(facts: Facts): Finding | undefined {
  const { waits } = facts
  const told = longest(facts, 'disk', ({ thread }) => !thread.comm.startsWith('kworker') && !/^jbd2/.test(thread.comm))
  return told === undefined ? undefined : waitFinding('disk-wait', 'for the disk', waits!, { ...told, name: 'disk' })
}

/** A task that waits for an answer: of a server by name where the call tells, and not one that waits to be asked. */
export function networkWait(facts: Facts): Finding | undefined {
  const { waits } = facts
  const told = longest(facts, 'network', ({ wait }) => !waitsForClients(wait))
  return told === undefined
    ? undefined
    : waitFinding('network-wait', 'for the network', waits!, { ...told, name: 'network' })
}

/** Calls that ask somebody and wait for the answer with poll: resolvers and clients of servers. */
const ASKING =
  /^(?:_*res_\w*(?:send|query|search)\w*|_*getaddrinfo\w*|_*gethostby\w+|_*getnameinfo|_nss_dns_\w+|_*libc_res_\w+|ares_\w+|PQ(?:getResult|exec\w*)|pqSocketPoll\w*|mysql_\w+|redis\w*(?:Command|Read)\w*|curl_(?:easy_perform|multi_(?:wait|poll))|Curl_\w+|ldap_\w+|sock_(?:recv|connect|call)\w*|internal_connect|_*ssl_(?:read|do_handshake)\w*|SSL_(?:read|connect)\w*|do_dns\w*|resolve\w*|lookup\w*|query\w*)$/i

/** The wait of a thread that polls for the answer to what it asked: the same to whoever waits for it as a wait for the network. */
export function answerWait({ waits }: Facts): Finding | undefined {
  if (waits === undefined) return undefined
  let best: Told | undefined
  for (const { thread, wait, seconds } of all(waits, 'poll')) {
    const asks = [wait.call, wait.own, ...wait.users.keys()].some(name => ASKING.test(name))
    if (!asks || seconds < LEAST_SHARE * waits.seconds || (waits.counted && wait.count < 2)) continue
    if (best === undefined || seconds > best.seconds) best = { thread, wait, seconds }
  }
  if (best === undefined) return undefined
  const [asking] = [...best.wait.users].filter(([name]) => ASKING.test(name)).sort((a, b) => b[1] - a[1])
  return waitFinding('answer-wait', 'for an answer', waits, {
    ...best,
    name: 'poll',
    wait: asking === undefined ? best.wait : { ...best.wait, call: asking[0] },
  })
}

/** Waits in poll or select, not in an event loop's epoll, that one other thread ends: whatever its functions are called, it waits for that one. */
export function peerWait(facts: Facts): Finding | undefined {
  const { waits } = facts
  if (waits === undefined || answerWait(facts) !== undefined) return undefined
  let best: Told | undefined
  for (const told of all(waits, 'poll')) {
    const { thread, wait, seconds } = told
    const { tid, share } = wait.waker
    if (tid <= 0 || tid === thread.tid || share < 0.8 || wait.count < 3) continue
    const peer = waits.threads.find(each => each.tid === tid)
    if (peer?.pid === thread.pid || [wait.call, ...wait.frames.keys()].some(name => /epoll|ep_poll/.test(name)))
      continue
    if (seconds < 0.5 * waits.seconds || (best !== undefined && seconds <= best.seconds)) continue
    best = told
  }
  if (best === undefined) return undefined
  const { thread, wait, seconds } = best
  const peer = waits.threads.find(({ tid }) => tid === wait.waker.tid)
  const [does] = [...(peer?.classes ?? [])].sort((a, b) => b[1].seconds - a[1].seconds)
  return {
    rule: 'peer-wait',
    subject: thread.comm,
    sentence: [
      { name: thread.comm },
      ' waits ',
      { value: seconds, unit: 's' },
      ' of ',
      { value: waits.seconds, unit: 's' },
      ' in ',
      { name: wait.call === '' ? 'poll' : wait.call },
      ', and ',
      ...(peer === undefined ? [] : [{ name: peer.comm } as Part, ' (']),
      `thread ${wait.waker.tid}${peer === undefined ? '' : ')'} ends `,
      { share: wait.waker.share },
      ' of these waits.',
    ],
    evidence: [
      [
        { value: wait.count, unit: 'waits' },
        ', the middle one ',
        { value: wait.median, unit: 's' },
        ', the longest ',
        { value: wait.longest, unit: 's' },
        `; thread ${thread.tid}`,
      ],
      ...(does === undefined
        ? []
        : [
            [
              `thread ${wait.waker.tid} itself waits `,
              { value: does[1].seconds, unit: 's' },
              ` for ${CLASS_WORDS[does[0]]}`,
            ] as Part[],
          ]),
    ],
    section: 'waiting',
    command: waitCommand(waits),
    stake: (seconds / waits.seconds) * 0.9,
    metric: waitMetric('time waiting in poll', thread.comm, 'poll', seconds / waits.seconds),
    proof: { kind: 'bar', parts: barOf(thread), whole: waits.seconds, unit: 's' },
  }
}

const CLASS_WORDS: Readonly<Record<WaitClass, string>> = {
  disk: 'the disk',
  lock: 'a lock',
  timer: 'a timer',
  network: 'the network',
  child: 'a child',
  pipe: 'a pipe',
  poll: 'what it polls',
  cpu: 'a CPU',
  idle: 'work',
  unknown: 'something not known',
}

/** Accepting is waiting for work. */
function waitsForClients({ frames }: Wait): boolean {
  for (const name of frames.keys()) if (/accept/.test(name)) return true
  return false
}

/** Functions that wait for a lock and for nothing else, of programs and of the kernel. */
const LOCKING =
  /mutex_lock|lll_lock_wait|rwlock_(?:rd|wr)lock|rwsem|(?:^|_)down_(?:read|write)|rt_mutex|spin_lock|semtimedop|flock|posix_lock|lock_slow|Mutex::(?:lock|Lock)|ObjectMonitor::enter|runtime\.(?:lock2?|futexsleep)|take_gil/

/** Share of a wait that is spent in functions that lock. */
function lockingShare({ seconds, frames, users }: Wait): number {
  let most = 0
  for (const names of [frames, users])
    for (const [name, value] of names) if (LOCKING.test(name)) most = Math.max(most, value)
  return seconds > 0 ? most / seconds : 0
}

/** Threads of one process that wait for a lock in turns. */
export function lockConvoy({ waits }: Facts): Finding | undefined {
  if (waits === undefined) return undefined
  const groups = new Map<number, Told[]>()
  for (const told of all(waits, 'lock')) {
    if (lockingShare(told.wait) < 0.5 || told.wait.seconds < 0.1 * waits.seconds) continue
    if (waits.counted && told.wait.count < CONVOY_RATE * waits.seconds) continue
    groups.set(told.thread.pid, [...(groups.get(told.thread.pid) ?? []), told])
  }
  let best: { told: Told[]; seconds: number } | undefined
  for (const told of groups.values()) {
    const seconds = told.reduce((sum, { wait }) => sum + wait.seconds, 0)
    if (told.length >= 2 && (best === undefined || seconds > best.seconds)) best = { told, seconds }
  }
  if (best === undefined) return undefined
  const [first] = [...best.told].sort((a, b) => b.wait.seconds - a.wait.seconds)
  const { comm, pid } = first!.thread
  return {
    rule: 'lock-convoy',
    subject: comm,
    sentence: [
      { name: comm },
      ' has ',
      { value: best.told.length, unit: 'threads' },
      ' that wait for a lock ',
      { share: best.seconds / (best.told.length * waits.seconds) },
      ' of the time',
      ...calledFrom(first!.wait, ''),
      '.',
    ],
    evidence: waits.counted
      ? [
          [
            { value: best.told.reduce((sum, { wait }) => sum + wait.count, 0) / waits.seconds, unit: '' },
            ' waits a second, the middle one ',
            { value: first!.wait.median, unit: 's' },
            `; process ${pid}`,
          ],
        ]
      : [],
    section: 'waiting',
    command: waitCommand(waits),
    stake: best.seconds / waits.seconds,
    metric: waitMetric('time of its threads in locks', comm, 'lock', best.seconds / waits.seconds),
    proof: { kind: 'bar', parts: barOf(first!.thread), whole: waits.seconds, unit: 's' },
  }
}

/** More threads than CPUs: a task whose threads could run and are not let. */
export function cpuWait({ waits, cpu, machine }: Facts): Finding | undefined {
  if (waits === undefined) return undefined
  const groups = new Map<number, Told[]>()
  for (const told of all(waits, 'cpu')) groups.set(told.thread.pid, [...(groups.get(told.thread.pid) ?? []), told])
  let best: { told: Told[]; seconds: number } | undefined
  for (const group of groups.values()) {
    const told = group.filter(({ wait }) => wait.seconds >= 0.05 * waits.seconds)
    const seconds = told.reduce((sum, { wait }) => sum + wait.seconds, 0)
    if (told.length > 0 && (best === undefined || seconds > best.seconds)) best = { told, seconds }
  }
  if (best === undefined || best.seconds < LEAST_SHARE * waits.seconds) return undefined
  const { comm, pid } = best.told[0]!.thread
  const task = cpu?.tasks.find(each => each.comm === comm)
  // a crowd takes the CPUs itself; who takes few of them waits for others
  const ownPart =
    task === undefined || cpu === undefined
      ? 1
      : Math.max(0.2, Math.min(1, (2 * task.seconds) / (cpu.seconds * cpu.cpus)))
  const middle = Math.max(...best.told.map(({ wait }) => wait.median))
  const preempted = best.told.reduce((sum, { thread }) => sum + thread.preempted, 0)
  const evidence: Part[][] = waits.counted
    ? [
        [
          { share: Math.min(1, preempted / best.seconds) },
          ' of that preempted while running, the rest after being woken; a wait takes ',
          { value: middle, unit: 's' },
          ' (median of the thread that waits longest each time)',
          `; process ${pid}`,
        ],
      ]
    : []
  if (Number.isFinite(machine.runnable))
    evidence.push([{ value: machine.runnable, unit: '' }, ' tasks could run at a time'])
  return {
    rule: 'cpu-wait',
    subject: comm,
    sentence: [
      { name: comm },
      ' runs ',
      { value: best.told.length, unit: 'threads' },
      ...(cpu === undefined ? [] : [' on ', { value: cpu.cpus, unit: 'CPUs' }]),
      ': they wait for a CPU ',
      { share: best.seconds / (best.told.length * waits.seconds) },
      ' of their time',
      ...(task?.own === undefined ? [] : [', and run ', { name: task.own.name }]),
      '.',
    ],
    evidence,
    section: 'waiting',
    command: waitCommand(waits),
    stake: (best.seconds / waits.seconds) * ownPart,
    metric: waitMetric('time of its threads waiting for a CPU', comm, 'cpu', best.seconds / waits.seconds),
    proof: { kind: 'bar', parts: barOf(best.told[0]!.thread), whole: waits.seconds, unit: 's' },
  }
}

/** Seconds that the threads of a task spend in a class in each second. */
function waitMetric(name: string, comm: string, of: WaitClass, value: number): NonNullable<Finding['metric']> {
  return {
    name,
    value,
    unit: 's a second',
    in: ({ waits }) => {
      if (waits === undefined) return undefined
      let seconds = 0
      for (const thread of waits.threads) if (thread.comm === comm) seconds += thread.classes.get(of)?.seconds ?? 0
      return seconds / waits.seconds
    },
  }
}

const HUES: Readonly<Record<WaitClass, Hue>> = {
  disk: 'disk',
  lock: 'lock',
  timer: 'timer',
  network: 'network',
  child: 'child',
  pipe: 'pipe',
  poll: 'network',
  cpu: 'cpu',
  idle: 'idle',
  unknown: 'other',
}

function barOf({ classes }: ThreadWaits): { label: string; value: number; hue: Hue }[] {
  return [...classes]
    .map(([name, { seconds }]) => ({ label: name === 'cpu' ? 'a CPU' : name, value: seconds, hue: HUES[name] }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
}

function* all(waits: WaitFacts, name: WaitClass): Iterable<Told> {
  for (const thread of waits.threads) {
    const wait = thread.classes.get(name)
    if (wait !== undefined) yield { thread, wait, seconds: wait.seconds }
  }
}

/** The thread that waits longest in a class, if that is a quarter of the time and more than once: one wait may be somebody who waits to be told to end. */
function longest(facts: Facts, name: WaitClass, counts: (told: Told) => boolean): Told | undefined {
  const { waits } = facts
  if (waits === undefined) return undefined
  let best: Told | undefined
  for (const { thread, wait } of all(waits, name)) {
    const told = { thread, wait, seconds: estimated(facts, waits, thread, wait) }
    if ((waits.counted && wait.count < 2) || told.seconds < LEAST_SHARE * waits.seconds || !counts(told)) continue
    if (best === undefined || told.seconds > best.seconds) best = told
  }
  return best
}

/**
 * Seconds of waiting with those whose end the record lost: each as long as the others on average, together not longer than the time in which they lie,
 * and all not longer than what the task's CPU time leaves of the observed time.
 */
function estimated({ cpu }: Facts, waits: WaitFacts, thread: ThreadWaits, wait: Wait): number {
  if (wait.unended === 0 || wait.count === 0) return wait.seconds
  const all = wait.seconds + Math.min(wait.within, (wait.seconds / wait.count) * wait.unended)
  const task = cpu?.tasks.find(each => each.comm === thread.comm && each.threads === 1)
  const left = task === undefined ? 1 : Math.max(0, 1 - task.seconds / cpu!.seconds)
  return Math.max(wait.seconds, Math.min(all, left * waits.seconds))
}

function waitFinding(
  rule: string,
  what: string,
  waits: WaitFacts,
  { thread, wait, seconds, name }: Told & { readonly name: WaitClass },
): Finding {
  const evidence: Part[][] = []
  if (waits.counted)
    evidence.push([
      { value: wait.count + wait.unended, unit: 'waits' },
      ', the middle one ',
      { value: wait.median, unit: 's' },
      ', the longest ',
      { value: wait.longest, unit: 's' },
      `; thread ${thread.tid}`,
    ])
  else evidence.push(['all its threads together, from sums of waiting by stack'])
  if (wait.unended > 0)
    evidence.push([
      'the record lost the end of ',
      { value: wait.unended, unit: 'waits' },
      ': they are taken to be as long as the others',
    ])
  return {
    rule,
    subject: thread.comm,
    sentence: [
      { name: thread.comm },
      ` waits ${what} ${wait.unended > 0 ? 'about ' : ''}`,
      { value: seconds, unit: 's' },
      ' of ',
      { value: waits.seconds, unit: 's' },
      ...calledFrom(wait, ': it sits in '),
      '.',
    ],
    evidence,
    section: 'waiting',
    command: waitCommand(waits),
    stake: seconds / waits.seconds,
    metric: waitMetric(`time waiting ${what}`, thread.comm, name, seconds / waits.seconds),
    proof: { kind: 'bar', parts: barOf(thread), whole: waits.seconds, unit: 's' },
  }
}

/** Call and caller, as far as the stacks have them. */
function calledFrom({ call, own }: Wait, lead: string): Part[] {
  const parts: Part[] = []
  if (call !== '' && lead !== '') parts.push(lead, { name: call })
  if (own !== '' && own !== call) parts.push(', called from ', { name: own })
  return parts
}

function waitCommand({ source }: WaitFacts): string {
  return `bpfview report ${shellWord(source)} --json`
}
