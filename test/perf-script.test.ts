import { describe, expect, test } from 'vitest'
import { checkDataset } from '../src/model/index.ts'
import type { Parsed, Profile, SampleTable } from '../src/model/index.ts'
import { parse } from '../parsers/index.ts'
import { foldedLines } from '../renderers/index.ts'

function read(text: string, options: Parameters<typeof parse>[1] = {}): Parsed {
  const parsed = parse(text, { format: 'perf-script', ...options })
  for (const dataset of parsed.datasets) checkDataset(dataset)
  return parsed
}

function fold(text: string, options: Parameters<typeof parse>[1] = {}): string[][] {
  return read(text, options).datasets.map(dataset => foldedLines(dataset as Profile))
}

const TWO_EVENTS = `# ========
# hostname : vm
# os release : 6.18.0
# perf version : 6.1.192
# nrcpus online : 2
# cmdline : /usr/bin/perf record -F 99 -g ./app
# event : name = cpu-clock, , id = { 1 }, type = 1, { sample_period, sample_freq } = 99, freq = 1, task = 1
# sample duration :    694.916 ms
# ========
#
app 25074/25075 [001]   872.571378:    5025125 cpu-clock:
	            1b8c work(int, char const*)+0x99c (/srv/bin/app)
	           27249 main+0x79 (/srv/bin/app)

app 25074/25075 [001]   872.581378:          1 context-switches:
	ffffffff821f8c03 schedule+0x23 ([kernel.kallsyms])
	           27249 main+0x71 (/srv/bin/app)

app 25074/25076 [000]   872.591378:    5025125 cpu-clock:
	            1b80 work(int, char const*)+0x990 (/srv/bin/app)
	           27249 main+0x79 (/srv/bin/app)

`

describe('perf script', () => {
  test('each event is a dataset of its own and offsets do not split frames', () => {
    expect(fold(TWO_EVENTS)).toEqual([['app;main;work(int, char const*) 2'], ['app;main;schedule 1']])
  })

  test('comments become metadata', () => {
    expect(read(TWO_EVENTS).datasets[0]!.meta).toEqual({
      tool: 'perf', toolVersion: '6.1.192', command: '/usr/bin/perf record -F 99 -g ./app', event: 'cpu-clock',
      frequency: 99, duration: 0.694916, cpus: 2, host: 'vm', kernel: '6.18.0', samples: 2,
    })
  })

  test('a timeline keeps every sample with its task', () => {
    const table = read(TWO_EVENTS, { timeline: true }).datasets[0] as SampleTable
    expect([...table.time]).toEqual([872.571378, 872.591378])
    expect([table.cpu, table.pid, table.tid].map(column => [...column!])).toEqual([[1, 0], [25074, 25074], [25075, 25076]])
    expect(table.comms).toEqual(['app'])
  })

  test('periods weigh when asked for', () => {
    const parsed = read(TWO_EVENTS, { perf: { weight: 'period' } })
    expect(parsed.datasets.map(dataset => [dataset.kind === 'profile' && dataset.value.unit, foldedLines(dataset as Profile)])).toEqual([
      ['ns', ['app;main;work(int, char const*) 10050250']],
      ['context-switches', ['app;main;schedule 1']],
    ])
  })
})
