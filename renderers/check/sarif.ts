import type { Comparison, RootCause } from '../../src/ops/compare/comparison.ts'
import { cut } from '../markup/escape.ts'
import { headline } from './headline.ts'
import { causeWord, changeText, roundText } from './words.ts'

/** A name that says where its function stands: `JS:parse /srv/shop.js:26:15`, `parse shop.c:12`. */
const PLACE = /(?:^|[\s(])([^\s()]+\.\w{1,5}):(\d{1,9})(?::(\d{1,9}))?\)?$/

/** A check's causes as SARIF 2.1.0; only those whose name says file and line get a place, the others stand by function name. */
export function checkSarif(comparison: Comparison, tool: { readonly name: string; readonly version: string }): string {
  const results = comparison.causes
    .filter(cause => cause.verdict !== 'improved')
    .slice(0, 5000)
    .map(cause => resultOf(comparison, cause))
  if (comparison.verdict === 'slower')
    results.push({
      ruleId: 'slower',
      level: comparison.whole.exceeded ? 'error' : 'warning',
      message: { text: headline(comparison, name => cut(name, 200)) },
    })
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            ...tool,
            rules: ['regressed', 'moved', 'inconclusive', 'allowed', 'slower'].map(id => ({ id })),
          },
        },
        results,
      },
    ],
  }
  return `${JSON.stringify(log, null, 1)}\n`
}

function resultOf(comparison: Comparison, cause: RootCause): object {
  const place = PLACE.exec(cut(cause.name, 1000))
  const self = cause.kind === 'self' ? ' (self)' : ''
  const logicalLocations = [{ name: cut(cause.name, 500), kind: 'function' }]
  return {
    ruleId: causeWord(cause),
    level: cause.violates && comparison.violated ? 'error' : 'warning',
    message: { text: `${cut(cause.name, 200)}${self}: ${changeText(comparison, cause.change)}${roundText(cause)}` },
    locations: [
      {
        ...(place !== null && {
          physicalLocation: {
            artifactLocation: { uri: encodeURI(place[1]!.replace(/^\/+/, '')) },
            region: {
              startLine: Math.max(1, Number(place[2])),
              ...(place[3] !== undefined && { startColumn: Math.max(1, Number(place[3])) }),
            },
          },
        }),
        logicalLocations,
      },
    ],
  }
}
