import { closeSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { BpfviewError } from '../../model/error.ts'
import { cannotWrite } from './write.ts'

const NAME = '.lock'
/** A lock of this age was left behind by a process that died. */
const STALE_MS = 120_000
const PATIENCE_MS = 60_000

/**
 * Runs `work` while no other process works on a directory; the others wait. Throws BpfviewError E_OUTPUT when the lock cannot be had within a minute.
 */
export async function withLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const path = join(directory, NAME)
  const until = Date.now() + PATIENCE_MS
  while (!takeLock(path)) {
    if (Date.now() > until)
      throw new BpfviewError(
        'E_WRITE',
        `another process works on it (${NAME}); expected it to end, or remove the lock`,
        {
          source: directory,
          line: 0,
        },
      )
    await new Promise(resolve => setTimeout(resolve, 20 + Math.floor(Math.random() * 60)))
  }
  try {
    return await work()
  } finally {
    removeLock(path)
  }
}

function takeLock(path: string): boolean {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, `${process.pid}\n`)
    closeSync(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(path, error)
    if (isStale(path)) removeLock(path)
    return false
  }
}

function isStale(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > STALE_MS
  } catch {
    return false
  }
}

function removeLock(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // gone already
  }
}
