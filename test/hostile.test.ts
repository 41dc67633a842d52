/** Names from hell through every format, command and kind of output. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratch } from './command.ts'
import { INPUTS } from './hostile/inputs.ts'
import { NAMES } from './hostile/names.ts'
import type { Kind } from './hostile/outputs.ts'
import { wrongWith } from './hostile/outputs.ts'
import { runHere } from './hostile/run.ts'

/** Every command and kind of output: what it is called with for an input, another input like it, and an output file. */
const OUTPUTS: readonly (readonly [
  string,
  Kind,
  (input: string, other: string, output: string) => readonly string[],
])[] = [
  ['flame', 'svg', (input, _, output) => [input, '-o', output]],
  ['flame', 'svg', (input, _, output) => [input, '-o', output, '--no-script', '--icicle', '--reverse']],
  ['flame', 'svg', (input, _, output) => [input, '-o', output, '--chart']],
  ['flame', 'svg', (input, other, output) => [input, other, '-o', output, '--side-by-side', '--no-script']],
  ['flamegraph', 'svg', (input, _, output) => [input, '--output', output]],
  ['fold', 'text', (input, _, output) => [input, '-o', output]],
  ['fold', 'text', (input, _, output) => [input, '-o', output, '--all', '--tidy']],
  ['top', 'text', (input, _, output) => [input, '-o', output]],
  ['top', 'markdown', (input, _, output) => [input, '-o', output, '--markdown']],
  ['top', 'csv', (input, _, output) => [input, '-o', output, '--csv']],
  ['top', 'json', (input, _, output) => [input, '-o', output, '--json']],
  ['heat', 'svg', (input, _, output) => [input, '-o', output]],
  ['heat', 'svg', (input, _, output) => [input, '-o', output, '--split', 'DISK']],
  ['heat', 'html', (input, _, output) => [input, '-o', `${output}.html`]],
  ['heat', 'json', (input, _, output) => [input, '-o', output, '--json']],
  ['scope', 'html', (input, _, output) => [input, '-o', output]],
  ['trace2heatmap', 'svg', (input, _, output) => [input, '-o', output]],
  ['hist', 'text', (input, _, output) => [input, '-o', output]],
  ['hist', 'json', (input, _, output) => [input, '-o', output, '--json']],
  ['hist', 'svg', (input, _, output) => [input, '-o', `${output}.svg`]],
  ['table', 'text', (input, _, output) => [input, '-o', output]],
  ['table', 'csv', (input, _, output) => [input, '-o', output, '--csv']],
  ['table', 'json', (input, _, output) => [input, '-o', output, '--json']],
  ['merge', 'text', (input, other, output) => [input, other, '-o', output]],
  ['merge', 'csv', (input, other, output) => [input, other, '-o', output, '--to', 'csv']],
  ['merge', 'json', (input, other, output) => [input, other, '-o', output, '--to', 'json']],
  ['diff', 'svg', (input, other, output) => [input, other, '-o', output, '--to', 'svg']],
  ['diff', 'html', (input, other, output) => [input, other, '-o', output, '--to', 'html']],
  ['diff', 'markdown', (input, other, output) => [input, other, '-o', output, '--to', 'md']],
  ['diff', 'json', (input, other, output) => [input, other, '-o', output, '--to', 'json']],
  ['diff', 'text', (input, other, output) => [input, other, '-o', output, '--to', 'folded']],
  [
    'check',
    'markdown',
    (input, other, output) => ['--base', input, input, input, '--new', other, other, other, '--markdown', output],
  ],
  [
    'check',
    'json',
    (input, other, output) => ['--base', input, input, input, '--new', other, other, other, '--json', output],
  ],
  [
    'check',
    'xml',
    (input, other, output) => ['--base', input, input, input, '--new', other, other, other, '--junit', output],
  ],
  [
    'check',
    'svg',
    (input, other, output) => ['--base', input, input, input, '--new', other, other, other, '--svg', output],
  ],
  ['info', 'text', input => [input]],
  ['info', 'json lines', input => [input, '--json']],
]

const EXITS = [0, 1, 2, 3]

describe.each(Object.entries(INPUTS))('%s', (format, spell) => {
  test.each(NAMES)('%s', async (title, name) => {
    const directory = join(scratch(), 'x')
    mkdirSync(directory)
    const [input, other, output] = ['a.txt', 'b.txt', 'out'].map(each => join(directory, each)) as [
      string,
      string,
      string,
    ]
    writeFileSync(input, spell(name))
    writeFileSync(other, spell(name).replaceAll(/\b5\b/g, '9'))
    for (const [command, kind, args] of OUTPUTS) {
      const words = args(input, other, output)
      const path = words.find(word => word.startsWith(output)) ?? output
      const ran = await runHere(command, words, path)
      const what = `${command} ${words.filter(word => !word.startsWith('/')).join(' ')} of ${format} with ${title}`
      expect(EXITS, `${what}: ${ran.stderr}`).toContain(ran.status)
      expect(ran.stderr, what).not.toMatch(/\n {4}at |internal error/)
      expect(wrongWith('text', ran.stderr), `stderr of ${what}`).toBe(undefined)
      if (ran.status === 2) {
        if (command !== 'flamegraph') expect(ran.output, what).toBe(undefined)
        expect(ran.stderr, what).toMatch(/\S/)
      } else if (ran.output !== undefined) expect(wrongWith(kind, ran.output), what).toBe(undefined)
    }
  })
})
