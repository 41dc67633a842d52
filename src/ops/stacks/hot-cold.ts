import type { Profile } from '../../model/index.ts'
import { BpfviewError, conversion, isCount } from '../../model/index.ts'
import { sideBySide } from './side-by-side.ts'

export const ON_CPU = 'on-CPU'
export const OFF_CPU = 'off-CPU'

/**
 * On-CPU and off-CPU time in one profile in seconds: the totals of its two parts are CPU seconds and blocked seconds. Counted samples become
 * seconds by the sampling frequency, which `frequency` gives where the profile does not know it. Throws BpfviewError E_MIXED when a side
 * cannot be told in seconds.
 */
export function hotCold(on: Profile, off: Profile, frequency = on.meta.frequency): Profile {
  const blocked = conversion(off.value.unit, 's')
  if (blocked === undefined)
    throw new BpfviewError(
      'E_MIXED',
      `off-CPU values in ${off.value.unit}; expected a time, as offcputime and offwaketime print it`,
    )
  let running = conversion(on.value.unit, 's')
  if (running === undefined && isCount(on.value.unit)) {
    if (frequency === undefined || !(frequency > 0))
      throw new BpfviewError(
        'E_MIXED',
        'the on-CPU samples do not say how often they were taken; expected the sampling frequency in Hz',
      )
    running = 1 / frequency
  }
  if (running === undefined)
    throw new BpfviewError('E_MIXED', `on-CPU values in ${on.value.unit}; expected samples or a time`)
  const both = sideBySide(
    [
      { label: ON_CPU, profile: on, scale: running },
      { label: OFF_CPU, profile: off, scale: blocked },
    ],
    { name: 'time', unit: 's' },
  )
  // a sum over 0.1 and a million microseconds should print as what it is
  for (let i = 0; i < both.self.length; i++) both.self[i] = Math.round(both.self[i]! * 1e6) / 1e6
  const { samples: _, ...meta } = both.meta
  return { ...both, name: 'on- and off-CPU time', measures: 'hot-cold', meta }
}
