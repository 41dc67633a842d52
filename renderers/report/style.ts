import { CHANGE_INK, kindSwatch, PAGE } from '../markup/palette.ts'

const HEAT = {
  light: '#fef0d7 #fde0b0 #fbcb87 #f8b35f #f0973d #df7a22 #c25e12 #9c450a #702c06',
  dark: '#33251f #4c2d1b #6a3916 #8a4813 #ad5b14 #ce741d #e9923a #fbb86c #ffe3b3',
} as const
const KINDS = ['user', 'kernel', 'jit', 'inline', 'unknown', 'task', 'marker', 'waker'] as const

function colours(theme: 'light' | 'dark'): string {
  const { page, ink, secondary, line, field, accent, chosen, doubt, doubtField } = PAGE[theme]
  const light = theme === 'light'
  const kinds = KINDS.map(
    kind => `--k-${kind}:${kindSwatch(kind)[theme]};--o-${kind}:${kindSwatch(kind, 'off-cpu')[theme]}`,
  )
  const heat = HEAT[theme].split(' ').map((colour, i) => `--h${i + 1}:${colour}`)
  const own = light
    ? '--bad:#a3262b;--badf:#fdeaea;--bar:#5c7fb8;--soft:#c3d2ea;--rest:#d9d4ec'
    : '--bad:#ff9d98;--badf:#3a1d1e;--bar:#7ea3dd;--soft:#33435d;--rest:#3d3a52'
  return `color-scheme:${theme};--page:${page};--ink:${ink};--second:${secondary};--line:${line};--field:${field};--accent:${accent};--chosen:${chosen};--doubt:${doubt};--doubtf:${doubtField};--more:${CHANGE_INK.more[theme]};--less:${CHANGE_INK.less[theme]};${own};${kinds.join(';')};${heat.join(';')}`
}

