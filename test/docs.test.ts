/** Documents that repeat what a table in the code says: they say the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { FIXES } from '../src/ops/report/doctor.ts'

test('docs/troubleshooting.md has every note of the doctor with its fix', () => {
  const text = readFileSync('docs/troubleshooting.md', 'utf8')
  for (const [code, [trust, fix]] of Object.entries(FIXES))
    expect(text).toContain(`| \`${code}\` | ${trust} | ${fix} |`)
})

test('every command stands in a document', () => {
  const text = ['README.md', ...readdirSync('docs').map(name => `docs/${name}`)]
    .filter(name => name.endsWith('.md'))
    .map(name => readFileSync(name, 'utf8'))
    .join('')
  for (const { name } of commands) expect(text, name).toMatch(new RegExp(`bpfview ${name}\\b`))
})
