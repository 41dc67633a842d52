/** Writes docs/api.txt anew. */
import { writeFileSync } from 'node:fs'
import { apiReport } from './report.ts'

writeFileSync('docs/api.txt', apiReport())
