import { spawn } from 'node:child_process'
import { remark } from '../exit.ts'

/** Opens a file with the program that the desktop has for it; says so when there is none. The command does not wait for it. */
export async function openFile(path: string): Promise<void> {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  await new Promise<void>(resolve => {
    const child = spawn(program!, [...args, path], { stdio: 'ignore', detached: true })
    child.once('error', () => {
      remark(`no program to open ${path}: ${program} was not found`)
      resolve()
    })
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}
