import { bundleClients } from './bundle.ts'

await bundleClients()
