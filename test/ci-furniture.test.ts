/** The composite action and the example workflows: scripts that parse, options that exist, and no input that becomes text of a script. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bpfview } from './command.ts'

const FILES = ['action.yml', 'examples/ci-check.yml', 'examples/ci-check.gitlab.yml']

/** The shell scripts of a workflow: blocks under `run: |`, without their indentation. */
function scripts(text: string): string[] {
  return [...text.matchAll(/^( *)(?:- )?run: \|\n((?:\1 +.*\n|\n)+)/gm)].map(match => match[2]!.replace(/^ +/gm, ''))
}

test('scripts of the action and the workflow parse, and hold no expression of GitHub', () => {
  const found = FILES.flatMap(file => scripts(readFileSync(file, 'utf8')))
  expect(found.length).toBeGreaterThanOrEqual(2)
  for (const script of found) {
    expect(script).not.toContain('${{')
    expect(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  }
})

test('every option they give to check exists', async () => {
  const help = (await bpfview(['check', '--help'])).stdout
  const given = FILES.map(file => readFileSync(file, 'utf8')).join('\n')
  const check = given.slice(given.indexOf('set -- --base'))
  const options = new Set(
    [...check.matchAll(/--(?:policy|key|base-commit|new-commit|markdown|json|junit|sarif|svg)\b/g)].map(
      match => match[0],
    ),
  )
  expect(options.size).toBe(9)
  for (const option of options) expect(help, option).toContain(`${option} `)
})
