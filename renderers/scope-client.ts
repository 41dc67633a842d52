import type { ScopeHeader } from './scope-pack.ts'
import type { ScopeBoxes, ScopeData, ScopeFilter, ScopeSelection } from './scope-data.ts'

/** Functions of other files that the page uses; shipped with it. */
export interface ScopeParts {
  unpackScope(header: ScopeHeader, column: (name: string) => Uint8Array): ScopeData
  eventWeights(data: ScopeData, weigh: string): (number | undefined)[]
  scopeCells(data: ScopeData, rows: number, filter: ScopeFilter, weights: readonly (number | undefined)[]): { readonly cells: Float64Array, readonly samples: number, readonly idle: number }
  scopeSelect(data: ScopeData, ranges: readonly number[], filter: ScopeFilter, weights: readonly (number | undefined)[]): ScopeSelection
  joinRanges(ranges: readonly number[], end: number): number[]
  scopeBoxes(parent: Int32Array, self: Float64Array, minShare: number, maxDepth: number): ScopeBoxes
  outermostNodes(parent: Int32Array, frame: Int32Array): Uint8Array
  scopeFunctions(parent: Int32Array, frame: Int32Array, outer: Uint8Array, self: Float64Array, functions: number): { readonly self: Float64Array, readonly total: Float64Array }
  tickText(start: number, tick: number, ticks: number): string
  parseTicks(text: string, start: number, ticks: number): number[]
  diffClass(before: number, after: number, certainty: number): string
  certaintyOf(before: number, after: number, samplesBefore: number, samplesAfter: number): number
  heatLevels(counts: ArrayLike<number>, scale: string, top: number, levels: number): Int8Array
  formatShare(part: number, whole: number): string
  formatValue(value: number, unit: string): string
  plainName(name: string): string
  nameShade(name: string, shades: number): number
  flame(script: Element): void
}

/** What the page was made with: constants of the program, and the words of its caller. */
export interface ScopeSettings {
  readonly header: ScopeHeader
  readonly rows: number
  readonly withoutIdle: boolean
  readonly kinds: readonly string[]
  readonly shades: number
  readonly heatLight: readonly string[]
  readonly heatDark: readonly string[]
  readonly pageLight: Readonly<Record<string, string>>
  readonly pageDark: Readonly<Record<string, string>>
  readonly columns: readonly string[]
}

