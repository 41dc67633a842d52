import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Entrances of the package, by what programs import. */
const ENTRANCES = {
  bpfview: 'dist/src/index.d.ts',
  'bpfview/parsers': 'dist/parsers/index.d.ts',
  'bpfview/renderers': 'dist/renderers/index.d.ts',
  'bpfview/node': 'dist/src/node/index.d.ts',
} as const

/** The API report: every public name of each entrance, sorted, with its declaration on one line. Reads the declarations of a build. */
export function apiReport(): string {
  const known = new Set<string>()
  const parts = Object.entries(ENTRANCES).map(([entrance, file]) => {
    const names = exportedNames(file)
    // the first entrance holds the names of the others but those that read files
    const lines = names.map(({ name, source, from }) => (known.has(name) ? name : declarationOf(source, from, name)))
    for (const { name } of names) known.add(name)
    return [`# ${entrance}`, '', ...lines, ''].join('\n')
  })
  return `Made by npm run api. What a program may rely on; a line that changes here is a change for users.\n\n${parts.join('\n')}`
}

interface ExportedName {
  readonly name: string
  /** Its name in the file that declares it. */
  readonly from: string
  readonly source: string
}

/** Names that an entrance exports. Throws for `export *`: what is public is written down. */
export function exportedNames(file: string): ExportedName[] {
  const text = readFileSync(file, 'utf8')
  if (/^export \*/m.test(text)) throw new Error(`${file} has an export *; expected names`)
  const names: ExportedName[] = []
  for (const [, list, target] of text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm)) {
    const source = join(dirname(file), target!.replace(/\.(?:js|ts)$/, '.d.ts'))
    for (const entry of list!.split(',')) {
      const [from, name = from] = entry.trim().split(' as ')
      if (from !== undefined && from !== '') names.push({ name: name!, from, source })
    }
  }
  return names.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** Declaration of a name in a .d.ts file, without comments, on one line; overloads follow each other. */
function declarationOf(file: string, from: string, name: string): string {
  const text = readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
  const start = new RegExp(
    `^export (?:declare )?(?:abstract )?(?:function\\*?|class|interface|type|const) ${from}\\b`,
    'gm',
  )
  const found = [...text.matchAll(start)].map(match => statementAt(text, match.index))
  if (found.length === 0) {
    const passed = exportedNames(file).find(each => each.name === from)
    if (passed === undefined) throw new Error(`${file} does not declare ${from}`)
    return declarationOf(passed.source, passed.from, name)
  }
  const line = found
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('export declare ', '')
    .replaceAll('export ', '')
    .trim()
  return name === from ? line : `${line} (as ${name})`
}

/** The statement that begins at an offset: up to the `;` or the closing brace of its depth. */
function statementAt(text: string, start: number): string {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const sign = text[i]!
    if ('{(['.includes(sign)) depth++
    else if ('})]'.includes(sign)) {
      depth--
      // a body ends an interface or a class; a type goes on to its semicolon
      if (depth === 0 && sign === '}' && /^export (?:declare )?(?:interface|class|abstract)/.test(text.slice(start, i)))
        return text.slice(start, i + 1)
    } else if (sign === ';' && depth === 0) return text.slice(start, i + 1)
  }
  return text.slice(start)
}
