/** What `bpfview/renderers` offers: datasets and results in, text out, the same for the same input. */

export type { CheckFacts, CommitFacts } from './check/facts.ts'
export { checkAnnotations } from './check/github.ts'
export { headline as checkHeadline } from './check/headline.ts'
export {
  histogramCheckAnnotations,
  histogramCheckJson,
  histogramCheckJunit,
  histogramCheckMarkdown,
  histogramCheckText,
} from './check/histograms.ts'
export type { CheckInput, CheckJsonOptions } from './check/json.ts'
export { checkJson } from './check/json.ts'
export { checkJunit } from './check/junit.ts'
export { checkMarkdown } from './check/markdown.ts'
export { checkSarif } from './check/sarif.ts'
export {
  scalarCheckAnnotations,
  scalarCheckJson,
  scalarCheckJunit,
  scalarCheckMarkdown,
  scalarCheckText,
} from './check/scalars.ts'
export { checkText } from './check/text.ts'
export { distributionHtml, distributionJson, distributionMarkdown } from './diff/distributions.ts'
export type { DiffFlameOptions, DiffWidth } from './diff/flame.ts'
export { diffFlame } from './diff/flame.ts'
export { diffFoldedLines } from './diff/folded.ts'
export { histogramDiffSvg } from './diff/histogram-svg.ts'
export { diffHtml } from './diff/html.ts'
export { diffJson } from './diff/json.ts'
export { diffMarkdown } from './diff/markdown.ts'
export type { Content, Exporter, ResultKind, Results } from './exporters.ts'
export { exporterByEnding, exporterById, exporters, exportersOf, render } from './exporters.ts'
export { flameChart } from './flame/chart.ts'
export type { CompatFlameOptions, CompatLine, CompatPicture } from './flame/compat.ts'
export { compatFlameGraph } from './flame/compat.ts'
export type { FlameOptions } from './flame/flame.ts'
export { flameGraph } from './flame/flame.ts'
export type { ColourScale } from './heat/colours.ts'
export type { HeatMapOptions } from './heat/heatmap.ts'
export { heatMap, heatMapPage } from './heat/heatmap.ts'
export { heatJson } from './heat/json.ts'
export type { HistogramLayout, HistogramSvgOptions } from './histogram/svg.ts'
export { HISTOGRAM_LAYOUTS, histogramSvg } from './histogram/svg.ts'
export { historyHtml } from './history/html.ts'
export type { HistorySvgOptions } from './history/svg.ts'
export { historySvg } from './history/svg.ts'
export { historyJson, historyMarkdown, historyText } from './history/text.ts'
export { foldedLines } from './listing/folded.ts'
export type { Gaps, Info } from './listing/info.ts'
export { infoOf, infoText } from './listing/info.ts'
export { mergedCsv, mergedJson } from './listing/merged-profile.ts'
export { topMarkdown, topTable, topText } from './listing/top.ts'
export { escapeXml, markdownText } from './markup/escape.ts'
export type { PaletteName, Theme } from './markup/palette.ts'
export { PALETTES } from './markup/palette.ts'
export type { ScopePageOptions } from './scope/page.ts'
export { scopePage } from './scope/page.ts'
export type { ViewSide } from './view/pack.ts'
export type { ViewPageOptions } from './view/page.ts'
export { viewPage } from './view/page.ts'
