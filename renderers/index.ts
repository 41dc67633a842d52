export { csvCell, cut, escapeTerminal, escapeXml, jsonIsland, markdownCode } from './escape.ts'
export { foldedLines } from './folded.ts'
