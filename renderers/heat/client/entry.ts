import { liveHeat } from './main.ts'

liveHeat(document.currentScript)
