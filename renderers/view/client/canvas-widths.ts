/** Widths of the characters U+0020 to U+007E in a font, in hundredths of its size. */
export function canvasWidths(document: Document, weight: string, font: string): number[] {
  const context = document.createElement('canvas').getContext('2d')!
  context.font = weight + ' 100px ' + font
  const doubled = context.measureText('xx').width
  return Array.from({ length: 95 }, (_, i) =>
    Math.max(0, context.measureText('x' + String.fromCharCode(32 + i) + 'x').width - doubled),
  )
}
