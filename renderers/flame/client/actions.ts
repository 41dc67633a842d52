import { copyText } from '../../client/dom.ts'
import { pathText } from '../../client/paths.ts'
import { stepOptions, stepText } from '../../client/steps.ts'
import type { TreeStep } from '../../client/tree.ts'
import { foldedText, nameOf, stackOf } from '../../client/tree.ts'
import { formatShare } from '../../words/numbers.ts'
import { goTo } from './history.ts'
import { reveal } from './place.ts'
import { selectNode } from './show.ts'
import type { Picture } from './state.ts'
import { actedOn, isInverted, shownAt, yOf } from './state.ts'

/** Fills the width with a frame; the zoomed one again zooms out. */
export function zoomTo(picture: Picture, node: number): void {
  const { view, tree, source } = picture
  selectNode(picture, node, false)
  const ranged = source.chart && node > 0
  goTo(picture, {
    ...view,
    zoom: ranged ? '' : pathText(tree, node),
    from: ranged ? tree.start[node]! : 0,
    to: ranged ? tree.start[node]! + tree.total[node]! : 0,
  })
}

export function flip(picture: Picture): void {
  goTo(picture, { ...picture.view, flipped: !picture.view.flipped })
}

export function toggleHeavy(picture: Picture): void {
  if (!picture.source.chart) goTo(picture, { ...picture.view, heavy: !picture.view.heavy, zoom: '' })
}

/** Turns the stacks around, or back. */
export function toggleCallers(picture: Picture): void {
  const { steps } = picture.view
  const last = steps[steps.length - 1]
  applySteps(picture, last?.kind === 'reverse' ? steps.slice(0, -1) : [...steps, { kind: 'reverse' }])
}

/** Takes a step that was applied away. */
export function dropStep(picture: Picture, at: number): void {
  applySteps(
    picture,
    picture.view.steps.filter((_, i) => i !== at),
  )
}

function applySteps(picture: Picture, steps: readonly TreeStep[]): void {
  if (!picture.source.chart) goTo(picture, { ...picture.view, steps, zoom: '', from: 0, to: 0 })
}

/** Applies a step to the function that a frame is of; the root is none. */
export function changeBy(
  picture: Picture,
  what: 'keep' | 'drop' | 'start' | 'merge' | 'recursion' | 'module',
  node: number,
): void {
  const { tree, view } = picture
  const module = tree.frames.module[tree.frame[node]!]!
  if (what === 'recursion') {
    const { steps } = view
    const on = steps.findIndex(step => step.kind === 'collapse' && step.what === 'recursion')
    if (on >= 0) dropStep(picture, on)
    else applySteps(picture, [...steps, { kind: 'collapse', what }])
  } else if (node <= 0) return
  else if (what === 'module') {
    if (module !== '') applySteps(picture, [...view.steps, { kind: 'collapse', what: module }])
  } else applySteps(picture, [...view.steps, { kind: what, name: nameOf(tree, node) }])
}

/** Searches for the function a frame is of. */
export function findEverywhere(picture: Picture, node: number): void {
  if (node > 0) goTo(picture, { ...picture.view, search: nameOf(picture.tree, node), ignoreCase: false })
}

/** The command that gives this view. */
export function commandText({ view, source, tree, selected }: Picture): string {
  const words = ['bpfview flame IN', ...stepOptions(view.steps)]
  if (view.heavy) words.push('--sort value')
  if (source.inverted !== view.flipped) words.push('--inverted')
  if (source.chart) words.push('--chart')
  return selected < 0 && tree === source.tree ? words.join(' ') : words.join(' ')
}

export function copyOf(picture: Picture, what: 'name' | 'stack' | 'folded' | 'command', node: number): void {
  const { source, tree, controls } = picture
  if (node <= 0 && (what === 'name' || what === 'stack')) return
  const text =
    what === 'name'
      ? nameOf(tree, node)
      : what === 'stack'
        ? stackOf(tree, node).join(';')
        : what === 'folded'
          ? foldedText(tree, source.factor)
          : commandText(picture)
  copyText(text, source.svg, controls.tools)
  const status = source.svg.querySelector('.bv-status')
  if (status !== null) status.textContent = 'Copied: ' + text.split('\n')[0]!.slice(0, 120)
}

/** The next match, or the one before. */
export function stepMatch(picture: Picture, by: number): void {
  const { matches, elements, source, controls, tree } = picture
  if (matches.length === 0) return
  const shown = matches.filter(node => elements[node]!.getAttribute('display') !== 'none')
  const list = shown.length > 0 ? shown : matches
  const at = list.indexOf(picture.matched)
  if (picture.matched >= 0) elements[picture.matched]?.classList.remove('bv-current')
  const next = list[(at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by + list.length) % list.length]!
  if (elements[next]!.getAttribute('display') === 'none') goTo(picture, { ...picture.view, zoom: '' })
  picture.matched = next
  elements[next]!.classList.add('bv-current')
  selectNode(picture, next, source.document.activeElement !== controls.input)
  reveal(picture, elements[next]!, yOf(picture, tree.row[next]!))
  controls.found.textContent =
    (picture.narrow ? '' : 'Match ') +
    (list.indexOf(next) + 1) +
    ' of ' +
    list.length +
    ' · ' +
    formatShare(Number(source.svg.getAttribute('data-matched')), tree.total[0]!)
}

/** Walks: outward to the widest child, inward to the parent, sideways in the row, Home to the root. */
export function walk(picture: Picture, key: string): void {
  const { tree, current, elements } = picture
  const outward = isInverted(picture) ? 'ArrowDown' : 'ArrowUp'
  const visible = (node: number): boolean => elements[node]!.getAttribute('display') !== 'none'
  let next = current
  if (key === 'Home') next = 0
  else if (key === outward) {
    let best = -1
    for (let i = current + 1; i < tree.parent.length && tree.parent[i]! >= current; i++)
      if (tree.parent[i] === current && visible(i) && (best < 0 || shownAt(picture, i)[1] > shownAt(picture, best)[1]))
        best = i
    if (best >= 0) next = best
  } else if (key === 'ArrowUp' || key === 'ArrowDown') next = Math.max(tree.parent[current]!, 0)
  else {
    const by = key === 'ArrowRight' ? 1 : -1
    for (let i = current + by; i >= 0 && i < tree.parent.length; i += by) {
      if (tree.row[i] !== tree.row[current] || !visible(i)) continue
      next = i
      break
    }
  }
  selectNode(picture, next, true)
}

export function toggleTheme({ source }: Picture): void {
  const { svg, window } = source
  const { classList } = svg
  const dark =
    classList.contains('bv-dark') ||
    (classList.contains('bv-auto') && window.matchMedia('(prefers-color-scheme: dark)').matches)
  for (const element of [svg, source.document.documentElement]) {
    element.classList.remove('bv-auto', 'bv-dark', 'bv-light')
    element.classList.add(dark ? 'bv-light' : 'bv-dark')
  }
}

/** What keys and menu act on. */
export function target(picture: Picture): number {
  return actedOn(picture)
}

/** True when a step is applied. */
export function isApplied(picture: Picture, step: TreeStep): boolean {
  return picture.view.steps.some(other => stepText(other) === stepText(step))
}
