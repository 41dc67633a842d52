import type { Stats } from 'node:fs'

/** Files that were read, by device and number. */
const inputs = new Set<string>()

/** Forgets all inputs: another command line begins. */
export function forgetInputs(): void {
  inputs.clear()
}

function fileId({ dev, ino }: Stats): string {
  return `${dev} ${ino}`
}

/** Remembers a file as an input: a picture may not take the place of what it shows. */
export function noteInput(file: Stats): void {
  inputs.add(fileId(file))
}

/** True for a file that was read. */
export function isNoted(file: Stats): boolean {
  return inputs.has(fileId(file))
}
