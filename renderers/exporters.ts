/**
 * What results can be written as: one row per form of a result, in the order in which help names them; the first of a result is its default.
 * A row loads its renderer when it writes, so that a program loads only what it uses.
 */
import type { Profile } from '../src/model/index.ts'
import { BpfviewError, quote } from '../src/model/index.ts'
import type { HistogramChange } from '../src/ops/compare/compare-histograms.ts'
import type { TableDiff } from '../src/ops/compare/diff-tables.ts'
import type { Tell } from './exchange/losses.ts'
import type { StackRows } from './exchange/stack-rows.ts'
import type { Content, Exporter, ResultKind, Results } from './results.ts'

export type { Content, Exporter, ResultKind, Results } from './results.ts'

const SVG = { id: 'svg', endings: ['.svg'], media: 'image/svg+xml' } as const
const HTML = { id: 'html', endings: ['.html', '.htm'], media: 'text/html' } as const
const JSON_TEXT = { id: 'json', endings: ['.json'], media: 'application/json' } as const
const CSV = { id: 'csv', endings: ['.csv'], media: 'text/csv' } as const
const MARKDOWN = { id: 'md', endings: ['.md', '.markdown'], media: 'text/markdown' } as const
const TEXT = { id: 'text', endings: ['.txt', '.text'], media: 'text/plain' } as const
const FOLDED = { id: 'folded', endings: ['.folded', '.collapsed', '.stacks', '.txt'], media: 'text/plain' } as const

const JUNIT = { id: 'junit', endings: ['.xml', '.junit'], media: 'application/xml' } as const
const SARIF = { id: 'sarif', endings: ['.sarif', '.sarif.json'], media: 'application/sarif+json' } as const

const PROTOBUF = 'application/x-protobuf'

function row<K extends ResultKind>(exporter: Exporter<K>): Exporter {
  return exporter as unknown as Exporter
}

