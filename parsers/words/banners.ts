import type { Meta } from '../../src/model/index.ts'
import { unitWord } from '../../src/model/index.ts'
import type { BannerKind, BannerRow } from './banner-table.ts'
import { BANNERS } from './banner-table.ts'
import type { BannerFacts } from './tool-values.ts'

/** One pattern for all rows that pass. */
function anyOf(passes: (row: BannerRow) => boolean, before = ''): RegExp {
  const sources = BANNERS.filter(passes).map(row => row.pattern.source.slice(1))
  return new RegExp(`^${before}(?:${sources.join('|')})`)
}

const TALK = anyOf(({ is }) => is !== 'lost', '\\s*')
const BANNER = anyOf(({ is }) => is !== 'heading')
const SHELL = anyOf(({ is }) => is === 'shell')
const LOST = BANNERS.find(row => row.is === 'lost')!.pattern
const OF_STACKS = BANNERS.filter(row => row.stacks !== undefined)

/** True for a line in which a tool talks about itself, or the terminal about how it was called: no data, in whatever format. */
export function isTalk(line: string): boolean {
  return TALK.test(line)
}

/** The same for formats whose data may be indented: the line starts at its first column and is no heading of a table. */
export function isBanner(line: string): boolean {
  return BANNER.test(line)
}

/** True for a command that was typed, or what a shell says became of it. */
export function isShellLine(line: string): boolean {
  return SHELL.test(line)
}

/** How many events a line says were lost; undefined for any other line. */
export function lostEvents(line: string): number | undefined {
  const lost = LOST.exec(line)
  return lost === null ? undefined : Number(lost[1])
}

/** What kind of banner a line at its first column is, with the number it holds; undefined for any other line. */
export function bannerKind(line: string): { readonly is: BannerKind; readonly count: number } | undefined {
  if (!BANNER.test(line)) return undefined
  for (const { is, pattern } of BANNERS) {
    const match = pattern.exec(line)
    if (match !== null) return { is, count: is === 'probes' || is === 'lost' ? Number(match[1]) : 1 }
  }
  return undefined
}

/** What a line says about the stacks under it; undefined for any other line. */
export function bannerFacts(line: string): BannerFacts | undefined {
  for (const { pattern, stacks } of OF_STACKS) {
    const match = pattern.exec(line)
    if (match !== null) return stacks!(match)
  }
  return undefined
}

/** What banners said so far over tables and histograms; changes as lines come. */
export class BannerNotes {
  tool: string | undefined
  /** Seconds between outputs. */
  interval: number | undefined

  /** Takes a banner in. */
  read(line: string): void {
    const text = line.trimStart()
    if (this.tool === undefined) {
      for (const { pattern, tool } of BANNERS) {
        if (tool === undefined) continue
        const match = pattern.exec(text)
        if (match === null) continue
        this.tool = tool.replace('$1', (match[1] ?? '').toLowerCase())
        break
      }
    }
    const every = /[Oo]utput every (\d+(?:\.\d+)?) (\w+)/.exec(line)
    if (every !== null && unitWord(every[2]!) === 's') this.interval = Number(every[1])
  }

  meta(): Meta {
    return this.tool === undefined ? {} : { tool: this.tool }
  }
}
