import { FRAME_KINDS } from '../../src/model/index.ts'
import { GONE, LESS, MORE, NEW, SAME } from '../diff/palette.ts'
import { FONT } from '../markup/font.ts'
import type { Fill, PaletteName, Theme } from '../markup/palette.ts'
import { kindFill, PAGE } from '../markup/palette.ts'
import { SHADES } from '../markup/shade.ts'

/** Ten steps of the strip over time; lightness falls, on a dark page rises, evenly. */
const HEAT: Readonly<Record<Theme, string>> = {
  light: '#f4f5f8 #fef0d7 #fde0b0 #fbcb87 #f8b35f #f0973d #df7a22 #c25e12 #9c450a #702c06',
  dark: '#1d222a #33251f #4c2d1b #6a3916 #8a4813 #ad5b14 #ce741d #e9923a #fbb86c #ffe3b3',
}

function variables(theme: Theme, palette: PaletteName): string {
  const page = PAGE[theme]
  const list = (fills: readonly Fill[]): string => fills.map(fill => fill[theme]).join(' ')
  const kinds = FRAME_KINDS.flatMap(kind =>
    Array.from({ length: SHADES }, (_, shade) => kindFill(kind, shade, palette)),
  )
  return [
    `color-scheme:${theme}`,
    `--page:${page.page}`,
    `--ink:${page.ink}`,
    `--second:${page.secondary}`,
    `--line:${page.line}`,
    `--field:${page.field}`,
    `--accent:${page.accent}`,
    `--picked:${page.chosen}`,
    `--warn:${page.doubt}`,
    `--warn-field:${page.doubtField}`,
    `--bar:${theme === 'light' ? '#5c7fb8' : '#7ea3dd'}`,
    `--kinds:${list(kinds)}`,
    `--changes:${list([SAME, NEW, GONE, ...MORE, ...LESS])}`,
    `--heat:${HEAT[theme]}`,
  ].join(';')
}

/** The style of the page, in the colours of a palette. */
export function viewStyle(theme: 'auto' | Theme, palette: PaletteName): string {
  const first = theme === 'dark' ? 'dark' : 'light'
  return [
    `:root{${variables(first, palette)}}`,
    theme === 'auto' ? `@media(prefers-color-scheme:dark){:root{${variables('dark', palette)}}}` : '',
    `:root[data-theme=light]{${variables('light', palette)}}`,
    `:root[data-theme=dark]{${variables('dark', palette)}}`,
    RULES,
  ]
    .filter(part => part !== '')
    .join('\n')
}

