import { SHADES, shadeOf } from '../../markup/shade.ts'
import { plainName } from '../../words/label.ts'
import type { ViewFrames } from './data.ts'

/** Colours of the page as it is now. */
export interface Colours {
  readonly ink: string
  readonly soft: string
  readonly page: string
  readonly line: string
  readonly field: string
  readonly accent: string
  readonly font: string
  readonly dark: boolean
  /** By number of kind and shade. */
  readonly kinds: readonly (readonly string[])[]
  /** By class of a difference: same, new, gone, more1 to more5, less1 to less5. */
  readonly changes: ReadonlyMap<string, string>
  readonly heat: readonly string[]
}

/** Classes of a difference, in the order of the page's style. */
export const CHANGES: readonly string[] = [
  'same',
  'new',
  'gone',
  ...['more', 'less'].flatMap(side => [1, 2, 3, 4, 5].map(step => side + step)),
]

/** True when the page has a style: a frame that is hidden, or was replaced while it read its data, has none in Firefox. */
export function hasStyle(document: Document): boolean {
  const { defaultView } = document
  return (
    defaultView !== null && defaultView.getComputedStyle(document.documentElement).getPropertyValue('--kinds') !== ''
  )
}

/** Reads the colours from the page's style. */
export function readColours(document: Document): Colours {
  const style = document.defaultView!.getComputedStyle(document.documentElement)
  const read = (name: string): string => style.getPropertyValue('--' + name).trim()
  const list = (name: string): string[] => read(name).split(' ')
  const kinds = list('kinds')
  const changes = list('changes')
  const page = read('page')
  return {
    ink: read('ink'),
    soft: read('second'),
    page,
    line: read('line'),
    field: read('field'),
    accent: read('accent'),
    font: document.defaultView!.getComputedStyle(document.body).fontFamily,
    dark: Number.parseInt(page.slice(1, 3), 16) < 128,
    kinds: Array.from({ length: kinds.length / SHADES }, (_, k) => kinds.slice(k * SHADES, (k + 1) * SHADES)),
    changes: new Map(CHANGES.map((name, i) => [name, changes[i]!])),
    heat: list('heat'),
  }
}

const TASK = 1

/** Colour of a frame by its kind, in the shade of its name. */
export function kindColour({ kinds }: Colours, frames: ViewFrames, frame: number): string {
  return frame < 0 ? kinds[TASK]![0]! : kinds[frames.kind[frame]!]![shadeOf(plainName(frames.name[frame]!))]!
}
