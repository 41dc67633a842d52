import type { Command } from 'commander'
import { declareAdd } from './archive/add.ts'
import { declareCheck } from './archive/check.ts'
import { declareCompact } from './archive/compact.ts'
import { declareDiff } from './archive/diff.ts'
import { declareFlame } from './archive/flame.ts'
import { declareFunctions } from './archive/functions.ts'
import { declareHeat } from './archive/heat.ts'
import { declareInit, declareList } from './archive/list.ts'
import { declarePrune } from './archive/prune.ts'
import { declareSeries } from './archive/series.ts'
import { declareTop } from './archive/top.ts'
import { declareVerify } from './archive/verify.ts'

/** The commands of an archive, in the order help shows them. */
const PARTS: readonly (readonly [string, string, (command: Command) => void])[] = [
  ['init', 'make an archive', declareInit],
  ['add', 'add captures', declareAdd],
  ['list', 'list captures', declareList],
  ['flame', 'draw a flame graph of captures', declareFlame],
  ['top', 'print the functions that cost most in captures', declareTop],
  ['diff', 'show every difference between the captures of two times', declareDiff],
  ['check', 'give a verdict on the captures of two times', declareCheck],
  ['series', "show a function's share over time, and when it changed", declareSeries],
  ['functions', 'say which functions of all services got dearer', declareFunctions],
  ['heat', 'draw when the samples of captures fell', declareHeat],
  ['verify', 'hold every file against what was added', declareVerify],
  ['compact', 'put the captures of a day together', declareCompact],
  ['prune', 'remove old captures', declarePrune],
]

export function declareArchive(command: Command): void {
  command.addHelpText(
    'after',
    `
An archive is a directory of Parquet files: captures of many services, hosts and days. Any number of processes may add to it.

Examples:
  $ bpfview archive init profiles
  $ bpfview archive add profiles captures/ --service api
  $ bpfview archive flame profiles --service api --range 7d -o api.svg
  $ bpfview archive diff profiles --service api --before 14d..7d --after 7d -o diff.html`,
  )
  for (const [name, summary, declare] of PARTS) declare(command.command(name).description(summary).exitOverride())
}
