import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { parse } from '../parsers/index.ts'
import { nodeOfPath, pathText } from '../renderers/client/paths.ts'
import { searchOf, searchTree } from '../renderers/client/search.ts'
import type { ClientTree, TreeStep } from '../renderers/client/tree.ts'
import { changeTree, nameOf } from '../renderers/client/tree.ts'
import { diffFlame } from '../renderers/diff/flame.ts'
import { flameChart } from '../renderers/flame/chart.ts'
import { flameScriptText } from '../renderers/flame/client-script.ts'
import type { FlameOptions } from '../renderers/flame/flame.ts'
import { DEFAULT_MIN_WIDTH, flameGraph } from '../renderers/flame/flame.ts'
import { layoutStacks } from '../renderers/flame/stack-layout.ts'
import {
  contrast,
  kindFill,
  kindSwatch,
  mixColours,
  oklab,
  oklchHex,
  PAGE,
  PALETTES,
  paletteFills,
} from '../renderers/markup/palette.ts'
import { SHADES, shadeOf } from '../renderers/markup/shade.ts'
import { roundTicks } from '../renderers/words/axis.ts'
import { textWidth, WIDTHS } from '../renderers/words/label.ts'
import { formatShare, formatValue } from '../renderers/words/numbers.ts'
import { shortSources } from '../src/cli/input/short-sources.ts'
import type { FrameKind, Profile, SampleTable } from '../src/model/index.ts'
import { checkProfile, FRAME_KINDS, kindCode, StackTreeBuilder } from '../src/model/index.ts'
import { diffRuns, hotCold, reverseProfile, sideBySide, sum, totals } from '../src/ops/index.ts'

interface Element {
  name: string
  attributes: Record<string, string>
  text: string
  children: Element[]
}

/** The tree of a well-formed document; throws otherwise. */
function xml(svg: string): Element {
  const top: Element = { name: '', attributes: {}, text: '', children: [] }
  const stack = [top]
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', tag => {
    const made = { name: tag.name, attributes: tag.attributes as Record<string, string>, text: '', children: [] }
    stack[stack.length - 1]!.children.push(made)
    stack.push(made)
  })
  parser.on('closetag', () => {
    stack.pop()
  })
  for (const kind of ['text', 'cdata'] as const)
    parser.on(kind, text => {
      stack[stack.length - 1]!.text += text
    })
  parser.write(svg).close()
  return top.children[0]!
}

function* walk(element: Element): Generator<Element> {
  yield element
  for (const child of element.children) yield* walk(child)
}

const frames = (svg: string): Element[] => [...walk(xml(svg))].filter(element => element.attributes['class'] === 'bv-f')

function profileOf(folded: string): Profile {
  return parse(folded, { format: 'folded' }).datasets[0] as Profile
}

const SMALL =
  'app;main;parse 10\napp;main;work;sqrt 50\napp;main;work 30\napp;main;entry_SYSCALL_64;do_syscall_64;vfs_read 9\napp;main;[unknown] 1\n'

