import { heatLevels } from './heat-colours.ts'
import { formatShare, formatValue, plainName } from './label.ts'
import { certaintyOf, diffClass, eventWeights, joinRanges, nameShade, outermostNodes, parseTicks, scopeBoxes, scopeCells, scopeFunctions, scopeSelect, tickText, unpackScope } from './scope-data.ts'
import { scopeClient } from './scope-client.ts'

const SHIPPED = {
  unpackScope, eventWeights, scopeCells, scopeSelect, joinRanges, scopeBoxes, outermostNodes, scopeFunctions, tickText, parseTicks, diffClass, certaintyOf, nameShade, heatLevels, formatShare, formatValue, plainName,
}

/** The page's script: constant text. `flame` is the text of a function that makes the flame graph around an element live. */
export function scopeScriptText(flame: string): string {
  const parts = [...Object.entries(SHIPPED).map(([name, part]) => `${name}: ${String(part)}`), `flame: ${flame}`].join(',\n')
  return `(${String(scopeClient)})(document, {\n${parts}\n})`.replaceAll('</', '<\\/')
}
