import { flameClient } from './flame-client.ts'
import { changeTree, nodeOfPath, pathText, searchTree } from './flame-tree.ts'
import { fitLabel, fitLine, formatShare, formatValue, roundTicks, textWidth } from './label.ts'

const SHIPPED = { fitLabel, fitLine, formatValue, formatShare, textWidth, roundTicks, changeTree, searchTree, pathText, nodeOfPath }

let script: string | undefined

/** The script element of an interactive picture: constant text, the same in every picture. */
export function flameScript(): string {
  script ??= `<script><![CDATA[\n${flameScriptText()}\n]]></script>`
  return script
}

/** Text of a function that makes the picture around an element live: the same client, for pages that draw several. */
export function flameParts(): string {
  const parts = Object.entries(SHIPPED).map(([name, part]) => `${name}: ${String(part)}`).join(',\n')
  return `element => (${String(flameClient)})(element, {\n${parts}\n})`
}

/** Its text, whose hash a content security policy may name. */
export function flameScriptText(): string {
  const parts = Object.entries(SHIPPED).map(([name, part]) => `${name}: ${String(part)}`).join(',\n')
  return `(${String(flameClient)})(document.currentScript, {\n${parts}\n})`.replaceAll(']]>', ']]\\x3e')
}
