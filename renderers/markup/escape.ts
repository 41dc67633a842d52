import { visible } from '../../src/model/visible.ts'

/**
 * Text that came from a capture goes into every output through one of these, and through nothing else. Each is pure and total.
 */

/** Characters XML 1.0 does not allow even as references, lone surrogates included. */
const NOT_XML =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const XML_SPECIAL = /[&<>"'\t\n\r]|\]\]>/g

/** Text for XML or HTML element content and quoted attributes; what XML cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(XML_SPECIAL, char => {
    switch (char) {
      case '&':
        return '&amp;'
      case '<':
        return '&lt;'
      case '>':
        return '&gt;'
      case '"':
        return '&quot;'
      case "'":
        return '&#39;'
      case ']]>':
        return ']]&gt;'
      default:
        return `&#${char.charCodeAt(0)};`
    }
  })
}

/** JSON text that may stand inside a script element of HTML or SVG. */
export function jsonIsland(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Text for a terminal or a line-oriented pipe: control, bidirectional and zero-width characters become `\xNN` or `\u{NNNN}`. */
export function escapeTerminal(text: string): string {
  return visible(text)
}

/** Text as inline code of a Markdown table cell, cut at `limit` characters: nothing in it becomes a link, mention or column. */
export function markdownCode(text: string, limit = 120): string {
  return `<code>${markdownText(cut(text, limit)).replaceAll(':', '&#58;')}</code>`
}

/** How long a Markdown report gets: below GitHub's 65,536 characters of a comment. */
export const MARKDOWN_CHARACTERS = 64_000

/**
 * Sentences of ours that may quote names, as Markdown text: what Markdown could read becomes a reference. References do not stop a reader that looks for
 * addresses in text (GitHub's, remark's), so these are broken with `<wbr>`, which is not seen.
 */
export function markdownText(text: string): string {
  return escapeXml(visible(text))
    .replace(/[|`*_[\]~@#\\!]/g, char => `&#${char.charCodeAt(0)};`)
    .replace(/&#64;|:(?=\/\/)|www(?=\.)/gi, '$&<wbr>')
}

/** The first `limit` code points, with an ellipsis in the place of the rest. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const points = Array.from(text.slice(0, limit * 2 + 2))
  return points.length <= limit ? text : points.slice(0, limit - 1).join('') + '…'
}
