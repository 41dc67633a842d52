import { liveReport } from './main.ts'

liveReport(document)
