import type { Command } from 'commander'
import { readFlamegraphLines } from '../../../parsers/flamegraph-lines.ts'
import { FLAMEGRAPH_PALETTES, background } from '../../../renderers/flamegraph-colours.ts'
import { compatFlameGraph } from '../../../renderers/flamegraph-compat.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { EXIT, remark } from '../exit.ts'
import { readLines } from '../lines.ts'
import { readLongOptions } from '../long-options.ts'
import type { OptionKind } from '../long-options.ts'
import { readNameAttributes, readPaletteMap, writePaletteMap } from '../flamegraph-files.ts'
import { writeResult } from '../output.ts'

/** flamegraph.pl's options and, at the end, our own. */
const OPTIONS = new Map<string, OptionKind>([
  ['fonttype', 'text'], ['width', 'integer'], ['height', 'integer'], ['encoding', 'text'], ['fontsize', 'number'], ['fontwidth', 'number'], ['minwidth', 'text'], ['title', 'text'],
  ['subtitle', 'text'], ['nametype', 'text'], ['countname', 'text'], ['nameattr', 'text'], ['total', 'number'], ['factor', 'number'], ['colors', 'text'], ['bgcolors', 'text'],
  ['hash', 'flag'], ['random', 'flag'], ['cp', 'flag'], ['reverse', 'flag'], ['inverted', 'flag'], ['flamechart', 'flag'], ['negate', 'flag'], ['notes', 'text'], ['help', 'flag'],
  ['output', 'text'], ['no-script', 'flag'],
])

const HELP = `
Takes folded stacks (files, gzipped files, or standard input) and draws what flamegraph.pl draws: same options, frames, widths, titles.

  --title TEXT       title                          --subtitle TEXT    second line
  --width N          width in px (1200)             --height N         height of a frame (16)
  --minwidth N       leave out narrower frames, px or N% (0.1)
  --fonttype FONT    (Verdana)                      --fontsize N       (12)
  --countname TEXT   what is counted (samples)      --nametype TEXT    name before a function (Function:)
  --colors PALETTE   ${FLAMEGRAPH_PALETTES.slice(0, 8).join(', ')},
                     ${FLAMEGRAPH_PALETTES.slice(8).join(', ')} (hot)
  --bgcolors COLOR   yellow, blue, green, grey, or #rrggbb
  --hash             colours by the function's name --random           random colours, the same in every run
  --cp               keep colours in ./palette.map  --nameattr FILE    attributes by function name
  --reverse          callers of leaves              --inverted         icicle graph
  --flamechart       keep the order of the input    --negate           swap red and blue of differences
  --total N          width of the root              --factor N         multiply shown counts
  --notes TEXT       comment in the file            --encoding NAME    of the XML declaration
  --fontwidth N      width of a letter (0.59)
  -output FILE       write to FILE                  --no-script        a still picture

Examples:
  $ bpfview flamegraph --title "CPU" --colors java out.folded > flame.svg
  $ perf script | bpfview fold - | bpfview flamegraph > flame.svg
`

export function declareFlamegraph(command: Command): void {
  command
    .argument('[ARGS...]', 'flamegraph.pl options and files of folded stacks')
    .allowUnknownOption()
    .addHelpText('after', HELP)
    .action(async () => draw(command))
}

async function draw(command: Command): Promise<void> {
  const { values, operands } = readLongOptions(command.args, OPTIONS)
  if (values.has('help')) {
    command.outputHelp()
    return
  }
  const text = (name: string): string | undefined => values.get(name)
  const number = (name: string): number | undefined => (values.has(name) ? Number(values.get(name)) : undefined)
  const flag = (name: string): boolean => values.has(name)
  check('colors', text('colors'), value => (FLAMEGRAPH_PALETTES as readonly string[]).includes(value), FLAMEGRAPH_PALETTES.join(', '))
  check('bgcolors', text('bgcolors'), value => background(value, 'hot') !== undefined, 'yellow, blue, green, grey or #rrggbb')
  check('minwidth', text('minwidth'), value => /^(?:\d+\.?\d*|\.\d+)%?$/.test(value), 'a number or N%')
  check('notes', text('notes'), value => !/[<>]/.test(value), 'text without < and >')
  check('encoding', text('encoding'), value => /^[A-Za-z][\w.-]*$/.test(value), 'the name of an encoding')
  const colors = text('colors') ?? 'hot'
  const palette = flag('cp') ? readPaletteMap('palette.map') : undefined
  const nameattr = text('nameattr') === undefined ? undefined : readNameAttributes(text('nameattr')!)

  const input = readFlamegraphLines(await readLines(operands.length === 0 ? ['-'] : operands), { reverse: flag('reverse'), flamechart: flag('flamechart'), chain: colors === 'chain' })
  const picture = compatFlameGraph(input.lines, {
    title: text('title'), subtitle: text('subtitle'), width: number('width'), height: number('height'), minwidth: text('minwidth'), fonttype: text('fonttype'), fontsize: number('fontsize'),
    fontwidth: number('fontwidth'), countname: text('countname'), nametype: text('nametype'), colors, bgcolors: text('bgcolors'), hashing: flag('hash') ? 'vector' : flag('random') ? 'random' : 'sum',
    palette, nameattr, inverted: flag('inverted'), flamechart: flag('flamechart'), negate: flag('negate'), total: number('total'), factor: number('factor'), notes: text('notes'),
    encoding: text('encoding'), maxDelta: input.maxDelta, script: !flag('no-script'),
  })
  for (const warning of picture.warnings) remark(warning)
  if (input.ignored > 0) remark(`${input.ignored} lines are not \`frame;frame count\` and were left out`)
  if (picture.empty) process.exitCode = EXIT.cannot
  await writeResult(text('output'), picture.svg)
  if (palette !== undefined) await writePaletteMap('palette.map', palette)
}

function check(name: string, value: string | undefined, good: (value: string) => boolean, expected: string): void {
  if (value !== undefined && !good(value)) throw new BpfviewError('E_USAGE', `option --${name} has the value ${quote(value)}; expected ${expected}`)
}