/** Makes the page live: reads its columns, draws the map, and answers selections. Runs in the browser; names go into text nodes only. */
export function scopeClient(document: Document, parts: ScopeParts): void {
  const window = document.defaultView!
  const SVG = 'http://www.w3.org/2000/svg'
  const by = <T extends HTMLElement>(id: string): T => document.getElementById('sc-' + id) as T
  const settings = JSON.parse(by('settings').textContent ?? '{}') as ScopeSettings
  const { header } = settings
  const T = header.ticks
  const END = header.seconds * T
  const root = document.documentElement
  const say = (text: string): void => { by('status').textContent = text }

  const inflate = async (name: string): Promise<Uint8Array> => {
    const island = document.getElementById('sc-column-' + name)
    const text = (island?.textContent ?? '').trim()
    if (island !== null) island.textContent = ''
    const decode = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64
    let bytes: Uint8Array<ArrayBuffer>
    if (decode !== undefined) bytes = decode.call(Uint8Array, text)
    else {
      const binary = window.atob(text)
      bytes = new Uint8Array(binary.length)
      for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
    }
    if (!header.compressed) return bytes
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  }

  const begun = window.performance.now()
  Promise.all(settings.columns.map(async name => [name, await inflate(name)] as const)).then(all => {
    const columns = new Map(all)
    const data = parts.unpackScope(header, name => columns.get(name) ?? new Uint8Array())
    live(data)
    root.dataset['opened'] = String(Math.round(window.performance.now() - begun))
    root.dataset['ready'] = ''
  }).catch((error: unknown) => say('This page cannot be read: ' + String(error) + '; expected a browser of 2023 or later.'))

  function live(data: ScopeData): void {
    const { names } = data
    const functionNames = names.frames.map(name => parts.plainName(name))
    let outer: Uint8Array | undefined

    // --- what the reader chose
    const state = {
      rows: settings.rows, colours: 'linear', weigh: 'samples' as ScopeFilter['weigh'], event: header.events.length > 1 ? 0 : -1, cpu: -1, comm: '', commSet: false, thread: -1, withoutIdle: settings.withoutIdle, band: false,
      ranges: [] as number[], baseline: [] as number[], zoom: 1,
    }
    let cells: Float64Array = new Float64Array(0)
    let levels: Int8Array = new Int8Array(0)
    let kept = 0
    let keptWeight = 0
    let weights: (number | undefined)[] = []
    let filter: ScopeFilter = { event: -1, cpu: -1, threads: undefined, withoutIdle: false, weigh: 'samples' }
    let cursor = { second: 0, row: 0 }
    let anchor: { second: number, row: number } | undefined
    let sortBy = 'self'

    const startOf = (second: number, row: number): number => second * T + Math.ceil(row * T / state.rows)
    const rangeBetween = (a: { second: number, row: number }, b: { second: number, row: number }): number[] => {
      if (state.band) {
        const flat: number[] = []
        for (let s = Math.min(a.second, b.second); s <= Math.max(a.second, b.second); s++) flat.push(startOf(s, Math.min(a.row, b.row)), startOf(s, Math.max(a.row, b.row) + 1))
        return flat
      }
      const [first, last] = startOf(a.second, a.row) <= startOf(b.second, b.row) ? [a, b] : [b, a]
      return [startOf(first.second, first.row), startOf(last.second, last.row + 1)]
    }
    const unit = (): string => state.weigh === 'samples' ? 'samples' : state.weigh === 'time' ? 'ns' : header.events[Math.max(0, state.event)]!.unit === 'samples' ? 'count' : header.events[Math.max(0, state.event)]!.unit
    const secondsOf = (tick: number): string => parts.tickText(header.start, tick, T)
    const rangeText = (ranges: readonly number[]): string => {
      const all: string[] = []
      for (let r = 0; r < ranges.length; r += 2) all.push(secondsOf(ranges[r]!) + '..' + secondsOf(ranges[r + 1]!))
      return all.join(',')
    }

    // --- controls
    const option = (select: HTMLSelectElement, value: string, label: string): void => {
      const made = document.createElement('option')
      made.value = value
      made.textContent = label
      select.append(made)
    }
    const rowsSelect = by<HTMLSelectElement>('rows')
    const sizes = [...new Set([10, 20, 25, 49, 50, 99, 100, settings.rows])].filter(rows => T >= 1e6 || T % rows === 0).sort((a, b) => a - b)
    for (const rows of sizes) option(rowsSelect, String(rows), rows + ' rows')
    const weighSelect = by<HTMLSelectElement>('weigh')
    option(weighSelect, 'samples', 'by samples')
    if (header.weights !== 'one') option(weighSelect, 'period', 'by period')
    if (header.events.every(event => (event.clock && header.weights !== 'one') || event.frequency > 0)) option(weighSelect, 'time', 'by time')
    const coloursSelect = by<HTMLSelectElement>('colours')
    for (const [value, label] of [['linear', 'linear colours'], ['log', 'log colours'], ['rank', 'colours by rank']] as const) option(coloursSelect, value, label)
    const eventSelect = by<HTMLSelectElement>('event')
    // events are never added up
    if (header.events.length > 1) names.events.forEach((name, i) => option(eventSelect, String(i), name))
    else option(eventSelect, '-1', names.events[0] ?? 'samples')
    eventSelect.disabled = header.events.length < 2
    const cpuSelect = by<HTMLSelectElement>('cpu')
    option(cpuSelect, '-1', header.cpus > 0 ? 'all CPUs' : 'no CPUs known')
    for (let cpu = 0; cpu < Math.min(header.cpus, 4096); cpu++) option(cpuSelect, String(cpu), 'CPU ' + cpu)
    cpuSelect.disabled = header.cpus === 0
    const commSelect = by<HTMLSelectElement>('comm')
    option(commSelect, '', 'all commands')
    const comms = [...new Set(names.comms)]
    comms.slice(0, 5000).forEach((comm, i) => option(commSelect, String(i), comm === '' ? '(no name)' : comm))
    const threadSelect = by<HTMLSelectElement>('thread')
    const fillThreads = (): void => {
      threadSelect.textContent = ''
      option(threadSelect, '-1', 'all threads')
      for (let t = 0, shown = 0; t < header.threads && shown < 2000; t++) {
        if (state.commSet && names.comms[t] !== state.comm) continue
        if (data.tids[t]! < 0) continue
        option(threadSelect, String(t), (names.comms[t] ?? '') + ' ' + (data.pids[t]! >= 0 ? data.pids[t] + '/' : '') + data.tids[t])
        shown++
      }
    }
    fillThreads()
    const idleBox = by<HTMLInputElement>('idle')

    const writeHash = (): void => {
      const said: string[] = []
      if (state.ranges.length > 0) said.push('r=' + rangeText(state.ranges))
      if (state.baseline.length > 0) said.push('b=' + rangeText(state.baseline))
      if (state.rows !== settings.rows) said.push('rows=' + state.rows)
      if (state.weigh !== 'samples') said.push('weigh=' + state.weigh)
      if (state.colours !== 'linear') said.push('colours=' + state.colours)
      if (state.event > 0) said.push('event=' + state.event)
      if (state.cpu >= 0) said.push('cpu=' + state.cpu)
      if (state.commSet) said.push('comm=' + encodeURIComponent(state.comm))
      if (state.thread >= 0) said.push('thread=' + state.thread)
      if (state.withoutIdle !== settings.withoutIdle) said.push('idle=' + (state.withoutIdle ? 0 : 1))
      const hash = said.length > 0 ? '#' + said.join('&') : ''
      try {
        if (window.location.hash !== hash) window.history.replaceState(null, '', hash === '' ? window.location.href.split('#')[0]! : hash)
      } catch { /* a page without an address */ }
    }
    const readHash = (): void => {
      for (const part of window.location.hash.replace(/^#/, '').split('&')) {
        const at = part.indexOf('=')
        const key = part.slice(0, at)
        const value = part.slice(at + 1)
        const number = Number(value)
        try {
          if (key === 'r') state.ranges = parts.joinRanges(parts.parseTicks(value, header.start, T), END)
          else if (key === 'b') state.baseline = parts.joinRanges(parts.parseTicks(value, header.start, T), END)
          else if (key === 'rows' && Number.isInteger(number) && number >= 10 && number <= 100 && (T >= 1e6 || T % number === 0)) {
            state.rows = number
            if (!sizes.includes(number)) option(rowsSelect, value, value + ' rows')
          } else if (key === 'weigh' && [...weighSelect.options].some(each => each.value === value)) state.weigh = value as ScopeFilter['weigh']
          else if (key === 'colours' && (value === 'log' || value === 'rank')) state.colours = value
          else if (key === 'event' && header.events[number] !== undefined) state.event = number
          else if (key === 'cpu' && number >= 0 && number < header.cpus) state.cpu = number
          else if (key === 'comm' && comms.includes(decodeURIComponent(value))) {
            state.comm = decodeURIComponent(value)
            state.commSet = true
          } else if (key === 'thread' && number >= 0 && number < header.threads) state.thread = number
          else if (key === 'idle') state.withoutIdle = value === '0'
        } catch { /* a broken link shows what it can */ }
      }
    }

    // --- the map
    const map = by('map')
    const scroller = by('scroll')
    const base = by<HTMLCanvasElement>('base')
    const over = by<HTMLCanvasElement>('over')
    const LEFT = 46
    const BOTTOM = 24
    const TOP = 6
    let cw = 8
    let ch = 6
    let viewWidth = 1000
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const isDark = (): boolean => root.classList.contains('bv-dark') || (root.classList.contains('bv-auto') && dark.matches)
    const page = (): Readonly<Record<string, string>> => (isDark() ? settings.pageDark : settings.pageLight)
    const rgb = (hex: string): readonly [number, number, number] => [Number.parseInt(hex.slice(1, 3), 16), Number.parseInt(hex.slice(3, 5), 16), Number.parseInt(hex.slice(5, 7), 16)]

    const measureMap = (): void => {
      viewWidth = Math.max(300, map.clientWidth)
      const room = viewWidth - LEFT - 8
      cw = Math.max(2, Math.min(40, Math.floor(room / header.seconds))) * state.zoom
      ch = Math.max(3, Math.min(26, Math.round(330 / state.rows)))
      const height = TOP + ch * state.rows + BOTTOM
      by('spacer').style.width = Math.ceil(LEFT + cw * header.seconds + 8) + 'px'
      for (const canvas of [base, over]) {
        const ratio = window.devicePixelRatio || 1
        canvas.width = Math.round(viewWidth * ratio)
        canvas.height = Math.round(height * ratio)
        canvas.style.width = viewWidth + 'px'
        canvas.style.height = height + 'px'
      }
      scroller.style.height = height + (LEFT + cw * header.seconds + 8 > viewWidth ? 14 : 0) + 'px'
    }
    const context = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
      const made = canvas.getContext('2d')!
      const ratio = window.devicePixelRatio || 1
      made.setTransform(ratio, 0, 0, ratio, 0, 0)
      made.clearRect(0, 0, viewWidth, canvas.height)
      return made
    }
    const visible = (): readonly [number, number] => {
      const first = Math.max(0, Math.floor(scroller.scrollLeft / cw))
      return [first, Math.min(header.seconds, Math.ceil((scroller.scrollLeft + viewWidth - LEFT) / cw) + 1)]
    }
    const xOf = (second: number): number => LEFT + second * cw - scroller.scrollLeft
    const yOf = (row: number): number => TOP + (state.rows - 1 - row) * ch
    const drawBase = (): void => {
      const paint = context(base)
      const colours = (isDark() ? settings.heatDark : settings.heatLight).map(rgb)
      const none = rgb(page()['none']!)
      const [from, to] = visible()
      const wide = to - from
      const rows = state.rows
      if (wide <= 0) return
      const image = new ImageData(wide, rows)
      for (let c = 0; c < wide; c++) {
        for (let row = 0; row < rows; row++) {
          const level = levels[(from + c) * rows + row]!
          const colour = level < 0 ? none : colours[level]!
          const at = ((rows - 1 - row) * wide + c) * 4
          image.data[at] = colour[0]
          image.data[at + 1] = colour[1]
          image.data[at + 2] = colour[2]
          image.data[at + 3] = 255
        }
      }
      const small = document.createElement('canvas')
      small.width = wide
      small.height = rows
      small.getContext('2d')!.putImageData(image, 0, 0)
      paint.imageSmoothingEnabled = false
      paint.save()
      paint.beginPath()
      paint.rect(LEFT, TOP, Math.min(viewWidth - LEFT, header.seconds * cw - scroller.scrollLeft), ch * rows)
      paint.clip()
      paint.drawImage(small, xOf(from), TOP, wide * cw, rows * ch)
      paint.strokeStyle = page()['page']!
      paint.lineWidth = 1
      paint.beginPath()
      if (cw >= 6) for (let c = from; c <= to; c++) {
        paint.moveTo(Math.round(xOf(c)) - 0.5, TOP)
        paint.lineTo(Math.round(xOf(c)) - 0.5, TOP + rows * ch)
      }
      if (ch >= 5) for (let row = 0; row <= rows; row++) {
        paint.moveTo(LEFT, yOf(row) + ch - 0.5)
        paint.lineTo(viewWidth, yOf(row) + ch - 0.5)
      }
      paint.stroke()
      paint.restore()
      paint.fillStyle = page()['secondary']!
      paint.font = '11.5px -apple-system, "Segoe UI", Inter, Roboto, Arial, sans-serif'
      paint.textAlign = 'right'
      paint.textBaseline = 'middle'
      for (const part of [0, 250, 500, 750, 1000]) paint.fillText(part === 1000 ? '1 s' : String(part), LEFT - 6, Math.min(TOP + rows * ch * (1 - part / 1000), TOP + rows * ch - 4) + (part === 1000 ? 5 : 0))
      paint.save()
      paint.translate(9, TOP + rows * ch / 2)
      paint.rotate(-Math.PI / 2)
      paint.textAlign = 'center'
      paint.fillText('ms in second', 0, 0)
      paint.restore()
      paint.textBaseline = 'top'
      paint.textAlign = 'center'
      const least = 70 / cw
      const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 36_000].find(each => each >= least) ?? 86_400
      for (let second = Math.ceil(from / step) * step; second < to; second += step) {
        const x = xOf(second)
        if (x < LEFT - 1) continue
        paint.fillRect(x, TOP + rows * ch, 1, 4)
        paint.fillText((header.start + second) + (second === 0 ? ' s' : ''), x, TOP + rows * ch + 7)
      }
    }
    const eachPiece = (ranges: readonly number[], each: (x: number, y: number, w: number, h: number) => void): void => {
      const [from, to] = visible()
      for (let r = 0; r < ranges.length; r += 2) {
        const begin = ranges[r]!
        const end = ranges[r + 1]!
        for (let second = Math.max(from, Math.floor(begin / T)); second < Math.min(to, Math.ceil(end / T)); second++) {
          const low = Math.max(0, (begin - second * T) / T)
          const high = Math.min(1, (end - second * T) / T)
          each(xOf(second), TOP + (1 - high) * ch * state.rows, cw, (high - low) * ch * state.rows)
        }
      }
    }
    const drawOver = (): void => {
      const paint = context(over)
      const ink = page()['ink']!
      paint.save()
      paint.beginPath()
      paint.rect(LEFT, TOP, viewWidth - LEFT, ch * state.rows)
      paint.clip()
      if (state.ranges.length > 0 || state.baseline.length > 0) {
        paint.globalAlpha = 0.62
        paint.fillStyle = page()['page']!
        paint.fillRect(LEFT, TOP, Math.min(viewWidth, header.seconds * cw), ch * state.rows)
        paint.globalAlpha = 1
        for (const ranges of [state.baseline, state.ranges]) eachPiece(ranges, (x, y, w, h) => paint.clearRect(x, y, w, h))
        for (const [ranges, colour, dash] of [[state.baseline, page()['accent']!, [4, 3]], [state.ranges, ink, []]] as const) {
          paint.strokeStyle = colour
          paint.lineWidth = 1.5
          paint.setLineDash([...dash])
          paint.beginPath()
          eachPiece(ranges, (x, y, w, h) => {
            paint.moveTo(x, y + 0.5)
            paint.lineTo(x + w, y + 0.5)
            paint.moveTo(x, y + h - 0.5)
            paint.lineTo(x + w, y + h - 0.5)
          })
          for (let r = 0; r < ranges.length; r += 2) {
            const first = Math.floor(ranges[r]! / T)
            const last = Math.ceil(ranges[r + 1]! / T) - 1
            const side = (x: number, low: number, high: number): void => {
              paint.moveTo(x, TOP + (1 - low) * ch * state.rows)
              paint.lineTo(x, TOP + (1 - high) * ch * state.rows)
            }
            const low = ranges[r]! / T - first
            const high = ranges[r + 1]! / T - last
            side(xOf(first) + 0.5, low, first === last ? high : 1)
            side(xOf(last + 1) - 0.5, first === last ? low : 0, high)
          }
          paint.stroke()
        }
        paint.setLineDash([])
      }
      if (document.activeElement === map || hovering) {
        paint.strokeStyle = ink
        paint.lineWidth = 1.5
        paint.strokeRect(xOf(cursor.second) - 0.5, yOf(cursor.row) - 0.5, Math.max(cw, 3), Math.max(ch, 3))
      }
      paint.restore()
    }
    let hovering = false
    const describe = (): void => {
      const at = startOf(cursor.second, cursor.row)
      const end = startOf(cursor.second, cursor.row + 1)
      const value = cells[cursor.second * state.rows + cursor.row] ?? 0
      say(secondsOf(at) + ' to ' + secondsOf(end) + ' s · ' + parts.formatValue(value, unit()) + ' · ' + parts.formatShare(value, keptWeight) + ' of those drawn')
    }
    const cellAt = (event: PointerEvent): { second: number, row: number } | undefined => {
      const box = over.getBoundingClientRect()
      const x = event.clientX - box.left - LEFT + scroller.scrollLeft
      const y = event.clientY - box.top - TOP
      if (event.clientX - box.left < LEFT && anchor === undefined) return undefined
      const second = Math.floor(x / cw)
      const row = state.rows - 1 - Math.floor(y / ch)
      if (anchor === undefined && (second < 0 || second >= header.seconds || row < 0 || row >= state.rows)) return undefined
      return { second: Math.min(header.seconds - 1, Math.max(0, second)), row: Math.min(state.rows - 1, Math.max(0, row)) }
    }

    const quoted = (text: string): string => (/^[\w.:/+-]+$/.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'")
    /** The command line that gives the same stacks. */
    const commandText = (): string => {
      const words: string[] = []
      if (state.ranges.length > 0) words.push('--range', rangeText(state.ranges))
      if (state.withoutIdle) words.push('--no-idle')
      if (header.events.length > 1) words.push('--event', quoted(names.events[state.event] ?? ''))
      const chosen: string[] = []
      if (state.commSet) chosen.push('--comm', quoted(state.comm))
      if (state.thread >= 0) chosen.push('--tid', String(data.tids[state.thread]))
      if (state.cpu >= 0) chosen.push('--cpu', String(state.cpu))
      if (state.weigh !== 'samples') chosen.push('--weight', 'period')
      return chosen.length > 0 ? ['bpfview fold IN', ...words, ...chosen, '| bpfview flame -'].join(' ') : ['bpfview flame IN', ...words].join(' ')
    }

    // --- answers
    const answered = (from: number): void => {
      root.dataset['ms'] = String(Math.round((window.performance.now() - from) * 10) / 10)
      root.dataset['answers'] = String(Number(root.dataset['answers'] ?? 0) + 1)
    }
    const updateFilter = (): void => {
      let threads: Uint8Array | undefined
      if (state.thread >= 0 || state.commSet) {
        threads = new Uint8Array(header.threads)
        for (let t = 0; t < header.threads; t++) threads[t] = (state.thread < 0 || t === state.thread) && (!state.commSet || names.comms[t] === state.comm) ? 1 : 0
      }
      filter = { event: state.event, cpu: state.cpu, threads, withoutIdle: state.withoutIdle, weigh: state.weigh }
      weights = parts.eventWeights(data, state.weigh)
      const counted = parts.scopeCells(data, state.rows, filter, weights)
      cells = counted.cells
      kept = counted.samples
      keptWeight = 0
      let top = 0
      for (const cell of cells) {
        keptWeight += cell
        if (cell > top) top = cell
      }
      levels = parts.heatLevels(cells, state.colours, top, settings.heatLight.length)
      root.dataset['kept'] = String(kept)
      root.dataset['cells'] = String(keptWeight)
      by('idle-label').textContent = counted.idle === 0 ? 'no idle samples' : 'hide idle (' + parts.formatValue(counted.idle, 'samples') + ')'
      idleBox.disabled = counted.idle === 0 && !state.withoutIdle
      by('scale-top').textContent = parts.formatValue(top, unit())
      rowsSelect.value = String(state.rows)
      weighSelect.value = state.weigh
      coloursSelect.value = state.colours
      eventSelect.value = String(state.event)
      cpuSelect.value = String(state.cpu)
      commSelect.value = state.commSet ? String(comms.indexOf(state.comm)) : ''
      threadSelect.value = String(state.thread)
      idleBox.checked = state.withoutIdle
    }

    const el = (name: string, attributes: Record<string, string | number>, above: Element, text?: string): SVGElement => {
      const made = document.createElementNS(SVG, name)
      for (const key in attributes) made.setAttribute(key, String(attributes[key]))
      if (text !== undefined) made.textContent = text
      above.append(made)
      return made
    }
    const whole = [0, END]
    const answer = (): void => {
      const from = window.performance.now()
      const chosen = state.ranges.length > 0 ? state.ranges : whole
      const picked = parts.scopeSelect(data, chosen, filter, weights)
      const against = state.baseline.length > 0 ? parts.scopeSelect(data, state.baseline, filter, weights) : undefined
      root.dataset['selected'] = String(picked.samples)
      root.dataset['total'] = String(picked.total)
      root.dataset['ranges'] = rangeText(state.ranges)
      root.dataset['baseline'] = rangeText(state.baseline)
      let length = 0
      for (let r = 0; r < chosen.length; r += 2) length += chosen[r + 1]! - chosen[r]!
      const share = ' (' + parts.formatShare(picked.samples, kept) + ') of ' + parts.formatValue(kept, 'samples')
      by('chosen').textContent = state.ranges.length === 0 ? 'Whole profile: ' + parts.formatValue(picked.samples, 'samples')
        : 'Selected ' + (state.ranges.length > 2 ? state.ranges.length / 2 + ' ranges, ' : '') + parts.formatValue(length / T, 's') + ': ' + parts.formatValue(picked.samples, 'samples') + share
      by('against').textContent = against === undefined ? '' : 'Baseline ' + (rangeText(state.baseline).split(',').slice(0, 2).join(', ')) + (state.baseline.length > 4 ? ' …' : '') + ' s: ' + parts.formatValue(against.samples, 'samples')
      by<HTMLButtonElement>('all').disabled = state.ranges.length === 0
      by<HTMLButtonElement>('undo').disabled = state.ranges.length === 0
      by<HTMLButtonElement>('swap').disabled = state.baseline.length === 0
      by<HTMLButtonElement>('drop').disabled = state.baseline.length === 0
      by<HTMLButtonElement>('base-set').disabled = state.ranges.length === 0
      by('band').setAttribute('aria-pressed', String(state.band))
      by('command').textContent = commandText()
      drawFlame(picked, against)
      drawTable(picked, against)
      writeHash()
      answered(from)
    }

    const drawFlame = (picked: ScopeSelection, against: ScopeSelection | undefined): void => {
      const place = by('flame')
      const width = Math.max(320, place.clientWidth)
      const { parent, frame } = data
      let self = picked.self
      let before: Float64Array | undefined
      let after: Float64Array | undefined
      if (against !== undefined) {
        before = new Float64Array(parent.length)
        after = new Float64Array(parent.length)
        self = new Float64Array(parent.length)
        for (let i = 0; i < parent.length; i++) {
          before[i] = against.total > 0 ? against.self[i]! / against.total * 100 : 0
          after[i] = picked.total > 0 ? picked.self[i]! / picked.total * 100 : 0
          self[i] = Math.max(before[i]!, after[i]!)
        }
        for (let i = parent.length - 1; i > 0; i--) {
          before[parent[i]!] = before[parent[i]!]! + before[i]!
          after[parent[i]!] = after[parent[i]!]! + after[i]!
        }
      }
      const boxes = parts.scopeBoxes(parent, self, 0.4 / (width - 32), 2048)
      let deepest = 0
      for (const depth of boxes.depth) if (depth > deepest) deepest = depth
      const total = boxes.total[0] ?? 0
      const shownUnit = against === undefined ? unit() : '%'
      const height = 104 + (deepest + 1) * 18 + 58
      const svg = document.createElementNS(SVG, 'svg')
      for (const [key, value] of Object.entries({ class: 'bpfview ' + (root.classList.contains('bv-dark') ? 'bv-dark' : root.classList.contains('bv-light') ? 'bv-light' : 'bv-auto'), width, height, viewBox: '0 0 ' + width + ' ' + height, 'font-family': '-apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif', 'font-size': 11.5, 'data-unit': shownUnit, 'data-value': 'samples', 'data-total': total, 'data-hidden': boxes.prunedValue, 'data-pruned': boxes.pruned, 'data-rows': deepest + 1 })) svg.setAttribute(key, String(value))
      if (against !== undefined) {
        const defs = el('defs', {}, svg)
        for (const [kind, turn] of [['new', 45], ['gone', -45]] as const) {
          el('path', { class: 'bv-hatch-' + kind, d: 'M0 3H6', 'stroke-width': 1.3, fill: 'none' }, el('pattern', { id: 'sc-' + kind, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(' + turn + ')' }, defs))
        }
      }
      el('rect', { class: 'bv-page', width: '100%', height: '100%' }, svg)
      const head = el('g', { class: 'bv-head' }, svg)
      const title = against === undefined ? (state.ranges.length > 0 ? 'Flame graph of the selection' : 'Flame graph of the whole profile') : 'Selection against baseline'
      const subtitle = against === undefined ? parts.formatValue(picked.total, unit()) + (unit() === 'samples' ? '' : ' · ' + parts.formatValue(picked.samples, 'samples'))
        : 'shares of each, so that lengths do not matter · width: the larger share · ' + parts.formatValue(against.samples, 'samples') + ' before, ' + parts.formatValue(picked.samples, 'samples') + ' after'
      el('text', { class: 'bv-title', x: 16, y: 34, 'font-size': 20, 'font-weight': 600, 'data-full': title }, head, title)
      el('text', { class: 'bv-second bv-subtitle', x: 16, y: 54, 'font-size': 12, 'data-full': subtitle }, head, subtitle)
      let x = 16
      let key: Element | undefined
      const swatch = (name: string, label: string, hatch = ''): void => {
        key ??= el('g', { class: 'bv-key', 'data-x': x }, head)
        el('rect', { class: 'bv-' + name, x, y: 67, width: 11, height: 11, rx: 2 }, key)
        if (hatch !== '') el('rect', { x, y: 67, width: 11, height: 11, rx: 2, fill: 'url(#sc-' + hatch + ')' }, key)
        x += 17
        if (label === '') {
          x -= 6
          return
        }
        el('text', { class: 'bv-second', x, y: 76.5 }, key, label)
        x += label.length * 6.6
        key.setAttribute('data-width', String(x - Number(key.getAttribute('data-x'))))
        key = undefined
        x += 14
      }
      if (against === undefined) {
        const words: Readonly<Record<string, string>> = { task: 'command', user: 'user', kernel: 'kernel', jit: 'JIT', inline: 'inlined', unknown: 'no symbol', waker: 'waker', marker: 'marker' }
        const seen = new Set<string>()
        for (const node of boxes.node) if (node > 0) seen.add(settings.kinds[data.kinds[frame[node]!]!]!)
        for (const kind of ['user', 'kernel', 'jit', 'inline', 'waker', 'unknown', 'marker']) if (seen.has(kind)) swatch(kind, words[kind]!)
      } else {
        for (const name of ['less5', 'less3', 'less1', 'same', 'more1', 'more3']) swatch(name, '')
        swatch('more5', '▼ less ▲ more')
        swatch('new', '+ new', 'new')
        swatch('gone', '− gone', 'gone')
        swatch('same', 'same or within noise')
      }
      const hidden = boxes.pruned > 0 ? parts.formatValue(boxes.pruned, 'frames') + ' under 0.4 px hidden (' + parts.formatShare(boxes.prunedValue, total) + ')' : ''
      el('text', { class: 'bv-second bv-quality', x: width - 16, y: 76.5, 'text-anchor': 'end', 'data-full': hidden }, head, hidden)
      el('path', { class: 'bv-line', d: 'M16 88.5H' + (width - 16), fill: 'none' }, head)
      const layer = el('g', { class: 'bv-frames', role: 'tree', 'aria-label': title }, svg)
      boxes.node.forEach((node, b) => {
        const f = node === 0 ? -1 : frame[node]!
        const name = f < 0 ? 'all' : functionNames[f]!
        const kind = f < 0 ? 'task' : settings.kinds[data.kinds[f]!]!
        let look = kind + parts.nameShade(f < 0 ? 'all' : names.frames[f]!, settings.shades)
        let mark = ''
        let detail = parts.formatValue(boxes.total[b]!, shownUnit) + ', ' + parts.formatShare(boxes.total[b]!, total)
        const group = el('g', { class: 'bv-f', role: 'treeitem', 'aria-level': boxes.depth[b]! + 1, 'data-start': boxes.start[b]!, 'data-total': boxes.total[b]!, 'data-self': boxes.self[b]!, 'data-hidden': boxes.hidden[b]! }, layer)
        if (boxes.hiddenFrames[b]! > 0) group.setAttribute('data-pruned', String(boxes.hiddenFrames[b]))
        const module = f < 0 ? '' : names.modules[data.frameModules[f]!]!
        if (module !== '') group.setAttribute('data-module', module)
        if (before !== undefined && after !== undefined && against !== undefined) {
          look = parts.diffClass(before[node]!, after[node]!, parts.certaintyOf(before[node]! / 100, after[node]! / 100, against.samples, picked.samples))
          mark = look === 'new' ? '+ ' : look === 'gone' ? '− ' : look.startsWith('more') ? '▲ ' : look.startsWith('less') ? '▼ ' : ''
          detail = parts.formatShare(before[node]!, 100) + ' → ' + parts.formatShare(after[node]!, 100)
          group.setAttribute('data-said', detail)
          group.setAttribute('data-before', String(before[node]))
          group.setAttribute('data-after', String(after[node]))
        }
        if (mark !== '') group.setAttribute('data-mark', mark)
        el('title', {}, group, name + ' (' + detail + ')')
        el('rect', { class: 'bv-' + look, height: 17 }, group)
        if (look === 'new' || look === 'gone') el('rect', { class: 'bv-over', height: 17, fill: 'url(#sc-' + look + ')' }, group)
      })
      el('g', { class: 'bv-pruned', 'aria-hidden': 'true' }, svg)
      const foot = el('g', { class: 'bv-foot' }, svg)
      el('text', { class: 'bv-second bv-status', x: 16, y: height - 30, 'font-size': 12 }, foot, '')
      el('text', { class: 'bv-second bv-stack', x: 16, y: height - 12, 'font-size': 11 }, foot, '')
      el('text', { class: 'bv-second bv-hint', x: width - 16, y: height - 30, 'text-anchor': 'end', 'font-size': 12 }, foot, '')
      // a fresh parent each time, so that what watched the old picture goes with it
      const holder = document.createElement('div')
      holder.append(svg)
      place.replaceChildren(holder)
      parts.flame(foot)
    }

    const drawTable = (picked: ScopeSelection, against: ScopeSelection | undefined): void => {
      outer ??= parts.outermostNodes(data.parent, data.frame)
      const count = names.frames.length
      const now = parts.scopeFunctions(data.parent, data.frame, outer, picked.self, count)
      const then = against === undefined ? undefined : parts.scopeFunctions(data.parent, data.frame, outer, against.self, count)
      const wanted = by<HTMLInputElement>('find').value.toLowerCase()
      const share = (value: number, whole: number): number => (whole > 0 ? value / whole : 0)
      const change = (f: number): number => (then === undefined ? 0 : share(now.total[f]!, picked.total) - share(then.total[f]!, against!.total))
      const order: number[] = []
      for (let f = 0; f < count; f++) {
        if (settings.kinds[data.kinds[f]!] === 'task') continue
        if (!(now.total[f]! > 0) && !(then !== undefined && then.total[f]! > 0)) continue
        if (wanted !== '' && !functionNames[f]!.toLowerCase().includes(wanted)) continue
        order.push(f)
      }
      const key = sortBy === 'change' && then !== undefined ? (f: number): number => Math.abs(change(f)) : sortBy === 'total' ? (f: number): number => now.total[f]! : (f: number): number => now.self[f]!
      order.sort((a, b) => key(b) - key(a) || now.total[b]! - now.total[a]! || (functionNames[a]! < functionNames[b]! ? -1 : 1))
      by('change-head').hidden = then === undefined
      for (const id of ['self', 'total', 'change']) by(id + '-head').setAttribute('aria-sort', id === sortBy ? 'descending' : 'none')
      const body = by('functions')
      const rows: HTMLElement[] = []
      for (const f of order.slice(0, 100)) {
        const row = document.createElement('tr')
        const cell = (text: string, kind = '', name = 'td'): void => {
          const made = document.createElement(name)
          made.textContent = text
          if (kind !== '') made.className = kind
          if (name === 'th') made.setAttribute('scope', 'row')
          row.append(made)
        }
        cell(functionNames[f]!, 'sc-name', 'th')
        cell(names.modules[data.frameModules[f]!]!, 'sc-module')
        cell(parts.formatValue(now.self[f]!, unit()), 'sc-number')
        cell(parts.formatShare(now.self[f]!, picked.total), 'sc-number')
        cell(parts.formatValue(now.total[f]!, unit()), 'sc-number')
        cell(parts.formatShare(now.total[f]!, picked.total), 'sc-number')
        if (then !== undefined) {
          const points = change(f) * 100
          cell(parts.formatShare(then.total[f]!, against!.total) + ' → ' + parts.formatShare(now.total[f]!, picked.total) + '  ' + (points === 0 ? 'same' : (points > 0 ? '▲ +' : '▼ −') + Math.abs(points).toFixed(2)), 'sc-number')
        }
        rows.push(row)
      }
      body.replaceChildren(...rows)
      by('more').textContent = order.length > 100 ? parts.formatValue(order.length - 100, 'functions') + ' more' : ''
    }

    // --- what the reader does
    let lastPicked: ScopeSelection | undefined
    const refresh = (): void => {
      measureMap()
      updateFilter()
      drawBase()
      answer()
      drawOver()
    }
    const setRanges = (ranges: number[]): void => {
      state.ranges = parts.joinRanges(ranges, END)
      answer()
      drawOver()
    }
    let kept0: number[] = []
    map.addEventListener('pointerdown', event => {
      if (event.button !== 0) return
      const at = cellAt(event)
      if (at === undefined) return
      map.focus({ preventScroll: true })
      if (event.shiftKey && state.ranges.length > 0 && anchor === undefined) {
        anchor = cursor
      } else anchor = at
      const start = anchor
      cursor = at
      kept0 = event.ctrlKey || event.metaKey ? state.ranges : []
      over.setPointerCapture(event.pointerId)
      state.ranges = parts.joinRanges([...kept0, ...rangeBetween(start, at)], END)
      drawOver()
      event.preventDefault()
    })
    map.addEventListener('pointermove', event => {
      const at = cellAt(event)
      hovering = at !== undefined
      if (at === undefined) {
        drawOver()
        return
      }
      if (anchor !== undefined && event.buttons === 0) anchor = undefined
      cursor = at
      if (anchor !== undefined) state.ranges = parts.joinRanges([...kept0, ...rangeBetween(anchor, at)], END)
      drawOver()
      describe()
    })
    map.addEventListener('pointerup', event => {
      if (anchor === undefined) return
      const at = cellAt(event) ?? cursor
      const ranges = [...kept0, ...rangeBetween(anchor, at)]
      anchor = undefined
      setRanges(ranges)
      describe()
    })
    map.addEventListener('pointerleave', () => {
      hovering = false
      drawOver()
    })
    let keyAnchor: { second: number, row: number } | undefined
    let keyKept: number[] = []
    map.addEventListener('focus', () => {
      drawOver()
      describe()
    })
    map.addEventListener('blur', () => drawOver())
    map.addEventListener('keydown', event => {
      const steps: Readonly<Record<string, readonly [number, number]>> = {
        ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 10], PageDown: [0, -10], Home: [-1e9, 0], End: [1e9, 0],
      }
      if (event.altKey) return
      const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined
      if (step !== undefined) {
        event.preventDefault()
        if (event.shiftKey && keyAnchor === undefined) {
          keyAnchor = cursor
          keyKept = event.ctrlKey || event.metaKey ? state.ranges : []
        }
        if (!event.shiftKey) keyAnchor = undefined
        let { second, row } = cursor
        second += step[0]
        row += step[1]
        if (!state.band && Math.abs(step[1]) > 0) {
          // time goes on over the second's edge
          if (row >= state.rows && second < header.seconds - 1) {
            row -= state.rows
            second++
          } else if (row < 0 && second > 0) {
            row += state.rows
            second--
          }
        }
        cursor = { second: Math.min(header.seconds - 1, Math.max(0, second)), row: Math.min(state.rows - 1, Math.max(0, row)) }
        const left = LEFT + cursor.second * cw
        if (left - scroller.scrollLeft < LEFT) scroller.scrollLeft = left - LEFT
        else if (left + cw - scroller.scrollLeft > viewWidth) scroller.scrollLeft = left + cw - viewWidth + 8
        if (keyAnchor !== undefined) setRanges([...keyKept, ...rangeBetween(keyAnchor, cursor)])
        drawOver()
        describe()
        return
      }
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault()
        const more = event.ctrlKey || event.metaKey
        setRanges([...(more ? state.ranges : []), ...rangeBetween(cursor, cursor)])
        describe()
      }
    })
    const act: Readonly<Record<string, () => void>> = {
      all: () => setRanges([]),
      undo: () => setRanges(state.ranges.slice(0, -2)),
      'base-set': () => {
        if (state.ranges.length === 0) return
        state.baseline = state.ranges
        setRanges([])
      },
      swap: () => {
        const { ranges, baseline } = state
        if (baseline.length === 0) return
        state.baseline = ranges.length > 0 ? ranges : whole
        setRanges(baseline.length === 2 && baseline[0] === 0 && baseline[1] === END ? [] : baseline)
      },
      drop: () => {
        state.baseline = []
        setRanges(state.ranges)
      },
      band: () => {
        state.band = !state.band
        by('band').setAttribute('aria-pressed', String(state.band))
        say(state.band ? 'Band: a drag selects the same part of every second in it.' : 'A drag selects the time from its first to its last cell.')
      },
      copy: () => {
        const text = by('command').textContent ?? ''
        root.dataset['copied'] = text
        window.navigator.clipboard?.writeText(text).catch(() => {})
        say('Copied: ' + text)
      },
    }
    for (const id of Object.keys(act)) by(id).addEventListener('click', () => act[id]!())
    document.addEventListener('keydown', event => {
      const target = event.target as Element | null
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest?.('input,select,textarea,svg') != null) return
      const keys: Readonly<Record<string, string>> = { Escape: 'all', Backspace: 'undo', b: 'base-set', x: 'swap', m: 'band', y: 'copy' }
      const id = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined
      if (id === undefined) {
        if (event.key === 'i' && !idleBox.disabled) {
          state.withoutIdle = !state.withoutIdle
          refresh()
        }
        return
      }
      event.preventDefault()
      if (id === 'all' && state.ranges.length === 0 && state.baseline.length > 0) act['drop']!()
      else act[id]!()
    })
    const changed = (select: HTMLSelectElement, change: (value: string) => void): void => select.addEventListener('change', () => {
      change(select.value)
      refresh()
    })
    changed(rowsSelect, value => {
      state.rows = Number(value)
      cursor = { second: cursor.second, row: 0 }
    })
    changed(weighSelect, value => { state.weigh = value as ScopeFilter['weigh'] })
    changed(coloursSelect, value => { state.colours = value })
    changed(eventSelect, value => { state.event = Number(value) })
    changed(cpuSelect, value => { state.cpu = Number(value) })
    changed(commSelect, value => {
      state.commSet = value !== ''
      state.comm = value === '' ? '' : comms[Number(value)]!
      state.thread = -1
      fillThreads()
    })
    changed(threadSelect, value => { state.thread = Number(value) })
    idleBox.addEventListener('change', () => {
      state.withoutIdle = idleBox.checked
      refresh()
    })
    for (const id of ['self', 'total', 'change']) {
      by(id + '-sort').addEventListener('click', () => {
        sortBy = id
        answer()
      })
    }
    by('find').addEventListener('input', () => {
      const chosen = state.ranges.length > 0 ? state.ranges : whole
      lastPicked = parts.scopeSelect(data, chosen, filter, weights)
      drawTable(lastPicked, state.baseline.length > 0 ? parts.scopeSelect(data, state.baseline, filter, weights) : undefined)
    })
    scroller.addEventListener('scroll', () => {
      drawBase()
      drawOver()
    }, { passive: true })
    window.addEventListener('resize', () => {
      measureMap()
      drawBase()
      drawOver()
    })
    window.addEventListener('hashchange', () => {
      state.ranges = []
      state.baseline = []
      readHash()
      refresh()
    })
    dark.addEventListener('change', () => {
      drawBase()
      drawOver()
    })
    readHash()
    refresh()
    say('Drag, or focus the map and use the arrow keys.')
  }
}
