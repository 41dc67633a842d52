import type { Section } from '../../src/ops/report/finding.ts'

/** Sections of the page in their order; the key of the first nine is their number. */
export const SECTIONS = [
  ['findings', 'Findings'],
  ['trust', 'Trust'],
  ['machine', 'Machine'],
  ['tasks', 'Tasks'],
  ['cpu', 'On CPU'],
  ['waiting', 'Waiting'],
  ['latency', 'Latency'],
  ['events', 'Events'],
  ['checks', 'Cross-checks'],
  ['appendix', 'Appendix'],
] as const

export type SectionId = (typeof SECTIONS)[number][0]

/** Names of sections that findings lead to. */
export const SECTION_NAMES = Object.fromEntries(SECTIONS) as Readonly<Record<SectionId | Section, string>>
