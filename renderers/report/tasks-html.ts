import type { TaskRow } from '../../src/ops/report/tasks.ts'
import { taskRows } from '../../src/ops/report/tasks.ts'
import type { WaitClass } from '../../src/ops/waits/wait-class.ts'
import { escapeXml } from '../markup/escape.ts'
import { formatDigits, formatShare, formatValue } from '../words/numbers.ts'
import type { ReportPage } from './page-data.ts'
import { stackedBar, trackSvg } from './plots.ts'
import { valueWords } from './words.ts'

/** Rows of a table; what is left out is said under it. */
const SHOWN = 25

const HUES: Readonly<Record<WaitClass, string>> = {
  disk: 'disk',
  lock: 'lock',
  timer: 'timer',
  network: 'network',
  child: 'child',
  pipe: 'pipe',
  poll: 'idle',
  cpu: 'cpu',
  idle: 'idle',
  unknown: 'other',
}
const LEGEND = [
  ['run', 'on CPU'],
  ['disk', 'disk'],
  ['cpu', 'waits for a CPU'],
  ['lock', 'lock'],
  ['network', 'network'],
  ['timer', 'timer'],
  ['child', 'child'],
  ['pipe', 'pipe'],
  ['idle', 'poll, idle'],
  ['other', 'not known'],
] as const

/** Tasks with the CPUs they used, where the rest of their time went, and their own function. A row is a button that filters the page. */
export function tasksHtml({ report, before }: ReportPage): string {
  const rows = taskRows(report.facts)
  const earlier = before === undefined ? undefined : new Map(taskRows(before.report.facts).map(row => [row.comm, row]))
  const used = ({ comm, cpus }: TaskRow): number => Math.max(cpus || 0, earlier?.get(comm)?.cpus || 0)
  const gone = [...(earlier?.values() ?? [])].filter(({ comm }) => !rows.some(row => row.comm === comm))
  const all = gone.length === 0 ? rows : [...rows, ...gone].sort((a, b) => used(b) - used(a))
  if (all.length === 0) return '<p class="card none">not measured: no input names a task</p>'
  const most = Math.max(1e-9, ...all.slice(0, 400).map(({ cpus }) => cpus || 0))
  const shown = all.slice(0, SHOWN).map(row => taskRow(row, earlier, most))
  const left = all.length - shown.length
  const hues = new Set(
    all
      .slice(0, SHOWN)
      .flatMap(({ waits, cpu }) => [
        ...(cpu === undefined ? [] : ['run']),
        ...[...(waits?.keys() ?? [])].map(name => HUES[name]),
      ]),
  )
  const legend = LEGEND.filter(([hue]) => hues.has(hue)).map(
    ([hue, words]) => `<span><i class="w-${hue}"></i>${words}</span>`,
  )
  return `<p class="legend">${legend.join('')}</p><div class="card flush wide" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Task</th><th scope="col">Over time</th><th scope="col" class="n">CPUs</th><th scope="col" class="n">Threads</th><th scope="col">Its time</th><th scope="col">Own function, share of its CPU</th><th scope="col" class="n">I/Os, calls, starts a second</th></tr></thead><tbody>
${shown.join('\n')}
</tbody></table>${left > 0 ? `<p class="second pad">${formatValue(left, 'tasks')} more are not shown</p>` : ''}</div>`
}

function taskRow(row: TaskRow, earlier: ReadonlyMap<string, TaskRow> | undefined, most: number): string {
  const { comm, cpu, cpus } = row
  const before = earlier?.get(comm)
  const change = earlier === undefined ? '' : `${before === undefined ? '-' : cpusWords(before.cpus)} → `
  const gone = earlier !== undefined && before === row
  const own = cpu?.own
  const top = cpu?.top
  const named = own ?? (top === undefined ? undefined : top)
  const rates = [
    [row.ios, 'I/Os'],
    [row.calls, 'calls'],
    [row.starts, 'starts'],
  ] as const
  return `<tr data-task="${escapeXml(comm)}"><td><button type="button" class="task">${escapeXml(comm === '' ? '(no name)' : comm)}</button></td><td class="small">${cpu === undefined ? '' : trackSvg(gone ? { ...cpu.track, values: [] } : cpu.track)}</td><td class="n" data-value="${cpus || 0}">${change}${gone ? '-' : cpusWords(cpus)}${bar((cpus || 0) / most)}</td><td class="n" data-value="${cpu?.threads ?? row.waiting}">${cpu?.threads ?? (row.waiting > 0 ? row.waiting : '')}</td><td class="time">${timeBar(row)}</td><td>${named === undefined ? '' : `${escapeXml(named.name)} <span class="second">${formatShare(named.seconds, cpu!.seconds)}${own === undefined ? ', not its own' : ''}</span>`}</td><td class="n second">${rates
    .filter(([rate]) => Number.isFinite(rate))
    .map(([rate, words]) => `${valueWords(rate, '')} ${words}`)
    .join(', ')}</td></tr>`
}

function cpusWords(cpus: number): string {
  return Number.isFinite(cpus) ? formatDigits(cpus, 3) : 'not measured'
}

function bar(share: number): string {
  const width = Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10
  return `<svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="3"/></svg>`
}

/** Where the time of a task went: seconds of all its threads in each second. */
function timeBar({ waits, cpus, waiting, cpu }: TaskRow): string {
  if (waits === undefined) return '<span class="second">waits not recorded: offcpu-events.sh -p PID</span>'
  const parts = [...waits]
    .map(([name, value]) => ({ label: name === 'cpu' ? 'a CPU' : name, value, hue: HUES[name] }))
    .sort((a, b) => b.value - a.value)
  const run = Number.isFinite(cpus) && cpus > 0 ? [{ label: 'on CPU', value: cpus, hue: 'run' }] : []
  const all = [...run, ...parts]
  const sum = all.reduce((total, { value }) => total + value, 0)
  const whole = Math.max(sum, 0.999 * Math.max(waiting, cpu?.threads ?? 0), 1e-9)
  return stackedBar(all, whole, 's')
}
