import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BpfviewError } from '../model/error.ts'
import { remark } from './exit.ts'

/** Milliseconds between two looks at the inputs. */
const EVERY_MS = 250

/** Runs a command line now, and again whenever a file or directory that it names has changed and stayed so for a moment. Ends with the process. */
export async function watch(argv: readonly string[], once: (argv: readonly string[]) => Promise<void>): Promise<void> {
  const inputs = watched(argv)
  if (inputs.length === 0)
    throw new BpfviewError('E_USAGE', '--watch has nothing to look at; expected an input that is a file or a directory')
  for (;;) {
    let seen = stateOf(inputs)
    if (process.stdout.isTTY === true) process.stdout.write('\x1b[H\x1b[2J\x1b[3J')
    await once(argv)
    remark(`watching ${inputs.length === 1 ? inputs[0]! : `${inputs.length} inputs`}; Ctrl-C ends`)
    // a file that is being written changes at every look
    for (let before = seen; ; ) {
      await new Promise(resolve => setTimeout(resolve, EVERY_MS))
      const now = stateOf(inputs)
      if (now === before && now !== seen) {
        seen = now
        break
      }
      before = now
    }
  }
}

/** Words of a command line that name files or directories, but for its outputs. */
function watched(argv: readonly string[]): string[] {
  return argv.filter((word, i) => {
    const before = argv[i - 1]
    if (i === 0 || word.startsWith('-') || before === '-o' || before === '--output') return false
    return statSync(word, { throwIfNoEntry: false }) !== undefined
  })
}

/** Sizes and times of the inputs, and of what is in directories. */
function stateOf(paths: readonly string[]): string {
  return paths
    .map(path => {
      const file = statSync(path, { throwIfNoEntry: false })
      if (file === undefined) return 'gone'
      if (!file.isDirectory()) return `${file.size} ${file.mtimeMs}`
      return stateOf(
        readdirSync(path)
          .sort()
          .map(name => join(path, name)),
      )
    })
    .join(';')
}
