// Writes captures of two weeks, made up, as collectors write them: a service on two hosts, in which Cache::lookup costs half as much
// again from 2026-11-17 on.   node examples/two-weeks.mjs DIRECTORY
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = process.argv[2] ?? 'two-weeks'
const DAYS = 14
const FIRST = Date.UTC(2026, 10, 10)
const CHANGED = Date.UTC(2026, 10, 17)
const HOURS = [1, 9, 17]
const HOSTS = ['web-1', 'web-2']

// the same numbers in every run
let state = 20261110
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

/** A count near `mean`: more scattered than counting alone, as hosts are. */
function count(mean) {
  const spread = Math.sqrt(mean) * 1.3
  return Math.max(0, Math.round(mean + spread * (random() + random() + random() + random() - 2) * Math.sqrt(3)))
}

const STACKS = [
  ['api;main;serve;parse_request', 300],
  ['api;main;serve;handle;Cache::lookup', 500],
  ['api;main;serve;handle;Cache::lookup;hash_key', 120],
  ['api;main;serve;handle;render;escape', 900],
  ['api;main;serve;handle;render;format', 700],
  ['api;main;serve;handle;query;decode_rows', 1100],
  ['api;main;serve;log;write', 250],
  ['api;main;gc;mark', 400],
]

for (let day = 0; day < DAYS; day++) {
  for (const hour of HOURS) {
    for (const host of HOSTS) {
      const start = FIRST + (day * 24 + hour) * 3600e3
      const load = 0.8 + 0.4 * random()
      const lines = STACKS.map(([stack, mean]) => {
        const dearer = start >= CHANGED && stack.includes('Cache::lookup') ? 1.5 : 1
        return `${stack} ${count(mean * load * dearer)}`
      })
      const capture = join(directory, `${host}-${new Date(start).toISOString().slice(0, 13)}`)
      mkdirSync(capture, { recursive: true })
      writeFileSync(join(capture, 'stacks.folded'), `${lines.join('\n')}\n`)
      const manifest = {
        bpfview: 1,
        collector: 'cpu',
        tool: 'profile',
        command: ['profile', '-f', '-F', '99', '30'],
        start: new Date(start).toISOString(),
        duration: 30,
        frequency: 99,
        host,
        files: [{ path: 'stacks.folded', role: 'stdout' }],
      }
      writeFileSync(join(capture, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    }
  }
}
