/** The page: takes files by drop, choice or paste, asks its worker, shows what it draws. Nothing leaves the page. */
import { droppedFiles } from './files.ts'
import type { Drawn, PictureChoice, PictureId } from './pictures.ts'
import type { Answer, Question } from './protocol.ts'
import type { GivenFile } from './reading.ts'

function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T
}

const worker = new Worker(
  URL.createObjectURL(new Blob([byId('bv-worker').textContent ?? ''], { type: 'text/javascript' })),
)
let name = ''
let events: readonly string[] = []
let drawn: Drawn | undefined
let shownAt: string | undefined

function ask(question: Question): void {
  worker.postMessage(question)
}

function say(text: string, kind: 'quiet' | 'wrong' = 'quiet'): void {
  const line = byId('bv-status')
  line.textContent = text
  line.dataset['kind'] = kind
}

function open(files: readonly GivenFile[]): void {
  if (files.length === 0) return
  name = files.length === 1 ? files[0]!.path : `${files[0]!.path.split('/')[0]} (${files.length} files)`
  byId('bv-name').textContent = name
  document.title = `${name} - bpfview`
  say(`Reading ${name} …`)
  // what another file showed is no picture of this one
  byId('bv-frame').hidden = byId('bv-bar').hidden = true
  byId('bv-start').hidden = false
  ask({ ask: 'read', files })
}

function showChoices(pictures: readonly PictureChoice[]): void {
  const bar = byId('bv-pictures')
  bar.replaceChildren(
    ...pictures.map(({ id, label }) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = label
      button.dataset['picture'] = id
      button.addEventListener('click', () => choose(id))
      return button
    }),
  )
  const select = byId<HTMLSelectElement>('bv-event')
  select.replaceChildren(...events.map(event => new Option(event, event)))
  select.hidden = events.length < 2
  byId('bv-bar').hidden = false
  choose(pictures[0]!.id)
}

function choose(id: PictureId): void {
  for (const button of byId('bv-pictures').querySelectorAll('button'))
    button.setAttribute('aria-pressed', String(button.dataset['picture'] === id))
  const event = events.length > 1 ? byId<HTMLSelectElement>('bv-event').value : undefined
  ask({ ask: 'draw', picture: id, event })
}

function show(result: Drawn): void {
  drawn = result
  if (shownAt !== undefined) URL.revokeObjectURL(shownAt)
  shownAt = URL.createObjectURL(new Blob([result.html], { type: 'text/html' }))
  const frame = byId<HTMLIFrameElement>('bv-frame')
  frame.src = shownAt
  frame.hidden = false
  byId('bv-start').hidden = true
  byId('bv-svg').hidden = result.svg === undefined
  document.body.dataset['drawn'] = String(Number(document.body.dataset['drawn'] ?? 0) + 1)
}

function save(content: string | undefined, ending: string, type: string): void {
  if (content === undefined) return
  const link = document.createElement('a')
  const address = URL.createObjectURL(new Blob([content], { type }))
  link.href = address
  link.download = `${name.replace(/[^\w.-]+/g, '_') || 'bpfview'}${ending}`
  link.click()
  URL.revokeObjectURL(address)
}

worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
  if (data.say === 'progress')
    say(`Reading ${name}: ${Math.round(data.done / 1e6)} of ${Math.round(data.total / 1e6)} MB`)
  else if (data.say === 'error')
    say(data.ours ? `A defect of this page, please report it: ${data.message}` : data.message, 'wrong')
  else if (data.say === 'drawn') show(data.drawn)
  else {
    events = data.events
    say(data.facts)
    showChoices(data.pictures)
  }
})
worker.addEventListener('error', event => say(`A defect of this page, please report it: ${event.message}`, 'wrong'))

document.addEventListener('dragover', event => {
  event.preventDefault()
  document.body.dataset['over'] = 'true'
})
document.addEventListener('dragleave', event => {
  if (event.relatedTarget === null) delete document.body.dataset['over']
})
document.addEventListener('drop', event => {
  event.preventDefault()
  delete document.body.dataset['over']
  if (event.dataTransfer !== null) droppedFiles(event.dataTransfer).then(open, error => say(String(error), 'wrong'))
})
document.addEventListener('paste', event => {
  const text = event.clipboardData?.getData('text') ?? ''
  const files = [...(event.clipboardData?.files ?? [])]
  if (files.length > 0) open(files.map(file => ({ path: file.name, blob: file })))
  else if (text.trim() !== '') open([{ path: 'pasted text', blob: new Blob([text]) }])
})
const input = byId<HTMLInputElement>('bv-input')
input.addEventListener('change', () => {
  open([...(input.files ?? [])].map(file => ({ path: file.name, blob: file })))
  input.value = ''
})
for (const id of ['bv-open', 'bv-choose']) byId(id).addEventListener('click', () => input.click())
byId('bv-event').addEventListener('change', () => {
  const chosen = byId('bv-pictures').querySelector<HTMLElement>('[aria-pressed=true]')
  if (chosen !== null) choose(chosen.dataset['picture'] as PictureId)
})
byId('bv-save').addEventListener('click', () => save(drawn?.html, '.html', 'text/html'))
byId('bv-svg').addEventListener('click', () => save(drawn?.svg, '.svg', 'image/svg+xml'))
document.body.dataset['ready'] = 'true'