describe('a flame graph', () => {
  it('holds parent = children + self + hidden, exactly, in its attributes', () => {
    const text = `${SMALL}app;tiny;${'x;'.repeat(5)}y 0.001\napp;a 0.1\napp;b 0.2\napp;c 0.3\n`
    const drawn = frames(flameGraph(profileOf(text)))
    const units = (value: string | undefined): bigint => BigInt(Math.round(Number(value) * 1e6))
    let checked = 0
    drawn.forEach((frame, i) => {
      const level = Number(frame.attributes['aria-level'])
      let inside = units(frame.attributes['data-self']) + units(frame.attributes['data-hidden'])
      for (let k = i + 1; k < drawn.length && Number(drawn[k]!.attributes['aria-level']) > level; k++) {
        if (Number(drawn[k]!.attributes['aria-level']) === level + 1)
          inside += units(drawn[k]!.attributes['data-total'])
      }
      expect(inside, frame.children[0]!.text).toBe(units(frame.attributes['data-total']))
      checked++
    })
    expect(checked).toBeGreaterThan(8)
    expect(drawn[0]!.attributes['data-total']).toBe('100.601')
  })
  it('says how much of what was left out, in the head and at the frame', () => {
    const wide = `app;main 10000\n${Array.from({ length: 3000 }, (_, i) => `app;leaf${i} 1`).join('\n')}`
    const svg = flameGraph(profileOf(wide), { minWidth: 2 })
    expect(svg).toContain('3,000 frames under 2 px hidden (3,000 samples, 23.1%)')
    const app = frames(svg).find(frame => frame.children[0]!.text.startsWith('app '))!
    expect(app.attributes).toMatchObject({ 'data-hidden': '3000', 'data-pruned': '3000' })
    expect(svg).toContain('3,000 frames not drawn: 3,000 samples, 23.1% of the frame below')
    expect(flameGraph(profileOf('a;b 1'))).not.toContain('hidden (')
  })
  it('draws the root below, and above in an icicle', () => {
    const y = (options: FlameOptions): number[] =>
      frames(flameGraph(profileOf('a;b;c 1'), options)).map(frame => Number(frame.children[1]!.attributes['y']))
    const flame = y({})
    expect(flame).toEqual([...flame].sort((a, b) => b - a))
    expect(y({ inverted: true })).toEqual([...flame].reverse())
  })
  it('keeps children inside parents and in order of name', () => {
    const layout = layoutStacks(profileOf('a;z 5\na;y 3\na;x_[k] 2').stacks, profileOf('a;z 5\na;y 3\na;x_[k] 2').self)
    expect(layout.boxes.map(box => layout.stacks.frames.name[layout.stacks.frame[box.node]!] ?? 'all')).toEqual([
      'all',
      'a',
      'x',
      'y',
      'z',
    ])
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 }),
            fc.integer({ min: 1, max: 1000 }),
          ),
          { minLength: 1 },
        ),
        fc.constantFrom(0, 0.01, 0.2),
        (stacks, minShare) => {
          const profile = profileOf(stacks.map(([names, value]) => `${names.join(';')};leaf ${value}`).join('\n'))
          const { boxes, total, hidden } = layoutStacks(profile.stacks, profile.self, { minShare })
          expect(total).toBe(sum(profile.self))
          let left = hidden
          for (const box of boxes) {
            left += box.self
            const above = boxes[box.parent]
            if (above === undefined) continue
            expect(box.start).toBeGreaterThanOrEqual(above.start)
            expect(box.start + box.total).toBeLessThanOrEqual(above.start + above.total)
            expect(box.total).toBeGreaterThanOrEqual(total * minShare)
          }
          expect(left).toBe(total)
        },
      ),
    )
  })
  it('millions of boxes are not drawn to see that they are too many', () => {
    const comb = profileOf(
      Array.from({ length: 1200 }, (_, i) => `${'r;'.repeat(i + 1)}x${i} ${i % 7 === 0 ? 5 : 1}`).join('\n'),
    )
    for (const svg of [
      flameGraph(comb, { reverse: true }),
      diffFlame(
        diffRuns([{ label: 'a', profile: reverseProfile(comb) }], [{ label: 'b', profile: reverseProfile(comb) }]),
      ),
    ]) {
      expect(svg.length).toBeLessThan(3_000_000)
      expect(svg).toMatch(/[\d,]{6,} frames under [\d.]+ px hidden/)
    }
  })
  it('options of a program without types are told by name', () => {
    for (const [name, value] of [
      ['width', 'wide'],
      ['width', Infinity],
      ['width', 0],
      ['minWidth', NaN],
      ['maxBytes', '1'],
      ['palette', 'nope'],
    ] as const) {
      expect(() => flameGraph(profileOf(SMALL), { [name]: value })).toThrow(new RegExp(`^${name} is .*; expected `))
    }
    expect(flameGraph(profileOf(SMALL), { maxBytes: Infinity })).toBe(flameGraph(profileOf(SMALL)))
  })
  it('the same bytes for the same input in any order of lines', () => {
    expect(flameGraph(profileOf(SMALL))).toBe(flameGraph(profileOf(SMALL.trim().split('\n').reverse().join('\n'))))
  })
  it('title and subtitle say what is known', () => {
    const profile: Profile = {
      ...profileOf('java;a 5'),
      name: 'cpu-clock',
      measures: 'on-cpu',
      meta: {
        tool: 'perf',
        event: 'cpu-clock',
        samples: 5,
        frequency: 99,
        cpus: 4,
        duration: 20,
        host: 'web1',
        kernel: '6.18.0',
        lost: 5,
        truncated: 2,
      },
    }
    const svg = flameGraph(profile)
    expect(svg).toContain('<title>CPU profile: java</title>')
    expect(svg).toContain('perf · cpu-clock · 5 samples · 99 Hz × 4 CPUs × 20 s · web1 · Linux 6.18.0')
    expect(svg).toContain('2 stacks truncated · 5 samples lost (50%)')
    expect(flameGraph({ ...profileOf(SMALL), meta: { tool: 'offcputime', duration: 5 } })).toContain(
      'offcputime · 100 samples · over 5 s<',
    )
    expect(flameGraph(profileOf(SMALL))).not.toContain('truncated')
    expect(flameGraph(profileOf('a;[unknown] 5\na;b 5'))).toContain('50% of frames have no symbol')
    expect(flameGraph(profileOf('a;b;[Missed User Stack] 5\na;b 5'))).toContain('50% of stacks are incomplete')
  })
  it('fits its labels into their frames', () => {
    for (const frame of frames(flameGraph(profileOf(SMALL + 'app;main;a_rather_long_function_name_to_cut 3\n')))) {
      const [, rect, label] = frame.children
      if (label === undefined) continue
      const end = Number(label.attributes['x']) + textWidth(label.text, WIDTHS) * 0.115
      expect(end, label.text).toBeLessThanOrEqual(Number(rect!.attributes['x']) + Number(rect!.attributes['width']))
    }
  })
  it('stays under the wanted size by leaving more out, and says so', () => {
    const lines: string[] = []
    for (let i = 0; i < 20_000; i++)
      lines.push(`app;group${i % 50};function_with_a_long_name_number_${i};inner${i} ${1 + (i % 7)}`)
    const profile = profileOf(lines.join('\n'))
    expect(flameGraph(profile, { minWidth: 0 }).length).toBeLessThanOrEqual(3_000_000)
    const small = flameGraph(profile, { minWidth: 0, maxBytes: 200_000 })
    expect(small.length).toBeLessThanOrEqual(200_000)
    expect(small).toMatch(/[\d,]+ frames under [\d.]+ px hidden/)
    const [root] = frames(small)
    expect(root!.attributes['data-total']).toBe(String(sum(profile.self)))
  })
  it.each([
    [1000, 800_000],
    [1000, 3_000_000],
    [2000, 800_000],
    [20_000, 3_000_000],
  ])(
    'a chart of %i deep samples in %i bytes cuts its stacks short, and shows all time that was sampled',
    (count, maxBytes) => {
      const records = Array.from(
        { length: count },
        (_, i) =>
          `app 1 [000] ${(i * 0.01).toFixed(6)}: 1 cpu-clock:\n${Array.from({ length: 40 }, (_, d) => `\t 7f00000000${d + 10} f${(i + d) % 7}_${d}+0x1 (/app)\n`).join('')}\n`,
      )
      const samples = parse(records.join(''), { format: 'perf-script', timeline: true }).datasets[0] as SampleTable
      const svg = flameChart(samples, { maxBytes })
      expect(svg.length).toBeLessThanOrEqual(maxBytes)
      const outer = frames(svg).filter(({ attributes }) => attributes['aria-level'] === '2')
      expect(sum(outer.map(({ attributes }) => Number(attributes['data-total'])))).toBeCloseTo(count / 100, 6)
      // samples of a pixel or more stand alone
      if (count === 1000) expect(outer).toHaveLength(1000)
      else expect(svg).toMatch(/samples are shorter than a px: each px shows what took most of its time/)
    },
  )
  it('threads that live shortly stand behind one another in one lane, and each is named', () => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const name = i % 3 === 0 ? 'server 1' : `job${i} ${100 + i}`
      return `${name} [000] ${(i * 0.01).toFixed(6)}: 1 cpu-clock:\n\t 7f0000000010 work+0x1 (/app)\n\n`
    })
    const samples = parse(lines.join(''), { format: 'perf-script', timeline: true }).datasets[0] as SampleTable
    const drawn = frames(flameChart(samples))
    const lanes = drawn.filter(({ attributes }) => attributes['aria-level'] === '1')
    expect(lanes.map(({ attributes }) => attributes['data-name'])).toEqual([
      'server 1',
      '20 short-lived threads: job1, job4, job7, …',
      '20 short-lived threads: job2, job5, job8, …',
    ])
    const jobs = drawn.filter(({ attributes }) => /^job/.test(attributes['data-name'] ?? ''))
    expect(jobs.map(({ attributes }) => attributes['aria-level'])).toEqual(Array(40).fill('2'))
    expect(jobs[0]!.attributes['data-name']).toBe('job1 101')
  })
  it('draws a stack 100,000 frames deep down to its limit, and says how much deeper it goes', () => {
    const svg = flameGraph(profileOf(`c;${Array.from({ length: 100_000 }, (_, i) => `f${i}`).join(';')} 7\n`))
    expect(frames(svg)).toHaveLength(2048)
    expect(svg).toContain('… 97954 levels deeper not drawn')
    expect(svg).toContain('>… 97,954 deeper</text>')
    expect(frames(svg).pop()!.attributes).toMatchObject({
      'data-deeper': '97954',
      'data-hidden': '7',
      'data-pruned': '97954',
    })
  })
  it('draws a root with a million children', () => {
    const builder = new StackTreeBuilder()
    for (let i = 0; i < 1_000_000; i++) builder.child(0, builder.frame(`f${i}`, '', kindCode('user')))
    const stacks = builder.finish()
    const svg = flameGraph({
      kind: 'profile',
      name: 'samples',
      value: { name: 'samples', unit: 'samples' },
      stacks,
      self: new Float64Array(1_000_001).fill(1).fill(0, 0, 1),
      meta: {},
    })
    expect(svg).toContain('1,000,000 frames under 0.3 px hidden (1,000,000 samples, 100%)')
    expect(frames(svg)[0]!.attributes).toMatchObject({ 'data-hidden': '1000000', 'data-pruned': '1000000' })
  })
  it('draws an empty profile', () => {
    const empty: Profile = { ...profileOf('a 1'), self: new Float64Array(2) }
    expect(frames(flameGraph(empty))).toHaveLength(1)
  })
  it('pruning never makes a frame another', () => {
    expect(DEFAULT_MIN_WIDTH).toBeLessThan(1)
    const all = new Set(frames(flameGraph(profileOf(SMALL), { minWidth: 0 })).map(frame => frame.children[0]!.text))
    for (const frame of frames(flameGraph(profileOf(SMALL), { minWidth: 50 })))
      expect(all).toContain(frame.children[0]!.text)
  })
})

