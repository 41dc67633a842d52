import { statSync } from 'node:fs'
import { remark } from '../exit.ts'

/** Says on stderr what was written to a file: `flame.svg: 1,361 samples, 85 kB`. */
export function noteWritten(path: string, facts: string): void {
  const file = statSync(path, { throwIfNoEntry: false })
  if (file === undefined || !file.isFile()) return
  const size =
    file.size < 1000
      ? `${file.size} bytes`
      : file.size < 1e6
        ? `${Math.round(file.size / 1e3)} kB`
        : `${(file.size / 1e6).toFixed(1)} MB`
  remark(`${path}: ${facts === '' ? '' : `${facts}, `}${size}`)
}
