import { plainName } from '../../words/label.ts'
import { listenToButtons, listenToLists } from './acts.ts'
import { readAddress } from './address.ts'
import { refresh } from './answer.ts'
import { fillControls } from './controls.ts'
import type { ScopeData } from './data.ts'
import { inflateColumns } from './inflate.ts'
import { drawMap, measureMap } from './map.ts'
import { drawMarks } from './marks.ts'
import { listenToArrows, listenToPointer } from './pointer.ts'
import type { Scope, ScopeSettings } from './state.ts'
import { byId, say } from './state.ts'
import { unpackScope } from './unpack.ts'

/** Makes the page live: reads its columns, draws the map, and answers selections. Names go into text nodes and values only. */
export async function liveScope(document: Document): Promise<void> {
  const { performance } = document.defaultView!
  const { dataset } = document.documentElement
  const begun = performance.now()
  try {
    const settings = JSON.parse(byId(document, 'settings').textContent ?? '{}') as ScopeSettings
    const columns = await inflateColumns(document, settings)
    open(
      makeScope(
        document,
        settings,
        unpackScope(settings.header, name => columns.get(name) ?? new Uint8Array()),
      ),
    )
    dataset['opened'] = String(Math.round(performance.now() - begun))
    dataset['ready'] = ''
  } catch (error) {
    say(document, `This page cannot be read: ${String(error)}; expected a browser of 2023 or later.`)
  }
}

function makeScope(document: Document, settings: ScopeSettings, data: ScopeData): Scope {
  return {
    document,
    window: document.defaultView!,
    settings,
    data,
    functionNames: data.names.frames.map(plainName),
    comms: [...new Set(data.names.comms)],
    choice: {
      rows: settings.rows,
      colours: 'linear',
      weigh: 'samples',
      event: settings.header.events.length > 1 ? 0 : -1,
      cpu: -1,
      comm: '',
      commSet: false,
      thread: -1,
      withoutIdle: settings.withoutIdle,
      band: false,
      ranges: [],
      baseline: [],
      sortBy: 'self',
    },
    filter: { event: -1, cpu: -1, threads: undefined, withoutIdle: false, weigh: 'samples' },
    weights: [],
    cells: new Float64Array(0),
    levels: new Int8Array(0),
    kept: 0,
    keptWeight: 0,
    cursor: { second: 0, row: 0 },
    anchor: undefined,
    hovering: false,
    outer: undefined,
    cellWidth: 8,
    cellHeight: 6,
    viewWidth: 1000,
  }
}

function open(scope: Scope): void {
  const { document, window } = scope
  fillControls(scope)
  listenToPointer(scope)
  listenToArrows(scope)
  listenToButtons(scope)
  listenToLists(scope)
  const redraw = (): void => {
    drawMap(scope)
    drawMarks(scope)
  }
  byId(document, 'scroll').addEventListener('scroll', redraw, { passive: true })
  window.addEventListener('resize', () => {
    measureMap(scope)
    redraw()
  })
  window.addEventListener('hashchange', () => {
    scope.choice.ranges = []
    scope.choice.baseline = []
    readAddress(scope)
    refresh(scope)
  })
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
  readAddress(scope)
  refresh(scope)
  say(document, 'Drag, or focus the map and use the arrow keys.')
}
