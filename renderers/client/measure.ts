import { textWidth } from '../words/label.ts'
import { addSvg } from './dom.ts'

/** Width of a text in px. */
export type Measure = (text: string) => number

/** Widths of the characters U+0020 to U+007E in the viewer's own font, in hundredths of its size. */
export function characterWidths(svg: Element, weight: number): number[] {
  const widths: number[] = []
  const probe = addSvg(
    'text',
    { 'font-size': 100, x: 0, y: -1000, 'xml:space': 'preserve', 'font-weight': weight },
    svg,
  ) as unknown as SVGTextContentElement
  for (let code = 32; code < 127; code++) {
    probe.textContent = 'x' + String.fromCharCode(code) + 'x'
    const wide = probe.getComputedTextLength()
    probe.textContent = 'xx'
    widths.push(Math.max(wide - probe.getComputedTextLength(), 0))
  }
  probe.remove()
  if (!(widths[65]! > 10)) for (let i = 0; i < 95; i++) widths[i] = 70
  return widths
}

/** Measures text of a size in px. */
export function measureWith(widths: readonly number[], size: number): Measure {
  return text => (textWidth(text, widths) * size) / 100
}
