import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import type { FlamegraphInputOptions } from '../parsers/folded/flamegraph-lines.ts'
import { readFlamegraphLines } from '../parsers/folded/flamegraph-lines.ts'
import type { CompatFlameOptions } from '../renderers/flame/compat.ts'
import { compatFlameGraph, perlNumber, roundHalfEven } from '../renderers/flame/compat.ts'
import { background, colourOf, deltaColour, perlRandom } from '../renderers/flame/compat-colours.ts'
import { readNameAttributes, readPaletteMap } from '../src/cli/input/flamegraph-files.ts'
import { readLongOptions } from '../src/cli/options/long-options.ts'
import { writePaletteMap } from '../src/cli/output/palette-map.ts'

interface Drawn {
  title: string
  x: number
  y: number
  width: number
  height: number
  fill: string
  label: string
}

function frames(svg: string): Drawn[] {
  const drawn: Drawn[] = []
  let inside: Drawn | undefined
  let into: 'title' | 'label' | undefined
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', tag => {
    const a = tag.attributes as Record<string, string>
    if (tag.name === 'g' && /^bv-f(?: |$)/.test(a['class'] ?? ''))
      drawn.push((inside = { title: '', x: 0, y: 0, width: 0, height: 0, fill: '', label: '' }))
    else if (inside !== undefined && tag.name === 'rect')
      Object.assign(inside, {
        x: Number(a['x']),
        y: Number(a['y']),
        width: Number(a['width']),
        height: Number(a['height']),
        fill: a['fill'],
      })
    into = inside === undefined ? undefined : tag.name === 'title' ? 'title' : tag.name === 'text' ? 'label' : undefined
  })
  parser.on('text', text => {
    if (inside !== undefined && into !== undefined) inside[into] += text
  })
  parser.on('closetag', tag => {
    if (tag.name === 'g') inside = undefined
    into = undefined
  })
  parser.write(svg).close()
  return drawn
}

function draw(
  text: string,
  options: CompatFlameOptions = {},
  input: FlamegraphInputOptions = {},
): { drawn: Drawn[]; svg: string; warnings: readonly string[]; empty: boolean } {
  const read = readFlamegraphLines(
    text.split('\n').filter(line => line !== ''),
    { chain: options.colors === 'chain', ...input },
  )
  const picture = compatFlameGraph(read.lines, { maxDelta: read.maxDelta, ...options })
  return { drawn: picture.empty ? [] : frames(picture.svg), ...picture }
}

const titles = (text: string, options?: CompatFlameOptions, input?: FlamegraphInputOptions): string[] =>
  draw(text, options, input).drawn.map(frame => frame.title)

