/**
 * Results of benchmark harnesses as JSON documents:
 *
 *     {"results":[{"command":"./a","mean":0.21,"times":[0.20,0.22],"exit_codes":[0,0]}]}                                        hyperfine --export-json
 *     {"context":{...},"benchmarks":[{"name":"BM_a/8","run_type":"iteration","real_time":10.2,"cpu_time":10.1,"time_unit":"ns"}]}   google-benchmark
 *     [{"benchmark":"org.A.b","mode":"avgt","primaryMetric":{"scoreUnit":"ns/op","rawData":[[10.1,10.2],[10.4,10.3]]}}]              JMH -rf json
 *     {"machine_info":{...},"benchmarks":[{"fullname":"test_a.py::test_b","stats":{"mean":0.1,"data":[0.1,0.11]}}]}                  pytest-benchmark
 *     {"reason":"benchmark-complete","id":"fib/20","iteration_count":[10,20],"measured_values":[252.1,501.3],"unit":"ns"}            cargo criterion --message-format json
 *
 * Source: hyperfine src/export/json.rs; google/benchmark json_reporter.cc; JMH JSONResultFormat; pytest-benchmark json; cargo-criterion message_formats.
 */
import type { Parsed } from '../../src/model/index.ts'
import { BpfviewError, DiagnosticLog } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { jsonReader } from '../reading/json-reader.ts'
import { MeasurementSet } from './measurement-set.ts'

type Json = Readonly<Record<string, unknown>>

interface BenchGrammar {
  readonly id: string
  readonly title: string
  readonly sniff: (head: Head) => boolean
  /** Adds what a document holds; false when it is none. */
  readonly read: (document: unknown, set: MeasurementSet, log: DiagnosticLog) => boolean
}

