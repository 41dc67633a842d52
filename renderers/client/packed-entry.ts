import { inflateText } from './inflate-text.ts'

/** The client's script, deflated, in base64; the build puts it here. */
declare const PACKED_CLIENT: string

const loader = document.currentScript!
const client = document.createElementNS(loader.namespaceURI, 'script')
client.textContent = inflateText(PACKED_CLIENT)
// it runs as it is put in; a copy of the picture that is saved must not run it twice
loader.after(client)
client.remove()