const HELL = [
  '<script>window.__pwn=1</script>',
  '</title><script>window.__pwn=1</script>',
  '"onload="window.__pwn=1',
  "'><img src=x onerror=window.__pwn=1>",
  ']]><script>window.__pwn=1</script>',
  '&lt;b&gt;&amp;&#x41;',
  '&nbsp;',
  '\u0000\u0001\u001b[31m',
  '\ud800',
  '\udfff x',
  '\ufffe\uffff',
  '\u202edrowssap',
  'javascript:alert(1)',
  '${7*7}{{7*7}}',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  ' leading',
  'trailing ',
  'tab\there',
  'url(javascript:window.__pwn=1)',
  '<![CDATA[',
  '-->',
  '<!--',
  '<?xml?>',
  '<!ENTITY x>',
  '%00%0a',
  '\u2028\u2029',
  '😀'.repeat(3),
  'ä'.repeat(5000),
  'X<Canary…',
]

describe('names from hell', () => {
  const builder = new StackTreeBuilder()
  const ends = HELL.map((name, i) =>
    builder.child(
      builder.child(0, builder.frame(name, name, kindCode('task'))),
      builder.frame(name, name, i % FRAME_KINDS.length),
    ),
  )
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  for (const end of ends) self[end] = 10
  const profile: Profile = checkProfile({
    kind: 'profile',
    name: HELL[0]!,
    value: { name: HELL[1]!, unit: HELL[2]! },
    stacks,
    self,
    meta: { tool: HELL[3]!, host: HELL[4]!, event: HELL[0]! },
  })
  it.each([true, false])('are text and nothing else (script: %s)', script => {
    const svg = flameGraph(profile, { script, title: HELL[1], subtitle: HELL[4] })
    const scripts: string[] = []
    for (const element of walk(xml(svg))) {
      if (element.name === 'script') scripts.push(element.text)
      expect([
        'svg',
        'title',
        'style',
        'defs',
        'pattern',
        'rect',
        'g',
        'text',
        'path',
        'script',
        'h:head',
        'h:meta',
      ]).toContain(element.name)
      if (element.name === 'style') expect(element.text).not.toMatch(/pwn|Canary|javascript/)
      for (const [key, value] of Object.entries(element.attributes)) {
        expect(key).not.toMatch(/^on|href|^style$/i)
        if (/pwn|Canary/.test(value)) expect(key).toMatch(/^(?:aria-label|data-(?:name|module|unit|value|full))$/)
        expect(value.replace(/[\t\n\r]/g, '')).not.toMatch(/[\u0000-\u001f]/)
      }
    }
    expect(scripts).toHaveLength(script ? 1 : 0)
    if (script) expect(scripts[0]!.trim()).toBe(flameScriptText())
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
    expect(svg.isWellFormed?.() ?? true).toBe(true)
  })
  it('keep their counts', () => {
    const drawn = frames(flameGraph(profile))
    expect(drawn).toHaveLength(1 + 2 * HELL.length)
    for (const frame of drawn.slice(1)) expect(frame.attributes['data-total']).toBe('10')
  })
  it('without a script there is nothing that runs or loads', () => {
    const still = flameGraph(profileOf(SMALL), { script: false })
    expect(still).not.toMatch(/<script|foreignObject|\bon\w+=|href|url\(|@import|@font-face/)
    // with style blocked too, colours are still there
    for (const frame of frames(still)) expect(frame.children[1]!.attributes['fill']).toMatch(/^#[0-9a-f]{6}$/)
  })
  it('the script is the same text in every picture', () => {
    const script = (svg: string): string => /<script>[^]*<\/script>/.exec(svg)![0]
    expect(script(flameGraph(profile))).toBe(script(flameGraph(profileOf(SMALL))))
    expect(flameScriptText()).not.toContain(']]>')
    expect(() => new Function(flameScriptText())).not.toThrow()
  })
})

describe('colours', () => {
  it.each(PALETTES)('every label on every shade of %s reads: 4.5:1 at least, light and dark', palette => {
    for (const fill of paletteFills(palette)) {
      expect(contrast(fill.light, PAGE.light.ink), `${fill.name} light`).toBeGreaterThanOrEqual(4.5)
      expect(contrast(fill.dark, PAGE.dark.ink), `${fill.name} dark`).toBeGreaterThanOrEqual(4.5)
    }
  })
  it('words around the picture read too', () => {
    for (const page of [PAGE.light, PAGE.dark]) {
      expect(contrast(page.ink, page.page)).toBeGreaterThanOrEqual(7)
      expect(contrast(page.secondary, page.page)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(page.secondary, page.field)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(page.page, page.accent)).toBeGreaterThanOrEqual(4.5)
    }
  })
  it('a name means one pair of colours in all palettes', () => {
    const known = new Map<string, string>()
    for (const palette of PALETTES) {
      for (const fill of [...paletteFills(palette), ...FRAME_KINDS.map(kind => kindSwatch(kind, palette))]) {
        expect(known.get(fill.name) ?? fill.light + fill.dark).toBe(fill.light + fill.dark)
        known.set(fill.name, fill.light + fill.dark)
      }
    }
  })
  it.each(PALETTES)('any two kinds of %s stay 0.08 apart in OKLab for every common kind of sight', palette => {
    // linear-light simulation matrices of Machado et al. 2009, full severity
    const sight: Record<string, readonly number[]> = {
      normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
      deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
      tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
    }
    const seen = (hex: string, m: readonly number[]): readonly [number, number, number] => {
      const linear = (byte: number): number =>
        byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4
      const rgb = [1, 3, 5].map(i => linear(Number.parseInt(hex.slice(i, i + 2), 16)))
      const out = [0, 3, 6].map(i =>
        Math.min(1, Math.max(0, m[i]! * rgb[0]! + m[i + 1]! * rgb[1]! + m[i + 2]! * rgb[2]!)),
      )
      return oklab(
        `#${out
          .map(c =>
            Math.round((c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055) * 255)
              .toString(16)
              .padStart(2, '0'),
          )
          .join('')}`,
      )
    }
    const kinds: readonly FrameKind[] = FRAME_KINDS
    for (const [name, matrix] of Object.entries(sight)) {
      for (const theme of ['light', 'dark'] as const) {
        for (const a of kinds) {
          for (const b of kinds) {
            if (a >= b) continue
            const [x, y] = [seen(kindSwatch(a, palette)[theme], matrix), seen(kindSwatch(b, palette)[theme], matrix)]
            expect(
              Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]),
              `${a} and ${b}, ${theme}, ${name}`,
            ).toBeGreaterThanOrEqual(name === 'tritanopia' ? 0.05 : 0.08)
          }
        }
      }
    }
  })
  it('a function keeps its shade, names use all of them', () => {
    expect(kindFill('user', shadeOf('tcp_sendmsg'))).toEqual(kindFill('user', shadeOf('tcp_sendmsg')))
    const used = new Set(Array.from({ length: 400 }, (_, i) => shadeOf(`function_${i}`)))
    expect(used.size).toBe(SHADES)
  })
  it('OKLCH comes out as known colours', () => {
    expect(oklchHex({ l: 1, c: 0, h: 0 })).toBe('#ffffff')
    expect(oklchHex({ l: 0.627955, c: 0.257683, h: 29.2339 })).toBe('#ff0000')
    expect(oklchHex({ l: 0.452014, c: 0.313214, h: 264.052 })).toBe('#0000ff')
    expect(mixColours('#000000', '#ffffff', 0)).toBe('#000000')
    expect(mixColours('#000000', '#ffffff', 1)).toBe('#ffffff')
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  })
})

