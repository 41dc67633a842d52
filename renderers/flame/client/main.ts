import { characterWidths, measureWith } from '../../client/measure.ts'
import { levelsBelow } from '../cap-rows.ts'
import { dropStep, flip, stepMatch, toggleCallers, toggleHeavy } from './actions.ts'
import { viewOf } from './address.ts'
import { addControls } from './controls.ts'
import { drawBoxes } from './draw.ts'
import { keysShown, showKeys } from './help.ts'
import { goBack, goTo, resetView, typeSearch } from './history.ts'
import { answerKey } from './keys.ts'
import { openFrameMenu } from './menu.ts'
import { placeAround, placeHead, stick } from './place.ts'
import { listenToBoxes } from './pointer.ts'
import { readPicture } from './read.ts'
import { showView } from './show.ts'
import type { Source } from './source.ts'
import type { Picture } from './state.ts'
import { actedOn, FRESH, isInverted } from './state.ts'
import { describeNode } from './words.ts'

const NARROWEST = 360

/**
 * Makes the picture around an element interactive. Everything it knows about the profile it reads from attributes of the picture, and writes
 * back as text nodes and values of attributes.
 */
export function liveFlame(element: Element | null): void {
  const svg = element?.closest('svg')
  if (svg === null || svg === undefined || svg.hasAttribute('data-live')) return
  const source = readPicture(svg)
  if (source === undefined) return
  const picture = makePicture(source)
  answerControls(picture)
  listenToBoxes(picture)
  if (source.alone) openAlone(picture)
  else openInside(picture)
}

function makePicture(source: Source): Picture {
  const { svg } = source
  const widths = characterWidths(svg, 400)
  const boldWidths = characterWidths(svg, 600)
  return {
    source,
    controls: addControls(source),
    measure: (size, bold = false) => measureWith(bold ? boldWidths : widths, size),
    view: FRESH,
    past: [],
    tree: source.tree,
    elements: source.elements,
    below: levelsBelow(source.tree.parent, source.tree.row),
    layer: source.layer,
    nodes: new Map(source.elements.map((box, i) => [box, i])),
    built: '',
    zoomed: 0,
    current: 0,
    selected: -1,
    hovered: -1,
    matches: [],
    matched: -1,
    width: Number(svg.getAttribute('width')),
    height: Number(svg.getAttribute('height')),
    rows: source.rows,
    top: source.geometry.top,
    raised: 0,
    foot: source.geometry.foot,
    narrow: false,
  }
}

function answerControls(picture: Picture): void {
  const { controls } = picture
  const on = (button: HTMLElement, act: () => void): void =>
    button.addEventListener('click', event => {
      event.stopPropagation()
      act()
    })
  on(controls.previous, () => stepMatch(picture, -1))
  on(controls.next, () => stepMatch(picture, 1))
  on(controls.ignoreCase, () => goTo(picture, { ...picture.view, ignoreCase: !picture.view.ignoreCase }))
  on(controls.back, () => goBack(picture))
  on(controls.reset, () => resetView(picture))
  on(controls.callers, () => toggleCallers(picture))
  on(controls.heavy, () => toggleHeavy(picture))
  on(controls.flip, () => flip(picture))
  on(controls.help, () => showKeys(picture, !keysShown(picture)))
  on(controls.menu, () => {
    const { left, top } = controls.menu.getBoundingClientRect()
    openFrameMenu(picture, Math.max(actedOn(picture), 0), { x: left, y: top })
  })
  controls.kept.addEventListener('click', event => {
    event.stopPropagation()
    const step = (event.target as Element).getAttribute('data-step')
    if (step !== null) dropStep(picture, Number(step))
  })
  controls.input.addEventListener('input', () => typeSearch(picture))
}

/** A document of its own: the address, the keyboard and the scrolling are the picture's. */
function openAlone(picture: Picture): void {
  const { source } = picture
  const { window } = source
  window.addEventListener('keydown', event => answerKey(picture, event))
  window.addEventListener('popstate', () => showView(picture, viewOf(window.location.hash), true))
  window.addEventListener('scroll', () => stick(picture), { passive: true })
  window.addEventListener('resize', () => resize(picture))
  const linked = viewOf(window.location.hash)
  resize(picture)
  showView(picture, linked, false)
  if (!isInverted(picture) && !source.chart && window.scrollY === 0) window.scrollTo(0, picture.height)
  stick(picture)
}

/** One picture of several answers to keys only while the focus is inside it. */
function openInside(picture: Picture): void {
  const { svg, window, fixed } = picture.source
  svg.addEventListener('keydown', event => answerKey(picture, event))
  const parent = svg.parentElement
  if (!fixed && parent !== null) {
    let last = 0
    new window.ResizeObserver(() => {
      if (parent.clientWidth === last) return
      last = parent.clientWidth
      resize(picture)
    }).observe(parent)
  }
  resize(picture)
  showView(picture, FRESH, false)
}

function resize(picture: Picture): void {
  const { source } = picture
  const { svg, document, window } = source
  if (!source.fixed) {
    const room = source.alone
      ? document.documentElement.clientWidth || window.innerWidth
      : (svg.parentElement?.clientWidth ?? 0)
    picture.width = Math.max(room > 0 ? room : picture.width, NARROWEST)
    svg.removeAttribute('viewBox')
    svg.setAttribute('width', String(picture.width))
  }
  placeHead(picture)
  drawBoxes(picture)
  placeAround(picture)
  describeNode(picture, picture.selected)
}
