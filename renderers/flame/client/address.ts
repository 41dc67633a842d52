import { encodeName } from '../../client/paths.ts'
import { MAX_ADDRESS, MAX_STEPS, stepOf, stepText } from '../../client/steps.ts'
import type { View } from './state.ts'
import { FRESH } from './state.ts'

/** A view as the part of an address behind `#`: `x=keep:work,reverse&z=app;main&s=vfs&v=heavy`. */
export function viewText(view: View): string {
  const state: string[] = []
  if (view.steps.length > 0) state.push('x=' + view.steps.map(stepText).join(','))
  if (view.zoom !== '') state.push('z=' + encodeURIComponent(view.zoom))
  if (view.to > view.from) state.push('r=' + view.from + ',' + view.to)
  if (view.search !== '') state.push('s=' + encodeName(view.search))
  if (view.ignoreCase) state.push('i=1')
  if (view.flipped) state.push('f=1')
  if (view.heavy) state.push('v=heavy')
  return state.join('&')
}

/** The view of such a text; what cannot be read or is too long is left out. */
export function viewOf(text: string): View {
  if (text.length > MAX_ADDRESS) return FRESH
  let view = FRESH
  for (const part of text.replace(/^#/, '').split('&')) {
    const value = part.slice(2)
    try {
      if (part.startsWith('x=')) {
        const steps = value.split(',').slice(0, MAX_STEPS).map(stepOf)
        view = { ...view, steps: steps.filter(step => step !== undefined) }
      } else if (part.startsWith('z=')) view = { ...view, zoom: decodeURIComponent(value) }
      else if (part.startsWith('s=')) view = { ...view, search: decodeURIComponent(value) }
      else if (part === 'i=1') view = { ...view, ignoreCase: true }
      else if (part === 'f=1') view = { ...view, flipped: true }
      else if (part === 'v=heavy') view = { ...view, heavy: true }
      else if (part.startsWith('r=')) {
        const [from, to] = value.split(',').map(Number)
        if (from !== undefined && to !== undefined && to > from && Number.isFinite(to - from))
          view = { ...view, from, to }
      }
    } catch {
      /* a broken link shows what it can */
    }
  }
  return view
}
