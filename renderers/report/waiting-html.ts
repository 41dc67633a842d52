import type { Profile, SampleTable } from '../../src/model/index.ts'
import { foldSamples } from '../../src/ops/stacks/fold.ts'
import { samplesWithoutSchedulerFrames, withoutSchedulerFrames } from '../../src/ops/waits/scheduler-frames.ts'
import { idleWaits } from '../../src/ops/waits/wait-class.ts'
import { escapeXml } from '../markup/escape.ts'
import { formatValue } from '../words/numbers.ts'
import { allFrames, icicleHtml } from './icicle.ts'
import type { ReportPage, ReportSide } from './page-data.ts'
import { waitRows } from './wait-rows.ts'
import { sourceWords, valueWords } from './words.ts'

const SHOWN = 25
/** Tasks whose waits are drawn. */
const DRAWN = 4

/** Off-CPU time by thread and class, and by stack of those who wait most; idle waiting is told, not shown. */
export function waitingHtml(page: ReportPage): string {
  const { before } = page
  if (before === undefined) return sideHtml(page, '')
  return `${sideHtml(before, 'before')}${sideHtml(page, 'after')}`
}

function sideHtml(side: ReportSide, when: string): string {
  const { waits } = side.report.facts
  if (waits === undefined)
    return `<p class="card none">${when === '' ? '' : `${when}: `}not measured: no off-CPU time in these inputs; offcpu-events.sh records it</p>`
  const { rows, idle } = waitRows(waits)
  const heading = when === '' ? '' : `<h3>${when}</h3>`
  const cells = rows
    .slice(0, SHOWN)
    .map(
      ({ comm, tid, name, wait }) =>
        `<tr data-task="${escapeXml(comm)}"><td><b>${escapeXml(comm)}</b> <span class="second">${tid < 0 ? '' : tid}</span></td><td>${name === 'cpu' ? 'a CPU' : name}</td><td class="n" data-value="${wait.seconds}">${valueWords(wait.seconds, 's')}</td><td class="n" data-value="${wait.count}">${waits.counted ? formatValue(wait.count + wait.unended, '') : '-'}</td><td class="n">${waits.counted ? valueWords(wait.median, 's') : '-'}</td><td class="n">${waits.counted ? valueWords(wait.longest, 's') : '-'}</td><td>${escapeXml(wait.call)}${wait.own === '' || wait.own === wait.call ? '' : ` <span class="second">from ${escapeXml(wait.own)}</span>`}</td></tr>`,
    )
  const left = rows.length - cells.length
  return `${heading}<p class="second">over ${valueWords(waits.seconds, 's')}; ${valueWords(idle, 's')} of idle waiting (timers, polls, parked workers) are left out; the tracer's and the scheduler's frames are taken off</p>
<div class="cards">${pictures(side, when)}</div>
<div class="card flush wide" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Thread</th><th scope="col">Waits for</th><th scope="col" class="n">Time</th><th scope="col" class="n">Waits</th><th scope="col" class="n">Median</th><th scope="col" class="n">Longest</th><th scope="col">In</th></tr></thead><tbody>
${cells.join('\n')}
</tbody></table>${left > 0 ? `<p class="second pad">${formatValue(left, 'rows')} more are not shown: <code>bpfview top ${escapeXml(sourceWords(waits.source))}</code></p>` : ''}</div>`
}

/** An icicle of each of the tasks that wait most. */
function pictures(side: ReportSide, when: string): string {
  const { waits, inputs } = { waits: side.report.facts.waits!, inputs: side.report.inputs }
  const input = inputs.find(({ source }) => source === waits.source)
  const dataset = input?.parsed.datasets.find(
    (each): each is SampleTable | Profile =>
      (each.kind === 'samples' || each.kind === 'profile') && each.measures === 'off-cpu',
  )
  if (dataset === undefined) return ''
  const comms = new Map<string, number>()
  for (const { comm, wait } of waitRows(waits).rows) comms.set(comm, (comms.get(comm) ?? 0) + wait.seconds)
  const most = [...comms].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, DRAWN)
  return most
    .map(([comm, seconds]) => {
      const profile = dataset.kind === 'samples' ? ofSamples(dataset, comm) : ofSums(dataset, comm)
      const picture = icicleHtml(profile, allFrames(profile.stacks), `What ${comm} waited for ${when}`)
      const shown = picture === '' ? '<p class="second">its waits have no stacks</p>' : picture
      return `<div class="card" data-task="${escapeXml(comm)}"><h3>${escapeXml(comm)} <span class="second">${valueWords(seconds, 's')}${when === '' ? '' : `, ${when}`}</span></h3><div class="off">${shown}</div></div>`
    })
    .join('\n')
}

function ofSamples(samples: SampleTable, comm: string): Profile {
  const number = samples.comms?.indexOf(comm) ?? -1
  const idle = idleWaits(samples.stacks)
  const short = samplesWithoutSchedulerFrames(samples)
  const preempted = samples.attributes?.find(({ name }) => name === 'preempted')?.values
  return foldSamples(
    short,
    row => samples.comm?.[row] === number && (idle[samples.stack[row]!] !== 1 || preempted?.[row] === 1),
  )
}

function ofSums(profile: Profile, comm: string): Profile {
  const { parent, frame, frames } = profile.stacks
  const idle = idleWaits(profile.stacks)
  const mine = new Uint8Array(parent.length)
  const self = new Float64Array(parent.length)
  for (let i = 1; i < parent.length; i++) {
    const name = frames.name[frame[i]!]!.replace(/-(?:\d+|\?)(?:\/\d+)?$/, '')
    mine[i] = parent[i] === 0 ? (name === comm ? 1 : 0) : mine[parent[i]!]!
    if (mine[i] === 1 && idle[i] !== 1) self[i] = profile.self[i]!
  }
  return withoutSchedulerFrames({ ...profile, self }).profile
}
