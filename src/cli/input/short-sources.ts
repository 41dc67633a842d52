/** Names of inputs without the folders that all of them share: `runs/a/out.gz`, `runs/b/out.gz` become `a/out.gz`, `b/out.gz`. */
export function shortSources(sources: readonly string[]): string[] {
  const parts = sources.map(source => source.replace(/(?<=.)\/+$/, '').split('/'))
  const [first] = parts
  if (first === undefined || parts.length < 2) return [...sources]
  let shared = 0
  while (parts.every(part => shared < part.length - 1 && part[shared] === first[shared])) shared++
  return parts.map(part => part.slice(shared).join('/'))
}
