import type { Measure, Resource } from '../../src/ops/report/machine.ts'
import { escapeXml } from '../markup/escape.ts'
import type { ReportPage } from './page-data.ts'
import { trackSvg } from './plots.ts'
import { partWords, sentenceWords } from './words.ts'

const COLUMNS = [
  ['utilisation', 'Utilisation'],
  ['saturation', 'Saturation'],
  ['errors', 'Errors'],
] as const

/** Utilisation, saturation and errors of each resource; before and after where there are two captures. */
export function machineHtml({ report, before }: ReportPage): string {
  const rows = report.facts.machine.rows.map((row, i) => {
    const earlier = before?.report.facts.machine.rows[i]
    const cells = COLUMNS.map(([column, name]) => cell(name, row[column], earlier?.[column]))
    return `<tr><th scope="row">${row.name}</th>${cells.join('')}</tr>`
  })
  return `<div class="card flush"><table class="use"><thead><tr><th scope="col">Resource</th>${COLUMNS.map(([, name]) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`
}

function cell(name: string, measure: Measure, before: Measure | undefined): string {
  const label = `<span class="column">${name}</span>`
  if ('absent' in measure && (before === undefined || 'absent' in before))
    return `<td class="none">${label}<span>${escapeXml(measure.absent)}</span></td>`
  const value = (side: Measure): string =>
    'absent' in side
      ? '-'
      : `<b${side.look ? ' class="look"' : ''}>${side.look ? '▲ ' : ''}${escapeXml(partWords(side.value))}</b>`
  const told = 'absent' in measure ? (before as Exclude<Measure, { absent: string }>) : measure
  const earlier = before === undefined ? '' : `${value(before)} → `
  const beforeTrack = before === undefined || 'absent' in before ? undefined : before.track
  const afterTrack = 'absent' in measure ? undefined : measure.track
  const picture =
    beforeTrack !== undefined ? trackSvg(beforeTrack, afterTrack) : afterTrack === undefined ? '' : trackSvg(afterTrack)
  return `<td>${label}<div class="measure"><p>${earlier}${value(measure)} ${escapeXml(sentenceWords(told.of))}${told.note.length === 0 ? '' : `<br><span class="second">${escapeXml(sentenceWords(told.note))}</span>`}</p>${picture}</div></td>`
}

/** The same as lines of Markdown. */
export function machineRows(rows: readonly Resource[], before: readonly Resource[] | undefined): string[][] {
  const words = (measure: Measure): string =>
    'absent' in measure
      ? measure.absent
      : `${measure.look ? '▲ ' : ''}${partWords(measure.value)} ${sentenceWords(measure.of)}`
  return rows.map((row, i) => [
    row.name,
    ...COLUMNS.map(([column]) => {
      const earlier = before?.[i]?.[column]
      return earlier === undefined || 'absent' in earlier
        ? words(row[column])
        : `${partWords(earlier.value)} → ${words(row[column])}`
    }),
  ])
}
