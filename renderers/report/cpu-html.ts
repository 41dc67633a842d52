import type { Profile, SampleTable } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { ownFrames as ownFrameCodes } from '../../src/ops/report/own-function.ts'
import { foldSamples } from '../../src/ops/stacks/fold.ts'
import { idleNodes } from '../../src/ops/time/idle.ts'
import { subsecondGrid } from '../../src/ops/time/scope.ts'
import { escapeXml } from '../markup/escape.ts'
import { formatShare } from '../words/numbers.ts'
import { icicleHtml, ownFrames } from './icicle.ts'
import type { ReportPage, ReportSide } from './page-data.ts'
import { gridSvg } from './plots.ts'
import { sourceWords, valueWords } from './words.ts'

const ABSENT = '<p class="card none">not measured: no profile of CPUs in these inputs; cpu.sh makes one</p>'
const MAP_ROWS = 25
/** A task whose fullest fifth of the second has this many times its mean runs to a clock. */
const UNEVEN = 1.6

/** Samples of CPUs of a side, with the input they are from. */
function cpuSamples({ report: { inputs } }: ReportSide): { samples: SampleTable; source: string } | undefined {
  for (const { source, parsed } of inputs)
    for (const dataset of parsed.datasets)
      if (dataset.kind === 'samples' && dataset.measures === 'on-cpu' && dataset.time.length > 0)
        return { samples: dataset, source }
  return undefined
}

function cpuProfile(side: ReportSide): { profile: Profile; source: string } | undefined {
  const timed = cpuSamples(side)
  if (timed !== undefined) {
    const { samples, source } = timed
    const idle = idleNodes(samples.stacks)
    return { profile: foldSamples(samples, row => idle[samples.stack[row]!] !== 1), source }
  }
  for (const { source, parsed } of side.report.inputs)
    for (const dataset of parsed.datasets)
      if (dataset.kind === 'profile' && dataset.measures === 'on-cpu') return { profile: dataset, source }
  return undefined
}

/** What ran on the CPUs, and the second of the task that runs to a clock. */
export function onCpuHtml(page: ReportPage): string {
  const { before } = page
  if (before === undefined) return cpuCards(page, '')
  return `${cpuCards(before, 'before')}${cpuCards(page, 'after')}`
}

function cpuCards(side: ReportSide, when: string): string {
  const found = cpuProfile(side)
  const title = when === '' ? '' : ` ${when}`
  if (found === undefined) return ABSENT
  const { profile, source } = found
  const own = ownFrameCodes(profile.stacks)
  const picture = icicleHtml(profile, ownFrames(profile.stacks, own), `What ran on the CPUs${title}`)
  if (picture === '') return `<p class="card">0 samples${title}: nothing that was sampled used a CPU</p>`
  const map = unevenTask(side)
  const second =
    map === undefined
      ? ''
      : `<div class="card"><h3>Inside each second: ${escapeXml(map.comm)}${title}</h3><p class="second">${formatShare(map.share, 1)} of its CPU in a fifth of the second</p>${secondMap(side, map.comm)}</div>`
  return `<div class="cards wide-left"><div class="card"><h3>${when === '' ? 'All tasks' : when}</h3>${picture}${kindLegend(profile)}<p class="second">runtimes, libraries and the kernel are one frame each; every frame: <code>bpfview flame ${escapeXml(sourceWords(source))} -o cpu.svg</code></p></div>${second}</div>`
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  user: 'native',
  kernel: 'kernel',
  jit: 'JIT, managed',
  inline: 'inlined',
  unknown: 'no symbol',
}

function kindLegend({ stacks: { frame, frames }, self }: Profile): string {
  const seen = new Set<string>()
  for (let i = 1; i < frame.length; i++) if (self[i]! > 0) seen.add(FRAME_KINDS[frames.kind[frame[i]!]!]!)
  for (let i = 1; i < frame.length; i++) seen.add(FRAME_KINDS[frames.kind[frame[i]!]!]!)
  const chips = Object.entries(KIND_WORDS).filter(([kind]) => seen.has(kind))
  return `<p class="legend">${chips.map(([kind, words]) => `<span><i class="k-${kind}"></i>${words}</span>`).join('')}</p>`
}

/** The task with a tenth of a CPU or more that is most uneven over the second, where one is. */
function unevenTask(side: ReportSide): { comm: string; share: number } | undefined {
  const { cpu } = side.report.facts
  const found = cpuSamples(side)
  if (cpu === undefined || found === undefined) return undefined
  const burst = cpu.tasks.find(each => each.burst !== undefined)
  let best: { comm: string; share: number } | undefined
  for (const { comm, seconds, samples } of burst === undefined ? cpu.tasks.slice(0, 6) : [burst]) {
    if (burst === undefined && (seconds < 0.1 * cpu.seconds || samples < 100 || cpu.seconds < 3)) continue
    const share = fullestFifth(found.samples, comm)
    if (burst !== undefined || (share >= UNEVEN / 5 && share > (best?.share ?? 0))) best = { comm, share }
  }
  return best
}

function gridOf(samples: SampleTable, comm: string): ReturnType<typeof subsecondGrid>['grid'] | undefined {
  const number = samples.comms?.indexOf(comm) ?? -1
  const keep = (row: number): boolean => samples.comm?.[row] === number
  return number < 0 ? undefined : subsecondGrid(samples, { rows: MAP_ROWS, keep }).grid
}

function fullestFifth(samples: SampleTable, comm: string): number {
  const grid = gridOf(samples, comm)
  if (grid === undefined) return 0
  const sums = new Float64Array(MAP_ROWS)
  let all = 0
  for (let i = 0; i < grid.counts.length; i++) {
    const count = grid.counts[i]! || 0
    sums[i % MAP_ROWS] = sums[i % MAP_ROWS]! + count
    all += count
  }
  let most = 0
  for (let start = 0; start < MAP_ROWS; start++) {
    let sum = 0
    for (let j = 0; j < MAP_ROWS / 5; j++) sum += sums[(start + j) % MAP_ROWS]!
    most = Math.max(most, sum)
  }
  return all > 0 ? most / all : 0
}

/** Seconds by offset in the second of one task's samples. */
export function secondMap(side: ReportSide, comm: string): string {
  const found = cpuSamples(side)
  const grid = found === undefined ? undefined : gridOf(found.samples, comm)
  if (grid === undefined) return ''
  const columns = grid.x.length - 1
  let most = 1
  for (const count of grid.counts) if (count > most) most = count
  return `${gridSvg({ columns, rows: MAP_ROWS, counts: grid.counts, most, label: `Samples of ${comm} by second and offset in the second` })}<div class="scale"><span>0 s</span><span>offset in the second, upwards</span><span>${valueWords(columns, 's')}</span></div>`
}
