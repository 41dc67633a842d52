/**
 * `npm run bench [-- AREA...] [--large]`: every area's benchmark, one after another. Figures are ratios within one run: machines differ, noise does not
 * cancel.
 */
import { benchArchive } from './archive.ts'
import { benchExchange } from './exchange.ts'
import { flameBench } from './flame.ts'
import { benchJobs } from './jobs.ts'
import { benchPerfScript } from './perf-script.ts'
import { benchScope } from './scope.ts'
import { benchStartUp } from './start-up.ts'
import { benchView } from './view.ts'

const words = process.argv.slice(2)
const wanted = words.filter(word => !word.startsWith('--'))

const benches: readonly (readonly [string, () => void | Promise<void>])[] = [
  ['start-up', benchStartUp],
  ['jobs', () => benchJobs(words.includes('--large') ? 1000 : Number(process.env['BPFVIEW_BENCH_MB'] ?? 75))],
  ['perf-script', () => benchPerfScript(words.includes('--large'))],
  [
    'flame',
    () => {
      for (const [what, took, against] of flameBench())
        process.stdout.write(`  ${what!.padEnd(44)} ${took!.padStart(8)}  ${against!}\n`)
    },
  ],
  ['view', () => benchView(words.includes('--large'))],
  ['archive', () => benchArchive(words.includes('--large'))],
  ['exchange', benchExchange],
  ['scope', () => benchScope(words.includes('--large') ? 3600 : 300)],
]

for (const [name, run] of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stdout.write(`\n${name}\n`)
  await run()
}
