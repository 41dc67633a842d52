/** `node scan.js FILE`: reads in chunks and finds every newline by indexOf, the yardstick of all readers. */
import { openSync, readSync } from 'node:fs'

const file = openSync(process.argv[2]!, 'r')
const buffer = Buffer.allocUnsafeSlow(1 << 20)
for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
  const chunk = buffer.subarray(0, length)
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1));
}
