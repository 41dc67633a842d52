import { studentQuantile } from './student.ts'

/** True when the 90 % interval of `delta` lies inside (-margin, margin): two one-sided tests at 5 %, shown equal and not merely not shown different. */
export function equivalent(delta: number, error: number, df: number, margin: number): boolean {
  const reach = studentQuantile(0.95, df) * error
  return delta - reach > -margin && delta + reach < margin
}
