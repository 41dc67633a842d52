import { heatClient } from './heatmap-client.ts'
import { heatLevels } from './heat-colours.ts'
import { unpackRuns } from './heat-pack.ts'
import { formatShare, formatValue } from './label.ts'

/** The script element of a heat map: constant text, the same in every picture. */
export function heatScript(): string {
  const parts = [formatShare, formatValue, heatLevels, unpackRuns].map(part => `${part.name}: ${String(part)}`).join(',\n')
  const source = `(${String(heatClient)})(document.currentScript, {\n${parts}\n})`
  return `<script><![CDATA[\n${source.replaceAll(']]>', ']]\\x3e')}\n]]></script>`
}
