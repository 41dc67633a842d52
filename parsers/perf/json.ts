/**
 * Samples as perf data convert writes them: frames from the leaf outwards, times in nanoseconds, no event.
 *
 *     {
 *             "linux-perf-json-version": 1,
 *             "headers": { "hostname": "vm", "os-release": "6.18.44", "nrcpus-online": 2, "cmdline": [ "/usr/bin/perf", "record", "-g" ] },
 *             "samples": [
 *                     { "timestamp": 911415509349, "pid": 25929, "tid": 25929, "comm": "a", "callchain": [
 *                             { "ip": "0xffffffff8142cc80", "symbol": "posix_cpu_clock_get", "dso": "[kernel.kallsyms]" },
 *                             { "ip": "0x7f1999b4924a" } ] } ]
 *     }
 *
 * Source: linux tools/perf/util/data-convert-json.c; FORMATS section a3.
 */

import type { Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, kindCode } from '../../src/model/index.ts'
import type { PerfCapture } from '../perf-script/comment.ts'
import { captureMeta } from '../perf-script/comment.ts'
import type { PerfHeader } from '../perf-script/header.ts'
import type { PerfReadOptions, PerfScriptOptions } from '../perf-script/options.ts'
import { PerfSamples } from '../perf-script/samples.ts'
import type { Format, Reader } from '../reading/format.ts'
import { kindOfModule } from '../stacks/frame-kind.ts'
import { JsonItems } from '../words/json-items.ts'

export const perfJson: Format<PerfScriptOptions> = {
  id: 'perf-json',
  samples: true,
  title: 'perf data convert --to-json',
  sniff: head => head.text.includes('"linux-perf-json-version"'),
  reader: options => new PerfJsonReader(options),
}

class PerfJsonReader implements Reader {
  private readonly options: PerfReadOptions
  private readonly log: DiagnosticLog
  private readonly samples: PerfSamples
  private readonly capture: PerfCapture = { frequencies: new Map() }
  private readonly items: JsonItems
  private event: string | undefined
  private frames = new Int32Array(256)

  constructor(options: PerfReadOptions) {
    this.options = options
    this.log = new DiagnosticLog(options.source, options.strict)
    this.samples = new PerfSamples(options)
    this.items = new JsonItems((key, text, line) => {
      if (key === 'headers') this.headers(text)
      else if (key === 'samples') this.sample(text, line)
    })
  }

  push(chunk: Uint8Array): void {
    this.items.push(chunk)
  }

  end(): Parsed {
    const cut = this.items.end()
    if (cut?.inItem === true)
      this.log.note('truncated-record', 'the input ends inside a sample, which is left out', {
        line: cut.line,
        text: cut.text,
      })
    else if (cut !== undefined)
      this.log.note('truncated-input', 'the input ends before its last bracket; samples may be missing', {
        line: cut.line,
      })
    const { samples, capture, log } = this
    const seen = samples.last > samples.first ? ([samples.first, samples.last] as const) : undefined
    const datasets = samples.finish(event => captureMeta(capture, event, seen), log)
    return { format: perfJson.id, datasets, diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }
  }

  private headers(text: string): void {
    const headers = objectOf(text)
    if (headers === undefined) return
    const { capture } = this
    const word = (key: string): string | undefined => (typeof headers[key] === 'string' ? headers[key] : undefined)
    const set = <K extends 'host' | 'kernel' | 'arch' | 'toolVersion'>(key: K, value: string | undefined): void => {
      if (value !== undefined) capture[key] = value
    }
    set('host', word('hostname'))
    set('kernel', word('os-release'))
    set('arch', word('arch'))
    set('toolVersion', word('perf-version'))
    if (typeof headers['nrcpus-online'] === 'number') capture.cpus = headers['nrcpus-online']
    const cmdline = headers['cmdline']
    if (!Array.isArray(cmdline)) return
    const words = cmdline.map(String)
    capture.command = words.join(' ')
    const events = words.flatMap((each, i) => (each === '-e' || each === '--event' ? [words[i + 1] ?? ''] : []))
    if (events.length === 1 && events[0] !== '' && !events[0]!.includes(',')) this.event = events[0]
  }

  private sample(text: string, line: number): void {
    const sample = objectOf(text)
    if (sample === undefined) {
      this.log.note('bad-sample', 'a sample that is no JSON object, left out', { line, text })
      return
    }
    const number = (key: string): number | undefined => (typeof sample[key] === 'number' ? sample[key] : undefined)
    const timestamp = number('timestamp')
    const header: PerfHeader = {
      comm: typeof sample['comm'] === 'string' ? sample['comm'] : undefined,
      pid: number('pid'),
      tid: number('tid'),
      cpu: number('cpu'),
      time: timestamp === undefined ? undefined : timestamp / 1e9,
      period: number('period'),
      event: typeof sample['event'] === 'string' ? sample['event'] : this.event,
      tail: '',
    }
    if (!this.samples.wants(header, header.time)) {
      this.samples.filtered++
      return
    }
    const chain = Array.isArray(sample['callchain']) ? (sample['callchain'] as readonly unknown[]) : []
    if (chain.length > this.frames.length) this.frames = new Int32Array(chain.length * 2)
    let depth = 0
    for (const frame of chain)
      if (typeof frame === 'object' && frame !== null)
        this.frames[depth++] = this.frameId(frame as Record<string, unknown>)
    this.samples.add(header, this.frames, depth)
  }

  private frameId(frame: Record<string, unknown>): number {
    const word = (key: string): string => (typeof frame[key] === 'string' ? frame[key] : '')
    const symbol = word('symbol')
    const module = word('dso')
    const name =
      symbol !== ''
        ? symbol
        : this.options.addrs === true
          ? `[unknown <${word('ip').replace(/^0x/, '')}>]`
          : '[unknown]'
    const place = module.startsWith('[') || module.includes('/') || module === '' ? module : `/${module}`
    return this.samples.stacks.frame(name, module, kindCode(kindOfModule(place, name)))
  }
}

/** The object a JSON text stands for, undefined when it is broken or something else. */
function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(joinBytes(text))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** perf prints each byte above 0x7f as a signed number, `\\uffffffc3\\uffffffa9`; here they are the characters that the bytes are in UTF-8. */
function joinBytes(text: string): string {
  if (!text.includes('\\uffffff')) return text
  return text.replace(/(\\\\)|(?:\\uffffff[89a-f][0-9a-f])+/g, (run, escaped?: string) =>
    escaped === undefined
      ? decoder.decode(Uint8Array.from(run.match(/[89a-f][0-9a-f](?=\\|$)/g)!, hex => parseInt(hex, 16)))
      : run,
  )
}

const decoder = new TextDecoder()
