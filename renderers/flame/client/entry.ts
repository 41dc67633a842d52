import { liveFlame } from './main.ts'

liveFlame(document.currentScript)
