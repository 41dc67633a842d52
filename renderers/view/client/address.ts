import { encodeName } from '../../client/paths.ts'
import { MAX_ADDRESS, MAX_STEPS, stepOf, stepText } from '../../client/steps.ts'
import type { ViewData } from './data.ts'
import type { RowFilter } from './rows.ts'
import { ALL_ROWS } from './rows.ts'
import type { App, Choice, SortKey } from './state.ts'
import { firstChoice } from './state.ts'

const MAX_LIST = 200
const SORTS: readonly SortKey[] = ['name', 'self', 'total', 'change', 'module', 'kind']

/** What is chosen, as it stands behind `#`; '' for the page as it opens. */
export function addressOf({ settings, data }: Pick<App, 'settings' | 'data'>, choice: Choice): string {
  const fresh = firstChoice(settings)
  const said: string[] = []
  const say = (key: string, text: string, other: string): void => {
    if (text !== other) said.push(key + '=' + text)
  }
  say('v', choice.view, fresh.view)
  say('o', choice.upward ? 'up' : 'down', 'down')
  say('table', choice.table ? '1' : '0', '1')
  say('q', encodeName(choice.search), '')
  sayRows(data, choice.rows, '', fresh.rows, say)
  if (choice.before === undefined) say('compare', fresh.before === undefined ? '' : '0', '')
  else {
    if (fresh.before === undefined) said.push('compare=1')
    sayRows(data, choice.before, 'before-', fresh.before ?? ALL_ROWS, say)
  }
  say('module', choice.modules.map(encodeName).join(','), '')
  say('off', choice.hidden.map(kind => settings.kinds[kind]!).join(','), '')
  const steps = choice.steps.map(stepText)
  if (steps.join() !== fresh.steps.map(stepText).join())
    said.push(...(steps.length > 0 ? steps : ['']).map(step => 'x=' + step))
  say('z', choice.zoom.map(f => frameText(data, f)).join(';'), '')
  say('f', choice.chosen < 0 ? '' : frameText(data, choice.chosen), '')
  say('s', choice.sort + (choice.ascending ? '-up' : ''), fresh.sort)
  return said.join('&')
}

function sayRows(
  { header }: ViewData,
  rows: RowFilter,
  prefix: string,
  fresh: RowFilter,
  say: (key: string, text: string, other: string) => void,
): void {
  const range = ({ range: r }: RowFilter): string =>
    r === undefined ? '' : r.map(tick => tick / header.ticks).join('-')
  say(prefix + 't', range(rows), range(fresh))
  say(prefix + 'task', rows.tasks.map(encodeName).join(','), '')
  say(prefix + 'thread', rows.threads.join(','), '')
}

/** What an address asks for; what it does not say or cannot mean is as the page opens. */
export function choiceOf({ settings, data }: Pick<App, 'settings' | 'data'>, hash: string): Choice {
  let choice = firstChoice(settings)
  if (hash.length > MAX_ADDRESS) return choice
  const parts = hash.replace(/^#/, '').split('&')
  if (parts.includes('compare=1')) choice = { ...choice, before: ALL_ROWS }
  if (parts.includes('compare=0')) choice = { ...choice, before: undefined }
  if (parts.some(part => part.startsWith('x='))) choice = { ...choice, steps: [] }
  for (const part of parts) {
    const at = part.indexOf('=')
    try {
      if (at > 0) choice = { ...choice, ...readPart({ settings, data }, choice, part.slice(0, at), part.slice(at + 1)) }
    } catch {
      /* a broken link shows what it can */
    }
  }
  return choice
}

function readPart(
  { settings, data }: Pick<App, 'settings' | 'data'>,
  choice: Choice,
  key: string,
  value: string,
): Partial<Choice> {
  const list = value === '' ? [] : value.split(',').slice(0, MAX_LIST)
  if (key.startsWith('before-'))
    return choice.before === undefined ? {} : { before: readRows(data, choice.before, key.slice(7), value, list) }
  switch (key) {
    case 'v':
      return { view: value === 'calls' ? 'calls' : 'flame' }
    case 'o':
      return { upward: value === 'up' }
    case 'table':
      return { table: value !== '0' }
    case 'q':
      return { search: decodeURIComponent(value) }
    case 'module':
      return { modules: list.map(decodeURIComponent).filter(module => data.frames.module.includes(module)) }
    case 'off':
      return { hidden: list.map(kind => settings.kinds.indexOf(kind)).filter(kind => kind >= 0) }
    case 'x': {
      const step = stepOf(value)
      return step === undefined || step.kind === 'reverse' || choice.steps.length >= MAX_STEPS
        ? {}
        : { steps: [...choice.steps, step] }
    }
    case 'z': {
      const way = value.split(';', 1000).map(text => frameOf(data, text))
      const end = way.indexOf(-1)
      return { zoom: end < 0 ? way : way.slice(0, end) }
    }
    case 'f':
      return { chosen: frameOf(data, value) }
    case 's': {
      const [name, up] = value.split('-')
      return SORTS.includes(name as SortKey) ? { sort: name as SortKey, ascending: up === 'up' } : {}
    }
    default:
      return { rows: readRows(data, choice.rows, key, value, list) }
  }
}

function readRows(
  { header, comms }: ViewData,
  rows: RowFilter,
  key: string,
  value: string,
  list: readonly string[],
): RowFilter {
  if (key === 'task') return { ...rows, tasks: list.map(decodeURIComponent).filter(task => comms.includes(task)) }
  if (key === 'thread')
    return { ...rows, threads: list.map(Number).filter(t => Number.isInteger(t) && t >= 0 && t < header.threads) }
  if (key === 't' && header.times !== 'none') {
    const [from, to] = value.split('-').map(seconds => Math.round(Number(seconds) * header.ticks))
    if (from! >= 0 && to! > from!) return { ...rows, range: [from!, to!] }
  }
  return rows
}

/** A frame as text: its name, and which of the frames of that name. */
function frameText({ frames }: ViewData, frame: number): string {
  let twin = 0
  for (let f = 0; f < frame; f++) if (frames.name[f] === frames.name[frame]) twin++
  return encodeName(frames.name[frame]!).replace(/~/g, '%7E') + (twin > 0 ? '~' + twin : '')
}

/** The frame of such a text; -1 when there is none. */
function frameOf({ frames }: ViewData, text: string): number {
  const [coded, twinText] = text.split('~')
  const name = decodeURIComponent(coded!)
  let twin = Number(twinText ?? 0)
  return frames.name.findIndex(each => each === name && twin-- === 0)
}

/** Puts what is chosen behind `#`, unless it is too long to be opened again. */
export function writeAddress(app: App): void {
  const { window, choice } = app
  const text = addressOf(app, choice)
  const hash = text === '' || text.length > MAX_ADDRESS ? '' : '#' + text
  try {
    if (window.location.hash !== hash)
      window.history.replaceState(null, '', hash === '' ? window.location.href.split('#')[0]! : hash)
  } catch {
    /* a page without an address */
  }
}
