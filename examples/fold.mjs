// Folded stacks of a file, or of standard input: node examples/fold.mjs out.stacks > out.folded
import { createReadStream } from 'node:fs'
import { foldedLines, mergeProfiles, parseStream } from 'bpfview'

const file = process.argv[2]
const { datasets } = await parseStream(file === undefined ? process.stdin : createReadStream(file), {
  source: file ?? 'standard input',
})
const profile = mergeProfiles(datasets.filter(dataset => dataset.kind === 'profile'))
for (const line of foldedLines(profile)) process.stdout.write(`${line}\n`)