/** Every form of every result. */
export const exporters: readonly Exporter[] = [
  row({
    ...SVG,
    of: 'flame',
    write: async (profile, options) => (await import('./flame/flame.ts')).flameGraph(profile, options),
  }),
  row({
    ...HTML,
    of: 'flame',
    write: async (profile, options) =>
      page((await import('./flame/flame.ts')).flameGraph(profile, options), 'Flame graph', options),
  }),
  row({
    id: 'term',
    endings: ['.txt', '.text'],
    of: 'flame',
    media: TEXT.media,
    write: async (profile, options) => (await import('./flame/term.ts')).flameTerm(profile, options),
  }),
  row({
    ...SVG,
    of: 'chart',
    write: async (samples, options) => (await import('./flame/chart.ts')).flameChart(samples, options),
  }),
  row({
    ...HTML,
    of: 'chart',
    write: async (samples, options) =>
      page((await import('./flame/chart.ts')).flameChart(samples, options), 'Flame chart', options),
  }),
  row({ ...FOLDED, of: 'folded', write: async profile => foldedText(profile) }),
  row({ ...FOLDED, of: 'merged', write: async profile => foldedText(profile) }),
  row({
    ...CSV,
    of: 'merged',
    write: async profile => (await import('./listing/merged-profile.ts')).mergedCsv(profile),
  }),
  row({
    ...JSON_TEXT,
    of: 'merged',
    write: async profile => (await import('./listing/merged-profile.ts')).mergedJson(profile),
  }),
  row({
    ...TEXT,
    of: 'top',
    write: async ({ profile, functions, of: what }, { rows = 30, look }) =>
      (await import('./listing/top.ts')).topText(profile, functions, rows, what, look),
  }),
  row({
    ...MARKDOWN,
    of: 'top',
    write: async ({ profile, functions, of: what }, { rows = 30 }) =>
      (await import('./listing/top.ts')).topMarkdown(profile, functions, rows, what),
  }),
  row({
    ...CSV,
    of: 'top',
    write: async ({ profile, functions, of: what }) => {
      const [{ tableCsv }, { topTable }] = await Promise.all([import('./listing/table.ts'), import('./listing/top.ts')])
      return tableCsv([topTable(profile, functions, what)])
    },
  }),
  row({
    ...JSON_TEXT,
    of: 'top',
    write: async ({ profile, functions, of: what }) => {
      const [{ tableJson }, { topTable }] = await Promise.all([
        import('./listing/table.ts'),
        import('./listing/top.ts'),
      ])
      return tableJson([topTable(profile, functions, what)])
    },
  }),
  row({
    ...TEXT,
    of: 'tables',
    write: async (tables, { rows, look }) => (await import('./listing/table.ts')).tableText(tables, rows, look),
  }),
  row({
    ...CSV,
    of: 'tables',
    write: async (tables, { raw }) => (await import('./listing/table.ts')).tableCsv(tables, raw === true),
  }),
  row({
    ...JSON_TEXT,
    of: 'tables',
    write: async tables => (await import('./listing/table.ts')).tableJson(tables),
  }),
  row({
    ...TEXT,
    of: 'histograms',
    write: async (series, { intervals }) =>
      (await import('./histogram/text.ts')).histogramText(series, intervals === true),
  }),
  row({
    ...SVG,
    of: 'histograms',
    write: async (series, options) => (await import('./histogram/svg.ts')).histogramSvg(series, options),
  }),
  row({
    ...HTML,
    of: 'histograms',
    write: async (series, options) =>
      page((await import('./histogram/svg.ts')).histogramSvg(series, options), 'Histograms', options),
  }),
  row({
    ...JSON_TEXT,
    of: 'histograms',
    write: async series => (await import('./histogram/text.ts')).histogramJson(series),
  }),
  row({
    ...SVG,
    of: 'heat',
    write: async (figures, options) => (await import('./heat/heatmap.ts')).heatMap(figures, options),
  }),
  row({
    ...HTML,
    of: 'heat',
    write: async (figures, options) => (await import('./heat/heatmap.ts')).heatMapPage(figures, options),
  }),
  row({ ...JSON_TEXT, of: 'heat', write: async figures => (await import('./heat/json.ts')).heatJson(figures) }),
  row({
    id: 'pprof',
    endings: ['.pb.gz', '.pb', '.pprof'],
    of: 'converted',
    media: PROTOBUF,
    write: async (data, { start, tell }) =>
      (await import('./exchange/pprof.ts')).pprofFile(await rowsOf(data), start, tell),
  }),
  row({
    id: 'speedscope',
    endings: ['.speedscope.json', '.speedscope.json.gz'],
    of: 'converted',
    media: JSON_TEXT.media,
    write: async (data, { version, tell }) =>
      (await import('./exchange/speedscope.ts')).speedscopeFile(await rowsOf(data), version, tell),
  }),
  row({
    id: 'firefox',
    endings: ['.firefox.json', '.firefox.json.gz'],
    of: 'converted',
    media: JSON_TEXT.media,
    write: async (data, { start, version, tell }) =>
      (await import('./exchange/firefox.ts')).firefoxFile(await rowsOf(data), start, version, tell),
  }),
  row({
    id: 'otlp',
    endings: ['.otlp', '.otlp.pb', '.otlp.pb.gz', '.otlp.gz'],
    of: 'converted',
    media: PROTOBUF,
    write: async (data, { start, version, tell }) =>
      (await import('./exchange/otlp.ts')).otlpFile(await rowsOf(data), start, version, tell),
  }),
  row({
    ...FOLDED,
    endings: [...FOLDED.endings, '.folded.gz', '.collapsed.gz', '.txt.gz'],
    of: 'converted',
    write: async (data, { tell }) => foldedText(await plainProfile(data, 'folded', tell)),
  }),
  row({
    id: 'grafana',
    endings: ['.grafana.json', '.grafana.json.gz'],
    of: 'converted',
    media: JSON_TEXT.media,
    write: async (data, { start, tell }) =>
      data.histograms === undefined
        ? (await import('./exchange/grafana.ts')).grafanaFrame(data.diff ?? (await plainProfile(data, 'grafana', tell)))
        : (await import('./exchange/grafana-heat.ts')).grafanaHeat(data.histograms, start),
  }),
  row({
    id: 'openmetrics',
    endings: ['.prom', '.openmetrics', '.om'],
    of: 'converted',
    media: 'application/openmetrics-text',
    write: async ({ histograms = [] }) => (await import('./exchange/open-metrics.ts')).openMetrics(histograms),
  }),
  row({
    ...CSV,
    endings: ['.csv', '.csv.gz'],
    of: 'converted',
    write: async (data, { tell }) =>
      (await import('./listing/merged-profile.ts')).mergedCsv(await plainProfile(data, 'csv', tell)),
  }),
  row({
    ...JSON_TEXT,
    endings: ['.json', '.json.gz'],
    of: 'converted',
    write: async (data, { tell }) =>
      (await import('./listing/merged-profile.ts')).mergedJson(await plainProfile(data, 'json', tell)),
  }),
  row({
    ...HTML,
    of: 'scope',
    write: async (samples, options) => (await import('./scope/page.ts')).scopePage(samples, options),
  }),
  row({
    ...HTML,
    of: 'view',
    write: async (sides, options) => (await import('./view/page.ts')).viewPage(sides, options),
  }),
  row({
    ...TEXT,
    of: 'info',
    write: async infos => {
      const { infoText } = await import('./listing/info.ts')
      return infos.map(({ source, info }) => infoText(source, info))
    },
  }),
  row({
    ...SVG,
    of: 'diff',
    write: async (diff, options) => (await import('./diff/flame.ts')).diffFlame(diff, options),
  }),
  row({
    ...HTML,
    of: 'diff',
    write: async (diff, options) => (await import('./diff/html.ts')).diffHtml(diff, options),
  }),
  row({
    ...MARKDOWN,
    of: 'diff',
    write: async (diff, { title }) => (await import('./diff/markdown.ts')).diffMarkdown(diff, title),
  }),
  row({
    ...JSON_TEXT,
    of: 'diff',
    write: async (diff, { tool }) => (await import('./diff/json.ts')).diffJson(diff, tool),
  }),
  row({
    ...FOLDED,
    of: 'diff',
    write: async (diff, { scaled = false }) => (await import('./diff/folded.ts')).diffFoldedLines(diff, scaled),
  }),
  row({
    ...SVG,
    of: 'distributions',
    write: async ({ changes, tables }, { title }) =>
      (await import('./diff/histogram-svg.ts')).histogramDiffSvg([...changes, ...tables.flatMap(columnChanges)], title),
  }),
  row({
    ...HTML,
    of: 'distributions',
    write: async ({ changes, tables }, { title }) =>
      (await import('./diff/distributions.ts')).distributionHtml(changes, tables, title),
  }),
  row({
    ...MARKDOWN,
    of: 'distributions',
    write: async ({ changes, tables }, { title }) =>
      (await import('./diff/distributions.ts')).distributionMarkdown(changes, tables, title),
  }),
  row({
    ...JSON_TEXT,
    of: 'distributions',
    write: async ({ changes, tables }, { tool }) =>
      (await import('./diff/distributions.ts')).distributionJson(changes, tables, tool),
  }),
  row({ ...TEXT, of: 'numbers', write: async check => (await import('./check/scalars.ts')).scalarCheckText(check) }),
  row({
    ...MARKDOWN,
    of: 'numbers',
    write: async check => (await import('./check/scalars.ts')).scalarCheckMarkdown(check),
  }),
  row({
    ...SVG,
    of: 'numbers',
    write: async (check, { width }) => (await import('./check/ratio-svg.ts')).scalarSvg(check, { width }),
  }),
  row({
    ...JSON_TEXT,
    of: 'numbers',
    write: async (check, { tool }) => (await import('./check/scalars.ts')).scalarCheckJson(check, tool),
  }),
  row({
    ...TEXT,
    of: 'check',
    write: async ({ comparison }, { verdictOnly }) =>
      verdictOnly === true ? `${comparison.verdict}\n` : (await import('./check/text.ts')).checkText(comparison),
  }),
  row({
    ...JSON_TEXT,
    of: 'check',
    write: async ({ comparison }, { facts, tool, inputs }) =>
      (await import('./check/json.ts')).checkJson(comparison, { ...facts, tool, inputs: inputs() }),
  }),
  row({
    ...MARKDOWN,
    of: 'check',
    write: async ({ comparison }, { facts }) => (await import('./check/markdown.ts')).checkMarkdown(comparison, facts),
  }),
  row({
    ...JUNIT,
    of: 'check',
    write: async ({ comparison }) => (await import('./check/junit.ts')).checkJunit(comparison),
  }),
  row({
    ...SARIF,
    of: 'check',
    write: async ({ comparison }, { tool }) => (await import('./check/sarif.ts')).checkSarif(comparison, tool),
  }),
  row({
    ...SVG,
    of: 'check',
    write: async compared => {
      const { diffOfCompared } = await import('../src/ops/compare/diff-runs.ts')
      return (await import('./diff/flame.ts')).diffFlame(diffOfCompared(compared))
    },
  }),
  row({
    ...TEXT,
    of: 'suiteCheck',
    write: async (suite, { verdictOnly }) =>
      verdictOnly === true ? `${suite.verdict}\n` : (await import('./check/suite.ts')).suiteText(suite),
  }),
  row({
    ...JSON_TEXT,
    of: 'suiteCheck',
    write: async (suite, { facts, tool }) => (await import('./check/suite.ts')).suiteJson(suite, tool, facts),
  }),
  row({
    ...MARKDOWN,
    of: 'suiteCheck',
    write: async (suite, { facts }) => (await import('./check/suite.ts')).suiteMarkdown(suite, facts),
  }),
  row({
    ...JUNIT,
    of: 'suiteCheck',
    write: async suite => (await import('./check/suite.ts')).suiteJunit(suite),
  }),
  row({
    ...SARIF,
    of: 'suiteCheck',
    write: async (suite, { tool }) => (await import('./check/suite.ts')).suiteSarif(suite, tool),
  }),
  row({
    ...SVG,
    of: 'suiteCheck',
    write: async (suite, { width }) => (await import('./check/ratio-svg.ts')).suiteSvg(suite, { width }),
  }),
  row({
    ...TEXT,
    of: 'histogramCheck',
    write: async (check, { verdictOnly }) =>
      verdictOnly === true ? `${check.verdict}\n` : (await import('./check/histograms.ts')).histogramCheckText(check),
  }),
  row({
    ...JSON_TEXT,
    of: 'histogramCheck',
    write: async (check, { tool }) => (await import('./check/histograms.ts')).histogramCheckJson(check, tool),
  }),
  row({
    ...MARKDOWN,
    of: 'histogramCheck',
    write: async (check, { facts }) => (await import('./check/histograms.ts')).histogramCheckMarkdown(check, facts),
  }),
  row({
    ...JUNIT,
    of: 'histogramCheck',
    write: async check => (await import('./check/histograms.ts')).histogramCheckJunit(check),
  }),
  row({
    ...SVG,
    of: 'histogramCheck',
    write: async check => (await import('./diff/histogram-svg.ts')).histogramDiffSvg(check.histograms),
  }),
  row({
    ...TEXT,
    of: 'numberCheck',
    write: async (check, { verdictOnly }) =>
      verdictOnly === true ? `${check.verdict}\n` : (await import('./check/scalars.ts')).scalarCheckText(check),
  }),
  row({
    ...JSON_TEXT,
    of: 'numberCheck',
    write: async (check, { tool }) => (await import('./check/scalars.ts')).scalarCheckJson(check, tool),
  }),
  row({
    ...MARKDOWN,
    of: 'numberCheck',
    write: async (check, { facts }) => (await import('./check/scalars.ts')).scalarCheckMarkdown(check, facts),
  }),
  row({
    ...JUNIT,
    of: 'numberCheck',
    write: async check => (await import('./check/scalars.ts')).scalarCheckJunit(check),
  }),
  row({
    ...SVG,
    of: 'numberCheck',
    write: async (check, { width }) => (await import('./check/ratio-svg.ts')).scalarSvg(check, { width }),
  }),
  row({ ...MARKDOWN, of: 'report', write: async page => (await import('./report/markdown.ts')).reportMarkdown(page) }),
  row({
    ...HTML,
    of: 'report',
    write: async (page, { title }) => (await import('./report/html.ts')).reportHtml(page, title),
  }),
  row({ ...JSON_TEXT, of: 'report', write: async page => (await import('./report/json.ts')).reportJson(page) }),
  row({ ...TEXT, of: 'doctor', write: async doubts => (await import('./report/doctor.ts')).doctorText(doubts) }),
  row({
    ...MARKDOWN,
    of: 'doctor',
    write: async doubts => (await import('./report/doctor.ts')).doctorMarkdown(doubts),
  }),
  row({ ...JSON_TEXT, of: 'doctor', write: async doubts => (await import('./report/json.ts')).doctorJson(doubts) }),
  row({
    ...MARKDOWN,
    of: 'summary',
    write: async (summary, { maxLines }) => (await import('./report/markdown.ts')).summaryMarkdown(summary, maxLines),
  }),
  row({ ...JSON_TEXT, of: 'summary', write: async summary => (await import('./report/json.ts')).summaryJson(summary) }),
  row({ ...TEXT, of: 'history', write: async history => (await import('./history/text.ts')).historyText(history) }),
  row({
    ...MARKDOWN,
    of: 'history',
    write: async history => (await import('./history/text.ts')).historyMarkdown(history),
  }),
  row({
    ...JSON_TEXT,
    of: 'history',
    write: async history => (await import('./history/text.ts')).historyJson(history),
  }),
  row({
    ...SVG,
    of: 'history',
    write: async (history, options) => (await import('./history/svg.ts')).historySvg(history, options),
  }),
  row({
    ...HTML,
    of: 'history',
    write: async (history, options) => (await import('./history/html.ts')).historyHtml(history, options),
  }),
  row({ ...JSON_TEXT, of: 'info', write: async infos => infos.map(({ info }) => `${JSON.stringify(info)}\n`) }),
]

