/** The modules that hold the compiled kernels are what `npm run kernels` makes of their sources. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compiledKernel, KERNELS } from './kernels/compile.ts'

test.each(KERNELS)('$module', async kernel => {
  expect(
    readFileSync(kernel.module, 'utf8') === (await compiledKernel(kernel)),
    `${kernel.source} changed; run npm run kernels`,
  ).toBe(true)
})
