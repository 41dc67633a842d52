/** Every public name says what it is. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exportedNames } from './api/report.ts'

/** Whether a name has a comment where it is declared; passed-on names are followed. */
function isDescribed(file: string, name: string): boolean {
  const text = readFileSync(file, 'utf8')
  const declared = new RegExp(
    `(\\*/\\s*)?^export (?:declare )?(?:abstract )?(?:function\\*?|class|interface|type|const) ${name}\\b`,
    'm',
  ).exec(text)
  if (declared !== null) return declared[1] !== undefined
  const passed = exportedNames(file).find(each => each.name === name)
  return passed !== undefined && isDescribed(passed.source, passed.from)
}

test.each(['dist/src/index.d.ts', 'dist/src/node/index.d.ts'])('%s', file => {
  const bare = exportedNames(file).filter(({ source, from }) => !isDescribed(source, from))
  expect(bare.map(({ name }) => name)).toEqual([])
})
