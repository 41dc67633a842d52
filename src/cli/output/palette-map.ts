import { writeResult } from './write.ts'

/** Writes them back, sorted by function. */
export async function writePaletteMap(path: string, palette: ReadonlyMap<string, string>): Promise<void> {
  await writeResult(
    path,
    [...palette.keys()].sort().map(name => `${name.replace(/[\r\n]/g, ' ')}->${palette.get(name)!}\n`),
  )
}
