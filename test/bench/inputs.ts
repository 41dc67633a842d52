/** Made-up inputs of any size, the same for the same name and size: shapes of real output, with as many different lines as real output has. */
import { closeSync, openSync, writeSync } from 'node:fs'

/** Gives numbers below n, the same in every run. */
type Random = (n: number) => number

/** Writes the next piece of an input; `i` counts pieces. */
type Piece = (random: Random, i: number) => string

interface Shape {
  /** Ending of the file's name. */
  readonly ending: string
  readonly start?: string
  readonly piece: Piece
  readonly end?: string
}

const COMMS = ['nginx', 'node', 'java', 'postgres', 'python3', 'kworker/0:1']
const FUNCTIONS = Array.from(
  { length: 3000 },
  (_, i) => `${['do', 'sys', 'vfs', 'tcp', 'app::run', 'std::'][i % 6]}_function_${i}`,
)

/** A stack of about `depth` functions, leaf first, which shares its callers with others as real ones do. */
function stackOf(random: Random, depth: number): number[] {
  const stack: number[] = []
  let at = random(20)
  const length = depth - 4 + random(9)
  for (let i = 0; i < length; i++) {
    stack.push(at)
    at = (at * 7 + 1 + random(i < length / 2 ? 2 : 6)) % FUNCTIONS.length
  }
  return stack.reverse()
}

function perfSample(random: Random, i: number, address: (f: number) => string): string {
  let text = `${COMMS[random(6)]!} ${1000 + random(40)}/${1000 + random(400)} [00${random(4)}] ${(i / 997).toFixed(6)}:   10101010 cpu-clock: \n`
  for (const f of stackOf(random, 24))
    text += `\t${address(f)} ${FUNCTIONS[f]!}+0x${(f % 64).toString(16)} (/usr/bin/app)\n`
  return `${text}\n`
}

function hex(value: number): string {
  return value.toString(16).padStart(16)
}

const row = (...cells: readonly (readonly [string | number, number])[]): string =>
  `${cells
    .map(([cell, width]) => (width < 0 ? String(cell).padStart(-width) : String(cell).padEnd(width)))
    .join(' ')
    .trimEnd()}\n`

const frames = (random: Random, separator: string, end: string): string =>
  stackOf(random, 24)
    .map(f => `${separator}    ${FUNCTIONS[f]!}+${(f * 37) % 400}`)
    .join('') + end

