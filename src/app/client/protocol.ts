/** What the page and its worker say to each other. */
import type { Drawn, PictureChoice, PictureId } from './pictures.ts'
import type { GivenFile } from './reading.ts'

export type Question =
  | { readonly ask: 'read'; readonly files: readonly GivenFile[] }
  | { readonly ask: 'draw'; readonly picture: PictureId; readonly event: string | undefined }

export type Answer =
  | { readonly say: 'progress'; readonly done: number; readonly total: number }
  | {
      readonly say: 'read'
      readonly pictures: readonly PictureChoice[]
      readonly events: readonly string[]
      /** What was read, in a line. */
      readonly facts: string
    }
  | { readonly say: 'drawn'; readonly drawn: Drawn }
  /** `ours` = a defect of the page, not of the input. */
  | { readonly say: 'error'; readonly message: string; readonly ours: boolean }
