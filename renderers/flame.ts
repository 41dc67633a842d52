import type { Profile } from '../src/model/index.ts'
import { el } from './svg.ts'

export interface FlameOptions {
  readonly title?: string
  readonly subtitle?: string
  readonly width?: number
  readonly minWidth?: number
  readonly inverted?: boolean
  readonly script?: boolean
}

/** One SVG of a profile. */
export function flameGraph(_profile: Profile, _options: FlameOptions = {}): string {
  return el('svg', { xmlns: 'http://www.w3.org/2000/svg' })
}
