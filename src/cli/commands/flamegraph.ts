import type { Command } from 'commander'
import { readFlamegraphLines } from '../../../parsers/folded/flamegraph-lines.ts'
import { COMPAT_DEFAULTS, compatFlameGraph } from '../../../renderers/flame/compat.ts'
import { background, FLAMEGRAPH_PALETTES } from '../../../renderers/flame/compat-colours.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { EXIT, remark } from '../exit.ts'
import { readNameAttributes, readPaletteMap } from '../input/flamegraph-files.ts'
import { readLines } from '../input/lines.ts'
import type { OptionKind } from '../options/long-options.ts'
import { readLongOptions } from '../options/long-options.ts'
import { writePaletteMap } from '../output/palette-map.ts'
import { writeResult } from '../output/write.ts'

/** An option as Getopt::Long takes it; what help says; the default, where there is one. */
interface PerlOption {
  readonly kind: OptionKind
  readonly value?: string
  readonly help: string
  readonly otherwise?: string | number
}

const D = COMPAT_DEFAULTS

/** flamegraph.pl's options and, at the end, our own. */
const OPTIONS: Readonly<Record<string, PerlOption>> = {
  title: { kind: 'text', value: 'TEXT', help: 'title' },
  subtitle: { kind: 'text', value: 'TEXT', help: 'second line' },
  width: { kind: 'integer', value: 'N', help: 'width in px', otherwise: D.width },
  height: { kind: 'integer', value: 'N', help: 'height of a frame', otherwise: D.height },
  minwidth: { kind: 'text', value: 'N', help: 'leave out narrower frames, px or N%', otherwise: D.minwidth },
  fonttype: { kind: 'text', value: 'FONT', help: 'font', otherwise: D.fonttype },
  fontsize: { kind: 'number', value: 'N', help: 'size of letters', otherwise: D.fontsize },
  fontwidth: { kind: 'number', value: 'N', help: 'width of a letter, of its size', otherwise: D.fontwidth },
  countname: { kind: 'text', value: 'TEXT', help: 'what is counted', otherwise: D.countname },
  nametype: { kind: 'text', value: 'TEXT', help: 'name before a function', otherwise: 'Function:' },
  nameattr: { kind: 'text', value: 'FILE', help: 'attributes by function name' },
  colors: { kind: 'text', value: 'PALETTE', help: FLAMEGRAPH_PALETTES.join(', '), otherwise: D.colors },
  bgcolors: { kind: 'text', value: 'COLOR', help: 'yellow, blue, green, grey, or #rrggbb' },
  hash: { kind: 'flag', help: "colours by the function's name" },
  random: { kind: 'flag', help: 'random colours, the same in every run' },
  cp: { kind: 'flag', help: 'keep colours in ./palette.map' },
  reverse: { kind: 'flag', help: 'callers of leaves' },
  inverted: { kind: 'flag', help: 'icicle graph' },
  flamechart: { kind: 'flag', help: 'keep the order of the input' },
  negate: { kind: 'flag', help: 'swap red and blue of differences' },
  total: { kind: 'number', value: 'N', help: 'width of the root' },
  factor: { kind: 'number', value: 'N', help: 'multiply shown counts', otherwise: D.factor },
  notes: { kind: 'text', value: 'TEXT', help: 'comment in the file' },
  encoding: { kind: 'text', value: 'NAME', help: 'of the XML declaration' },
  help: { kind: 'flag', help: 'show help' },
  output: { kind: 'text', value: 'FILE', help: 'write to FILE' },
  'no-script': { kind: 'flag', help: 'a still picture' },
}

const KINDS: ReadonlyMap<string, OptionKind> = new Map(Object.entries(OPTIONS).map(([name, { kind }]) => [name, kind]))

