/** What a person sees at a terminal, recorded by script(1) and compared with the recordings in fixtures/terminal. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PROGRAM, scratch } from '../command.ts'

const there = spawnSync('script', ['--version']).status === 0

/** What a terminal of 80 columns shows of a command line; escapes made visible. */
function recorded(line: string, env: Readonly<Record<string, string>> = {}): string {
  const bin = scratch()
  writeFileSync(join(bin, 'bpfview'), `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`, { mode: 0o755 })
  const { NO_COLOR: _, ...outer } = process.env
  const output = execFileSync('script', ['-qec', `stty cols 80 rows 24; cd ${resolve('.')}; ${line}`, '/dev/null'], {
    encoding: 'utf8',
    env: {
      ...outer,
      PATH: `${bin}:${process.env['PATH']}`,
      TERM: 'xterm-256color',
      HOME: bin,
      SHELL: '/bin/bash',
      ...env,
    },
    input: '',
  })
  return output
    .replaceAll('\r\n', '\n')
    .replaceAll('\x1b', '\\e')
    .replaceAll(bin, '$BIN')
    .replace(/\d+ kB$/m, 'N kB')
}

describe.skipIf(!there)('recorded', () => {
  const LINES: readonly (readonly [string, string])[] = [
    ['top', 'bpfview top fixtures/captures/shop --rows 5'],
    ['table', "bpfview table fixtures/captures/disk-biosnoop/biosnoop.txt.gz --where 'LAT>1ms' --sort LAT --rows 3"],
    ['picture-refused', 'bpfview flame fixtures/captures/shop; echo "status $?"'],
    ['no-input', 'bpfview fold < /dev/tty 2>&1 | head -1; echo "status ${PIPESTATUS:-}"'],
    ['slip', 'bpfview flamme x; bpfview flame --widht 900 x; true'],
    ['page-refused', 'bpfview app; echo "status $?"'],
    ['written', 'bpfview flame fixtures/captures/shop -o /tmp/bpfview-recorded.svg && rm /tmp/bpfview-recorded.svg'],
  ]
  test.each(LINES)('%s', async (name, line) => {
    await expect(`$ ${line}\n${recorded(line)}`).toMatchFileSnapshot(`../../fixtures/terminal/${name}.txt`)
  })

  test('NO_COLOR, a dumb terminal and a pipe have no colour; a pipe has whole names', () => {
    const line = 'bpfview top fixtures/captures/shop --rows 5'
    const coloured = recorded(line)
    expect(coloured).toContain('\\e[1m')
    for (const plain of [recorded(line, { NO_COLOR: '1' }), recorded(line, { TERM: 'dumb' })])
      expect(plain).toBe(coloured.replaceAll(/\\e\[\d*m/g, ''))
    const piped = recorded(`${line} | cat`)
    expect(piped).toContain('JsonStringifier::Serialize_<true>')
    expect(piped).not.toContain('\\e')
    for (const row of coloured.split('\n').slice(4))
      expect(row.replaceAll(/\\e\[\d*m/g, '').length).toBeLessThanOrEqual(80)
  })
})
