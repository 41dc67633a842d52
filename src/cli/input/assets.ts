import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { BpfviewError } from '../../model/error.ts'
import { EMBEDDED } from './embedded.ts'

/** Where the package's root may be: of the sources, of the package's dist/src, of its dist/bin. */
const ROOTS = ['../../../', '../../../../', '../../']

/** Where a file of the package may lie: a folder above it is the package only if it holds package.json, whatever else lies beside it. */
function placesOf(path: string): URL[] {
  return ROOTS.filter(root => existsSync(new URL(`${root}package.json`, import.meta.url))).map(
    root => new URL(root + path, import.meta.url),
  )
}

/** The text of a file of the package, by its path from the root. Throws BpfviewError E_NOT_FOUND when it is not there. */
export function readAsset(path: string): string {
  const packed = EMBEDDED[path]
  if (packed !== undefined) return gunzipSync(Buffer.from(packed, 'base64')).toString()
  const found = placesOf(path).find(place => existsSync(place))
  if (found !== undefined) return readFileSync(found, 'utf8')
  throw new BpfviewError(
    'E_NOT_FOUND',
    'not in this package; expected it beside the program (npm run build makes it)',
    {
      source: path,
      line: 0,
    },
  )
}

/** Names of the files in a folder of the package, sorted. Throws BpfviewError E_NOT_FOUND when it is not there. */
export function assetNames(folder: string): string[] {
  const embedded = Object.keys(EMBEDDED).filter(path => path.startsWith(`${folder}/`))
  if (embedded.length > 0) return embedded.map(path => path.slice(folder.length + 1)).sort()
  const found = placesOf(`${folder}/`).find(place => existsSync(place))
  if (found !== undefined) return readdirSync(found).sort()
  throw new BpfviewError('E_NOT_FOUND', 'not in this package; expected it beside the program', {
    source: folder,
    line: 0,
  })
}
