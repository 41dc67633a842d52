/**
 * What compilers and link-time optimizers append to the symbol of a part or copy of a function, in one list for all that cut or keep names.
 * Source: names in GCC's ipa passes (`.isra.0`, `.constprop.0`, `.part.0`, `.cold`, `.localalias`, `.lto_priv.0`), LLVM's (`.llvm.123`, `.cold.1`,
 * `.__uniq.123`) and BOLT's (`.warm.0`, `.cold.0`).
 */

/** Suffixes that no language uses as the last part of a name: they count with and without a number. */
const ALONE = ['isra', 'constprop', 'part', 'cold', 'llvm', 'lto_priv', 'localalias', '__uniq'] as const
/** Words that end ordinary names too (`java.lang.Object.clone`, `cache.hot`): they count with a number only. */
const NUMBERED = ['clone', 'ipa', 'sra', 'str', 'warm', 'hot', 'unlikely'] as const

/** A run of suffixes as the text of a regular expression; linear, because every part begins with a point and a word of the list. */
const SUFFIXES = `(?:\\.(?:(?:${ALONE.join('|')})(?:\\.\\d+)*|(?:${NUMBERED.join('|')})(?:\\.\\d+)+))+`

const AT_END = new RegExp(`${SUFFIXES}$`)

/** A run of suffixes at the end of a name, or before a mark, an offset or a version. */
export const COMPILER_SUFFIXES = new RegExp(`${SUFFIXES}(?=$|_\\[|\\+0x|@)`)

/** The name without what compilers appended to it; never empty. */
export function cutCompilerSuffixes(name: string): string {
  const at = name.endsWith(']') ? name.lastIndexOf(' [clone ') : -1
  if (at > 0) return cutClones(name)
  const cut = name.replace(AT_END, '')
  return cut === '' ? name : cut
}

/** Demanglers print suffixes as ` [clone .isra.0] [clone .cold]`. */
function cutClones(name: string): string {
  let cut = name
  for (let at = cut.lastIndexOf(' [clone '); at > 0 && cut.endsWith(']'); at = cut.lastIndexOf(' [clone '))
    cut = cut.slice(0, at)
  return cut
}
