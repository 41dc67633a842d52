import { needDatasets } from '../../src/model/arguments.ts'
import type { SampleTable } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { foldSamples } from '../../src/ops/stacks/fold.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import { GONE, LESS, MORE, NEW, SAME } from '../diff/palette.ts'
import { styleSheet } from '../flame/style.ts'
import { heatFills } from '../heat/colours.ts'
import { cut, jsonIsland } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import type { Theme } from '../markup/palette.ts'
import { kindSwatch, PAGE, paletteFills } from '../markup/palette.ts'
import { text } from '../markup/svg.ts'
import { policyOf } from '../markup/svg-script.ts'
import { metaLine, profileTitle } from '../words/captions.ts'
import { formatValue } from '../words/numbers.ts'
import type { ScopeSettings } from './client/state.ts'
import { SCOPE_CLIENT, SCOPE_CLIENT_HASHES } from './client-text.ts'
import type { ScopePackOptions } from './pack.ts'
import { packScope } from './pack.ts'

/** How the page of a subsecond-offset map is made. */
export interface ScopePageOptions extends ScopePackOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  /** Starts with idle CPUs left out. */
  readonly withoutIdle?: boolean | undefined
  readonly theme?: 'auto' | Theme | undefined
  /** Base64 of bytes. */
  readonly base64: (bytes: Uint8Array) => string
}

/**
 * One offline HTML page: the subsecond-offset map of the samples, and flame graph and table of whatever is selected in it. Pieces to be written one after the other. Same samples in any order, same bytes.
 */
export function* scopePage(samples: readonly SampleTable[], options: ScopePageOptions): Iterable<string> {
  needDatasets(samples, 'samples', 'scopePage')
  const pack = packScope(samples, options)
  const theme = options.theme ?? 'auto'
  const first = samples[0]!
  const title = cut(options.title ?? titleOf(first), 300)
  const { header } = pack
  const facts = [
    metaLine(first.meta, formatValue(header.samples, 'samples')),
    first.meta.duration === undefined ? formatValue(header.seconds, 's') : '',
  ]
  if (header.untimed > 0) facts.push(`⚠ ${formatValue(header.untimed, 'samples')} without a time left out`)
  if (header.ticks < 1_000_000) facts.push(`times kept to 1/${header.ticks} s`)
  const subtitle = cut(options.subtitle ?? facts.filter(fact => fact !== '').join(' · '), 500)
  const heat = heatFills()
  const pageOf = (name: Theme): Record<string, string> => ({
    page: PAGE[name].page,
    ink: PAGE[name].ink,
    secondary: PAGE[name].secondary,
    accent: PAGE[name].accent,
    none: PAGE[name].none,
  })
  const settings: ScopeSettings = {
    header,
    rows: options.rows ?? 50,
    withoutIdle: options.withoutIdle === true,
    kinds: FRAME_KINDS,
    heatLight: heat.map(fill => fill.light),
    heatDark: heat.map(fill => fill.dark),
    pageLight: pageOf('light'),
    pageDark: pageOf('dark'),
    columns: pack.columns.map(column => column.name),
  }
  const style = pageStyle(theme)
  yield `<!doctype html>
<html lang="en" class="bv-${theme}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(SCOPE_CLIENT_HASHES)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${text(title)}</h1>
<p class="sc-second">${text(subtitle)}</p>
</header>
<main>
${CONTROLS}
<section aria-label="Samples by second and offset">
<div id="sc-map" tabindex="0" role="application" aria-label="Map of samples: a column is a second, a row a part of it. Arrow keys move, Shift with arrows selects, Enter takes a cell, with Control one more; Escape clears." aria-describedby="sc-status">
<div id="sc-view" aria-hidden="true"><canvas id="sc-base"></canvas><canvas id="sc-over"></canvas></div>
<div id="sc-scroll" aria-hidden="true"><div id="sc-spacer"></div></div>
</div>
<p id="sc-status" role="status" class="sc-second">Reading ${text(formatValue(header.samples, 'samples'))}…</p>
${SELECTION}
</section>
<section aria-label="Flame graph" id="sc-flame"></section>
${FUNCTIONS}
</main>
<noscript><p>This page needs its own script; nothing is loaded from elsewhere.</p></noscript>
<script type="application/json" id="sc-settings">${jsonIsland(settings)}</script>
`
  for (const { name, bytes } of pack.columns)
    yield `<script type="text/plain" id="sc-column-${name}">${options.base64(bytes)}</script>\n`
  yield `<script>${SCOPE_CLIENT}</script>\n</body>\n</html>\n`
}

const CONTROLS = `<div class="sc-bar" role="group" aria-label="What is drawn">
<select id="sc-rows" aria-label="Rows in a second"></select>
<select id="sc-weigh" aria-label="Weight of a sample"></select>
<select id="sc-event" aria-label="Event"></select>
<select id="sc-comm" aria-label="Command"></select>
<select id="sc-thread" aria-label="Thread"></select>
<select id="sc-cpu" aria-label="CPU"></select>
<label class="sc-check"><input type="checkbox" id="sc-idle"> <span id="sc-idle-label">hide idle</span></label>
<span class="sc-gap"></span>
<span class="sc-scale"><span class="sc-second">none</span><span class="sc-none"></span><span class="sc-ramp" aria-hidden="true"></span><span class="sc-second" id="sc-scale-top"></span>
<select id="sc-colours" aria-label="Colour scale"></select></span>
</div>`

