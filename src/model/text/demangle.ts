import { demangleItanium } from './demangle-itanium.ts'
import { demangleRust } from './demangle-rust.ts'

/** A longer name is no symbol of a linker. */
const LONGEST = 16_384

/**
 * The name behind a linker's symbol: C++ by the Itanium ABI, Rust before and after v0, as `c++filt -p` prints it, without parameters. What is not
 * understood, or no such symbol, stays as it is. Linear in what is printed, which is bounded.
 */
export function demangle(name: string): string {
  if (name.length < 4 || name.length > LONGEST) return name
  const start = name.startsWith('_') ? (name.startsWith('__Z') || name.startsWith('__R') ? 1 : 0) : -1
  if (start < 0) return name
  const symbol = name.slice(start)
  if (symbol.startsWith('_R')) return demangleRust(symbol) ?? name
  if (symbol.startsWith('_Z')) return demangleItanium(symbol) ?? name
  return name
}
