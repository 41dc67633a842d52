/** Writes what is made of the whole program: dist/app/bpfview.html, dist/bpfview.mjs, dist/bpfview.browser.mjs. */
import { bundleApp } from './bundle.ts'
import { bundleLibrary, bundleProgram } from './single.ts'

await bundleApp()
await bundleProgram('dist/bpfview.mjs', 'esm')
await bundleLibrary('dist/bpfview.browser.mjs')
