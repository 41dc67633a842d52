/** What a check's outputs say besides the comparison; all of it is given by the caller. */
export interface CheckFacts {
  /** Makes the hidden marker by which a bot finds its comment again. */
  readonly key?: string
  /** The command that gives this answer again. */
  readonly reproduce?: string
  /** Commits of the sides, and where they can be looked at. */
  readonly before?: CommitFacts
  readonly after?: CommitFacts
}

/** A commit as reports link it. */
export interface CommitFacts {
  readonly commit: string
  /** Page of the commit; only https addresses become links. */
  readonly url?: string
}

/** The first line of a comment, by which it is found again. */
export function commentMarker(key = 'default'): string {
  return `<!-- bpfview:compare:${key.replace(/[^\w.-]/g, '_').slice(0, 80)} -->`
}
