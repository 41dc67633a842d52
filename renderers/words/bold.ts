import { textWidth } from './label.ts'

/**
 * Widths of the characters U+0020 to U+007E in bold, in hundredths of the font size, each the larger of Arial Bold's and DejaVu Sans Bold's.
 * Source: advance widths of the two fonts, rounded up.
 */
const BOLD_WIDTHS: readonly number[] = [
  35, 47, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84,
  84, 84, 62, 100, 78, 77, 74, 83, 69, 69, 83, 84, 38, 56, 78, 64, 100, 84, 85, 74, 85, 77, 72, 69, 82, 78, 111, 78, 73,
  73, 46, 37, 46, 84, 56, 50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66,
  93, 65, 66, 59, 72, 37, 72, 84,
]

/** Measures bold texts of a size in px: their widths in px. */
export function boldMeasure(size: number): (words: string) => number {
  return words => (textWidth(words, BOLD_WIDTHS) * size) / 100
}
