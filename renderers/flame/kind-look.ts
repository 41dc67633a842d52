import type { Measures, Profile, StackTree } from '../../src/model/index.ts'
import { FRAME_KINDS, ROOT } from '../../src/model/index.ts'
import { OFF_CPU, ON_CPU } from '../../src/ops/stacks/hot-cold.ts'
import type { PaletteName } from '../markup/palette.ts'
import { kindFill, kindSwatch } from '../markup/palette.ts'
import { shadeOf } from '../markup/shade.ts'
import { KIND_WORDS } from '../words/kinds.ts'
import { plainName } from '../words/label.ts'
import { formatShare, formatValue } from '../words/numbers.ts'
import type { LegendEntry, Look } from './look.ts'
import type { Box, Layout } from './stack-layout.ts'

/** The palette that fits what a profile measures. */
export function paletteFor({ measures = 'unknown' }: Profile): PaletteName {
  return PALETTE_OF[measures]
}

const PALETTE_OF: Readonly<Record<Measures, PaletteName>> = {
  'on-cpu': 'cpu',
  'off-cpu': 'off-cpu',
  memory: 'memory',
  wakeup: 'wakeup',
  chain: 'chain',
  'hot-cold': 'cpu',
  events: 'cpu',
  unknown: 'cpu',
}

const WHAT: Readonly<Record<Exclude<Measures, 'events'>, string>> = {
  'on-cpu': 'CPU profile',
  'off-cpu': 'Off-CPU time',
  memory: 'Memory',
  wakeup: 'Time until woken, by waker',
  chain: 'Off-CPU time and who ended it',
  'hot-cold': 'On- and off-CPU time',
  unknown: 'Flame graph',
}

/** What a profile is called in a title. */
export function whatIsShown({ measures = 'unknown', meta, name }: Profile): string {
  return measures === 'events' ? `Stacks of ${meta.event ?? name}` : WHAT[measures]
}

/** How the frames of a profile look when colour tells their kind. */
export function kindLook(profile: Pick<Profile, 'stacks'>, palette: PaletteName): (box: Box) => Look {
  const { frames, frame } = profile.stacks
  const memo = new Map<number, Look>()
  return box => {
    const f = frame[box.node]!
    const known = memo.get(f)
    if (known !== undefined) return known
    const made: Look =
      f < 0
        ? { fill: kindFill('task', 0, palette), name: 'all' }
        : {
            fill: kindFill(FRAME_KINDS[frames.kind[f]!]!, shadeOf(plainName(frames.name[f]!)), palette),
            name: plainName(frames.name[f]!),
            module: frames.module[f]!,
          }
    memo.set(f, made)
    return made
  }
}

/** True for a profile that hotCold made. */
export function isHotCold(profile: Profile): boolean {
  return profile.measures === 'hot-cold'
}

/** Frames of the off-CPU part in the palette of off-CPU pictures, all others in theirs. */
export function hotColdLook(profile: Profile, palette: PaletteName): (box: Box) => Look {
  const cold = offCpuNodes(profile.stacks)
  const hot = kindLook(profile, palette)
  const cool = kindLook(profile, 'off-cpu')
  return box => (cold[box.node] === 1 ? cool(box) : hot(box))
}

function offCpuNodes(stacks: StackTree): Uint8Array {
  const { parent, frame, frames } = stacks
  const cold = new Uint8Array(parent.length)
  for (let i = 1; i < cold.length; i++)
    cold[i] = parent[i] === ROOT ? Number(frames.name[frame[i]!] === OFF_CPU) : cold[parent[i]!]!
  return cold
}

export function hotColdLegend(profile: Profile, layout: Layout, palette: PaletteName): LegendEntry[] {
  const { stacks, self } = profile
  const cold = offCpuNodes(stacks)
  let off = 0
  let on = 0
  for (let i = 0; i < self.length; i++) {
    if (cold[i] === 1) off += self[i]!
    else on += self[i]!
  }
  return [
    {
      label: `${ON_CPU}: ${formatValue(on, 's')}`,
      fills: [kindSwatch('user', palette), kindSwatch('kernel', palette)],
    },
    {
      label: `${OFF_CPU}: ${formatValue(off, 's')}`,
      fills: [kindSwatch('user', 'off-cpu'), kindSwatch('kernel', 'off-cpu')],
    },
    ...kindLegend(layout, palette).filter(({ label }) => label !== 'user' && label !== 'kernel'),
  ]
}

/** Legend of the kinds that a layout shows, each with its share of the whole by own value. */
export function kindLegend(layout: Layout, palette: PaletteName, self?: Float64Array): LegendEntry[] {
  const { frames, frame } = layout.stacks
  const seen = new Set<string>()
  for (const box of layout.boxes) if (frame[box.node]! >= 0) seen.add(FRAME_KINDS[frames.kind[frame[box.node]!]!]!)
  const own = new Float64Array(FRAME_KINDS.length)
  let all = 0
  for (let i = 1; i < (self?.length ?? 0); i++) {
    const kind = frames.kind[frame[i]!]!
    const value = Math.max(self![i]!, 0)
    own[kind] = own[kind]! + value
    all += value
  }
  return KIND_WORDS.filter(([kind]) => seen.has(kind)).map(([kind, label]) => {
    const value = own[FRAME_KINDS.indexOf(kind)]!
    return { label: value > 0 ? `${label} ${formatShare(value, all)}` : label, fills: [kindSwatch(kind, palette)] }
  })
}