describe('numbers for people', () => {
  it.each([
    [58112, 'samples', '58,112 samples'],
    [1, 'samples', '1 sample'],
    [0.5, 'samples', '0.5 samples'],
    [1234.567, 'samples', '1,234.57 samples'],
    [1250, 'ms', '1.25 s'],
    [12.5, 'ms', '12.5 ms'],
    [999.6, 'ms', '1 s'],
    [0, 'us', '0 s'],
    [3, 'us', '3 µs'],
    [76.8e6, 'us', '76.8 s'],
    [123456, 's', '123,456 s'],
    [12_300_000, 'bytes', '12.3 MB'],
    [1, 'bytes', '1 byte'],
    [0, 'bytes', '0 bytes'],
    [999_950, 'bytes', '1 MB'],
    [1, 'KiB', '1.02 kB'],
    [7, '', '7'],
    [1, 'count', '1 event'],
    [2, 'count', '2 events'],
    [-1500, 'us', '-1.5 ms'],
  ] as const)('%d %s is %s', (value, unit, want) => expect(formatValue(value, unit)).toBe(want))
  it.each([
    [1, 3, '33.3%'],
    [0, 3, '0%'],
    [3, 3, '100%'],
    [1, 1e9, '<0.01%'],
    [999999, 1e6, '>99.9%'],
    [1, 0, '0%'],
  ] as const)('%d of %d is %s', (part, whole, want) => expect(formatShare(part, whole)).toBe(want))
  it('ticks are round', () => {
    expect(roundTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10])
    expect(roundTicks(0.13, 0.37, 4)).toHaveLength(2)
    expect(roundTicks(1, 1, 5)).toEqual([])
  })
})

