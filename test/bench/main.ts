import { flameBench } from './flame.ts'

/** `npm run bench`: each row says what was run, how long the best run took, and what it is held against. */
const benches: readonly (readonly [string, () => readonly (readonly string[])[]])[] = [
  ['flame graphs', flameBench],
]

const wanted = process.argv.slice(2)
for (const [name, run] of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stdout.write(`${name}\n`)
  for (const [what, took, against] of run()) process.stdout.write(`  ${what!.padEnd(44)} ${took!.padStart(8)}  ${against!}\n`)
}