const SELECTION = `<div class="sc-bar" role="group" aria-label="Selection">
<strong id="sc-chosen"></strong>
<span id="sc-against" class="sc-second"></span>
<span class="sc-gap"></span>
<button type="button" id="sc-band" aria-pressed="false" title="select the same part of every second (m)">Band</button>
<button type="button" id="sc-undo" title="drop the last range (Backspace)">Drop last</button>
<button type="button" id="sc-all" title="whole profile (Esc)">Whole profile</button>
<button type="button" id="sc-base-set" title="compare what is selected next with this selection (b)">Set as baseline</button>
<button type="button" id="sc-swap" title="exchange selection and baseline (x)">Swap</button>
<button type="button" id="sc-drop" title="no baseline">Clear baseline</button>
</div>
<p class="sc-command"><code id="sc-command"></code> <button type="button" id="sc-copy" title="copy the command (y)">Copy</button> <span class="sc-second">Drag to select · Ctrl-drag adds a range · Shift-click extends</span></p>`

const FUNCTIONS = `<section aria-label="Functions" class="sc-table">
<div class="sc-bar"><h2>Functions</h2><span class="sc-gap"></span><input id="sc-find" type="search" placeholder="Filter functions" aria-label="Filter functions" autocomplete="off" spellcheck="false"></div>
<div class="sc-wide" tabindex="0" role="region" aria-label="Table of functions"><table>
<thead><tr><th scope="col">Function</th><th scope="col">Module</th>
<th scope="col" colspan="2" id="sc-self-head" aria-sort="descending"><button type="button" id="sc-self-sort">Self</button></th>
<th scope="col" colspan="2" id="sc-total-head" aria-sort="none"><button type="button" id="sc-total-sort">Total</button></th>
<th scope="col" id="sc-change-head" aria-sort="none" hidden><button type="button" id="sc-change-sort">Share: baseline → selection, points</button></th></tr></thead>
<tbody id="sc-functions"></tbody>
</table></div>
<p id="sc-more" class="sc-second"></p>
</section>`

function pageStyle(theme: 'auto' | Theme): string {
  const fills = [
    ...paletteFills('cpu'),
    ...FRAME_KINDS.map(kind => kindSwatch(kind)),
    ...MORE,
    ...LESS,
    SAME,
    NEW,
    GONE,
  ]
  const heat = heatFills()
  const variables = (name: Theme): string => {
    const page = PAGE[name]
    return `--page:${page.page};--ink:${page.ink};--second:${page.secondary};--line:${page.line};--field:${page.field};--accent:${page.accent};--none:${PAGE[name].none};--ramp:${heat.map(fill => fill[name]).join(',')}`
  }
  return [
    `:root{${variables(theme === 'dark' ? 'dark' : 'light')};color-scheme:${theme === 'auto' ? 'light dark' : theme}}`,
    theme === 'auto' ? `@media (prefers-color-scheme:dark){:root{${variables('dark')}}}` : '',
    `*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:13px/1.45 ${FONT}}
header,main{padding:0 16px}
header{padding-top:14px}
h1{font-size:20px;font-weight:600;margin:0;line-height:1.3}
h2{font-size:15px;font-weight:600;margin:0}
p{margin:2px 0}
.sc-second{color:var(--second);font-size:12px}
.sc-bar{display:flex;flex-wrap:wrap;gap:6px;align-items:center;margin:8px 0}
.sc-gap{flex:1}
select,button,input[type=search]{font:inherit;font-size:12px;height:27px;padding:0 8px;border-radius:6px;border:1px solid var(--line);background:var(--field);color:var(--ink);max-width:150px}
button{cursor:pointer}
button[disabled],select[disabled]{color:var(--second);cursor:default}
button[aria-pressed=true]{background:var(--accent);color:var(--page)}
:is(select,button,input,[tabindex]):focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.sc-check{display:inline-flex;gap:4px;align-items:center;font-size:12px;padding:0 6px}
#sc-thread{max-width:130px}
.sc-scale{display:inline-flex;gap:6px;align-items:center}
.sc-none{width:14px;height:11px;background:var(--none);border:1px solid var(--line)}
.sc-ramp{width:100px;height:12px;background:linear-gradient(to right,var(--ramp))}
#sc-map{position:relative;border-radius:4px;cursor:crosshair;touch-action:pan-y}
#sc-view{position:absolute;inset:0;overflow:hidden}
#sc-view canvas{position:absolute;left:0;top:0}
#sc-scroll{position:relative;overflow-x:auto;overflow-y:hidden}
#sc-spacer{height:1px}
#sc-status{min-height:18px}
.sc-command code{font-size:12px;overflow-wrap:anywhere;background:var(--field);border-radius:4px;padding:3px 6px}
#sc-flame{margin:10px -16px 0}
#sc-flame svg{display:block}
.sc-wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:12px}
th,td{padding:3px 10px 3px 0;border-bottom:1px solid var(--line);text-align:left;font-weight:400;vertical-align:top}
thead th{color:var(--second)}
thead button{all:unset;cursor:pointer;color:var(--second)}
thead button:focus-visible{outline:2px solid var(--accent)}
[aria-sort=descending] button{color:var(--ink);font-weight:600}
[aria-sort=descending] button::after{content:" ▼"}
thead th[colspan],#sc-change-head{text-align:right}
.sc-number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.sc-name{overflow-wrap:anywhere;max-width:640px}
.sc-module{color:var(--second);overflow-wrap:anywhere;max-width:300px}
@media (max-width:640px){.sc-name{min-width:20ch}.sc-module,thead th:nth-child(2){display:none}}`,
    styleSheet(fills, true),
  ]
    .filter(part => part !== '')
    .join('\n')
}

/** Whose samples these are, when they are of few. */
function titleOf(samples: SampleTable): string {
  const folded = foldSamples(samples)
  return profileTitle(folded, 'Samples by second and offset', totals(folded.stacks, folded.self))
}
