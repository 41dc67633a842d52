import { el } from './svg.ts'

/** A script element of an SVG; the text must hold neither `]]>` nor `</script`. */
export function svgScript(script: string): string {
  return `<script><![CDATA[${script}]]></script>`
}

/** What a picture or page with one script may do: run that script, and nothing from elsewhere. `hashes` = `sha256-...` of the script, and of what it unpacks. */
export function policyOf(hashes: readonly string[]): string {
  return `default-src 'none'; script-src ${hashes.map(hash => `'${hash}'`).join(' ')}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`
}

/**
 * The policy as elements of an SVG. A browser obeys a `meta` only inside a `head` of XHTML; the prefix keeps an HTML parser, which would end the picture at
 * a plain `head`, from knowing them.
 */
export function svgPolicy(hashes: readonly string[]): string {
  return el(
    'h:head',
    { 'xmlns:h': 'http://www.w3.org/1999/xhtml' },
    el('h:meta', { 'http-equiv': 'Content-Security-Policy', content: policyOf(hashes) }),
  )
}
