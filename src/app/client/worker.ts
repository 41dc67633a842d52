/** Reads and draws beside the page, which stays responsive. */
import { formatValue } from '../../../renderers/words/numbers.ts'
import { BpfviewError } from '../../model/error.ts'
import { draw, eventsOf, picturesOf } from './pictures.ts'
import type { Answer, Question } from './protocol.ts'
import type { ReadInput } from './reading.ts'
import { readFiles } from './reading.ts'

/** What a worker has; the types of a page stand in the way of its own. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Question>) => void) | null
  postMessage(answer: Answer): void
}

/** Bytes between two words of progress. */
const EVERY_BYTES = 4e6

const scope = globalThis as unknown as WorkerScope
let inputs: readonly ReadInput[] = []

async function answer(question: Question): Promise<Answer> {
  if (question.ask === 'draw') return { say: 'drawn', drawn: draw(question.picture, inputs, question.event) }
  const total = question.files.reduce((sum, { blob }) => sum + blob.size, 0)
  let done = 0
  let said = 0
  inputs = await readFiles(question.files, bytes => {
    done += bytes
    if (done - said < EVERY_BYTES) return
    said = done
    scope.postMessage({ say: 'progress', done, total })
  })
  return { say: 'read', pictures: picturesOf(inputs), events: eventsOf(inputs), facts: factsOf(total) }
}

function factsOf(total: number): string {
  const skipped = inputs.reduce((sum, { parsed }) => sum + parsed.skippedLines, 0)
  return [
    [...new Set(inputs.map(({ parsed }) => parsed.format))].join(', '),
    formatValue(total, 'bytes'),
    ...(skipped > 0 ? [`⚠ ${formatValue(skipped, 'lines')} not read`] : []),
  ].join(' · ')
}

scope.onmessage = ({ data }) => {
  answer(data).then(
    said => scope.postMessage(said),
    (error: unknown) =>
      scope.postMessage({
        say: 'error',
        message: error instanceof Error ? error.message : String(error),
        ours: !(error instanceof BpfviewError),
      }),
  )
}