describe('flamegraph: frames, widths and titles as flamegraph.pl gives them (PEERS.md section C)', () => {
  it('measures', () => {
    const { drawn, svg } = draw('main;work 31\nmain;idle 44\nmain 25\n')
    expect(svg).toContain('<?xml version="1.0" standalone="no"?>')
    // height = (depth + 1) * 16 + 36 + 34, width 1200, 1180 of it for 100 samples
    expect(svg).toMatch(/<svg [^>]*width="1200" height="118"/)
    expect(drawn).toMatchObject([
      { title: 'all (100 samples, 100%)', x: 10, width: 1180, y: 118 - 34 - 16 + 1, height: 15, label: '' },
      { title: 'main (100 samples, 100.00%)', x: 10, width: 1180, y: 118 - 34 - 32 + 1, label: 'main' },
      { title: 'idle (44 samples, 44.00%)', x: 305, width: 519.2, y: 118 - 34 - 48 + 1 },
      { title: 'work (31 samples, 31.00%)', x: 824.2, width: 365.8 },
    ])
  })
  it('rounds halves to even, groups thousands, and takes the share of the rounded count', () => {
    expect(titles('a 10.5')).toEqual(['all (10 samples, 100%)', 'a (10 samples, 95.24%)'])
    expect(titles('a 11.5')).toEqual(['all (12 samples, 100%)', 'a (12 samples, 104.35%)'])
    expect(titles('a 1234567')).toContain('a (1,234,567 samples, 100.00%)')
    expect(roundHalfEven(0.25, 1)).toBe('0.2')
    expect(roundHalfEven(0.75, 1)).toBe('0.8')
    expect(roundHalfEven(0.125, 2)).toBe('0.12')
    expect(roundHalfEven(-1.5, 0)).toBe('-2')
    expect(roundHalfEven(2.675, 2)).toBe('2.67')
    expect(perlNumber(0.1 + 0.2)).toBe('0.3')
  })
  it('subtitle adds 24 px, height and fontsize scale, inverted starts at the top', () => {
    expect(draw('a 100', { subtitle: 's' }).svg).toMatch(/<svg [^>]*height="126"/)
    expect(draw('a 100', { height: 20 }).drawn[1]).toMatchObject({ height: 19, y: 36 + 1 })
    expect(draw('a 100', { inverted: true }).drawn).toMatchObject([{ y: 36 }, { y: 52, height: 15 }])
    expect(draw('a 100', { inverted: true }).svg).toContain('<title>Icicle Graph</title>')
    expect(draw('a 100', { flamechart: true }).svg).toContain('<title>Flame Chart</title>')
  })
  it('cuts labels two dots before their end and shows none under three characters', () => {
    const label = (width: number): string =>
      draw('abcdefghij 1\nz 1', { width }).drawn.find(frame => frame.title.startsWith('abc'))!.label
    // (width - 20) / 2 px of 12 * 0.59 each
    expect(label(20 + 2 * 7.08 * 10 + 0.1)).toBe('abcdefghij')
    expect(label(20 + 2 * 7.08 * 9 + 0.1)).toBe('abcdefg..')
    expect(label(20 + 2 * 7.08 * 3 + 0.1)).toBe('a..')
    expect(label(20 + 2 * 7.08 * 2.9)).toBe('')
  })
  it('leaves out frames under the minimum width, and does not count them in the height', () => {
    expect(draw('a;b;c 1\na 20000').drawn.map(frame => frame.title.split(' ')[0])).toEqual(['all', 'a'])
    expect(titles('a;b 1\na 99', { minwidth: '2%' }, {})).toHaveLength(2)
    expect(titles('a;b 1\na 99', { minwidth: '1%' }, {})).toHaveLength(3)
  })
  it('strips annotations from titles and labels, not from identity', () => {
    const { drawn } = draw('a;f_[k] 50\na;f 50')
    expect(drawn.map(frame => frame.title)).toEqual([
      'all (100 samples, 100%)',
      'a (100 samples, 100.00%)',
      'f (50 samples, 50.00%)',
      'f (50 samples, 50.00%)',
    ])
  })
  it('sorts whole lines, merges neighbours only', () => {
    // '-' sorts before ';', so b is drawn twice
    expect(titles('a;b 50\na;b-x 30\na;b;c 20').filter(title => title.startsWith('b '))).toEqual([
      'b (50 samples, 50.00%)',
      'b (20 samples, 20.00%)',
    ])
  })
  it('flamechart keeps the order of the input and merges neighbours', () => {
    const { drawn } = draw('b 50\na 20\na 10\nb 20', { flamechart: true }, { flamechart: true })
    expect(drawn.map(frame => frame.title.split(',')[0])).toEqual([
      'all (100 samples',
      'b (50 samples',
      'a (30 samples',
      'b (20 samples',
    ])
  })
  it('reverse turns stacks around before merging', () => {
    expect(titles('a;x 60\nb;x 40', {}, { reverse: true }).map(title => title.split(',')[0])).toEqual([
      'all (100 samples',
      'x (100 samples',
      'a (60 samples',
      'b (40 samples',
    ])
  })
  it('total widens the root, factor multiplies what is said, countname names it', () => {
    const { drawn } = draw('a 100', { total: 200, factor: 10, countname: 'ms' })
    expect(drawn).toMatchObject([
      { title: 'all (2,000 ms, 100%)', width: 1180 },
      { title: 'a (1,000 ms, 50.00%)', width: 590 },
    ])
    expect(draw('a 100', { total: 50 }).warnings).toHaveLength(1)
    expect(draw('a 100', { total: 50 }).drawn[0]!.title).toBe('all (100 samples, 100%)')
  })
  it('two numbers make a differential, a name that ends in a number does too', () => {
    const { drawn } = draw('a;b 40 60\na;c 60 40')
    expect(drawn).toMatchObject([
      { title: 'all (100 samples, 100%)', fill: 'rgb(255,255,255)' },
      { title: 'a (100 samples, 100.00%; 0.00%)', fill: 'rgb(255,255,255)' },
      { title: 'b (60 samples, 60.00%; +20.00%)', fill: 'rgb(255,0,0)' },
      { title: 'c (40 samples, 40.00%; -20.00%)', fill: 'rgb(0,0,255)' },
    ])
    expect(draw('a;b 40 60\na;c 60 40', { negate: true }).drawn.slice(2)).toMatchObject([
      { title: 'b (60 samples, 60.00%; -20.00%)', fill: 'rgb(0,0,255)' },
      { title: 'c (40 samples, 40.00%; +20.00%)', fill: 'rgb(255,0,0)' },
    ])
    expect(titles('main;worker 12 500')[2]).toBe('worker (500 samples, 100.00%; +97.60%)')
    expect(deltaColour(5, 10, false)).toBe('rgb(255,105,105)')
  })
  it('chain marks wakers, adds -- to every stack, and paints the halves', () => {
    const { drawn } = draw('t;s;--;w;v 60\nu 40', { colors: 'chain' })
    expect(drawn.map(frame => frame.title.split(' (')[0])).toEqual(['all', 't', 's', '--', 'w', 'v', 'u', '--'])
    expect(drawn.find(frame => frame.title.startsWith('--'))!.fill).toBe('rgb(160,160,160)')
    const [r, g, b] = /(\d+),(\d+),(\d+)/
      .exec(drawn.find(frame => frame.title.startsWith('w '))!.fill)!
      .slice(1)
      .map(Number) as [number, number, number]
    expect(g === b && g > r).toBe(true)
    expect(draw('a;-;b 100').drawn[2]!.fill).toBe('rgb(200,200,200)')
  })
  it('empty input gives a picture that says so', () => {
    expect(draw('')).toMatchObject({ empty: true })
    expect(draw('').svg).toContain('ERROR: No valid input provided')
    expect(readFlamegraphLines(['bad', 'a;b', 'a;b x', 'a;b 1.2.3', ' 5', '5'])).toMatchObject({ ignored: 5 })
  })
  it('is well-formed for any title, name and note', () => {
    const hell = '<script>alert(1)</script> & "\' ]]> --> \u001b[31m \ud800'
    const { svg, drawn } = draw(`a;${hell.replaceAll(';', '')} 100`, {
      title: hell,
      subtitle: hell,
      notes: 'a -- b --> c',
      countname: '<b>',
    })
    expect(drawn).toHaveLength(3)
    expect(svg.replace(/<script><!\[CDATA\[[^]*?\]\]><\/script>/, '')).not.toMatch(/<script/)
  })
  it('the same bytes every time, also with --random', () => {
    for (const hashing of ['sum', 'vector', 'random'] as const)
      expect(draw('a;b 50\na;c 50', { hashing }).svg).toBe(draw('a;b 50\na;c 50', { hashing }).svg)
  })
})

