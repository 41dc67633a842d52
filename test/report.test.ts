/** Reports: each incident is answered by its first finding, an idle machine by none, and every number is one that the commands print. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { REPORT_CLIENT_HASHES } from '../renderers/report/client-text.ts'
import { doubtsOf, worstTrust } from '../src/ops/report/doctor.ts'
import { reportOf } from '../src/ops/report/rules.ts'
import { bpfview, scratch } from './command.ts'

const CAPTURES = ['cpu', 'offcpu-events', 'checklist', 'syscalls', 'sixty']

interface Said {
  readonly rule: string
  readonly subject: string
  readonly text: string
  readonly command: string
}

/** Each incident with its cause: the rule, whom it is about, and what the sentence must hold. */
const INCIDENTS: readonly [name: string, rule: string, subject: string | RegExp, words: readonly string[]][] = [
  ['reclog', 'disk-wait', 'reclog', ['fsync', 'handle_order', '691 ms of 1 s']],
  ['stall', 'regular-stall', 'node', ['rebuildIndex', '182 ms', 'every 1 s']],
  ['crowd', 'cpu-wait', 'crowd', ['6 threads on 2 CPUs', 'score_worker']],
  ['healthd', 'process-storm', 'sh', ['sh (process 4117)', '1,440 processes a second']],
  ['tailer', 'empty-reads', 'tailer', ['0 bytes', '100%']],
  ['lookup', 'network-wait', 'lookup', ['recv', '3.6 s of 3.62 s']],
]

function capturesOf(name: string): string[] {
  return CAPTURES.map(capture => join('fixtures/incidents', name, capture)).filter(path => existsSync(path))
}

const reports = new Map<string, readonly Said[]>()

beforeAll(async () => {
  for (const name of [...INCIDENTS.map(([name]) => name), 'idle']) {
    const { status, stdout } = await bpfview(['report', ...capturesOf(name), '--json'])
    expect(status).toBe(0)
    reports.set(name, (JSON.parse(stdout) as { findings: Said[] }).findings)
  }
}, 240_000)

describe('incidents', () => {
  test.each(INCIDENTS)('%s is answered by its first finding', (name, rule, subject, words) => {
    const [first] = reports.get(name)!
    expect(first).toMatchObject({ rule, subject })
    for (const word of words) expect(first!.text).toContain(word)
  })

  test.each(INCIDENTS)('the rule of %s is silent on all others', (name, rule) => {
    for (const [other, findings] of reports)
      if (other !== name)
        expect(
          findings.map(finding => finding.rule),
          other,
        ).not.toContain(rule)
  })

  test('the command of each finding runs', async () => {
    for (const [first] of [...reports.values()].filter(findings => findings.length > 0)) {
      const words = first!.command.replace('-o scope.html', '--to html').split(' ').slice(1)
      expect((await bpfview(words)).status, first!.command).toBe(0)
    }
  }, 120_000)

  test('an idle machine has no finding, and the report says so', async () => {
    expect(reports.get('idle')).toEqual([])
    const { stdout } = await bpfview(['report', ...capturesOf('idle')])
    expect(stdout).toContain('Nothing was busy')
  })

  test.each(['fixtures/folded/plain.txt', 'fixtures/incidents/stall.findings.json'])(
    'where nothing was measured that a rule reads, nothing is said to be idle: %s',
    async input => {
      const { stdout, status } = await bpfview(['report', input])
      expect(status).toBe(0)
      expect(stdout).toContain('No rule could be judged')
      expect(stdout).not.toContain('Nothing was busy')
    },
  )
})

