import { addHtml } from '../../client/dom.ts'
import { searchTree } from '../../client/search.ts'
import { formatShare } from '../../words/numbers.ts'
import type { Placed } from './place.ts'
import type { App } from './state.ts'
import { byId } from './state.ts'
import { boxFacts, boxWords } from './words.ts'

const GAP = 14

/** Says in the foot what is under the pointer or selected. */
export function describe(app: App, placed: Placed | undefined): void {
  const { document, picked } = app
  const what = placed ?? picked
  byId(document, 'now').textContent = what === undefined ? '' : boxWords(app, what)
  sayFound(app)
}

/** Says how much of what is kept a search finds, no stack twice. */
function sayFound(app: App): void {
  const { document, search, ground, data, choice } = app
  const note = byId(document, 'found')
  if (search === undefined) {
    note.textContent = ''
    delete note.dataset['for']
    return
  }
  const key = choice.search + ' ' + ground.now.whole
  if (note.dataset['for'] === key) return
  note.dataset['for'] = key
  const { total } = searchTree(
    { parent: ground.stacks.parent, frame: ground.stacks.frame, total: ground.now.total, frames: data.frames },
    search,
  )
  note.textContent = formatShare(total, ground.now.whole)
}

/** Shows the facts of a box beside the pointer. */
export function showTip(app: App, placed: Placed | undefined, at?: { readonly x: number; readonly y: number }): void {
  const tip = byId(app.document, 'tip')
  tip.hidden = placed === undefined || at === undefined
  if (placed === undefined || at === undefined) return
  tip.textContent = ''
  const [name, ...facts] = boxFacts(app, placed.box)
  addHtml('b', {}, tip, name)
  for (const fact of facts) addHtml('div', {}, tip, fact)
  const { width, height } = tip.getBoundingClientRect()
  const { innerWidth, innerHeight } = app.window
  const y = at.y + GAP + height > innerHeight ? at.y - GAP - height : at.y + GAP
  tip.style.left = Math.max(4, Math.min(at.x + GAP, innerWidth - width - 4)) + 'px'
  tip.style.top = Math.max(4, y) + 'px'
}
