import { FONT } from './font.ts'

/** How a page of a picture and tables under it looks; what is its own follows. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ink:#16191d;--page:#fff;--second:#5b6470;--line:#e4e8ee}
@media(prefers-color-scheme:dark){:root{--ink:#f4f6f9;--page:#14171c;--second:#9aa4b2;--line:#2a2f38}}
body{margin:0;background:var(--page);color:var(--ink);font:13px/1.5 ${FONT}}
main>svg{display:block;max-width:100%}
section{margin:12px 16px;overflow-x:auto}
h2{font-size:15px;font-weight:600;margin:18px 0 6px}
p{margin:2px 0;color:var(--second)}
table{border-collapse:collapse}`
