import { certaintyOf } from '../../scope/client/difference.ts'
import { formatPoints, formatShare, formatValue } from '../../words/numbers.ts'
import type { Box } from './boxes.ts'
import type { Placed } from './place.ts'
import type { App } from './state.ts'
import { frameName, isCompared, placeWords } from './state.ts'

/** A value in its unit; samples of a known rate also as seconds of CPU. */
export function valueWords({ settings }: App, value: number): string {
  const words = formatValue(Math.round(value * 1e6) / 1e6, settings.unit)
  return settings.unit === 'samples' && settings.frequency > 0
    ? words + ', ' + formatValue(value / settings.frequency, 's') + ' of CPU'
    : words
}

/** Share of what is kept before and now: `12% → 14.1%, ▲ +2.1 points`; `-` = there is none. */
export function changeWords(app: App, before: number, now: number): string {
  const { ground } = app
  const share = (part: number, all: number): string => (part === 0 ? '-' : formatShare(part, all))
  return (
    share(before, ground.before?.whole ?? 0) +
    ' → ' +
    share(now, ground.now.whole) +
    ', ' +
    pointsWords(app, before, now)
  )
}

/** The difference of shares in points: ▲ more, ▼ less, ≈ within noise. */
export function pointsWords(app: App, before: number, now: number): string {
  const { ground } = app
  const points = pointsOf(before, ground.before?.whole ?? 0, now, ground.now.whole)
  const words = formatPoints(points).replace('-', '−')
  if (points === 0) return '0 points'
  return (isNoise(app, before, now) ? '≈ ' : points > 0 ? '▲ ' : '▼ ') + words
}

/** Below this many standard errors a difference is noise. */
const NOISE = 2

/** How many standard errors two values are apart, as shares of what is kept on each side. */
export function certaintyBetween({ ground, rowsBefore, rowsNow }: App, before: number, now: number): number {
  const share = (part: number, all: number): number => (all > 0 ? part / all : 0)
  return certaintyOf(share(before, ground.before?.whole ?? 0), share(now, ground.now.whole), rowsBefore, rowsNow)
}

export function isNoise(app: App, before: number, now: number): boolean {
  return certaintyBetween(app, before, now) < NOISE
}

export function pointsOf(before: number, wholeBefore: number, now: number, whole: number): number {
  const share = (part: number, all: number): number => (all > 0 ? part / all : 0)
  return share(now, whole) - share(before, wholeBefore)
}

/** One line on a box: name, value, share, self, module. */
export function boxWords(app: App, placed: Placed): string {
  return boxFacts(app, placed.box).join(' · ')
}

/** The same as a list: the name first. */
export function boxFacts(app: App, box: Box): string[] {
  const { ground } = app
  const place = placeWords(app, box.frame)
  const facts = [
    frameName(app, box.frame),
    valueWords(app, box.now),
    formatShare(box.now, ground.now.whole) + ' of what is kept',
  ]
  if (isCompared(app)) facts.push(changeWords(app, box.before, box.now))
  if (box.frame >= 0) {
    facts.push('self ' + formatShare(box.self, ground.now.whole))
    const { all } = ground.now
    if (Math.abs(all[box.frame]! - box.now) > all[box.frame]! * 1e-9)
      facts.push('everywhere ' + formatShare(all[box.frame]!, ground.now.whole))
  }
  if (place !== '') facts.push(place)
  return facts
}