/** Style of the report's page, light and dark as the viewer has it or chooses. */
export const REPORT_STYLE = `:root{${colours('light')}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${colours('dark')}}}
:root[data-theme=dark]{${colours('dark')}}
*{box-sizing:border-box}
html{background:var(--page);color:var(--ink);font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;scroll-padding-top:104px;-webkit-text-size-adjust:100%}
body{margin:0}main,.head,nav,footer{max-width:1632px;margin:0 auto;padding:0 16px}
header{position:sticky;top:0;z-index:5;background:var(--page);border-bottom:1px solid var(--line)}
.head{display:flex;gap:8px 16px;align-items:flex-start;padding-top:12px;flex-wrap:wrap}.head .name{flex:1 1 320px;min-width:0}
h1{font-size:20px;line-height:1.25;font-weight:600;margin:0;overflow-wrap:anywhere}h2{font-size:16px;font-weight:600;margin:26px 0 8px}h2 small{font-size:12px;font-weight:400;color:var(--second);margin-left:4px}h3{font-size:13px;font-weight:600;margin:0 0 4px;overflow-wrap:anywhere}
.facts,.second{color:var(--second)}.facts{margin:2px 0 0}.second{font-size:12px;font-weight:400}p{margin:2px 0;overflow-wrap:anywhere}
.tools{display:flex;gap:8px;flex-wrap:wrap}.btn{height:30px;padding:0 10px;border:1px solid var(--line);border-radius:7px;background:var(--field);color:var(--ink);font:inherit;display:inline-flex;align-items:center;white-space:nowrap;cursor:pointer;text-decoration:none;max-width:260px;overflow:hidden;text-overflow:ellipsis}.btn[hidden]{display:none}.btn.icon{width:30px;padding:0;justify-content:center}.btn.warn{background:var(--doubtf);color:var(--doubt);border-color:transparent;font-weight:600}.btn.bad{background:var(--badf);color:var(--bad);border-color:transparent;font-weight:600}.btn.chip{background:var(--chosen);color:var(--accent);border-color:var(--accent)}
nav{display:flex;gap:2px;overflow-x:auto;scrollbar-width:none;padding-top:6px}nav a{color:var(--second);text-decoration:none;padding:6px 10px 8px;border-bottom:2px solid transparent;white-space:nowrap}nav a.on,nav a:hover{color:var(--accent);border-color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}section:focus{outline:none}
a{color:var(--accent)}code{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere;color:var(--second)}
.card{border:1px solid var(--line);border-radius:10px;padding:10px 14px;margin:0 0 14px;min-width:0}.flush{padding:0}.wide{overflow-x:auto}.pad{padding:6px 14px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:14px;margin-bottom:14px;align-items:start}.cards .card{margin:0}.wide-left{grid-template-columns:minmax(0,2fr) minmax(0,1fr)}.wide-left>:only-child{grid-column:1/-1}
ol.findings{list-style:none;counter-reset:n;padding:0}ol.findings li{counter-increment:n;display:grid;grid-template-columns:34px minmax(0,1fr) 240px;gap:4px 12px;padding:10px 14px}ol.findings.compared li{grid-template-columns:34px minmax(0,1fr) 220px 200px}ol.findings li::before{content:counter(n);color:var(--second);font-size:16px;text-align:center}ol.findings li+li{border-top:1px solid var(--line)}.said{font-size:14.5px}.said b{font-weight:600}.change{text-align:right}.change b{font-size:14.5px;font-weight:600}.better b{color:var(--less)}.worse b,.look,b.look{color:var(--doubt)}.worse b{color:var(--more)}
.checks{list-style:none;padding:8px 14px}.checks li{padding:3px 0;overflow-wrap:anywhere}.contradiction{color:var(--bad);font-weight:600}.agrees,.absent{color:var(--second)}
table{border-collapse:collapse;width:100%;font-size:12px}th,td{text-align:left;padding:5px 10px;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}thead th{border-top:0;color:var(--second);font-weight:600;white-space:nowrap;background:var(--field)}.sortable th{cursor:pointer}th[aria-sort]{color:var(--accent)}
.n{text-align:right;white-space:nowrap}td.small{width:110px}.sortable td:first-child{min-width:110px}td.small .track{height:20px}td.time{min-width:240px;width:30%}td.meter{width:40%;vertical-align:middle}.cards table td{padding:3px 6px;border-top:0}
.use{table-layout:fixed}.use th:first-child{width:92px}.use td{padding:8px 12px}.use .column{display:none}.use b{font-size:14.5px;font-weight:600}.measure{display:flex;gap:10px;justify-content:space-between;align-items:center}.measure .track{flex:0 0 120px}
.none{color:var(--second);background:repeating-linear-gradient(-45deg,transparent 0 7px,var(--field) 7px 9px)}
.warning{color:var(--doubt);white-space:nowrap}.unusable{color:var(--bad);white-space:nowrap}.note{color:var(--second)}
summary{cursor:pointer;padding:8px 14px}.card:not(.flush) summary{padding:4px 0}
.track{display:block;width:100%;height:34px}.area{fill:var(--soft)}.line,.after{fill:none;stroke:var(--bar);stroke-width:1.2;vector-effect:non-scaling-stroke}.after{stroke:var(--ink);stroke-dasharray:3 2}.bar{display:block;width:100%;height:3px;margin-top:2px}.bar rect{fill:var(--bar)}
.scale{display:flex;justify-content:space-between;gap:6px;color:var(--second);font-size:11px}.inset{padding-left:62px}.heat{display:flex;gap:6px}.axis{width:56px;flex:none;display:flex;flex-direction:column;justify-content:space-between;text-align:right;color:var(--second);font-size:11px;white-space:nowrap}.cells{flex:1;min-width:0}.grid{display:block;width:100%;height:100%;min-height:44px;background:var(--field)}.proof .grid{height:56px}.card>.grid{height:220px}.p99{fill:none;stroke:var(--ink);stroke-width:1.5;vector-effect:non-scaling-stroke}
${Array.from({ length: 9 }, (_, i) => `.h${i + 1}{fill:var(--h${i + 1})}`).join('')}
.icicle{position:relative;overflow:hidden;min-width:280px}.icicle i{position:absolute;height:18px;border-radius:2px;font:11.5px/18px inherit;font-family:inherit;font-style:normal;padding:0 3px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;color:var(--ink);border-right:1px solid var(--page)}
${KINDS.map(kind => `.k-${kind}{background:var(--k-${kind})}.off .k-${kind}{background:var(--o-${kind})}`).join('')}
.stack{display:flex;height:20px;border-radius:3px;overflow:hidden;background:repeating-linear-gradient(-45deg,transparent 0 7px,var(--field) 7px 9px)}.stack i{font:11px/20px inherit;font-family:inherit;font-style:normal;padding:0 4px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;min-width:0}.proof .stack{height:24px}.proof .stack i{line-height:24px}
.w-run{background:var(--soft)}.w-disk{background:var(--k-kernel)}.w-cpu{background:var(--k-user)}.w-lock{background:var(--k-waker)}.w-network{background:var(--k-jit)}.w-timer{background:var(--k-inline)}.w-child{background:var(--o-kernel)}.w-pipe{background:var(--k-jit)}.w-idle{background:var(--field)}.w-other{background:var(--rest)}
.legend{display:flex;gap:4px 14px;flex-wrap:wrap;font-size:12px;margin:6px 0}.legend span{display:inline-flex;gap:5px;align-items:center}.legend i{width:12px;height:12px;border-radius:3px;box-shadow:inset 0 0 0 1px #0000001f}
button.task{border:0;background:none;padding:0;font:inherit;font-weight:600;color:inherit;cursor:pointer;text-align:left}button.task:hover,button.task[aria-pressed=true]{color:var(--accent)}.other{opacity:.28}
footer{display:flex;justify-content:space-between;gap:8px 16px;flex-wrap:wrap;color:var(--second);font-size:12px;border-top:1px solid var(--line);margin-top:26px;padding-block:10px}kbd{font:11px/1 ui-monospace,monospace;border:1px solid var(--line);border-radius:4px;padding:1px 4px;background:var(--field);color:var(--ink)}
@media (min-width:1700px){.cards{grid-template-columns:repeat(3,minmax(0,1fr))}.wide-left{grid-template-columns:minmax(0,2fr) minmax(0,1fr)}}
@media (max-width:900px){html{scroll-padding-top:80px}main,.head,nav,footer{padding-inline:12px}h1{font-size:17px}.facts{display:none}.keys{display:none}
ol.findings li,ol.findings.compared li{grid-template-columns:22px minmax(0,1fr)}.proof,.change{grid-column:2;text-align:left;max-width:360px}
.cards,.wide-left{grid-template-columns:minmax(0,1fr)}.use,.use tbody,.use tr,.use td,.use th{display:block}.use thead{display:none}.use th:first-child{width:auto;border-top:1px solid var(--line);background:var(--field)}.use td{border-top:1px solid var(--line)}.use .column{display:block;color:var(--second);font-size:11.5px}.wide table{min-width:640px}.cards .wide table{min-width:0}.inset{padding-left:0}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}.other{transition:opacity .15s}}
@media print{header{position:static}nav,.tools,.keys{display:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`