const HELP = `
Takes folded stacks (files, gzipped files, or standard input) and draws what flamegraph.pl draws: same options, frames, widths, titles.

${Object.entries(OPTIONS)
  .map(([name, option]) => optionLine(name, option))
  .join('\n')}

Examples:
  $ bpfview flamegraph --title "CPU" --colors java out.folded > flame.svg
  $ perf script | bpfview fold - | bpfview flamegraph > flame.svg
`

function optionLine(name: string, { value, help, otherwise }: PerlOption): string {
  const written = `--${name}${value === undefined ? '' : ` ${value}`}`
  return `  ${written.padEnd(19)}${help}${otherwise === undefined ? '' : ` (${otherwise})`}`
}

export function declareFlamegraph(command: Command): void {
  command
    .argument('[ARGS...]', 'flamegraph.pl options and files of folded stacks')
    .allowUnknownOption()
    .addHelpText('after', HELP)
    .action(async () => draw(command))
}

async function draw(command: Command): Promise<void> {
  const { values, operands } = readLongOptions(command.args, KINDS)
  if (values.has('help')) {
    command.outputHelp()
    return
  }
  const text = (name: string): string | undefined => values.get(name)
  const number = (name: string): number | undefined => (values.has(name) ? Number(values.get(name)) : undefined)
  const flag = (name: string): boolean => values.has(name)
  check(
    'colors',
    text('colors'),
    value => (FLAMEGRAPH_PALETTES as readonly string[]).includes(value),
    FLAMEGRAPH_PALETTES.join(', '),
  )
  check(
    'bgcolors',
    text('bgcolors'),
    value => background(value, 'hot') !== undefined,
    'yellow, blue, green, grey or #rrggbb',
  )
  check('minwidth', text('minwidth'), value => /^(?:\d+\.?\d*|\.\d+)%?$/.test(value), 'a number or N%')
  check('notes', text('notes'), value => !/[<>]/.test(value), 'text without < and >')
  check('encoding', text('encoding'), value => /^[A-Za-z][\w.-]*$/.test(value), 'the name of an encoding')
  const colors = text('colors') ?? COMPAT_DEFAULTS.colors
  const palette = flag('cp') ? readPaletteMap('palette.map') : undefined
  const nameattr = text('nameattr') === undefined ? undefined : readNameAttributes(text('nameattr')!)

  const input = readFlamegraphLines(await readLines(operands.length === 0 ? ['-'] : operands), {
    reverse: flag('reverse'),
    flamechart: flag('flamechart'),
    chain: colors === 'chain',
  })
  const picture = compatFlameGraph(input.lines, {
    title: text('title'),
    subtitle: text('subtitle'),
    width: number('width'),
    height: number('height'),
    minwidth: text('minwidth'),
    fonttype: text('fonttype'),
    fontsize: number('fontsize'),
    fontwidth: number('fontwidth'),
    countname: text('countname'),
    nametype: text('nametype'),
    colors,
    bgcolors: text('bgcolors'),
    hashing: flag('hash') ? 'vector' : flag('random') ? 'random' : 'sum',
    palette,
    nameattr,
    inverted: flag('inverted'),
    flamechart: flag('flamechart'),
    negate: flag('negate'),
    total: number('total'),
    factor: number('factor'),
    notes: text('notes'),
    encoding: text('encoding'),
    maxDelta: input.maxDelta,
    script: !flag('no-script'),
  })
  for (const warning of picture.warnings) remark(warning)
  if (input.ignored > 0) remark(`${input.ignored} lines are not \`frame;frame count\` and were left out`)
  if (picture.empty) process.exitCode = EXIT.cannot
  await writeResult(text('output'), picture.svg)
  if (palette !== undefined) await writePaletteMap('palette.map', palette)
}

function check(name: string, value: string | undefined, good: (value: string) => boolean, expected: string): void {
  if (value !== undefined && !good(value))
    throw new BpfviewError('E_USAGE', `option --${name} has the value ${quote(value)}; expected ${expected}`)
}
