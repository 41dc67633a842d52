/**
 * The drop-in beside a real flamegraph.pl, where one is installed. Debian's is an older one, without subtitle, notes and flame charts and with other rules of
 * the java and js palettes: compared are the frames' titles, places and sizes, and the colours that names alone decide.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { spawnBpfview as bpfview } from '../command.ts'
import { FLAMEGRAPH_PL } from '../flamegraph-pl.ts'

const FOLDED = fileURLToPath(new URL('../../fixtures/folded', import.meta.url))
const INPUTS: readonly [string, string][] = [
  ...readdirSync(FOLDED)
    .filter(name => name.endsWith('.txt') && !name.startsWith('utf16'))
    .map(name => [name, readFileSync(join(FOLDED, name), 'utf8')] as [string, string]),
  [
    'names',
    'main;a<b>&"c" 7\nmain;java/util/Map:::get 12\nmain;std::sort 5\nLorg/x;y_[k] 3\nlibc.so`malloc 4\nmain 2\n',
  ],
  [
    'many',
    Array.from(
      { length: 400 },
      (_, i) => `f${i % 3};g${i % 17};h${i % 53}_long_name_of_a_function ${1 + ((i * i) % 97)}\n`,
    ).join(''),
  ],
]

/** One line per frame: title, place relative to the root frame, size and colour; sorted. The annotations `_[k]` stand in titles of older versions only. */
function frames(svg: string, colours: boolean): string[] {
  const found = [...svg.matchAll(/<title>([^<]*)<\/title>\s*<rect ([^>]*)/g)].map(([, title, rect]) => {
    const at = (name: string): string => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(rect!)![1]!
    return {
      title: plain(title!),
      x: Number(at('x')),
      y: Number(at('y')),
      width: Number(at('width')),
      height: Number(at('height')),
      fill: at('fill').replaceAll(' ', ''),
    }
  })
  const root = found.find(frame => frame.title.startsWith('all ('))!.y
  return found
    .map(({ title, x, y, width, height, fill }) =>
      [
        title,
        x.toFixed(1),
        (y - root).toFixed(1),
        width.toFixed(1),
        height,
        colours && isColouredByName(title) ? fill : '',
      ].join('|'),
    )
    .sort()
}

/** The root's colour differs between versions, those of `-` and `--` too; the older one takes the colour of a name with `<` from what it prints instead. */
function isColouredByName(title: string): boolean {
  return !/^(?:all|--?) \(|\(.*\(/.test(title)
}

function plain(title: string): string {
  return title
    .replaceAll('&lt;', '(')
    .replaceAll('&gt;', ')')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/_\[[kwij]\](?= \([^(]*\)$)/, '')
}

function compare(text: string, args: readonly string[], colours: boolean): void {
  const { stdout, status, stderr } = spawnSync('perl', [FLAMEGRAPH_PL!, ...args], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  expect(status, stderr).toBe(0)
  const ours = frames(bpfview(['flamegraph', ...args], text).stdout, colours)
  expect(ours.length).toBeGreaterThan(1)
  expect(ours.join('\n')).toBe(frames(stdout, colours).join('\n'))
}

const SHAPES: readonly (readonly string[])[] = [
  [],
  ['--inverted'],
  ['--reverse'],
  ['--reverse', '--inverted'],
  ['--width', '700', '--height', '20'],
  ['--minwidth', '40'],
  ['--fontsize', '9', '--countname', 'us'],
  ['--factor', '2.5'],
  ['--total', '2000'],
  ['--negate'],
]
const PALETTES = ['hot', 'mem', 'io', 'red', 'green', 'blue', 'yellow', 'purple', 'orange']

describe.skipIf(FLAMEGRAPH_PL === undefined)(
  `frames equal those of flamegraph.pl${FLAMEGRAPH_PL === undefined ? ' (none found)' : ''}`,
  () => {
    describe.each(INPUTS)('%s', (_, text) => {
      it.each(SHAPES.map(args => args.join(' ')))('%s', args =>
        compare(
          text,
          args.split(' ').filter(arg => arg !== ''),
          false,
        ),
      )
      it.each(PALETTES)('--hash --colors %s', colors => compare(text, ['--hash', '--colors', colors], true))
    })
  },
)
