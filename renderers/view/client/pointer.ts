import { addButton, addHtml } from '../../client/dom.ts'
import { activate, showCalls, stepBy } from './actions.ts'
import { drawPicture } from './draw.ts'
import { describe, showTip } from './foot.ts'
import type { Point } from './hit.ts'
import { boxAt } from './hit.ts'
import { openFrameMenu } from './menu.ts'
import type { Placed } from './place.ts'
import { ROW } from './place.ts'
import type { App } from './state.ts'
import { byId, frameName } from './state.ts'
import { changeRows } from './update.ts'
import { drawWhen, hasTimes, whenAt } from './when.ts'
import { boxFacts } from './words.ts'

const LONG_PRESS = 500
/** A finger may move as far without dragging. */
const SLOP = 6

function pointOf(event: MouseEvent): Point {
  return { x: event.clientX, y: event.clientY }
}

/** Hover, click, right click and long press of the picture. */
export function listenToPicture(app: App): void {
  const { document, window } = app
  const canvas = byId(document, 'canvas')
  let press: { timer: number; x: number; y: number } | undefined
  let pressed = false
  const hover = (placed: Placed | undefined, event?: PointerEvent): void => {
    if (app.hovered !== placed) {
      app.hovered = placed
      drawPicture(app)
      describe(app, placed)
    }
    app.pointer = event && pointOf(event)
    showTip(app, placed, app.pointer)
  }
  canvas.addEventListener('pointermove', event => {
    if (event.pointerType === 'touch') {
      if (press !== undefined && Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLOP) cancel()
    } else hover(boxAt(app, pointOf(event)), event)
  })
  canvas.addEventListener('pointerleave', () => hover(undefined))
  const cancel = (): void => {
    if (press !== undefined) window.clearTimeout(press.timer)
    press = undefined
  }
  canvas.addEventListener('pointerdown', event => {
    pressed = false
    if (event.pointerType !== 'touch') return
    const { clientX: x, clientY: y } = event
    cancel()
    press = {
      x,
      y,
      timer: window.setTimeout(() => {
        pressed = true
        const placed = boxAt(app, { x, y })
        if (placed !== undefined) openFrameMenu(app, placed.box, { x, y })
      }, LONG_PRESS),
    }
  })
  for (const end of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(end, cancel)
  canvas.addEventListener('click', event => {
    const placed = boxAt(app, pointOf(event))
    if (placed === undefined || pressed) return
    if (window.matchMedia('(max-width:900px)').matches) select(app, placed)
    else activate(app, placed.box)
  })
  canvas.addEventListener('contextmenu', event => {
    const placed = boxAt(app, pointOf(event))
    event.preventDefault()
    if (placed !== undefined && !pressed) openFrameMenu(app, placed.box, { x: event.clientX, y: event.clientY })
  })
  byId(document, 'scroll').addEventListener('scroll', () => {
    hover(undefined)
    drawPicture(app)
  })
}

/** Selects a box; on a small screen with a sheet of what can be done. */
export function select(app: App, placed: Placed): void {
  const { document } = app
  app.picked = placed
  drawPicture(app)
  describe(app, placed)
  const sheet = byId(document, 'sheet')
  sheet.textContent = ''
  sheet.hidden = !app.window.matchMedia('(max-width:900px)').matches
  const [name, ...facts] = boxFacts(app, placed.box)
  addHtml('b', {}, sheet, name)
  addHtml('div', { class: 'vw-soft' }, sheet, facts.join(' · '))
  const row = addHtml('div', { class: 'vw-row' }, sheet)
  const act = (words: string, does: () => void): void => {
    addButton(words, words + ' ' + frameName(app, placed.box.frame), row, () => {
      sheet.hidden = true
      does()
    })
  }
  act('Zoom', () => activate(app, placed.box))
  act('Callers & callees', () => showCalls(app, placed.box.frame))
  act('Keep', () => stepBy(app, 'keep', placed.box.frame))
  act('Drop', () => stepBy(app, 'drop', placed.box.frame))
  act('More', () => openFrameMenu(app, placed.box, { x: 12, y: app.window.innerHeight }))
  act('Close', () => undefined)
}

/** Scrolls so that a box is seen. */
export function reveal(app: App, { y }: Placed): void {
  const scroller = byId(app.document, 'scroll')
  if (y < scroller.scrollTop) scroller.scrollTop = y - ROW
  else if (y + 2 * ROW > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = y + 2 * ROW - scroller.clientHeight
}

/** Drags in the strip keep a range; a click on a task's name keeps the task. */
export function listenToStrip(app: App): void {
  if (!hasTimes(app)) return
  const canvas = byId(app.document, 'strip')
  const at = (event: PointerEvent): ReturnType<typeof whenAt> => {
    const { left, top } = canvas.getBoundingClientRect()
    return whenAt(app, event.clientX - left, event.clientY - top)
  }
  let from: ReturnType<typeof whenAt> | undefined
  let begun = 0
  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    from = at(event)
    begun = event.clientX
    canvas.setPointerCapture(event.pointerId)
  })
  const between = (event: PointerEvent): readonly [number, number] => {
    const to = at(event).tick
    return [Math.min(from!.tick, to), Math.max(from!.tick, to)]
  }
  canvas.addEventListener('pointermove', event => {
    canvas.style.cursor = at(event).task === undefined ? 'crosshair' : 'pointer'
    if (from === undefined || Math.abs(event.clientX - begun) < SLOP / 2) return
    app.dragged = between(event)
    drawWhen(app)
  })
  canvas.addEventListener('pointercancel', () => {
    from = app.dragged = undefined
    drawWhen(app)
  })
  canvas.addEventListener('pointerup', event => {
    if (from === undefined) return
    const dragged = app.dragged !== undefined
    const [low, high] = between(event)
    const { task } = from
    from = app.dragged = undefined
    const { rows } = app.choice
    if (dragged && high > low) changeRows(app, { range: [low, high] })
    else if (task !== undefined)
      changeRows(app, { tasks: rows.tasks.length === 1 && rows.tasks[0] === task ? [] : [task] })
    else if (rows.range !== undefined) changeRows(app, { range: undefined })
  })
}

/** Clicks, hover and menu of the table. */
export function listenToTable(app: App): void {
  const { document } = app
  const body = byId(document, 'functions')
  const frameAt = (event: Event): number =>
    Number((event.target as Element).closest<HTMLElement>('tr')?.dataset['frame'] ?? -1)
  body.addEventListener('click', event => showCalls(app, frameAt(event)))
  body.addEventListener('pointerover', event => {
    app.pointed = frameAt(event)
    drawPicture(app)
  })
  body.addEventListener('pointerleave', () => {
    app.pointed = -1
    drawPicture(app)
  })
  body.addEventListener('contextmenu', event => {
    const frame = frameAt(event)
    if (frame < 0) return
    event.preventDefault()
    openFrameMenu(app, functionBox(app, frame), { x: event.clientX, y: event.clientY })
  })
}

/** A function as a box of its own, for what is done to it from the table. */
export function functionBox({ ground }: App, frame: number): Placed['box'] {
  const { now, before } = ground
  return {
    frame,
    up: undefined,
    nodes: [],
    values: undefined,
    valuesBefore: undefined,
    size: 0,
    now: now.all[frame]!,
    before: before?.all[frame] ?? 0,
    self: now.own[frame]!,
    kids: [],
  }
}
