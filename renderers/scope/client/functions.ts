/** Whether each node is the outermost of its function on its stack: totals of functions count those only, so that recursion counts once. */
export function outermostNodes(parent: Int32Array, frame: Int32Array): Uint8Array {
  const outer = new Uint8Array(parent.length)
  for (let i = 1; i < parent.length; i++) {
    let n = parent[i]!
    while (n > 0 && frame[n] !== frame[i]) n = parent[n]!
    outer[i] = n > 0 ? 0 : 1
  }
  return outer
}

/** Self and total value of each function. */
export function scopeFunctions(
  parent: Int32Array,
  frame: Int32Array,
  outer: Uint8Array,
  self: Float64Array,
  functions: number,
): { readonly self: Float64Array; readonly total: Float64Array } {
  const total = self.slice()
  for (let i = parent.length - 1; i > 0; i--) total[parent[i]!] = total[parent[i]!]! + total[i]!
  const own = new Float64Array(functions)
  const all = new Float64Array(functions)
  for (let i = 1; i < parent.length; i++) {
    const f = frame[i]!
    own[f] = own[f]! + self[i]!
    if (outer[i] === 1) all[f] = all[f]! + total[i]!
  }
  return { self: own, total: all }
}
