import { diffClass } from '../../scope/client/difference.ts'
import { fitLabel, plainName } from '../../words/label.ts'
import { formatShare } from '../../words/numbers.ts'
import type { Box } from './boxes.ts'
import { kindColour } from './colours.ts'
import type { Placed } from './place.ts'
import { ROW } from './place.ts'
import type { App } from './state.ts'
import { byId, frameName, isCompared } from './state.ts'
import { certaintyBetween, isNoise, pointsWords } from './words.ts'

/** Narrower boxes have no label. */
const LEAST_LABEL = 22
/** What is not found by a search, and what is zoomed out of. */
const FADED = 0.32
const ANCESTOR = 0.6
const TEXT = 11.5

/** A canvas of a size in px, cleared, sharp on any screen. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(3, canvas.ownerDocument.defaultView!.devicePixelRatio || 1)
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))]
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
    canvas.style.width = width + 'px'
    canvas.style.height = height + 'px'
  }
  const context = canvas.getContext('2d')!
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return context
}

/** Draws what of the picture is in view. */
export function drawPicture(app: App): void {
  const { document, placed, colours, hovered, picked } = app
  const scroller = byId(document, 'scroll')
  const canvas = byId<HTMLCanvasElement>(document, 'canvas')
  const [width, height] = [byId(document, 'spacer').clientWidth, Math.min(scroller.clientHeight, app.height)]
  const context = fitCanvas(canvas, width, height)
  const top = Math.min(scroller.scrollTop, Math.max(0, app.height - height))
  context.textBaseline = 'middle'
  let drawn = 0
  for (const each of placed) {
    const y = each.y - top
    if (y + ROW < 0 || y > height) continue
    drawBox(app, context, each, y)
    drawn++
  }
  const pointed = app.pointed >= 0 ? app.pointed : (hovered?.box.frame ?? -1)
  context.lineWidth = 1.5
  for (const each of placed) {
    const y = each.y - top
    const found = app.matches !== undefined && each.box.frame >= 0 && app.matches[each.box.frame] === 1
    if (each === picked) context.strokeStyle = colours.accent
    else if (each === hovered || found || (pointed >= 0 && each.box.frame === pointed))
      context.strokeStyle = colours.ink
    else continue
    context.lineWidth = each === picked ? 2.5 : 1.5
    if (y + ROW >= 0 && y <= height) context.strokeRect(each.x + 0.75, y + 0.75, Math.max(each.w - 2, 0.5), ROW - 2.5)
  }
  canvas.dataset['boxes'] = String(drawn)
}

function drawBox(app: App, context: CanvasRenderingContext2D, placed: Placed, y: number): void {
  const { box, x, w, faded } = placed
  const { colours, matches } = app
  const found = matches === undefined || (box.frame >= 0 && matches[box.frame] === 1)
  context.globalAlpha = faded ? ANCESTOR : found ? 1 : FADED
  context.fillStyle = isCompared(app) ? changeColour(app, box) : kindColour(colours, app.data.frames, box.frame)
  context.fillRect(x, y, Math.max(w - (w > 3 ? 0.7 : w * 0.15), 0.3), ROW - 1)
  context.globalAlpha = faded ? 0.8 : found ? 1 : 0.75
  if (w >= LEAST_LABEL) drawLabel(app, context, placed, y)
  context.globalAlpha = 1
}

function drawLabel(app: App, context: CanvasRenderingContext2D, { box, x, w, side }: Placed, y: number): void {
  const { colours, measure, bold, ground } = app
  const heavy = side === 'function'
  const size = heavy ? bold : measure
  const part = isCompared(app)
    ? pointsWords(app, box.before, box.now)
    : side === 'flame'
      ? ''
      : formatShare(box.now, heavy ? ground.now.whole : app.root.now)
  const room = w - 8
  const partWidth = part === '' ? 0 : measure(part) + 10
  const shown = partWidth > 0 && room > partWidth + 60
  context.fillStyle = colours.ink
  context.font = (heavy ? '600 ' : '') + TEXT + 'px ' + colours.font
  const text = fitLabel(plainName(frameName(app, box.frame)), room - (shown ? partWidth : 0), size)
  if (text !== '') context.fillText(text, x + 4, y + ROW / 2)
  if (!shown) return
  context.font = TEXT + 'px ' + colours.font
  context.textAlign = 'right'
  context.fillText(part, x + w - 5, y + ROW / 2)
  context.textAlign = 'left'
}

/** Grey is what may be noise; orange is more, blue is less. */
function changeColour(app: App, { before, now }: Box): string {
  const { ground, colours } = app
  if (isNoise(app, before, now)) return colours.changes.get('same')!
  const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)
  return colours.changes.get(
    diffClass(share(before, ground.before!.whole), share(now, ground.now.whole), certaintyBetween(app, before, now)),
  )!
}
