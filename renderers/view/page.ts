import type { Profile } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { foldSamples } from '../../src/ops/stacks/fold.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import type { StackTransform } from '../../src/ops/stacks/transform.ts'
import { paletteFor, whatIsShown } from '../flame/kind-look.ts'
import { cut, jsonIsland } from '../markup/escape.ts'
import type { Theme } from '../markup/palette.ts'
import { text } from '../markup/svg.ts'
import { policyOf } from '../markup/svg-script.ts'
import { profileLine, profileTitle, qualityNotes } from '../words/captions.ts'
import { KIND_WORDS } from '../words/kinds.ts'
import { formatValue } from '../words/numbers.ts'
import type { ViewSettings } from './client/state.ts'
import { VIEW_CLIENT, VIEW_CLIENT_HASHES } from './client-text.ts'
import type { ViewHeader, ViewPackOptions, ViewSide } from './pack.ts'
import { packView } from './pack.ts'
import { viewStyle } from './style.ts'

/** How the page that explores stacks is made. */
export interface ViewPageOptions extends ViewPackOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  readonly theme?: 'auto' | Theme | undefined
  /** What is done to stacks as the page opens. */
  readonly steps?: readonly StackTransform[]
  /** The inputs and how they are read, as words of a command line. */
  readonly command?: string
  /** Base64 of bytes. */
  readonly base64: (bytes: Uint8Array) => string
}

/**
 * One offline HTML page that explores stacks: flame graph, callers and callees of a function, table, tasks over time. One side, or two to be compared: before
 * and after. Pieces to be written one after the other.
 */
export function* viewPage(sides: readonly ViewSide[], options: ViewPageOptions): Iterable<string> {
  const pack = packView(sides, options)
  const profiles = sides.map(({ data }) => (data.kind === 'samples' ? foldSamples(data) : data))
  const last = profiles[profiles.length - 1]!
  const sums = profiles.map(profile => totals(profile.stacks, profile.self))
  const theme = options.theme ?? 'auto'
  const title = cut(options.title ?? titleOf(profiles, sums), 300)
  const doubts = profiles.flatMap((profile, i) =>
    qualityNotes(profile, sums[i]!).map(note => (profiles.length > 1 ? `${sides[i]!.label}: ${note}` : note)),
  )
  const facts = [...sides.map((_, i) => profileLine(profiles[i]!, sums[i]!)), ...timeFacts(pack.header)]
  const settings: ViewSettings = {
    header: pack.header,
    columns: pack.columns.map(column => column.name),
    unit: last.value.unit,
    frequency: last.meta.frequency ?? 0,
    cpus: last.meta.cpus ?? 0,
    kinds: FRAME_KINDS,
    kindWords: FRAME_KINDS.map(kind => KIND_WORDS.find(([each]) => each === kind)?.[1] ?? ''),
    legend: KIND_WORDS.map(([kind]) => kind),
    sides: sides.map(({ label }) => label),
    doubts,
    steps: options.steps ?? [],
    command: options.command ?? '',
  }
  yield `<!doctype html>
<html lang="en"${theme === 'auto' ? '' : ` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(VIEW_CLIENT_HASHES)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}">
<title>${text(title)}</title>
<style>${viewStyle(theme, paletteFor(last))}</style>
</head>
<body>
${headOf(title, cut(options.subtitle ?? facts.filter(fact => fact !== '').join(' · '), 600), doubts)}
${BODY}
<p id="vw-reading" class="vw-soft vw-more">Reading ${text(formatValue(pack.header.rows, pack.header.times === 'each' ? 'samples' : 'rows'))} …</p>
<script type="application/json" id="vw-settings">${jsonIsland(settings)}</script>
`
  for (const { name, bytes } of pack.columns)
    yield `<script type="text/plain" id="vw-column-${name}">${options.base64(bytes)}</script>\n`
  yield `<script>${VIEW_CLIENT}</script>\n</body>\n</html>\n`
}

function titleOf(profiles: readonly Profile[], sums: readonly Float64Array[]): string {
  const last = profiles.length - 1
  const what = whatIsShown(profiles[last]!)
  return profiles.length > 1
    ? `${what === 'Flame graph' ? 'Stacks' : what}, before and after`
    : profileTitle(profiles[0]!, what === 'Flame graph' ? 'Stacks' : what, sums[0]!)
}

/** What the page says of times. */
function timeFacts({ times, timed, rows, sides }: ViewHeader): string[] {
  if (sides > 1) return []
  if (times === 'none') return ['no times in this input']
  return [
    times === 'cells' ? 'times in cells of 20 ms, tasks instead of threads' : '',
    timed < rows ? `⚠ ${formatValue(rows - timed, 'samples')} without a time: not in any range` : '',
  ]
}

function headOf(title: string, facts: string, doubts: readonly string[]): string {
  const warnings =
    doubts.length === 0
      ? ''
      : `<button type="button" class="vw-button vw-warn" id="vw-warnings-button" aria-expanded="false" aria-controls="vw-warnings">⚠ ${formatValue(doubts.length, 'warnings')}</button>`
  return `<header class="vw-head">
