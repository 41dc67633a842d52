import { liveScope } from './main.ts'

void liveScope(document)