/** By name. */
export const INPUTS = {
  perf: { ending: 'txt', piece: (random, i) => perfSample(random, i, f => hex(0x400000 + f * 64 + (i % 7))) },
  'perf-addresses': {
    ending: 'txt',
    piece: (random, i) => perfSample(random, i, () => hex(0x400000 + random(1 << 30))),
  },
  folded: {
    ending: 'folded',
    piece: random =>
      `${[
        COMMS[random(6)]!,
        ...stackOf(random, 24)
          .reverse()
          .map(f => FUNCTIONS[f]!),
      ].join(';')} ${1 + random(50)}\n`,
  },
  bpftrace: {
    ending: 'txt',
    start: 'Attaching 1 probe...\n\n\n',
    piece: random => `@[${frames(random, '\n', '\n')}, ${COMMS[random(6)]!}]: ${1 + random(9)}\n`,
  },
  'bpftrace-distinct': {
    ending: 'txt',
    start: 'Attaching 1 probe...\n\n\n',
    piece: random => {
      let text = '@[\n'
      for (let i = 0; i < 30; i++) text += `    function_${random(1000)}+${random(100_000)}\n`
      return `${text}]: ${1 + random(9)}\n`
    },
  },
  'bpftrace-json': {
    ending: 'json',
    start: '{"type": "attached_probes", "data": {"probes": 1}}\n{"type": "map", "data": {"@": {"first": 1',
    piece: random => `, "${frames(random, '\\n', '\\n')},${COMMS[random(6)]!}${random(1e6)}": ${1 + random(9)}`,
    end: '}}}\n',
  },
  'bcc-stacks': {
    ending: 'txt',
    start: 'Sampling at 49 Hertz of all threads by user + kernel stack... Hit Ctrl-C to end.\n\n',
    piece: random =>
      `${stackOf(random, 24)
        .map(f => `    ${FUNCTIONS[f]!}\n`)
        .join('')}    -                ${COMMS[random(6)]!} (${1000 + random(400)})\n        ${1 + random(9)}\n\n`,
  },
  opensnoop: {
    ending: 'txt',
    start: 'PID    COMM              FD ERR PATH\n',
    piece: (random, i) =>
      row(
        [1000 + (i % 60_000), 6],
        [COMMS[i % 6]!, 16],
        [i % 400, -3],
        [0, -3],
        [`/srv/data/${((i * 7919) % 2 ** 24).toString(16)}/f${random(5000)}`, 0],
      ),
  },
  biosnoop: {
    ending: 'txt',
    start: 'TIME(s)     COMM           PID     DISK    T SECTOR     BYTES  LAT(ms)\n',
    piece: (random, i) =>
      row(
        [(i / 3000).toFixed(6), 11],
        [COMMS[i % 6]!, 14],
        [1000 + (i % 400), 7],
        ['sda', 7],
        ['RW'[i % 2]!, 1],
        [random(1e9), 10],
        [4096, 6],
        [`${random(40)}.${100 + random(900)}`, -7],
      ),
  },
  execsnoop: {
    ending: 'txt',
    start: 'PCOMM            PID     PPID    RET ARGS\n',
    piece: (random, i) =>
      row(
        [COMMS[i % 6]!, 16],
        [10_000 + i, -7],
        [1000 + (i % 99), -7],
        [0, -3],
        [`/usr/bin/cmd${i % 50} --file /tmp/${random(1e6)} -v`, 0],
      ),
  },
  'histogram-series': {
    ending: 'txt',
    piece: (random, i) => {
      let text = `\n${[3600, 60, 1].map(s => String(Math.floor(i / s) % (s === 3600 ? 24 : 60)).padStart(2, '0')).join(':')}\n     usecs               : count     distribution\n`
      for (let b = 0; b < 16; b++)
        text += `${String(b === 0 ? 0 : 2 ** b).padStart(10)} -> ${String(2 ** (b + 1) - 1).padEnd(10)} : ${String(random(900)).padEnd(8)} |****                                    |\n`
      return text
    },
  },
  'perf-json': {
    ending: 'json',
    start:
      '{\n\t"linux-perf-json-version": 1,\n\t"headers": {\n\t\t"header-version": 1\n\t},\n\t"samples": [\n\t\t{"timestamp": 1, "pid": 1, "tid": 1, "comm": "a", "callchain": []}',
    piece: (random, i) =>
      `,\n\t\t{\n\t\t\t"timestamp": ${i * 1000},\n\t\t\t"pid": ${random(99)},\n\t\t\t"tid": ${random(999)},\n\t\t\t"comm": "${COMMS[random(6)]!}",\n\t\t\t"callchain": [${stackOf(
        random,
        20,
      )
        .map(
          f =>
            `\n\t\t\t\t{\n\t\t\t\t\t"ip": "0x${(0x400000 + f * 64).toString(16)}",\n\t\t\t\t\t"symbol": "${FUNCTIONS[f]!}",\n\t\t\t\t\t"dso": "app"\n\t\t\t\t}`,
        )
        .join(',')}\n\t\t\t]\n\t\t}`,
    end: '\n\t]\n}\n',
  },
  csv: {
    ending: 'csv',
    start: 'time,comm,pid,latency_us,path\n',
    piece: (random, i) =>
      `${(i / 1000).toFixed(3)},${COMMS[i % 6]!},${1000 + (i % 999)},${random(1e5) / 10},"/srv/a, b/${random(1e6)}"\n`,
  },
} satisfies Record<string, Shape>

export type InputName = keyof typeof INPUTS

/** Writes an input of about `bytes` bytes. */
export function writeInput(path: string, name: InputName, bytes: number, seed = 1): void {
  const { start = '', piece, end = '' }: Shape = INPUTS[name]
  let state = seed >>> 0
  const random: Random = n => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const file = openSync(path, 'w')
  let text = start
  let written = 0
  for (let i = 0; written + text.length < bytes; i++) {
    text += piece(random, i)
    if (text.length < 1 << 20) continue
    written += text.length
    writeSync(file, text)
    text = ''
  }
  writeSync(file, text + end)
  closeSync(file)
}
