/** What a profile measures is said by its reader and goes with it through every operation. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import { flameGraph } from '../renderers/flame/flame.ts'
import { mergedJson } from '../renderers/listing/merged-profile.ts'
import type { Measures, Profile } from '../src/model/index.ts'
import { foldSamples } from '../src/ops/stacks/fold.ts'
import { hotCold } from '../src/ops/stacks/hot-cold.ts'
import { mergeProfiles } from '../src/ops/stacks/merge.ts'

function profileOf(text: string, options = {}): Profile {
  const dataset = parse(text, options).datasets.find(each => each.kind === 'profile' || each.kind === 'samples')!
  return dataset.kind === 'samples' ? foldSamples(dataset) : (dataset as Profile)
}

const sample = (event: string): string => `app 1 [000] 1.000000: 1 ${event}:\n\t401000 main+0x1 (/app)\n\n`

describe('a reader says what its values measure', () => {
  const cases: readonly (readonly [Measures, string, { readonly tool?: string }])[] = [
    ['on-cpu', sample('cpu-clock'), {}],
    ['on-cpu', sample('cycles:ppp'), {}],
    ['memory', sample('page-faults'), {}],
    ['events', sample('block:block_rq_issue'), {}],
    ['off-cpu', 'app;main;work 10\n', { tool: 'offcputime' }],
    ['unknown', 'app;main;work 10\n', {}],
    ['memory', '@bytes[\n    main+1\n]: 12\n', {}],
    ['off-cpu', '@offcpu[\n    main+1\n]: 12\n', {}],
    ['events', '@reads[\n    main+1\n]: 12\n', {}],
    ['unknown', '@[\n    main+1\n]: 12\n', {}],
  ]
  test.each(cases)('%s: %j', (measures, text, options) => {
    expect(profileOf(text, options).measures).toBe(measures)
    expect(profileOf(text, { ...options, timeline: true }).measures).toBe(measures)
  })
})

test('merging keeps what all agree on, hot/cold says so, JSON brings it back', () => {
  const on = profileOf(sample('cpu-clock'))
  const off = profileOf(gunzipSync(readFileSync('fixtures/captures/offcputime/offcputime.txt.gz')).toString(), {
    tool: 'offcputime',
  })
  expect(off.measures).toBe('off-cpu')
  expect(mergeProfiles([on, on]).measures).toBe('on-cpu')
  expect(mergeProfiles([on, { ...on, measures: 'off-cpu' }]).measures).toBeUndefined()
  const both = hotCold(on, off, 99)
  expect(both.measures).toBe('hot-cold')
  expect(profileOf(mergedJson(off)).measures).toBe('off-cpu')
  expect(flameGraph({ ...both, name: 'another name' })).toContain('On- and off-CPU time')
})
