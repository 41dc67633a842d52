/** Completions, tried in the shells themselves, and the manual page: both are made of the tables of options. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CommandFacts } from '../src/cli/catalogue.ts'
import { catalogue } from '../src/cli/catalogue.ts'
import { commands } from '../src/cli/commands.ts'
import { bpfview, scratch } from './command.ts'

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const directory = scratch()
let facts: readonly CommandFacts[]

beforeAll(async () => {
  facts = await catalogue(commands)
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout, stderr, status } = await bpfview(['completion', shell])
    expect([stderr, status]).toEqual(['', 0])
    writeFileSync(join(directory, shell), stdout)
  }
})

/** Beginnings of command lines, and words that must be among what is offered, or must not. */
const LINES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['bpfview fl', ['flame', 'flamegraph'], ['fold']],
  ['bpfview help d', ['diff', 'doctor'], ['flame']],
  ['bpfview flame --pal', ['--palette'], ['--title']],
  ['bpfview flame --palette ', ['cpu', 'off-cpu', 'colour-blind'], ['flame']],
  ['bpfview top --li', ['--limit'], []],
  ['bpfview flame --to ', ['svg', 'html'], ['flame', 'json']],
  ['bpfview heat --format perf-s', ['perf-script', 'perf-stat'], ['folded']],
  ['bpfview collectors off', ['offcpu'], ['flame']],
  ['bpfview completion z', ['zsh'], ['bash']],
  ['bpfview baseline ', ['add', 'list', 'prune', 'accept'], []],
]

describe.skipIf(!has('bash'))('bash', () => {
  const offered = (line: string): string[] =>
    execFileSync(
      'bash',
      [
        '-c',
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bpfview; printf "%s\\n" "${COMPREPLY[@]}"',
        '-',
        join(directory, 'bash'),
        ...line.split(' '),
      ],
      { encoding: 'utf8' },
    ).split('\n')

  test.each(LINES)('%s', (line, wanted, unwanted) => {
    expect(offered(line)).toEqual(expect.arrayContaining([...wanted]))
    for (const word of unwanted) expect(offered(line)).not.toContain(word)
  })

  test('--option=value, and values that are numbers, names or files', () => {
    expect(offered('bpfview flame --to = s')).toContain('svg')
    for (const line of ['bpfview flame --width ', 'bpfview flame x', 'bpfview flame -o '])
      expect(offered(line), line).toEqual(['', ''])
  })
})

describe.skipIf(!has('fish'))('fish', () => {
  const offered = (line: string): string[] =>
    execFileSync('fish', ['-c', `source ${join(directory, 'fish')}; complete -C ${JSON.stringify(line)}`], {
      encoding: 'utf8',
      env: { ...process.env, HOME: directory },
    })
      .split('\n')
      .map(each => each.split('\t')[0]!)

  test.each(LINES)('%s', (line, wanted, unwanted) => {
    expect(offered(line)).toEqual(expect.arrayContaining([...wanted]))
    for (const word of unwanted) expect(offered(line)).not.toContain(word)
  })
})

describe.skipIf(!has('zsh'))('zsh', () => {
  test('completes at a prompt, and no option of any command is refused', () => {
    const script = join(directory, 'drive.zsh')
    writeFileSync(
      script,
      `zmodload zsh/zpty
zpty z env TERM=dumb HOME=${directory} zsh -f -i
zpty -w z 'PROMPT="%% "; autoload -Uz compinit; compinit -u -D; source ${join(directory, 'zsh')}; setopt no_beep; echo RE""ADY'
zpty -r z ready '*READY*'
try() {
  # the line is made harmless and its end told apart from its echo
  zpty -w -n z "bpfview $1"$'\\t\\C-a: \\C-e; echo DO""NE\\n'
  local out=
  zpty -r z out '*DONE*'
  print -r -- "$out"
}
${facts.map(({ name, options }) => `try '${name} ${options[0]?.long ?? '--help'}'`).join('\n')}
try 'flame --palette col'
try 'flame --theme li'
try 'fol'
`,
    )
    const out = execFileSync('zsh', ['-f', script], { encoding: 'utf8', timeout: 60_000 })
    expect(out).toContain('flame --palette colour-blind')
    expect(out).toContain('flame --theme light')
    expect(out).toContain('bpfview fold')
    expect(out).not.toMatch(/_arguments|invalid|bad |error|_bpfview/)
  })
})

test('another shell is refused in one line', async () => {
  const { status, stderr } = await bpfview(['completion', 'csh'])
  expect([status, stderr]).toEqual([2, 'bpfview: no completions for "csh"; expected bash, zsh, fish\n'])
})

test('the catalogue holds every command, every option of its help and their words', async () => {
  expect(facts.map(({ name }) => name)).toEqual(commands.map(({ name }) => name))
  for (const { name, options } of facts) {
    // reads its options as Getopt::Long does
    if (name === 'flamegraph') continue
    const help = (await bpfview([name, '--help'])).stdout
    const shown = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z][\w-]*)/gm)].map(match => match[1]!)
    expect(options.map(({ long }) => long)).toEqual(expect.arrayContaining(shown.filter(long => long !== '--help')))
  }
})

describe('man', () => {
  test('names every command and option, and no line is a request by chance', async () => {
    const { stdout, status } = await bpfview(['man'])
    expect(status).toBe(0)
    const plain = stdout.replaceAll('\\-', '-')
    for (const { name, options } of facts) {
      expect(plain).toContain(`bpfview ${name}`)
      for (const { long } of options) expect(plain, `${name} ${long}`).toContain(long)
    }
    for (const line of stdout.split('\n'))
      expect(line).toMatch(/^(?:\.(?:TH|SH|TP|PP|B|I|BR|RI|IR|nf|fi)\b|\\&|[^.'])|^$/)
  })

  test.skipIf(!has('man'))('is formatted without a warning', async () => {
    const page = join(directory, 'bpfview.1')
    writeFileSync(page, (await bpfview(['man'])).stdout)
    const { stdout, stderr } = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', page], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8' },
    })
    expect(stderr).toBe('')
    // bold letters are struck twice
    expect(stdout.replace(/.\x08/g, '')).toContain('--palette')
  })
})
