import type { Layout } from './stack-layout.ts'
import { JUST_MORE } from './stack-layout.ts'

/** A box takes at least so many bytes. */
const LEAST_BOX_BYTES = 100

/** How many boxes a picture of that many bytes can have at most: what has more is not even tried, because it may not fit into memory. */
export function boxesIn(maxBytes: number): number {
  return Math.ceil(maxBytes / LEAST_BOX_BYTES)
}

/** A picture that is laid out, and its text when that is asked for. */
export interface Drawing {
  readonly layout: Layout
  readonly svg: () => string
}

/** The text of a picture and its length; of one with too many boxes for `maxBytes` no text, and the length it has at least. */
export function drawn(
  { layout, svg }: Drawing,
  maxBytes: number,
): { readonly text: string | undefined; readonly length: number } {
  if (layout.boxes.length > boxesIn(maxBytes)) return { text: undefined, length: layout.boxes.length * LEAST_BOX_BYTES }
  const text = svg()
  return { text, length: text.length }
}

/** Draws with growing thresholds until the picture has at most `maxBytes` characters. */
export function drawWithin(maxBytes: number, minShare: number, draw: (minShare: number) => Drawing): string {
  let drawing = draw(minShare)
  let { text, length } = drawn(drawing, maxBytes)
  for (let round = 0; round < 12 && length > maxBytes && drawing.layout.boxes.length > 1; round++) {
    const { boxes, total } = drawing.layout
    const sizes = Float64Array.from(boxes, box => box.total).sort()
    const keep = Math.floor(sizes.length * Math.min(0.95, (0.93 * maxBytes) / length))
    minShare = Math.max((sizes[sizes.length - 1 - keep]! / total) * JUST_MORE, drawing.layout.minShare * 1.05)
    drawing = draw(minShare)
    ;({ text, length } = drawn(drawing, maxBytes))
  }
  return text ?? drawing.svg()
}
