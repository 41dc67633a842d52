const LF = 10
const CR = 13

/** True for a text whose lines end in a carriage return alone, as old Macs wrote them: it has some and no line feed. */
export function hasCarriageLines(bytes: Uint8Array): boolean {
  return bytes.includes(CR) && !bytes.includes(LF) && !bytes.includes(0)
}

/** The bytes with line feeds for carriage returns. */
export function carriageToFeed(bytes: Uint8Array): Uint8Array {
  return bytes.map(byte => (byte === CR ? LF : byte))
}
