import { svgPolicy, svgScript } from '../markup/svg-script.ts'
import { HEAT_CLIENT, HEAT_CLIENT_HASHES } from './client-text.ts'

/** The script element of a heat map: constant text, the same in every picture. */
export function heatScript(): string {
  return svgScript(HEAT_CLIENT)
}

/** The policy of a heat map, to stand before its script. */
export function heatPolicy(): string {
  return svgPolicy(HEAT_CLIENT_HASHES)
}