/** The forms of one result, the default first. */
export function exportersOf<K extends ResultKind>(of: K): readonly Exporter<K>[] {
  return exporters.filter(exporter => exporter.of === of) as unknown as readonly Exporter<K>[]
}

/** The form that a name's ending asks for, the longest one; undefined for an ending of none of them. */
export function exporterByEnding<K extends ResultKind>(
  forms: readonly Exporter<K>[],
  name: string,
): Exporter<K> | undefined {
  const lower = name.toLowerCase()
  let found: Exporter<K> | undefined
  let longest = 0
  for (const form of forms)
    for (const ending of form.endings) {
      if (ending.length <= longest || !lower.endsWith(ending)) continue
      found = form
      longest = ending.length
    }
  return found
}

/** The form called `id`. Throws BpfviewError E_USAGE naming those there are. */
export function exporterById<K extends ResultKind>(forms: readonly Exporter<K>[], id: string): Exporter<K> {
  const found = forms.find(exporter => exporter.id === id)
  if (found === undefined)
    throw new BpfviewError(
      'E_USAGE',
      `no output is called ${quote(id)}; expected ${forms.map(each => each.id).join(', ')}`,
    )
  return found
}

/**
 * A result in one of its forms, by the name that `--to` has for it; the first form when none is named. Forms by result: `exportersOf(of)`.
 * Throws BpfviewError E_USAGE for a form that there is none of.
 *
 * @example
 * ```ts
 * const svg = await render('flame', profile, 'svg', { title: 'checkout' })
 * const markdown = await render('top', { profile, functions: topFunctions(profile) }, 'md')
 * ```
 */