<div class="vw-what"><h1>${text(title)}</h1><p>${text(facts)}</p></div>
<div class="vw-tools">${warnings}<span class="vw-search"><input id="vw-search" type="search" placeholder="Search functions  /" aria-label="Search functions" spellcheck="false" autocomplete="off"><output id="vw-found" for="vw-search"></output></span>
<button type="button" class="vw-button vw-icon" id="vw-theme-button" aria-pressed="false" title="Light or dark (d)" aria-label="Dark">◐</button><button type="button" class="vw-button vw-icon" id="vw-help-button" title="Keys (?)" aria-label="Keys">?</button></div>
<div class="vw-pop" id="vw-warnings" hidden>${doubts.map(doubt => `<p>⚠ ${text(doubt)}</p>`).join('')}</div>
</header>`
}

const BODY = `<noscript><p class="vw-more">This page draws itself: it needs JavaScript, and nothing from the network.</p></noscript>
<section class="vw-when" id="vw-when" aria-label="Tasks over time" hidden>
<h2>Tasks over time <span class="vw-soft">drag to keep a range, click a task to keep it</span><button type="button" class="vw-link" id="vw-range-clear" hidden>all of it</button></h2>
<canvas id="vw-strip" role="img" aria-label="Values of each task over time; [ and ] move the kept range"></canvas>
</section>
<div class="vw-bar" role="region" aria-label="View and filters">
<button type="button" class="vw-button" id="vw-table-button" aria-pressed="true" title="Table of functions (t)">Table</button>
<span class="vw-seg" role="group" aria-label="View"><button type="button" id="vw-flame-button" title="Flame graph (1)">Flame graph</button><button type="button" id="vw-calls-button" title="Callers and callees (2)">Callers &amp; callees</button></span>
<span class="vw-seg" role="group" aria-label="Direction"><button type="button" id="vw-down-button" title="Root at the top (i)" aria-label="Root at the top">↓</button><button type="button" id="vw-up-button" title="Root at the foot (i)" aria-label="Root at the foot">↑</button></span>
<button type="button" class="vw-button" id="vw-tasks-button" aria-expanded="false" aria-controls="vw-list" title="Tasks (T)">Tasks ▾</button>
<button type="button" class="vw-button" id="vw-threads-button" aria-expanded="false" aria-controls="vw-list" title="Threads (W)">Threads ▾</button>
<button type="button" class="vw-button" id="vw-modules-button" aria-expanded="false" aria-controls="vw-list" title="Modules (M)">Modules ▾</button>
<button type="button" class="vw-button" id="vw-compare-button" aria-pressed="false">Compare</button>
<div class="vw-legend" id="vw-legend" role="group" aria-label="Kinds of frame"></div>
<span class="vw-soft" id="vw-narrow"></span>
</div>
<div class="vw-kept" id="vw-kept" role="region" aria-label="What is kept" aria-live="polite"></div>
<main>
<section class="vw-table" aria-label="Functions" tabindex="0"><table>
<thead><tr><th scope="col" aria-sort="none"><button type="button" data-sort="name">Function</button><button type="button" data-sort="module">Module</button><button type="button" data-sort="kind">Kind</button></th>
<th scope="col" aria-sort="none"><button type="button" data-sort="self">Self</button></th>
<th scope="col" aria-sort="none"><button type="button" data-sort="total">Total</button></th>
<th scope="col" aria-sort="none" id="vw-change-head" hidden><button type="button" data-sort="change">Points</button></th></tr></thead>
<tbody id="vw-functions"></tbody>
</table><p class="vw-soft vw-more" id="vw-more"></p></section>
<section class="vw-picture" aria-label="Picture">
<div class="vw-scroll" id="vw-scroll"><div id="vw-spacer"></div><canvas id="vw-canvas" tabindex="0" role="img" aria-label="Stacks; arrow keys walk, Enter zooms, m opens a menu" aria-describedby="vw-now"></canvas></div>
<div class="vw-empty" id="vw-empty" hidden><p id="vw-empty-text"></p><button type="button" class="vw-button" id="vw-empty-undo">Undo the last one</button></div>
</section>
</main>
<footer class="vw-foot"><div class="vw-now" id="vw-now" role="status"></div><div class="vw-hints"><kbd>/</kbd> search <kbd>Enter</kbd> zoom <kbd>c</kbd> callers <kbd>m</kbd> menu <kbd>u</kbd> undo <kbd>?</kbd> keys</div></footer>
<div class="vw-tip" id="vw-tip" hidden></div>
<div class="vw-pop" id="vw-list" role="group" hidden></div>
<div class="vw-pop" id="vw-keys" role="note" aria-label="Keys" hidden></div>
<div class="vw-sheet" id="vw-sheet" hidden></div>
<div id="vw-menu"></div>`
