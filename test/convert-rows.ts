import { readInputs } from '../src/cli/input/input.ts'
import { framesOf } from '../src/model/index.ts'

/** Every sample of a file, as `tid weight stack` and microseconds from the first sample; sorted. */
export async function rows(path: string, allThreads = true): Promise<{ key: string; micros: number }[]> {
  const inputs = await readInputs([path], { timeline: true, allThreads })
  const found: { key: string; micros: number }[] = []
  const samples = inputs.flatMap(input => input.parsed.datasets).filter(dataset => dataset.kind === 'samples')
  const first = samples.reduce((least, one) => one.time.reduce((a, b) => Math.min(a, b), least), Infinity)
  for (const { stacks, stack, time, tid, weight } of samples)
    for (let row = 0; row < stack.length; row++) {
      const names = framesOf(stacks, stack[row]!).map(frame => stacks.frames.name[frame]!)
      const key = `${tid?.[row]} ${weight[row]} ${names.join(';')}`
      found.push({ key, micros: (time[row]! - first) * 1e6 })
    }
  return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.micros - b.micros))
}