describe('the tree in the browser', () => {
  const treeOf = (names: readonly string[]): ClientTree => ({
    //      all  a   b   c   b   c  (b calls itself through nothing: a;b;c, a;b, d;b;b)
    frames: {
      name: [...names],
      module: ['', '', 'libb', 'libb', '', '', ''],
      look: ['', 'u', 'u', 'u', 'u', 'u', 'u'],
      fill: ['', '', '', '', '', '', ''],
    },
    frame: names.map(name => names.indexOf(name)),
    parent: [-1, 0, 1, 2, 0, 4, 5],
    self: [0, 0, 4, 5, 0, 1, 2],
    hidden: [0, 1, 0, 0, 0, 0, 0],
    pruned: [0, 3, 0, 0, 0, 0, 0],
    total: [13, 10, 9, 5, 3, 3, 2],
    start: [0, 0, 0, 0, 10, 10, 10],
    row: [0, 1, 2, 3, 1, 2, 3],
  })
  const tree = treeOf(['all', 'a', 'b', 'c', 'd', 'b', 'b'])
  const byName = { byValue: false, input: false }
  const change = (step: TreeStep, order = byName, of = tree): ClientTree => changeTree(of, step, order)
  const outline = (t: ClientTree): string[] =>
    Array.from(t.parent, (_, i) => `${'  '.repeat(t.row[i]!)}${nameOf(t, i)} ${t.total[i]}`)
  const roots = (t: ClientTree): string[] => outline(t).filter(line => /^ {2}\S/.test(line))
  const recursion = { kind: 'collapse', what: 'recursion' } as const
  it("keeps the picture's order of siblings, callers by value", () => {
    expect(roots(change({ kind: 'reverse' }))).toEqual(['  b 7', '  c 5', '  (not drawn) 1'])
    const other = treeOf(['all', 'z', 'b', 'c', 'd', 'b', 'b'])
    expect(roots(change(recursion, { byValue: false, input: true }, other))).toEqual(['  z 10', '  d 3'])
    expect(roots(change(recursion, byName, other))).toEqual(['  d 3', '  z 10'])
  })
  it('keeps, drops and starts stacks', () => {
    expect(outline(change({ kind: 'keep', name: 'b' }))).toEqual([
      'all 12',
      '  a 9',
      '    b 9',
      '      c 5',
      '  d 3',
      '    b 3',
      '      b 2',
    ])
    expect(outline(change({ kind: 'drop', name: 'b' }))).toEqual(['all 1', '  a 1'])
    expect(outline(change({ kind: 'start', name: 'b' }))).toEqual(['all 12', '  b 12', '    b 2', '    c 5'])
  })
  it('merges and collapses, and keeps the sum', () => {
    expect(outline(change({ kind: 'merge', name: 'b' }))).toEqual(['all 13', '  a 10', '    c 5', '  d 3'])
    expect(outline(change(recursion))).toEqual(['all 13', '  a 10', '    b 9', '      c 5', '  d 3', '    b 3'])
    expect(outline(change({ kind: 'collapse', what: 'libb' }))).toEqual([
      'all 13',
      '  a 10',
      '    [libb] 9',
      '  d 3',
      '    [libb] 3',
    ])
  })
  it('turns stacks around, and back', () => {
    const back = change({ kind: 'reverse' })
    expect(outline(back)).toEqual([
      'all 13',
      '  b 7',
      '    a 4',
      '    b 2',
      '      d 2',
      '    d 1',
      '  c 5',
      '    b 5',
      '      a 5',
      '  (not drawn) 1',
      '    a 1',
    ])
    expect(change({ kind: 'keep', name: 'd' }, byName, change({ kind: 'reverse' }, byName, back)).total[0]).toBe(3)
  })
  it('parent = children + self + hidden after every step', () => {
    for (const step of [
      { kind: 'drop', name: 'c' },
      { kind: 'start', name: 'b' },
      { kind: 'merge', name: 'b' },
      recursion,
      { kind: 'reverse' },
    ] as const) {
      const t = change(step)
      for (let i = 0; i < t.parent.length; i++) {
        let inside = t.self[i]! + t.hidden[i]!
        for (let k = 0; k < t.parent.length; k++) if (t.parent[k] === i) inside += t.total[k]!
        expect(inside).toBe(t.total[i])
      }
    }
  })
  it('counts every stack once in a search, literal unless asked', () => {
    const find = (text: string, ignoreCase = false) => searchTree(tree, searchOf(text, ignoreCase, 10))
    expect(find('b')).toEqual({ matches: [2, 5, 6], total: 12 })
    expect(find('/^b$/').total).toBe(12)
    expect(find('^b$').matches).toEqual([])
    expect(find('B').matches).toEqual([])
    expect(find('B', true).matches).toHaveLength(3)
    expect(find('/.*/').total).toBe(13)
    expect(find('/(/').matches).toEqual([])
    expect(searchOf('/(/', false, 10).note).toBe('not a regular expression: searched as text')
  })
  it.each([
    '/(a+)+$/',
    '/(a|a)*b/',
    '/([^x]*)*y/',
    '/(?:a{2,})+b/',
    '/(a)\\1/',
    '/(?<n>a)\\k<n>/',
    '/a*a*a*a*b/',
    `/${'a?'.repeat(30)}${'a'.repeat(30)}/`,
    `/${'b'.repeat(201)}/`,
    '/((a|b)c*)+d/',
  ])('searches the pattern %s literally and says so, at once', text => {
    const search = searchOf(text, false, 60_000)
    expect(search.note).toContain('searched as text')
    expect(search.test('a'.repeat(60_000))).toBe(false)
  })
  it.each(['/^do_/', '/a.*b/', '/(?:read|write)v?/', '/[a-z]+_sys[(*]/', '/\\(x\\)\\+/', '/x{2}/'])(
    'searches the pattern %s as a pattern',
    text => expect(searchOf(text, false, 100).note).toBe(''),
  )
  it('finds a frame again by its path', () => {
    for (let node = 0; node < tree.parent.length; node++) expect(nodeOfPath(tree, pathText(tree, node))).toBe(node)
    expect(nodeOfPath(tree, 'a;nope;c')).toBe(1)
    expect(nodeOfPath(tree, '%zz')).toBe(0)
    const hell = treeOf(['all', 'a;~%', '\ud800', 'x~1', 'd', 'b', 'b'])
    expect(pathText(hell, 3)).toBe('a%3B%7E%25;%EF%BF%BD;x%7E1')
    expect(nodeOfPath(hell, pathText(hell, 1))).toBe(1)
  })
})

