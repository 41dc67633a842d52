import type { Proof } from '../../src/ops/report/finding.ts'
import type { Track } from '../../src/ops/report/track.ts'
import { escapeXml } from '../markup/escape.ts'
import { fixed } from '../markup/svg.ts'
import { valueWords } from './words.ts'

/** Height of a small plot's drawing, in units of its own. */
const HEIGHT = 30

/** Area over time; a second track is dashed above it. What is not measured is left open. The numbers stand in its title. */
export function trackSvg(track: Track, after?: Track): string {
  const most = Math.max(
    1e-9,
    track.limit ?? 0,
    largest(track),
    after === undefined ? 0 : Math.max(after.limit ?? 0, largest(after)),
  )
  const title = `${track.name}: at most ${valueWords(largest(track), track.unit)} in ${valueWords(track.seconds, 's')}${after === undefined ? '' : `; dashed after, at most ${valueWords(largest(after), after.unit)}`}`
  const dashed = after === undefined ? '' : `<path class="after" d="${linePath(after, most)}"/>`
  return `<svg class="track" viewBox="0 0 100 ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeXml(title)}"><title>${escapeXml(title)}</title><path class="area" d="${areaPath(track, most)}"/><path class="line" d="${linePath(track, most)}"/>${dashed}</svg>`
}

function largest({ values }: Track): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}

function heightOf(value: number, most: number): string {
  return fixed(HEIGHT - (Math.min(value, most) / most) * (HEIGHT - 2) - 1, 1)
}

/** Steps as a path: across at each value, up and down between them. */
function linePath({ values }: Track, most: number): string {
  const width = 100 / values.length
  let path = ''
  let open = false
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      open = false
      return
    }
    path += `${open ? 'L' : 'M'}${fixed(i * width, 2)} ${heightOf(value, most)}H${fixed((i + 1) * width, 2)}`
    open = true
  })
  return path
}

function areaPath({ values }: Track, most: number): string {
  const width = 100 / values.length
  return values
    .map((value, i) =>
      value > 0
        ? `M${fixed(i * width, 2)} ${HEIGHT}V${heightOf(value, most)}H${fixed((i + 1) * width, 2)}V${HEIGHT}Z`
        : '',
    )
    .join('')
}

/** Parts of a whole side by side, each with its word where it fits; the rest is open. */
export function stackedBar(
  parts: readonly { readonly label: string; readonly value: number; readonly hue: string }[],
  whole: number,
  unit: string,
): string {
  const cells = parts
    .filter(({ value }) => value / whole >= 0.004)
    .map(({ label, value, hue }) => {
      const words = `${label} ${valueWords(value, unit)}`
      return `<i class="w-${hue}" style="width:${fixed(Math.min(100, (100 * value) / whole), 2)}%" title="${escapeXml(words)}">${escapeXml(value / whole >= 0.12 ? words : '')}</i>`
    })
  return `<div class="stack">${cells.join('')}</div>`
}

export interface GridPicture {
  readonly columns: number
  readonly rows: number
  /** Column-major from the lowest row; NaN = not measured. */
  readonly counts: ArrayLike<number>
  /** Greatest count of all pictures on this scale. */
  readonly most: number
  readonly label: string
  /** Row of a line in each column; -1 = none. */
  readonly line?: readonly number[]
}

const LEVELS = 9

/** Cells of a heat map: one path for each step of colour. */
export function gridSvg({ columns, rows, counts, most, label, line }: GridPicture): string {
  const paths = new Map<number, string>()
  for (let x = 0; x < columns; x++)
    for (let y = 0; y < rows; y++) {
      const count = counts[x * rows + y]!
      if (!(count > 0)) continue
      const level = Math.min(LEVELS, 1 + Math.floor(8.99 * (count / most) ** 0.6))
      paths.set(level, `${paths.get(level) ?? ''}M${x} ${rows - 1 - y}h1v1h-1z`)
    }
  const cells = [...paths].sort(([a], [b]) => a - b).map(([level, d]) => `<path class="h${level}" d="${d}"/>`)
  const dashes = (line ?? []).map((row, x) => (row < 0 ? '' : `M${x} ${fixed(rows - row - 0.5, 1)}h1`)).join('')
  const mark = dashes === '' ? '' : `<path class="p99" d="${dashes}"/>`
  return `<svg class="grid" viewBox="0 0 ${columns} ${rows}" preserveAspectRatio="none" role="img" aria-label="${escapeXml(label)}"><title>${escapeXml(label)}</title>${cells.join('')}${mark}</svg>`
}

/** The small picture of a finding; maps are drawn by the caller. */
export function proofHtml(proof: Proof, map: (comm: string) => string): string {
  if (proof.kind === 'map') return map(proof.comm)
  if (proof.kind === 'track')
    return `${trackSvg(proof.track)}<div class="scale"><span>0 s</span><span>${escapeXml(proof.track.name)}, at most ${valueWords(largest(proof.track), proof.track.unit)}</span><span>${valueWords(proof.track.seconds, 's')}</span></div>`
  return `${stackedBar(proof.parts, proof.whole, proof.unit)}<div class="scale"><span>0</span><span>${valueWords(proof.whole, proof.unit)}</span></div>`
}