test('the page has every section a finding leads to, and runs no script but its own', async () => {
  const page = join(scratch(), 'report.html')
  const { status } = await bpfview(['report', ...capturesOf('crowd'), '-o', page])
  expect(status).toBe(0)
  const html = readFileSync(page, 'utf8')
  const targets = [...html.matchAll(/href="#([\w-]+)"/g)].map(match => match[1]!)
  expect(targets).toContain('waiting')
  for (const target of targets) expect(html).toContain(`<section id="${target}"`)
  expect(html.match(/<script/g)).toHaveLength(1)
  expect(html).toContain(`script-src '${REPORT_CLIENT_HASHES}'`)
  expect(html).not.toMatch(/\son\w+="|https?:\/\/(?!www\.w3\.org)/)
  expect(html).toContain("default-src 'none'")
  expect(html.length).toBeLessThan(5e6)
}, 60_000)

const HOSTILE = '<img/src=x>|`*'

/** perf script of a thread with a hostile name that is on the CPU all the time, at 99 Hz over two seconds. */
function busyThread(comm: string, count = 198): string {
  return Array.from(
    { length: count },
    (_, i) =>
      `${comm} 7/7 [000] ${(100 + i / 99).toFixed(6)}: 10101010 cpu-clock:ppp: \n\t  1234 work<script>+0x1 (/opt/app)\n\t  1200 main+0x1 (/opt/app)\n`,
  ).join('\n')
}

test('names are text in every form', async () => {
  for (const to of ['html', 'md', 'json']) {
    const { stdout, status } = await bpfview(['report', '-', '--to', to], busyThread(HOSTILE))
    expect(status).toBe(0)
    if (to === 'json')
      expect((JSON.parse(stdout) as { findings: Said[] }).findings[0]).toMatchObject({ subject: HOSTILE })
    else {
      expect(stdout).toContain('&lt;img/src=x&gt;')
      expect(stdout).not.toContain('<img/src=x>')
      expect(stdout).not.toContain('work<script>')
    }
  }
})

describe('rules on written captures', () => {
  const read = (text: string) => [
    { source: 'in', parsed: parse(text, { timeline: true, perf: { weight: 'period', waits: true } }) },
  ]

  test('a task that has a CPU to itself is told with its own function', () => {
    const [first] = reportOf(read(busyThread('app'))).findings
    expect(first).toMatchObject({ rule: 'busy-task', subject: 'app' })
    expect(JSON.stringify(first!.sentence)).toContain('work')
  })

  test('two threads that take turns at a lock are a convoy', () => {
    const lines: string[] = []
    const stack = (frames: readonly string[]) =>
      frames.map(frame => `\t  ffffffff81000000 ${frame} ([kernel.kallsyms])`)
    for (let i = 0; i < 200; i++) {
      const [out, next] = i % 2 === 0 ? [11, 12] : [12, 11]
      lines.push(
        `app 10/${out} [000] ${(50 + i * 0.005).toFixed(6)}: sched:sched_switch: prev_comm=app prev_pid=${out} prev_prio=120 prev_state=S ==> next_comm=app next_pid=${next} next_prio=120`,
        ...stack(['__schedule+0x1', 'futex_wait_queue+0x1', 'do_futex+0x1']),
        '\t  1234 __lll_lock_wait+0x1 (/lib/libc.so.6)',
        '\t  1234 lock_it+0x1 (/opt/app)',
        '',
      )
    }
    expect(reportOf(read(lines.join('\n'))).findings[0]).toMatchObject({ rule: 'lock-convoy', subject: 'app' })
    // workers that wait for work are no convoy
    const parked = lines.join('\n').replaceAll('__lll_lock_wait', 'pthread_cond_wait@@GLIBC_2.3.2')
    expect(reportOf(read(parked)).findings).toEqual([])
  })
})

describe('doctor', () => {
  test('exit status says how bad it is', async () => {
    expect((await bpfview(['doctor', '-'], busyThread('app', 20))).status).toBe(1)
    expect((await bpfview(['doctor', '-'], busyThread('app'))).status).toBe(0)
    expect((await bpfview(['doctor', 'no-such-file'])).status).toBe(2)
  })

  test('an input without a sample is unusable', () => {
    const parsed = parse(busyThread('app'), { timeline: true })
    const empty = parsed.datasets.map(dataset =>
      dataset.kind === 'samples'
        ? { ...dataset, time: new Float64Array(0), stack: new Int32Array(0), weight: new Float64Array(0) }
        : dataset,
    )
    expect(worstTrust(doubtsOf([{ source: 'in', parsed: { ...parsed, datasets: empty } }]))).toBe('unusable')
  })

  test('each doubt has a cause and a fix', async () => {
    const { stdout } = await bpfview(['doctor', 'fixtures/incidents/healthd/cpu', '--json'])
    const { trust } = JSON.parse(stdout) as { trust: { cause: string; fix: string; code: string }[] }
    expect(trust.map(({ code }) => code)).toContain('unknown-frames')
    for (const { cause, fix } of trust) expect(cause !== '' && fix !== '').toBe(true)
  })
})

describe('summary', () => {
  test('has the numbers of top', async () => {
    const capture = 'fixtures/incidents/crowd/cpu'
    const { stdout } = await bpfview(['summary', capture, '--json'])
    const { profiles } = JSON.parse(stdout) as {
      profiles: { total: number; functions: { name: string; self: number }[] }[]
    }
    const top = JSON.parse((await bpfview(['top', capture, '--json', '--weight', 'period'])).stdout) as Record<
      string,
      unknown
    >[]
    expect(profiles[0]!.functions[0]!.name).toBe(Object.values(top[0]!).find(value => value === 'score_worker'))
    expect(Object.values(top[0]!)).toContain(profiles[0]!.functions[0]!.self)
  })

  test('is cut at the asked length and says so', async () => {
    const { stdout } = await bpfview(['summary', 'fixtures/incidents/crowd/cpu', '--max-lines', '12'])
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(12)
    expect(lines[11]).toMatch(/^\d+ more lines are cut$/)
  })
})