describe('other views', () => {
  const profile = profileOf(SMALL)
  it('reverse keeps sums and turns stacks around', () => {
    const back = checkProfile(reverseProfile(profile))
    expect(sum(back.self)).toBe(sum(profile.self))
    expect([...reverseProfile(back).self].sort()).toEqual(
      [...profile.self]
        .filter(value => value !== 0)
        .concat([...reverseProfile(back).self].filter(value => value === 0))
        .sort(),
    )
    expect(flameGraph(profile, { reverse: true })).toContain('callers of leaves')
    const total = totals(back.stacks, back.self)
    const roots = back.stacks.parent.reduce(
      (names, above, i) =>
        above === 0 ? names.set(back.stacks.frames.name[back.stacks.frame[i]!]!, total[i]!) : names,
      new Map<string, number>(),
    )
    expect([...roots]).toEqual([
      ['parse', 10],
      ['work', 30],
      ['sqrt', 50],
      ['vfs_read', 9],
      ['[unknown]', 1],
    ])
  })
  it('side by side keeps inputs apart on one scale', () => {
    const both = checkProfile(
      sideBySide([
        { label: 'one', profile },
        { label: 'two', profile: profileOf('x;y 50') },
      ]),
    )
    const total = totals(both.stacks, both.self)
    expect(
      [...both.stacks.parent].flatMap((above, i) =>
        above === 0 ? [[both.stacks.frames.name[both.stacks.frame[i]!], total[i]]] : [],
      ),
    ).toEqual([
      ['one', 100],
      ['two', 50],
    ])
    const other: Profile = { ...profile, value: { name: 'off-CPU time', unit: 'us' } }
    expect(() =>
      sideBySide([
        { label: 'one', profile },
        { label: 'two', profile: other },
      ]),
    ).toThrow(/us.*samples/)
  })
  it('side by side stands in the given order, named without the folders they share', () => {
    const labels = shortSources(['runs/b/out.gz', 'runs/a/out.gz'])
    expect(labels).toEqual(['b/out.gz', 'a/out.gz'])
    expect([shortSources(['a/b', 'a/b']), shortSources(['/x/a/', '/y/a']), shortSources(['out.gz'])]).toEqual([
      ['b', 'b'],
      ['x/a', 'y/a'],
      ['out.gz'],
    ])
    const both = flameGraph(sideBySide(labels.map(label => ({ label, profile }))), { inputOrder: true })
    expect(
      frames(both)
        .filter(frame => frame.attributes['aria-level'] === '2')
        .map(frame => frame.children[0]!.text),
    ).toEqual(['b/out.gz (100 samples, 50%)', 'a/out.gz (100 samples, 50%)'])
    expect(both).toContain('>Flame graph: b/out.gz and a/out.gz<')
  })
  it('hot/cold has totals in CPU seconds and blocked seconds', () => {
    const off: Profile = {
      ...profileOf('app;main;schedule_x 1500000\napp;poll 500000'),
      value: { name: 'off-CPU time', unit: 'us' },
    }
    const both = checkProfile(hotCold(profile, off, 50))
    const drawn = frames(flameGraph(both))
    const total = (name: string): string =>
      drawn.find(frame => frame.children[0]!.text.startsWith(`${name} (`))!.attributes['data-total']!
    expect([total('all'), total('on-CPU'), total('off-CPU')]).toEqual(['4', '2', '2'])
    expect(flameGraph(both)).toContain('>On- and off-CPU time: app<')
    const fills = (name: string): string[] =>
      drawn
        .filter(frame => frame.children[0]!.text.startsWith(`${name} (`))
        .map(frame => frame.children[1]!.attributes['class']!.replace(/\d+$/, ''))
    expect(fills('main')).toEqual(['bv-off-user', 'bv-user'])
    expect(() => hotCold(profile, off)).toThrow(/frequency/)
    expect(() => hotCold(profile, profile, 50)).toThrow(/off-CPU values in samples/)
  })
})

const captures = 'fixtures/captures'
describe('every capture draws', () => {
  it.each(readdirSync(captures))('%s', name => {
    const file = readdirSync(`${captures}/${name}`).find(entry => /\.txt(?:\.gz)?$/.test(entry) && !/err/.test(entry))!
    const bytes = readFileSync(`${captures}/${name}/${file}`)
    const profiles = parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).datasets.filter(
      dataset => dataset.kind === 'profile',
    )
    for (const dataset of profiles) {
      const svg = flameGraph(dataset)
      expect(frames(svg).length).toBeGreaterThan(1)
      expect(svg.length).toBeLessThan(3_000_000)
    }
  })
})
