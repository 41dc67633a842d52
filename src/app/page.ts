import { FLAME_CLIENT_HASHES } from '../../renderers/flame/client-text.ts'
import { HEAT_CLIENT_HASHES } from '../../renderers/heat/client-text.ts'
import { escapeXml } from '../../renderers/markup/escape.ts'
import { FONT } from '../../renderers/markup/font.ts'
import { PAGE } from '../../renderers/markup/palette.ts'
import { VIEW_CLIENT_HASHES } from '../../renderers/view/client-text.ts'

export interface AppScripts {
  /** The page's own script and its `sha256-...`. */
  readonly main: string
  readonly mainHash: string
  /** What reads and draws, for a worker. */
  readonly worker: string
  readonly version: string
}

/**
 * The page that reads and draws what is dropped on it, in one file. Its policy lets nothing in and nothing out: its own script, its worker, and the scripts
 * of the pictures that it shows in a frame, which is bound by the same policy.
 */
export function appPage({ main, mainHash, worker, version }: AppScripts): string {
  const scripts = [mainHash, ...FLAME_CLIENT_HASHES, ...HEAT_CLIENT_HASHES, ...VIEW_CLIENT_HASHES]
    .map(hash => `'${hash}'`)
    .join(' ')
  const policy = [
    "default-src 'none'",
    // the fast readers are compiled from bytes in this file
    `script-src ${scripts} 'wasm-unsafe-eval'`,
    'worker-src blob:',
    'frame-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="bpfview ${escapeXml(version)}">
<title>bpfview</title>
<style>${STYLE}</style>
</head>
<body>
<header><strong>bpfview</strong><span id="bv-name"></span><span id="bv-status" role="status"></span><button type="button" id="bv-open">Open …</button></header>
<nav id="bv-bar" aria-label="Pictures" hidden><span id="bv-pictures"></span><select id="bv-event" aria-label="Event" hidden></select><span class="bv-end"><button type="button" id="bv-svg" hidden>Save SVG</button><button type="button" id="bv-save">Save page</button></span></nav>
<main>
<section id="bv-start">
<h1>Drop what perf, bpftrace or BCC printed</h1>
<p>A file, several, a capture directory or its .tgz; or paste text. Formats are detected.</p>
<p><button type="button" id="bv-choose">Choose files …</button></p>
<p class="bv-soft">Everything happens in this page: its policy allows no connection, and it works without a network.</p>
<pre>perf record -F 99 -a -g -- sleep 10 &amp;&amp; perf script &gt; out.stacks</pre>
<noscript><p>This page draws itself: it needs JavaScript, and nothing from the network.</p></noscript>
</section>
<iframe id="bv-frame" title="Picture" sandbox="allow-scripts allow-downloads" hidden></iframe>
</main>
<input type="file" id="bv-input" multiple hidden aria-label="Files">
<script type="text/plain" id="bv-worker">${worker}</script>
<script>${main}</script>
</body>
</html>
`
}

function colours(theme: keyof typeof PAGE): string {
  const { page, ink, secondary, line, field, accent, chosen, doubt } = PAGE[theme]
  return `--page:${page};--ink:${ink};--second:${secondary};--line:${line};--field:${field};--accent:${accent};--chosen:${chosen};--doubt:${doubt}`
}

const STYLE = `:root{${colours('light')}}
@media(prefers-color-scheme:dark){:root{${colours('dark')}}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;height:100vh;height:100dvh;display:flex;flex-direction:column;background:var(--page);color:var(--ink);font:14px/1.45 ${FONT}}
header,nav{display:flex;gap:8px 12px;align-items:center;padding:6px 12px;border-bottom:1px solid var(--line);flex-wrap:wrap}
#bv-name{font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:40vw}
#bv-status{color:var(--second);flex:1;min-width:0;overflow-wrap:anywhere}
#bv-status[data-kind=wrong]{color:var(--doubt);font-weight:600}
button,select{font:inherit;color:inherit;background:var(--field);border:1px solid var(--line);border-radius:6px;padding:3px 10px;cursor:pointer}
button[aria-pressed=true]{background:var(--chosen);border-color:var(--accent)}
button:focus-visible,select:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
#bv-pictures,.bv-end{display:flex;gap:6px;flex-wrap:wrap}
.bv-end{margin-left:auto}
main{flex:1;min-height:0;display:flex}
iframe{flex:1;border:0;width:100%;height:100%;background:var(--page)}
section{margin:auto;padding:24px;max-width:44rem;text-align:center}
h1{font-size:22px;margin:0 0 8px}
section pre{display:inline-block;text-align:left;background:var(--field);padding:8px 12px;border-radius:6px;max-width:100%;overflow-x:auto}
.bv-soft{color:var(--second)}
body[data-over] main{outline:3px dashed var(--accent);outline-offset:-10px}
`
