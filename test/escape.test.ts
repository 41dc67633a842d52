/** The escapers, over names nobody should have. */
import fc from 'fast-check'
import Papa from 'papaparse'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { csvCell } from '../renderers/markup/csv-cell.ts'
import { cut, escapeTerminal, escapeXml, jsonIsland, markdownCode } from '../renderers/markup/escape.ts'

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)), maxLength: 40 }),
  fc.constantFrom(
    '</script><script>alert(1)</script>',
    ']]>',
    '"><img src=x onerror=1>',
    '&nbsp;',
    '\u001b[2J',
    '=cmd|x',
    '@user',
    'a@evil.example',
    'https://evil.example',
    'www.evil.example',
    '`a`',
    '|',
    '![x](http://y)',
    '\ud800',
    '\u202eabc',
    '<!--',
  ),
)

function textOf(xml: string): string {
  let content = ''
  const parser = new SaxesParser()
  parser.on('text', part => {
    content += part
  })
  parser.on('error', error => {
    throw error
  })
  parser.write(xml).close()
  return content
}

test('escaped text is well-formed XML and reads back, but for what XML cannot hold', () => {
  fc.assert(
    fc.property(anything, text => {
      const read = textOf(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`)
      expect(read.length).toBe(text.length)
      if (/^[\u0009\u000a\u000d\u0020-\ud7ff]*$/.test(text)) expect(read).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test('a JSON island cannot end its element and reads back', () => {
  fc.assert(
    fc.property(anything, text => {
      const island = jsonIsland([text])
      expect(island).not.toMatch(/[<>&\u2028\u2029]/)
      expect(JSON.parse(island)).toEqual([text])
    }),
  )
})

test('terminal text has no control, bidirectional or zero-width character', () => {
  fc.assert(
    fc.property(anything, text => {
      expect(escapeTerminal(text)).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/,
      )
    }),
  )
  expect(escapeTerminal('a\u001b[2Jb')).toBe('a\\x1b[2Jb')
})

test('Markdown code holds nothing Markdown would take for markup', () => {
  fc.assert(
    fc.property(anything, text => {
      const code = markdownCode(text)
      expect(code.replaceAll('<wbr>', '')).toMatch(/^<code>[^<>|`*_[\]~@\\\n]*<\/code>$/)
      expect(code).not.toMatch(/&#64;(?!<wbr>)|&#58;\/\/|www\./i)
    }),
  )
})

test('CSV cells read back and none is a formula', () => {
  fc.assert(
    fc.property(anything, text => {
      const cell = Papa.parse<string[]>(`${csvCell(text)},x`, { delimiter: ',', newline: '\n' }).data[0]![0]!
      expect(cell).not.toMatch(/^[=+\-@\t\r]/)
      expect(cell.replace(/^'(?=[=+\-@\t\r])/, '')).toBe(text)
      expect(Papa.parse<string[]>(`${csvCell(text, true)},x`, { delimiter: ',', newline: '\n' }).data[0]![0]).toBe(text)
    }),
  )
})

test('cut counts code points', () => {
  expect(cut('😀😀😀😀', 3)).toBe('😀😀…')
  expect(cut('abc', 3)).toBe('abc')
})
