import Papa from 'papaparse'
import { SaxesParser } from 'saxes'
import { CANARY } from './names.ts'

/** Control characters, line feeds aside, and what turns the direction of text. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const NAMESPACE_ATTRIBUTE = /^xmlns(?::|$)/

export type Kind = 'svg' | 'html' | 'xml' | 'text' | 'json' | 'json lines' | 'csv' | 'markdown'

/** What is wrong with an output made of untrusted names; undefined when nothing is. */
export function wrongWith(kind: Kind, text: string): string | undefined {
  switch (kind) {
    case 'svg':
    case 'xml':
      return markup(text)
    case 'html':
      return page(text)
    case 'text':
      return FORBIDDEN.exec(text) === null
        ? undefined
        : `control character in ${JSON.stringify(around(text, FORBIDDEN))}`
    case 'json':
      return json(text)
    case 'json lines':
      return text
        .trimEnd()
        .split('\n')
        .map(json)
        .find(each => each !== undefined)
    case 'csv':
      return csv(text)
    case 'markdown':
      return markdown(text)
  }
}

function around(text: string, pattern: RegExp): string {
  const at = text.search(pattern)
  return text.slice(Math.max(0, at - 40), at + 40)
}

function markup(text: string): string | undefined {
  let found: string | undefined
  const say = (what: string): void => {
    found ??= what
  }
  const open: string[] = []
  let scripts = 0
  const parser = new SaxesParser()
  parser.on('error', error => say(error.message))
  parser.on('opentag', tag => {
    open.push(tag.name)
    if (tag.name === 'script') scripts++
    if (tag.name === 'foreignObject' || tag.name === 'iframe' || tag.name === 'img') say(`element ${tag.name}`)
    for (const [name, value] of Object.entries(tag.attributes as Record<string, string>)) {
      if (/^on/i.test(name)) say(`attribute ${name}`)
      if (
        /href$|^src$|^style$|^id$|^class$|^fill$/i.test(name) &&
        !NAMESPACE_ATTRIBUTE.test(name) &&
        String(value).includes(CANARY)
      )
        say(`a name in attribute ${name}`)
    }
  })
  parser.on('text', content => {
    if ((open.includes('script') || open.includes('style')) && content.includes(CANARY))
      say(`a name in element ${open[open.length - 1]}`)
  })
  parser.on('cdata', content => {
    if (content.includes(CANARY)) say('a name in CDATA')
  })
  parser.on('comment', content => {
    if (content.includes(CANARY)) say('a name in a comment')
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(text).close()
  return found ?? (scripts > 1 ? `${scripts} scripts` : undefined)
}

/** HTML is read as a browser would: raw text elements end at their end tag, whatever stands in them. */
function page(text: string): string | undefined {
  for (const [, name, attributes, body] of text.matchAll(/<(script|style)\b([^>]*)>([\s\S]*?)<\/\1\s*>/gi)) {
    const island = /type="application\//.test(attributes!)
    if (body!.includes(CANARY) && !island) return `a name in element ${name}`
    if (island && /[<>]/.test(body!)) return 'markup in a data island'
  }
  const rest = text.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
  for (const [, name, attributes] of rest.matchAll(/<([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)) {
    if (/^(?:iframe|img|object|embed|foreignObject|base)$/i.test(name!)) return `element ${name}`
    for (const [, attribute, value] of attributes!.matchAll(/([^\s=/"']+)\s*=\s*("[^"]*"|'[^']*')/g)) {
      if (/^on/i.test(attribute!)) return `attribute ${attribute}`
      if (/href$|^src$|^style$/i.test(attribute!) && value!.includes(CANARY)) return `a name in attribute ${attribute}`
    }
  }
  return undefined
}

function json(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function csv(text: string): string | undefined {
  const { data, errors } = Papa.parse<string[]>(text.trimEnd(), { delimiter: ',' })
  const bad = data.flat().find(cell => /^[=+@\t\r]|^-(?!\d)/.test(cell))
  return errors[0]?.message ?? (bad === undefined ? undefined : `the formula ${JSON.stringify(bad.slice(0, 80))}`)
}

function markdown(text: string): string | undefined {
  if (text.length > 65_000) return `${text.length} characters`
  if (FORBIDDEN.test(text)) return `control character in ${JSON.stringify(around(text, FORBIDDEN))}`
  const shown = text.replaceAll('<wbr>', '\u200b')
  const bare = shown
    .replace(/<code>[^<>]*<\/code>/g, '')
    .replace(/<\/?(?:sub|br|details|summary)>|^<!-- bpfview:compare:[\w.-]* -->/gm, '')
  const tag = /<[^>]*>?/.exec(bare)
  if (tag !== null) return `markup: ${tag[0].slice(0, 80)}`
  for (const [, inside] of shown.matchAll(/<code>([^<>]*)<\/code>/g))
    if (/[|`*_[\]~@\n]|:\/\/|&#58;\/\/|&#64;(?!\u200b)|www\./i.test(inside!))
      return `Markdown in ${inside!.slice(0, 80)}`
  return undefined
}
