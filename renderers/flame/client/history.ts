import { viewText } from './address.ts'
import { paintSearch, selectNode, showView } from './show.ts'
import type { Picture, View } from './state.ts'
import { FRESH } from './state.ts'

/** Shows another view and leaves the way back to this one. */
export function goTo(picture: Picture, next: View): void {
  const { source, view, past } = picture
  const { window } = source
  const text = viewText(next)
  if (text === viewText(view)) return
  if (source.alone) {
    const step = Number(window.history.state?.bpfview ?? 0) + 1
    try {
      window.history.pushState({ bpfview: step }, '', text === '' ? window.location.href.split('#')[0] : '#' + text)
    } catch {
      past.push(view)
    }
  } else past.push(view)
  showView(picture, next, true)
}

/** Back to the view before. */
export function goBack(picture: Picture): void {
  const { source, past } = picture
  if (past.length > 0) showView(picture, past.pop()!, true)
  else if (source.alone && source.window.history.state?.bpfview > 0) source.window.history.back()
}

/** Everything again, the way it is drawn apart. */
export function resetView(picture: Picture): void {
  selectNode(picture, -1, false)
  picture.controls.input.value = ''
  const { flipped, ignoreCase, heavy } = picture.view
  goTo(picture, { ...FRESH, flipped, ignoreCase, heavy })
}

/** Typing replaces its own last entry on the way back instead of adding one per letter. */
export function typeSearch(picture: Picture): void {
  const { source, view, controls } = picture
  const next = { ...view, search: controls.input.value }
  if (!source.alone || view.search === '' || next.search === '') {
    goTo(picture, next)
    return
  }
  picture.view = next
  try {
    source.window.history.replaceState(source.window.history.state, '', '#' + viewText(next))
  } catch {
    /* a picture without an address */
  }
  paintSearch(picture)
}