export const hyperfine = benchFormat({
  id: 'hyperfine',
  title: 'hyperfine --export-json',
  sniff: ({ text }) => /^\s*\{\s*"results"\s*:\s*\[\s*\{\s*"command"\s*:/.test(text),
  read: readHyperfine,
})

export const googleBenchmark = benchFormat({
  id: 'google-benchmark',
  title: 'google-benchmark --benchmark_format=json',
  sniff: ({ text }) =>
    /^\s*\{\s*"context"\s*:\s*\{/.test(text) && /"(?:library_build_type|num_cpus|host_name)"/.test(text),
  read: readGoogle,
})

export const jmh = benchFormat({
  id: 'jmh',
  title: 'JMH -rf json',
  sniff: ({ text }) => /^\s*\[\s*\{/.test(text) && /"primaryMetric"\s*:/.test(text),
  read: readJmh,
})

export const pytestBenchmark = benchFormat({
  id: 'pytest-benchmark',
  title: 'pytest --benchmark-json',
  sniff: ({ text }) => /^\s*\{\s*"machine_info"\s*:/.test(text),
  read: readPytest,
})

export const criterion = benchFormat({
  id: 'criterion',
  title: 'criterion: cargo criterion --message-format json',
  sniff: ({ lines }) => lines.some(line => /^\s*\{.*"reason"\s*:\s*"(?:benchmark-complete|group-complete)"/.test(line)),
  read: readCriterion,
})

function benchFormat({ id, title, sniff, read }: BenchGrammar): Format {
  return {
    id,
    title,
    sniff,
    reader({ source = 'input', strict }) {
      const log = new DiagnosticLog(source, strict)
      const set = new MeasurementSet()
      return jsonReader(
        {
          value(value, line) {
            if (!read(value, set, log))
              throw new BpfviewError('E_BAD_INPUT', `no results of ${id}; expected ${title}`, { source, line })
          },
          end: (): Parsed => ({
            format: id,
            datasets: set.finish(id),
            diagnostics: log.list(),
            skippedLines: log.skippedLines,
            lost: log.lost,
          }),
        },
        log,
        source,
      )
    },
  }
}

function readHyperfine(document: unknown, set: MeasurementSet, log: DiagnosticLog): boolean {
  const results = listOf(objectOf(document)?.['results'])
  if (results === undefined) return false
  for (const each of results) {
    const result = objectOf(each)
    if (result === undefined) return false
    const benchmark = nameOf(result['command'])
    numbersOf(result['times']).forEach((value, process) =>
      set.add({ benchmark, metric: 'time', unit: 's', value, process }),
    )
    numbersOf(result['memory_usage_byte']).forEach((value, process) =>
      set.add({ benchmark, metric: 'memory', unit: 'bytes', value, process }),
    )
    // null: a signal ended it
    const failed = (listOf(result['exit_codes']) ?? []).filter(code => code !== 0)
    if (failed.length === 0) continue
    set.fail(typeof failed[0] === 'number' ? failed[0] : 128)
    log.note('command-failed', `${failed.length} runs of a command failed`)
  }
  return true
}

function readGoogle(document: unknown, set: MeasurementSet, log: DiagnosticLog): boolean {
  const benchmarks = listOf(objectOf(document)?.['benchmarks'])
  if (benchmarks === undefined) return false
  for (const each of benchmarks) {
    const row = objectOf(each)
    if (row === undefined) return false
    if (row['run_type'] === 'aggregate') continue
    if (row['error_occurred'] === true) {
      log.note('benchmark-failed', 'benchmarks that ended with an error are left out')
      continue
    }
    const benchmark = nameOf(row['run_name'] ?? row['name'])
    const unit = nameOf(row['time_unit'] ?? 'ns')
    for (const [key, metric, of] of [
      ['real_time', 'real time', unit],
      ['cpu_time', 'CPU time', unit],
      ['items_per_second', 'items', 'items/s'],
      ['bytes_per_second', 'bytes', 'bytes/s'],
    ] as const)
      if (typeof row[key] === 'number') set.add({ benchmark, metric, unit: of, value: row[key], process: 0 })
  }
  return true
}

function readJmh(document: unknown, set: MeasurementSet): boolean {
  const results = listOf(document)
  if (results === undefined) return false
  for (const each of results) {
    const result = objectOf(each)
    const primary = objectOf(result?.['primaryMetric'])
    if (result === undefined || primary === undefined) return false
    const params = objectOf(result['params'])
    const suffix =
      params === undefined
        ? ''
        : ` ${Object.entries(params)
            .map(([key, value]) => `${key}=${nameOf(value)}`)
            .join(' ')}`
    const benchmark = nameOf(result['benchmark']) + suffix
    const unit = nameOf(primary['scoreUnit'])
    const forks = listOf(primary['rawData']) ?? []
    const metric = nameOf(result['mode'] ?? 'score')
    forks.forEach((fork, process) =>
      numbersOf(fork).forEach(value => set.add({ benchmark, metric, unit, value, process })),
    )
  }
  return true
}

function readPytest(document: unknown, set: MeasurementSet): boolean {
  const benchmarks = listOf(objectOf(document)?.['benchmarks'])
  if (benchmarks === undefined) return false
  for (const each of benchmarks) {
    const row = objectOf(each)
    const stats = objectOf(row?.['stats'])
    if (row === undefined || stats === undefined) return false
    const benchmark = nameOf(row['fullname'] ?? row['name'])
    const data = numbersOf(stats['data'])
    const values = data.length > 0 ? data : numbersOf([stats['mean']])
    for (const value of values) set.add({ benchmark, metric: 'time', unit: 's', value, process: 0 })
  }
  return true
}

function readCriterion(document: unknown, set: MeasurementSet): boolean {
  const message = objectOf(document)
  if (message === undefined) return false
  if (message['reason'] !== 'benchmark-complete') return true
  const benchmark = nameOf(message['id'])
  const unit = nameOf(message['unit'])
  const iterations = numbersOf(message['iteration_count'])
  numbersOf(message['measured_values']).forEach((value, i) =>
    set.add({ benchmark, metric: 'time', unit, value: value / (iterations[i] ?? 1), process: 0 }),
  )
  return true
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

function numbersOf(value: unknown): number[] {
  return (listOf(value) ?? []).filter((each): each is number => typeof each === 'number' && Number.isFinite(each))
}

function nameOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