describe('flamegraph: colours', () => {
  it('the random number of a name is the one Perl draws', () => {
    // perl -e 'srand($_), print rand(1), "\n" for 0, 1, 97, 12345, 4294967295'
    for (const [seed, want] of [
      [0, 0.17082803610629],
      [1, 0.0416303447718782],
      [97, 0.638651976668374],
      [12345, 0.225328512796299],
      [4294967295, 0.300025727440701],
    ] as const) {
      expect(perlRandom(seed)).toBeCloseTo(want, 13)
    }
  })
  it('names choose hues', () => {
    const hue = (palette: string, name: string): string => {
      const [r, g, b] = /(\d+),(\d+),(\d+)/.exec(colourOf(palette, 'sum')(name))!.slice(1).map(Number) as [
        number,
        number,
        number,
      ]
      return r === g && b < r
        ? 'yellow'
        : g === b && g > r
          ? 'aqua'
          : g === b
            ? 'red'
            : r === b
              ? 'green'
              : r === g
                ? 'blue'
                : b === 0
                  ? 'orange'
                  : `${r},${g},${b}`
    }
    expect(
      ['foo_[j]', 'foo_[i]', 'Ljava/lang/X', 'org/x', 'a:::b', 'a::b', 'f_[k]', 'f'].map(name => hue('java', name)),
    ).toEqual(['green', 'aqua', 'green', 'green', 'green', 'yellow', 'orange', 'red'])
    expect(
      ['a/b_[j]', 'b_[j]', 'a::b', '/x/y.js:3', 'Builtin:x', ' ', 'f_[k]', 'f'].map(name => hue('js', name)),
    ).toEqual(['green', 'aqua', 'yellow', 'green', 'aqua', 'green', 'orange', 'red'])
    expect(['A::b', 'Perl_x', 'x.pl', 'f_[k]', 'f'].map(name => hue('perl', name))).toEqual([
      'yellow',
      'green',
      'green',
      'orange',
      'red',
    ])
    expect(['x', 'x_[w]'].map(name => hue('chain', name))).toEqual(['blue', 'aqua'])
    expect(colourOf('hot', 'sum')('ab')).toBe(colourOf('hot', 'sum')('ba'))
    expect(colourOf('hot', 'vector')('ab')).not.toBe(colourOf('hot', 'vector')('ba'))
  })
  it('backgrounds follow the palette', () => {
    expect(background('', 'hot')).toEqual(['#eeeeee', '#eeeeb0'])
    expect(background('', 'mem')![1]).toBe('#e0ffe0')
    expect(background('', 'chain')![1]).toBe('#e0e0ff')
    expect(background('', 'red')![1]).toBe('#e8e8e8')
    expect(background('#123456', 'red')).toEqual(['#123456', '#123456'])
    expect(background('plaid', 'red')).toBeUndefined()
  })
})

