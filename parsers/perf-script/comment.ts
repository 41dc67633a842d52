import type { Meta } from '../../src/model/index.ts'

/** What the `#` lines of `perf script --header` said, while they are being read. */
export interface PerfCapture {
  host?: string
  kernel?: string
  toolVersion?: string
  arch?: string
  cpus?: number
  command?: string
  duration?: number
  first?: number
  last?: number
  /** Sampling frequency in Hz per event. */
  readonly frequencies: Map<string, number>
}

/** Takes one `# key : value` line into `capture`; other comments change nothing. */
export function takeComment(line: string, capture: PerfCapture): void {
  const colon = line.indexOf(':')
  if (colon < 0) return
  const key = line.slice(1, colon).trim()
  const value = line.slice(colon + 1).trim()
  switch (key) {
    case 'hostname':
      capture.host = value
      break
    case 'os release':
      capture.kernel = value
      break
    case 'perf version':
      capture.toolVersion = value
      break
    case 'arch':
      capture.arch = value
      break
    case 'nrcpus online':
      setNumber(capture, 'cpus', value)
      break
    case 'cmdline':
      capture.command = value
      break
    case 'time of first sample':
      setNumber(capture, 'first', value)
      break
    case 'time of last sample':
      setNumber(capture, 'last', value)
      break
    case 'sample duration':
      if (value.endsWith('ms')) setNumber(capture, 'duration', value.slice(0, -2), 1e-3)
      break
    case 'event':
      takeEvent(value, capture)
      break
  }
}

/** `name = cpu-clock, , id = { .. }, { sample_period, sample_freq } = 99, .. freq = 1, ..` */
function takeEvent(value: string, capture: PerfCapture): void {
  const name = /^name = (.+?), /.exec(value)?.[1]
  const rate = /\{ sample_period, sample_freq \} = (\d+)/.exec(value)?.[1]
  if (name !== undefined && rate !== undefined && /, freq = 1(?:,|$)/.test(value))
    capture.frequencies.set(name, Number(rate))
}

function setNumber(capture: PerfCapture, key: 'cpus' | 'duration' | 'first' | 'last', text: string, scale = 1): void {
  const value = Number(text.trim()) * scale
  if (text.trim() !== '' && Number.isFinite(value)) capture[key] = Math.round(value * 1e9) / 1e9
}

/** Meta of the capture as a whole. `seen` = times of the first and last sample read. */
export function captureMeta(
  capture: PerfCapture,
  event: string | undefined,
  seen: readonly [number, number] | undefined,
): Meta {
  const duration = capture.duration ?? span(capture.first, capture.last) ?? span(seen?.[0], seen?.[1])
  const frequency = frequencyOf(capture, event)
  return {
    tool: 'perf',
    ...(capture.toolVersion !== undefined && { toolVersion: capture.toolVersion }),
    ...(capture.command !== undefined && { command: capture.command }),
    ...(event !== undefined && { event }),
    ...(frequency !== undefined && { frequency }),
    ...(duration !== undefined && { duration }),
    ...(capture.cpus !== undefined && { cpus: capture.cpus }),
    ...(capture.host !== undefined && { host: capture.host }),
    ...(capture.kernel !== undefined && { kernel: capture.kernel }),
    ...(capture.arch !== undefined && { arch: capture.arch }),
  }
}

function span(first: number | undefined, last: number | undefined): number | undefined {
  return first !== undefined && last !== undefined && last > first ? Math.round((last - first) * 1e9) / 1e9 : undefined
}

/** perf prints `cycles` in the header and `cycles:u` in the samples, or the other way round, depending on its version. */
function frequencyOf(capture: PerfCapture, event: string | undefined): number | undefined {
  if (event === undefined) return undefined
  const base = (name: string): string => name.split(':')[0]!
  const exact = capture.frequencies.get(event)
  if (exact !== undefined) return exact
  for (const [name, frequency] of capture.frequencies) if (base(name) === base(event)) return frequency
  return undefined
}
