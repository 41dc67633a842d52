import type { Command } from 'commander'

/** Declares a command's options and action; `all` = every command there is. */
export type Declare = (command: Command, all: readonly CommandEntry[]) => void

export interface CommandEntry {
  readonly name: string
  readonly summary: string
  /** Loads the command's module: only the one that is asked for, because start-up time is a promise. */
  readonly load: () => Promise<Declare>
}
