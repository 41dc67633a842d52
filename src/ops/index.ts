export { foldSamples } from './fold.ts'
export { mergeProfiles } from './merge.ts'
export { sum, totals } from './totals.ts'
