import { startView } from './main.ts'

void startView(document)
