import type { CheckFacts, CommitFacts } from '../../../renderers/check/facts.ts'
import { defined } from '../options/values.ts'

/** Flags of a check that say what was compared and how. */
export interface FactFlags {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly policy?: string
  readonly key?: string
  readonly baseCommit?: string
  readonly newCommit?: string
}

/** What the outputs of a check say besides its answer: commits with their pages where a CI's environment knows them, and the command to run again. */
export function checkFacts(flags: FactFlags): CheckFacts {
  return defined({
    key: flags.key,
    reproduce: reproduceCommand(flags),
    before: commitFacts(flags.baseCommit),
    after: commitFacts(flags.newCommit),
  })
}

function commitFacts(commit: string | undefined): CommitFacts | undefined {
  if (commit === undefined) return undefined
  const page = commitPage(commit)
  return page === undefined ? { commit } : { commit, url: page }
}

/** Address of a commit's page under GitHub Actions or GitLab CI; undefined elsewhere and for what is no commit id. */
function commitPage(commit: string): string | undefined {
  if (!/^[0-9a-f]{7,64}$/i.test(commit)) return undefined
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, CI_PROJECT_URL } = process.env
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY) return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/commit/${commit}`
  return CI_PROJECT_URL ? `${CI_PROJECT_URL}/-/commit/${commit}` : undefined
}

function reproduceCommand(flags: FactFlags): string {
  const policy = flags.policy === undefined ? [] : ['--policy', flags.policy]
  return ['bpfview', 'check', '--before', ...[...flags.before].sort(), '--after', ...[...flags.after].sort(), ...policy]
    .map(shellWord)
    .join(' ')
}

function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