export async function render<K extends ResultKind>(
  of: K,
  data: Results[K]['data'],
  form?: string,
  options: Partial<Results[K]['options']> = {},
): Promise<Content> {
  const forms = exportersOf(of)
  if (forms.length === 0)
    throw new BpfviewError(
      'E_USAGE',
      `no result is called ${quote(of)}; expected ${[...new Set(exporters.map(exporter => exporter.of))].join(', ')}`,
    )
  const chosen = form === undefined ? forms[0]! : exporterById(forms, form)
  return chosen.write(data, options as Results[K]['options'])
}

/** The rows of what is converted. Throws BpfviewError E_USAGE for a difference. */
async function rowsOf(data: Results['converted']['data']): Promise<StackRows> {
  const { stackRows } = await import('./exchange/stack-rows.ts')
  return stackRows(data.samples ?? stacksIn(data))
}

/** The profile, without the times and numbers of its samples, which is said. */
async function plainProfile(data: Results['converted']['data'], format: string, tell: Tell): Promise<Profile> {
  const { losses } = await import('./exchange/losses.ts')
  if (data.samples !== undefined) tell(losses.timesDropped(data.samples.time.length, format))
  return stacksIn(data)
}

function stacksIn({ profile }: Results['converted']['data']): Profile {
  if (profile === undefined)
    throw new BpfviewError('E_USAGE', 'a difference is written to grafana only; expected a profile, or --to grafana')
  return profile
}

/** The changed columns of a table as distributions that say whose they are. */
function columnChanges({ tool, columns }: TableDiff): HistogramChange[] {
  return columns.map(change => ({ ...change, name: `${tool} ${change.name}`.trim() }))
}

async function page(
  svg: string,
  title: string,
  options: { readonly title?: string | undefined; readonly theme?: 'auto' | 'light' | 'dark' | undefined },
): Promise<string> {
  const { svgPage } = await import('./markup/svg-page.ts')
  return svgPage(svg, options.title ?? title, options.theme)
}

async function foldedText(profile: Profile): Promise<Iterable<string>> {
  const { foldedLines } = await import('./listing/folded.ts')
  return endLines(foldedLines(profile))
}

function* endLines(lines: Iterable<string>): Iterable<string> {
  for (const line of lines) yield `${line}\n`
}
