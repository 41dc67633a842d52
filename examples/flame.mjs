// A flame graph of a file: node examples/flame.mjs out.stacks > flame.svg
import { readFileSync } from 'node:fs'
import { BpfviewError, flameGraph, mergeProfiles, parse } from 'bpfview'

const file = process.argv[2] ?? 'out.stacks'
try {
  const { datasets, skippedLines } = parse(readFileSync(file), { source: file })
  const profile = mergeProfiles(datasets.filter(dataset => dataset.kind === 'profile'))
  process.stdout.write(flameGraph(profile, { title: file }))
  if (skippedLines > 0) process.stderr.write(`${skippedLines} lines were not understood\n`)
} catch (error) {
  if (!(error instanceof BpfviewError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
