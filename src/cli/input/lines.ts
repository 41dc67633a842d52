import { readBytes } from './bytes.ts'
import { Progress } from './progress.ts'

/** All lines of the inputs one after another, without their ends. */
export async function readLines(paths: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  for (const path of paths) {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of readBytes(path, new Progress())) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = parts.pop()!
      for (const part of parts) lines.push(ended(part))
    }
    rest += decoder.decode()
    if (rest !== '') lines.push(ended(rest))
  }
  return lines
}

function ended(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