const RULES = `*{box-sizing:border-box}
html{background:var(--page);-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:13px/1.45 ${FONT};font-variant-numeric:tabular-nums;display:flex;flex-direction:column;height:100vh;height:100dvh;overflow:hidden}
[hidden]{display:none!important}
button,input{font:inherit;color:inherit}
button{cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px;border-radius:4px}
canvas:focus-visible{outline-offset:-2px}
.vw-soft{color:var(--second);font-size:12px}
.vw-head{padding:12px 16px 10px;display:flex;gap:8px 16px;align-items:flex-start;flex-wrap:wrap;border-bottom:1px solid var(--line)}
.vw-what{flex:1 1 420px;min-width:0}
h1{font-size:20px;line-height:1.25;font-weight:600;margin:0;overflow-wrap:anywhere}
.vw-what p{color:var(--second);margin:2px 0 0;overflow-wrap:anywhere}
.vw-tools,.vw-bar,.vw-legend{display:flex;gap:8px;align-items:center;flex-wrap:wrap}
.vw-button{height:30px;padding:0 10px;border:1px solid var(--line);border-radius:7px;background:var(--field);white-space:nowrap}
.vw-button:hover{border-color:var(--second)}
.vw-button[aria-pressed=true]{background:var(--picked);border-color:var(--accent);color:var(--accent)}
.vw-icon{width:30px;padding:0}
#vw-theme-button[aria-pressed=true]{background:var(--field);border-color:var(--line);color:var(--ink)}
.vw-warn{background:var(--warn-field);border-color:transparent;color:var(--warn);font-weight:600}
.vw-search{position:relative;display:inline-flex}
.vw-search input{height:30px;width:230px;border:1px solid var(--line);border-radius:7px;background:var(--field);padding:0 56px 0 9px}
.vw-search output{position:absolute;right:8px;top:6px;font-size:11.5px;color:var(--second);pointer-events:none}
.vw-when{padding:8px 16px 4px;border-bottom:1px solid var(--line)}
.vw-when h2{font-size:12px;font-weight:600;margin:0 0 4px;display:flex;gap:8px;align-items:baseline;white-space:nowrap;overflow:hidden}
.vw-when canvas{display:block;touch-action:pan-y;cursor:crosshair}
.vw-link{border:0;background:none;color:var(--accent);padding:0;font-size:11.5px}
.vw-bar{padding:8px 16px;gap:8px 14px}
.vw-seg{display:inline-flex;border:1px solid var(--line);border-radius:7px;overflow:hidden;background:var(--field)}
.vw-seg button{border:0;background:none;height:28px;padding:0 10px;white-space:nowrap}
.vw-seg button+button{border-left:1px solid var(--line)}
.vw-seg button[aria-pressed=true]{background:var(--picked);color:var(--accent);font-weight:600}
.vw-legend{margin-left:auto;gap:6px}
.vw-chip{display:inline-flex;align-items:center;gap:6px;height:24px;padding:0 8px 0 6px;border-radius:6px;border:1px solid transparent;background:none;white-space:nowrap}
button.vw-chip:hover{border-color:var(--line)}
.vw-chip i{width:12px;height:12px;border-radius:3px;box-shadow:inset 0 0 0 1px #0000001f}
.vw-chip small{color:var(--second);font-size:11.5px}
.vw-chip[aria-pressed=false]{color:var(--second);text-decoration:line-through}
.vw-kept{display:flex;gap:6px;align-items:center;flex-wrap:wrap;padding:0 16px 8px;min-width:0}
.vw-kept:empty{display:none}
.vw-crumb{display:inline-flex;align-items:center;gap:4px;height:24px;border-radius:12px;background:var(--picked);color:var(--accent);padding:0 4px 0 10px;border:0;max-width:320px}
.vw-crumb span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.vw-crumb::after{content:"×";width:16px;text-align:center}
main{display:grid;grid-template-columns:minmax(300px,380px) minmax(0,1fr);min-height:0;flex:1}
main>*{min-height:0}
.vw-no-table main{grid-template-columns:minmax(0,1fr)}
.vw-no-table .vw-table{display:none}
.vw-table{border-right:1px solid var(--line);min-height:0;overflow:auto;overscroll-behavior:contain}
table{border-collapse:collapse;width:100%;table-layout:fixed}
thead th{position:sticky;top:0;background:var(--page);z-index:2;border-bottom:1px solid var(--line);padding:0;text-align:right;width:70px}
thead th:first-child{text-align:left;width:auto}
#vw-change-head{width:82px}
thead button{border:0;background:none;padding:7px 8px;font-weight:600;font-size:12px;color:var(--second)}
thead th:first-child{white-space:nowrap}
thead th:first-child button{padding:7px 3px}
thead th:first-child button:first-child{padding-left:16px}
thead [aria-pressed=true]{color:var(--ink)}
thead [aria-sort=descending] [aria-pressed=true]::after{content:" ▼"}
thead [aria-sort=ascending] [aria-pressed=true]::after{content:" ▲"}
tbody tr{cursor:pointer}
tbody tr:hover{background:var(--field)}
tbody tr[aria-selected=true]{background:var(--picked)}
tbody th,td{padding:0 8px;height:25px;border-bottom:1px solid color-mix(in srgb,var(--line) 55%,transparent);overflow:hidden;white-space:nowrap;text-overflow:ellipsis;font-size:12px;font-weight:400}
tbody th{text-align:left;padding-left:16px}
tbody th small{color:var(--second);font-size:11px;margin-left:6px}
td{position:relative;text-align:right}
td i{position:absolute;right:8px;bottom:2px;height:3px;background:var(--bar);border-radius:1.5px}
.vw-kind{display:inline-block;width:8px;height:8px;border-radius:2px;margin-right:7px;box-shadow:inset 0 0 0 1px #0000001f}
.vw-more{padding:8px 16px}
.vw-picture{min-height:0;min-width:0;position:relative}
.vw-scroll{height:100%;overflow-y:auto;overflow-x:hidden;padding:0 16px;overscroll-behavior:contain;position:relative}
.vw-scroll canvas{display:block;position:sticky;top:0;cursor:pointer}
#vw-spacer{position:absolute;left:16px;right:16px;top:0;pointer-events:none}
.vw-empty{position:absolute;inset:0;padding:40px 16px;text-align:center;color:var(--second)}
.vw-foot{border-top:1px solid var(--line);padding:6px 16px;min-height:32px;display:flex;gap:16px;align-items:center;color:var(--second)}
.vw-now{flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;color:var(--ink)}
kbd{font:11px/1 ui-monospace,Menlo,Consolas,monospace;border:1px solid var(--line);border-bottom-width:2px;border-radius:4px;padding:2px 5px;background:var(--field);color:var(--ink)}
.vw-hints{white-space:nowrap}
.vw-pop,.bv-menu,.vw-tip{position:fixed;background:var(--page);border:1px solid var(--line);border-radius:10px;box-shadow:0 8px 28px #0003;max-width:calc(100vw - 8px)}
.vw-pop{z-index:40;padding:6px;max-height:70vh;overflow:auto}
#vw-list{min-width:280px}
#vw-list input[type=search]{width:100%;height:28px;border:1px solid var(--line);border-radius:6px;background:var(--field);padding:0 8px}
#vw-list label{display:grid;grid-template-columns:18px minmax(0,1fr) 56px;gap:6px;align-items:center;padding:3px 8px;border-radius:6px}
#vw-list label:hover{background:var(--field)}
#vw-list label span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
#vw-list small{text-align:right;color:var(--second)}
#vw-list p{margin:4px 8px}
#vw-keys{right:16px;top:56px;padding:10px 14px;columns:2;max-width:620px}
#vw-keys div{display:flex;gap:8px;break-inside:avoid;padding:2px 0}
#vw-warnings{right:16px;top:52px;padding:8px 14px;max-width:min(460px,calc(100vw - 32px))}
#vw-warnings p{margin:6px 0;overflow-wrap:anywhere}
.vw-tip{z-index:50;pointer-events:none;border-radius:8px;padding:8px 10px;max-width:420px;font-size:12px;overflow-wrap:anywhere}
.vw-tip b{font-weight:600}
.bv-menu{z-index:60;padding:6px;min-width:230px;max-height:calc(100vh - 8px);overflow:auto}
.bv-menu-title{padding:4px 8px 6px;font-weight:600;overflow-wrap:anywhere;max-width:320px}
.bv-menu button{display:flex;width:100%;border:0;background:none;padding:5px 8px;border-radius:6px;gap:16px;text-align:left;align-items:center;justify-content:space-between}
.bv-menu button:disabled{color:var(--second);opacity:.6;cursor:default}
.bv-menu button:hover:enabled,.bv-menu button:focus-visible{background:var(--picked);outline:0}
.vw-sheet{position:fixed;left:0;right:0;bottom:0;z-index:30;background:var(--page);border-top:1px solid var(--line);box-shadow:0 -6px 24px #0003;padding:10px 12px calc(10px + env(safe-area-inset-bottom))}
.vw-sheet b{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.vw-row{display:flex;gap:8px;margin-top:8px;overflow-x:auto}
.vw-row button{height:40px;padding:0 12px;border:1px solid var(--line);border-radius:7px;background:var(--field);white-space:nowrap}
@media(prefers-reduced-motion:no-preference){.vw-button,.vw-chip{transition:background .15s,border-color .15s}}
@media(max-width:1199px){.vw-legend{margin-left:0}}
@media screen and (max-width:900px){
body{display:block;height:auto;overflow:visible}
h1{font-size:17px}
.vw-head{padding:10px 12px 8px}
.vw-tools{flex:1 1 100%}.vw-search{flex:1}.vw-search input{width:100%}
.vw-bar{padding:8px 12px;flex-wrap:nowrap;overflow-x:auto;scrollbar-width:none}
.vw-bar>*{flex:none}.vw-legend{flex-wrap:nowrap}
.vw-kept{padding:0 12px 8px}
.vw-when h2 .vw-soft{display:none}
main{display:flex;flex-direction:column-reverse}
.vw-table{border-right:0;border-top:1px solid var(--line);overflow:visible}
thead th{position:static}
tbody th,td{height:34px}
.vw-picture{height:66vh}
.vw-scroll{overscroll-behavior:auto}
.vw-foot{display:none}
#vw-keys{columns:1}}
@media print{@page{margin:10mm}body{display:block;height:auto;overflow:visible}.vw-tools,.vw-bar .vw-seg,.vw-bar .vw-button,.vw-foot,.vw-pop,.vw-tip,.vw-sheet,.vw-link{display:none!important}main{display:block}.vw-picture{height:600px;break-after:page}.vw-table{overflow:visible;border:0}tbody tr:nth-child(n+41){display:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`
