import { svgPolicy, svgScript } from '../markup/svg-script.ts'
import { FLAME_CLIENT, FLAME_CLIENT_HASHES } from './client-text.ts'

/** The script element of an interactive picture: constant text, the same in every picture. */
export function flameScript(): string {
  return svgScript(FLAME_CLIENT)
}

/** The policy of an interactive picture, to stand before its script. */
export function flamePolicy(): string {
  return svgPolicy(FLAME_CLIENT_HASHES)
}

/** Text of the script, for pages whose policy names its hash. */
export function flameScriptText(): string {
  return FLAME_CLIENT
}
