/** Waits paired from sched_switch and sched_waking: hand-written records with known answers, and captures of incidents with known causes. */
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import type { Profile, SampleTable } from '../src/model/index.ts'
import { framesOf } from '../src/model/index.ts'
import { WAIT_CLASSES, waitClasses } from '../src/ops/waits/wait-class.ts'
import { bpfview } from './command.ts'

type Words = readonly [time: string, comm: string, tid: number, state: string, next: string, nextTid: number]

const FRAMES = '\tffffffff81c00000 schedule+0x10 ([kernel.kallsyms])\n\t401000 wait_here+0x4 (/opt/app)\n'

function switched([time, comm, tid, state, next, nextTid]: Words, frames = FRAMES): string {
  return `${comm} ${tid}/${tid} [001] ${time}: sched:sched_switch: prev_comm=${comm} prev_pid=${tid} prev_prio=120 prev_state=${state} ==> next_comm=${next} next_pid=${nextTid} next_prio=120\n${frames}\n`
}

function waking(time: string, comm: string, tid: number, woken: string, wokenTid: number): string {
  return `${comm} ${tid}/${tid} [000] ${time}: sched:sched_waking: comm=${woken} pid=${wokenTid} prio=120 target_cpu=001\n${FRAMES}\n`
}

function waits(text: string, options: object = {}): { table: SampleTable; codes: string[] } {
  const parsed = parse(text, { timeline: true, ...options })
  const table = parsed.datasets[0] as SampleTable
  expect([table.kind, table.name, table.measures, table.value.unit]).toEqual([
    'samples',
    'off-CPU time',
    'off-cpu',
    'ns',
  ])
  return { table, codes: parsed.diagnostics.map(({ code }) => code) }
}

const IDLE = (time: string, next: string, tid: number): string => switched([time, 'swapper/1', 0, 'R', next, tid], '')

