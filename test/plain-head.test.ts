import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { detect } from '../parsers/parse.ts'
import { plainFormat } from '../parsers/quick-detect.ts'

const places = [
  'fixtures/folded',
  'fixtures/perf-script',
  '../shared/corpus',
  '../shared/captures',
  '../shared/peers/flamegraph',
  '../shared/peers/flamegraph/results',
  '../shared/noise',
]
const files = [
  ...places.filter(existsSync).flatMap(place => readdirSync(place).map(name => `${place}/${name}`)),
  ...readdirSync('fixtures/captures').flatMap(name =>
    readdirSync(`fixtures/captures/${name}`).map(file => `fixtures/captures/${name}/${file}`),
  ),
].filter(path => /\.(?:txt|folded|gz|json|csv)$/.test(path))

describe('what is claimed from the first bytes alone', () => {
  const claimed = new Map<string, number>()
  it('agrees with the table of formats on every file there is', () => {
    for (const path of files) {
      const raw = readFileSync(path)
      const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw
      for (const length of [bytes.length, 16384, 2000]) {
        const format = plainFormat(bytes.subarray(0, length))
        if (format === undefined) continue
        expect(detect(bytes)?.id, path).toBe(format)
        claimed.set(format, (claimed.get(format) ?? 0) + 1)
      }
    }
    expect(claimed.get('folded')).toBeGreaterThan(2)
    expect(claimed.get('perf-script')).toBeGreaterThan(2)
  })
  it.each([
    ['a;b 1\nc;d 22\n', 'folded'],
    ['a;b 1\r\nc;d;e f 2', 'folded'],
    [
      'app 12 874.761274:   20408163 cpu-clock:u: \n\t    308e main+0x1e (/srv/app)\n\t    3000 x (/y)\n\n',
      'perf-script',
    ],
    [
      'C1 Compiler 12 [001] 874.761274: 20408163 cpu-clock:ppp: \n\t    308e main+0x1e (/srv/app)\n\t       0 [unknown] ([unknown])\n\n',
      'perf-script',
    ],
    ['a;b 1.5\n', undefined],
    ['1;2;3 4\n', undefined],
    ['# x\na;b 1\n', undefined],
    ['Tracing x... Hit Ctrl-C to end.\na;b 1\n', undefined],
    ['', undefined],
    ['\u00ffa;b 1\n', undefined],
    ['a;;b 1\n', undefined],
  ])('%j is %s', (text, format) => expect(plainFormat(new TextEncoder().encode(text))).toBe(format))
})
