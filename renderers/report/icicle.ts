import type { Profile, StackTree } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { nameOf } from '../../src/ops/report/own-function.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import { escapeXml } from '../markup/escape.ts'
import { fixed } from '../markup/svg.ts'
import { formatShare } from '../words/numbers.ts'
import { valueWords } from './words.ts'

/** How an icicle names and joins the frames of a tree: frames of one label in a row are one; '' = the frame is left out. */
export interface IcicleFrames {
  label(node: number): string
  kind(node: number): string
}

interface Box {
  readonly label: string
  readonly kind: string
  value: number
  readonly children: Map<string, Box>
}

/** Narrower frames than this share of the whole are left out; what they hold is said. */
const NARROWEST = 0.004
const DEEPEST = 40
/** From this depth on a frame must be this wide: needles make a picture tall and tell little. */
const DEEP = 12
const NARROW = 0.03

/** Runtimes, libraries and the kernel as one frame each; the program's own functions one by one. */
export function ownFrames(stacks: StackTree, own: Uint8Array): IcicleFrames {
  const { frame, frames } = stacks
  return {
    label: node => {
      const f = frame[node]!
      const kind = FRAME_KINDS[frames.kind[f]!]!
      if (kind === 'kernel') return '[kernel]'
      if (kind === 'task' || own[f]! > 0) return nameOf(stacks, node)
      return `[${moduleName(frames.module[f]!)}]`
    },
    kind: node => kindOf(stacks, node),
  }
}

/** Every frame by its own name. */
export function allFrames(stacks: StackTree): IcicleFrames {
  return { label: node => nameOf(stacks, node), kind: node => kindOf(stacks, node) }
}

function kindOf({ frame, frames }: StackTree, node: number): string {
  return FRAME_KINDS[frames.kind[frame[node]!]!]!
}

function moduleName(module: string): string {
  const bare = module.replace(/^\[(.*)\]$/, '$1').replace(/ \(deleted\)$/, '')
  const name = bare.slice(bare.lastIndexOf('/') + 1).replace(/\.so[\d.]*$|-[\d.]+\.so$/, '')
  return name === '' ? 'unknown' : /^perf-\d+\.map$/.test(name) ? 'compiled code' : name.slice(0, 40)
}

/** An icicle graph as HTML: boxes by share of the whole, root at the top; nothing to run. '' for a profile without values. */
export function icicleHtml(profile: Profile, frames: IcicleFrames, caption: string, scale = 1): string {
  const root = boxesOf(profile, frames)
  if (!(root.value > 0)) return ''
  const out: string[] = []
  let [deepest, hidden] = [0, 0]
  const pending: { box: Box; left: number; depth: number }[] = [{ box: root, left: 0, depth: 0 }]
  while (pending.length > 0) {
    const { box, left, depth } = pending.pop()!
    if (depth > 0) {
      deepest = Math.max(deepest, depth)
      const width = (100 * box.value * scale) / root.value
      const words = `${box.label}: ${valueWords(box.value, profile.value.unit)}, ${formatShare(box.value, root.value)}`
      out.push(
        `<i class="k-${box.kind}" style="left:${fixed(left, 2)}%;width:${fixed(width, 2)}%;top:${(depth - 1) * 19}px" title="${escapeXml(words)}">${width >= 2 ? escapeXml(box.label) : ''}</i>`,
      )
    }
    let at = left
    const children = [...box.children.values()].sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1))
    for (const child of children) {
      if (child.value / root.value < (depth < DEEP ? NARROWEST : NARROW) || depth >= DEEPEST) hidden += child.value
      else pending.push({ box: child, left: at, depth: depth + 1 })
      at += (100 * child.value * scale) / root.value
    }
  }
  const said =
    hidden / root.value >= 0.01
      ? `<p class="second">narrow frames are not drawn: under 0.4%, below row ${DEEP} under 3%</p>`
      : ''
  return `<div class="icicle" style="height:${deepest * 19}px" role="img" aria-label="${escapeXml(caption)}">${out.join('')}</div>${said}`
}

/** The tree of boxes: frames of one label in a row joined. */
function boxesOf(profile: Profile, frames: IcicleFrames): Box {
  const { stacks, self } = profile
  const total = totals(stacks, self)
  const root: Box = { label: '', kind: 'task', value: total[0]!, children: new Map() }
  const boxes: Box[] = [root]
  for (let i = 1; i < stacks.parent.length; i++) {
    const above = boxes[stacks.parent[i]!]!
    if (!(total[i]! > 0)) {
      boxes[i] = above
      continue
    }
    const label = frames.label(i)
    if (label === '' || (label === above.label && label.startsWith('['))) {
      boxes[i] = above
      continue
    }
    const known = above.children.get(label)
    if (known === undefined) {
      const box: Box = { label, kind: frames.kind(i), value: total[i]!, children: new Map() }
      above.children.set(label, box)
      boxes[i] = box
    } else {
      known.value += total[i]!
      boxes[i] = known
    }
  }
  return root
}