describe('a switch away and the next switch back', () => {
  test('are one wait: start, length, waker, whether it could have run on', () => {
    const text = [
      IDLE('9.000000', 'app', 12),
      switched(['10.000000', 'app', 12, 'S', 'swapper/1', 0]),
      waking('10.200000', 'db', 77, 'app', 12),
      IDLE('10.250000', 'app', 12),
      switched(['11.000000', 'app', 12, 'R+', 'other', 13]),
      switched(['11.500000', 'other', 13, 'S', 'app', 12]),
    ].join('')
    const { table, codes } = waits(text)
    const columns = new Map(table.attributes!.map(({ name, values }) => [name, [...values]]))
    expect([...table.time]).toEqual([10, 11, 11.5])
    expect([...table.weight]).toEqual([250_000_000, 500_000_000, 0])
    expect(columns.get('waker')!.slice(0, 2)).toEqual([77, NaN])
    expect(columns.get('preempted')).toEqual([0, 1, 0])
    expect([...table.tid!]).toEqual([12, 12, 13])
    expect(framesOf(table.stacks, table.stack[0]!).map(frame => table.stacks.frames.name[frame])).toEqual([
      'app',
      'wait_here',
      'schedule',
    ])
    expect(codes).toEqual(expect.arrayContaining(['open-waits', 'waits-before']))
  })

  test('are told whatever a comm holds', () => {
    const odd = ['a ==> b', 'x prev_pid=1', 'pid=9 prio=1', '7 8', 'next_pid=3']
    for (const comm of odd) {
      const text = [
        IDLE('1.000000', comm, 40),
        switched(['2.000000', comm, 40, 'D', 'swapper/1', 0]),
        waking('2.100000', comm, 41, comm, 40),
        IDLE('2.500000', comm, 40),
      ].join('')
      expect([...waits(text).table.weight], comm).toEqual([500_000_000])
    }
  })

  test('a thread that ends does not wait; one that was lost sight of is said', () => {
    const text = [
      switched(['1.000000', 'gone', 5, 'X', 'swapper/1', 0]),
      IDLE('1.100000', 'app', 12),
      switched(['2.000000', 'app', 12, 'S', 'swapper/1', 0]),
      switched(['3.000000', 'app', 12, 'S', 'swapper/1', 0]),
      waking('3.100000', 'db', 77, 'app', 12),
      switched(['4.000000', 'app', 12, 'S', 'swapper/1', 0]),
      IDLE('4.500000', 'app', 12),
    ].join('')
    const { table, codes } = waits(text)
    // the second one is known up to its wake-up
    expect([...table.weight].map(ns => ns / 1e6)).toEqual([100, 500])
    expect(codes).toEqual(expect.arrayContaining(['lost-switches', 'woken-waits']))
  })

  test('sums and single waits give the same, alone and in parts', () => {
    const text = Array.from({ length: 40 }, (_, i) =>
      [
        IDLE(`${i + 1}.000000`, 'app', 12),
        switched([`${i + 1}.300000`, 'app', 12, 'S', 'swapper/1', 0]),
        waking(`${i + 1}.400000`, 'db', 77, 'app', 12),
      ].join(''),
    ).join('')
    const { table } = waits(text)
    const [profile] = parse(text).datasets as Profile[]
    expect(profile!.self.reduce((sum, ns) => sum + ns, 0)).toBe(table.weight.reduce((sum, ns) => sum + ns, 0))
    const bytes = new TextEncoder().encode(text)
    const cut = Array.from({ length: Math.ceil(bytes.length / 61) }, (_, i) => bytes.subarray(i * 61, i * 61 + 61))
    const [again] = parse(cut).datasets as Profile[]
    expect([...again!.self]).toEqual([...profile!.self])
  })

  test('the peers’ folding has no waits, and a recording without wake-ups counts its switches', () => {
    const text = [IDLE('1.000000', 'app', 12), switched(['2.000000', 'app', 12, 'S', 'swapper/1', 0])].join('')
    expect(parse(text).datasets.map(({ name }) => name)).toEqual(['sched:sched_switch'])
    const both = text + waking('2.500000', 'db', 7, 'app', 12)
    expect(parse(both, { perf: { compat: 'flamegraph' } }).datasets.map(({ name }) => name)).not.toContain(
      'off-CPU time',
    )
  })
})

describe('incidents', () => {
  const incident = (name: string): string => `fixtures/incidents/${name}/offcpu-events`

  test('six threads on two CPUs wait for a CPU as long as two CPUs are too few', async () => {
    const { stdout } = await bpfview(['top', incident('crowd'), '--json'])
    const functions = JSON.parse(stdout) as { function: string; 'total(ns)': number }[]
    const waited = functions.find(row => row.function === 'start_thread')!['total(ns)'] / 1e9
    // six threads for 4.02 s, less what two CPUs can run
    expect(waited).toBeGreaterThan(15.5)
    expect(waited).toBeLessThan(16.7)
  })

  test('the client of a slow name service waits in recv nearly all the time', async () => {
    const { stdout } = await bpfview(['fold', incident('lookup'), '--comm', 'lookup'])
    const inRecv = stdout.split('\n').filter(line => line.includes('udp_recvmsg;'))
    const nanoseconds = inRecv.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    expect(nanoseconds / 1e9).toBeGreaterThan(3)
  })

  test('a writer that syncs each record waits for the disk', async () => {
    const { readInputs } = await import('../src/cli/input/input.ts')
    const [input] = await readInputs([incident('reclog')])
    const profile = input!.parsed.datasets[0] as Profile
    const classes = waitClasses(profile.stacks)
    const sums = new Map<string, number>()
    profile.self.forEach((ns, node) => {
      const name = WAIT_CLASSES[classes[node]!]!
      sums.set(name, (sums.get(name) ?? 0) + ns)
    })
    const all = profile.self.reduce((sum, ns) => sum + ns, 0)
    expect(sums.get('disk')! / all).toBeGreaterThan(0.95)
  })
})