describe('flamegraph: files and options', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bpfview-compat-'))
  it('palette.map is read, used, and written sorted', async () => {
    const path = join(dir, 'palette.map')
    expect(readPaletteMap(path).size).toBe(0)
    writeFileSync(path, 'zoo->rgb(1,2,3)\na->b->rgb(4,5,6)\nbad->url(javascript:x)\n')
    const palette = readPaletteMap(path)
    expect([...palette]).toEqual([
      ['zoo', 'rgb(1,2,3)'],
      ['a->b', 'rgb(4,5,6)'],
    ])
    expect(draw('zoo 60\nnew 40', { palette }).drawn.find(frame => frame.title.startsWith('zoo'))!.fill).toBe(
      'rgb(1,2,3)',
    )
    await writePaletteMap(path, palette)
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .map(line => line.split('->')[0]),
    ).toEqual(['', 'a', 'new', 'zoo', ''])
  })
  it('nameattr gives ids, classes, titles and links, but no script', () => {
    const path = join(dir, 'attributes')
    writeFileSync(
      path,
      'a\tid=frame-a\tclass=hot\ttitle=The <a>\thref=https://example.com/?x=1&y=2\nb\thref=javascript:alert(1)\tonclick=alert(1)\n',
    )
    const { svg, drawn } = draw('a;b 100', { nameattr: readNameAttributes(path) })
    expect(svg).toContain(
      '<a xlink:href="https://example.com/?x=1&amp;y=2" target="_top"><g class="bv-f hot" id="frame-a"',
    )
    expect(drawn[1]!.title).toBe('The <a>')
    expect(svg).not.toMatch(/javascript:|onclick/)
    writeFileSync(path, 'a href=x\n')
    expect(() => readNameAttributes(path)).toThrow(/attributes:1: .*no tab/)
  })
  it('options are read as Getopt::Long reads them', () => {
    const kinds = new Map([
      ['colors', 'text'],
      ['countname', 'text'],
      ['width', 'integer'],
      ['fontsize', 'number'],
      ['hash', 'flag'],
      ['height', 'integer'],
    ] as const)
    expect([
      ...readLongOptions(['--color=java', '-width', '800', 'in', '--FONTSIZE', '9.5', '--hash', '--', '--x'], kinds)
        .values,
    ]).toEqual([
      ['colors', 'java'],
      ['width', '800'],
      ['fontsize', '9.5'],
      ['hash', ''],
    ])
    expect(readLongOptions(['a', '--hash', 'b', '-', '--', '--x'], kinds).operands).toEqual(['a', 'b', '-', '--x'])
    for (const bad of [['--nope'], ['--h'], ['--width'], ['--width=x'], ['--hash=1'], ['--fontsize=']])
      expect(() => readLongOptions(bad, kinds), bad.join(' ')).toThrow()
  })
})

const corpus = '../shared/corpus'
describe.skipIf(!existsSync(corpus))('flamegraph: every real folded file', () => {
  it.each(existsSync(corpus) ? readdirSync(corpus).filter(name => name.startsWith('folded-')) : [])('%s', name => {
    const { drawn, empty } = draw(readFileSync(`${corpus}/${name}`, 'utf8'))
    if (empty) return
    for (const frame of drawn) expect(frame.x + frame.width).toBeLessThanOrEqual(1190.11)
    expect(drawn[0]!.width).toBe(1180)
  })
})
