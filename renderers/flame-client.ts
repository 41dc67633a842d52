import type { ClientTree, TreeStep } from './flame-tree.ts'

/** What the script needs from outside; handed over so that its text works wherever it is pasted. */
export interface ClientParts {
  readonly fitLabel: (name: string, room: number, width: (text: string) => number) => string
  readonly fitLine: (line: string, room: number, width: (text: string) => number) => string
  readonly formatValue: (value: number, unit: string) => string
  readonly formatShare: (part: number, whole: number) => string
  readonly roundTicks: (from: number, to: number, count: number) => number[]
  readonly textWidth: (text: string, widths: readonly number[]) => number
  readonly changeTree: (tree: ClientTree, step: TreeStep, sort: string) => ClientTree
  readonly searchTree: (tree: ClientTree, pattern: string, ignoreCase: boolean) => { readonly matches: number[], readonly total: number } | undefined
  readonly pathText: (tree: ClientTree, node: number) => string
  readonly nodeOfPath: (tree: ClientTree, path: string) => number
}

/**
 * Makes the picture that `script` stands in interactive. Runs in the browser: shipped as text, constant, free of names; everything it
 * knows about the profile it reads from the picture's attributes and titles, and writes back as text nodes and attributes only.
 */
export function flameClient(script: Element | null, parts: ClientParts): void {
  const svg = script?.closest('svg')
  if (svg === null || svg === undefined || svg.getAttribute('data-live') !== null) return
  const { fitLabel, fitLine, formatValue, formatShare, textWidth, roundTicks, changeTree, searchTree, pathText, nodeOfPath } = parts
  const SVG = 'http://www.w3.org/2000/svg'
  const XHTML = 'http://www.w3.org/1999/xhtml'
  const compat = svg.classList.contains('bv-compat')
  const [PAD, TOP, ROW, FOOT, SIZE] = (svg.getAttribute('data-geometry') ?? '16 104 18 58 11.5').split(' ').map(Number) as [number, number, number, number, number]
  const document = svg.ownerDocument
  const window = document.defaultView!
  const alone = (document.documentElement as Element) === svg
  const one = (selector: string): SVGElement | null => svg.querySelector<SVGElement>(selector)
  const set = (element: Element, attributes: Record<string, string | number>): void => {
    for (const key in attributes) element.setAttribute(key, String(attributes[key]))
  }
  const make = (name: string, attributes: Record<string, string | number>, above: Element): SVGElement => {
    const made = document.createElementNS(SVG, name)
    set(made, attributes)
    above.appendChild(made)
    return made
  }
  const html = (name: string, attributes: Record<string, string>, above: Element, text = ''): HTMLElement => {
    const made = document.createElementNS(XHTML, name) as HTMLElement
    set(made, attributes)
    if (text !== '') made.textContent = text
    above.appendChild(made)
    return made
  }
  set(svg, { 'data-live': '' })

  // --- what is in the file
  const unit = svg.getAttribute('data-unit') ?? ''
  const chart = svg.hasAttribute('data-chart')
  const fixed = svg.hasAttribute('data-fixed')
  const sort = svg.getAttribute('data-sort') ?? 'name'
  const baseInverted = svg.hasAttribute('data-inverted')
  const all = Number(svg.getAttribute('data-total'))
  const factor = Number(svg.getAttribute('data-factor') ?? 1)
  const baseLayer = one('.bv-frames')!
  const prunedLayer = one('.bv-pruned')!
  const base: ClientTree = { parent: [], name: [], look: [], self: [], hidden: [], pruned: [], total: [], start: [], row: [] }
  const baseElements = Array.from(baseLayer.querySelectorAll<SVGElement>('.bv-f'))
  {
    const path: number[] = []
    baseElements.forEach((element, i) => {
      const number = (key: string): number => Number(element.getAttribute('data-' + key) ?? 0)
      const depth = Number(element.getAttribute('aria-level')) - 1
      path[depth] = i
      const title = element.firstElementChild!
      const words = title.textContent ?? ''
      title.remove()
      element.setAttribute('aria-label', words)
      element.setAttribute('tabindex', '-1')
      base.parent.push(depth === 0 ? -1 : path[depth - 1]!)
      base.name.push(words.slice(0, words.lastIndexOf(' (')))
      // what makes the box look as it does, to draw it again elsewhere
      const rect = element.querySelector('rect')!
      let look = 'class=' + (rect.getAttribute('class') ?? '') + '\nfill=' + (rect.getAttribute('fill') ?? '')
      for (const key of ['data-module', 'data-mark']) if (element.hasAttribute(key)) look += '\n' + key + '=' + element.getAttribute(key)!
      base.look.push(look)
      base.self.push(number('self'))
      base.hidden.push(number('hidden'))
      base.pruned.push(number('pruned'))
      base.total.push(number('total'))
      base.start.push(number('start'))
      base.row.push(element.hasAttribute('data-row') ? number('row') : depth)
    })
  }
  if (baseElements.length === 0) return
  const marks = Array.from(prunedLayer.children).map(mark => ({ start: Number(mark.getAttribute('data-start')), total: Number(mark.getAttribute('data-total')), row: Number(mark.getAttribute('data-row')) }))
  const axis = one('.bv-axis')
  if (!alone) svg.querySelector('title')?.remove()

  // --- what the reader did
  interface View { steps: string[], zoom: string, from: number, to: number, search: string, ignoreCase: boolean, flipped: boolean }
  const fresh: View = { steps: [], zoom: '', from: 0, to: 0, search: '', ignoreCase: false, flipped: false }
  let view: View = fresh
  const past: View[] = []
  let tree = base
  let elements = baseElements
  let layer: SVGElement = baseLayer
  let builtSteps = ''
  let zoomed = 0
  let current = 0
  let selected = -1
  let matches: number[] = []
  let matched = -1
  let width = Number(svg.getAttribute('width'))
  let rows = Number(svg.getAttribute('data-rows'))
  let height = Number(svg.getAttribute('height'))
  // where the rows begin and how much stands below them: a narrow window breaks lines of the head and the foot
  let narrow = false
  let top = TOP
  let footRoom = FOOT

  // --- text measure: the viewer's own font, character by character
  const widths: number[] = []
  {
    const probe = make('text', { 'font-size': 100, x: 0, y: -1000, 'xml:space': 'preserve' }, svg) as unknown as SVGTextContentElement
    for (let code = 32; code < 127; code++) {
      probe.textContent = 'x' + String.fromCharCode(code) + 'x'
      const wide = probe.getComputedTextLength()
      probe.textContent = 'xx'
      widths.push(Math.max(wide - probe.getComputedTextLength(), 0))
    }
    probe.remove()
    if (!(widths[65]! > 10)) for (let i = 0; i < 95; i++) widths[i] = 70
  }
  const measure = (size: number) => (text: string): number => textWidth(text, widths) * size / 100
  const labelWidth = measure(SIZE)

  /** A label as flamegraph.pl cuts it: `name..`, and none where not three letters have room. */
  const fitPlain = (name: string, room: number): string => {
    let cut = name.slice(0, 400)
    while (cut.length > 2 && labelWidth(cut + '..') > room) cut = cut.slice(0, -1)
    return labelWidth(name) <= room ? name : cut.length > 2 ? cut + '..' : ''
  }

  // --- controls
  const bar = make('foreignObject', { class: 'bv-bar', y: 12, height: 34, width: 480 }, svg)
  const tools = html('div', { class: 'bv-tools' }, bar)
  const found = html('span', { class: 'bv-found', role: 'status' }, tools)
  const button = (label: string, title: string, click: () => void, into: Element): HTMLButtonElement => {
    const made = html('button', { type: 'button', title, 'aria-label': label.length > 2 ? label + ': ' + title : title }, into, label) as HTMLButtonElement
    made.addEventListener('click', event => {
      event.stopPropagation()
      click()
    })
    return made
  }
  const previousButton = button('‹', 'previous match (N)', () => step(-1), tools)
  const nextButton = button('›', 'next match (n)', () => step(1), tools)
  const input = html('input', { type: 'text', placeholder: 'Search /', 'aria-label': 'search functions by regular expression', spellcheck: 'false', autocomplete: 'off' }, tools) as HTMLInputElement
  const caseButton = button('Aa', 'ignore case', () => go({ ...view, ignoreCase: !view.ignoreCase }), tools)
  const backButton = button('Back', 'back (Backspace)', () => back(), tools)
  const resetButton = button('Reset', 'reset (0)', () => reset(), tools)
  const footBar = make('foreignObject', { class: 'bv-bar bv-actions', height: 30, width: 470 }, svg)
  const actions = html('div', { class: 'bv-tools' }, footBar)
  const hideButton = button('Hide', 'hide this frame (h)', () => change('h'), actions)
  const focusButton = button('Focus', 'focus all instances of this function (f)', () => change('f'), actions)
  const copyButton = button('Copy', 'copy this stack (y)', () => copy(), actions)
  const collapseButton = button('Collapse', 'collapse recursion (c)', () => change('c'), actions)
  const reverseButton = button('Callers', 'reverse: callers of leaves (r)', () => change('r'), actions)
  button('Flip', 'flame or icicle (i)', () => go({ ...view, flipped: !view.flipped }), actions)
  button('?', 'keys (?)', () => showKeys(keys.hasAttribute('display')), actions)
  if (chart) for (const unused of [hideButton, focusButton, collapseButton, reverseButton]) unused.hidden = true
  const hint = one('.bv-hint')
  if (hint !== null) hint.textContent = ''
  const status = one('.bv-status')!
  const foot = one('.bv-foot')!
  const stackLine = one('.bv-stack') ?? make('text', { class: 'bv-second bv-stack', x: PAD, 'font-size': 11, display: 'none' }, foot)
  const footPage = document.createElementNS(SVG, 'rect')
  set(footPage, { class: 'bv-page', x: 0, width: '100%', height: FOOT - 4, ...(compat ? { display: 'none' } : {}) })
  foot.insertBefore(footPage, foot.firstChild)
  const tip = make('g', { class: 'bv-tip', display: 'none', 'aria-hidden': 'true' }, svg)
  const keys = make('g', { class: 'bv-tip bv-keys', display: 'none' }, svg)

  // --- drawing
  const inverted = (): boolean => baseInverted !== view.flipped
  const yOf = (row: number): number => top + (inverted() ? row : rows - 1 - row) * ROW + (compat && !inverted() ? 1 : 0)
  const domain = (): readonly [number, number] => {
    if (view.to > view.from) return [view.from, view.to]
    return [tree.start[zoomed]!, tree.start[zoomed]! + tree.total[zoomed]!]
  }
  const shownAt = (node: number): readonly [number, number] => {
    const [from, to] = domain()
    const scale = to > from ? (width - 2 * PAD) / (to - from) : 0
    const left = Math.max(tree.start[node]!, from)
    const right = Math.min(tree.start[node]! + tree.total[node]!, to)
    return [PAD + (left - from) * scale, (right - left) * scale]
  }
  const draw = (): void => {
    const [from, to] = domain()
    const moving = zoomAncestors()
    prunedLayer.textContent = ''
    for (let i = 0; i < elements.length; i++) {
      const element = elements[i]!
      const [x, w] = shownAt(i)
      const inside = w > 0.05 && (tree.total[i]! > 0 || i === 0) && tree.start[i]! < to && tree.start[i]! + tree.total[i]! > from
      if (!inside && !(i === 0 && all === 0)) {
        set(element, { display: 'none' })
        continue
      }
      element.removeAttribute('display')
      const y = yOf(tree.row[i]!)
      const shown = w > 3 && !compat ? w - 0.5 : w
      let label: Element | null = null
      for (let part = element.firstElementChild; part !== null; part = part.nextElementSibling) {
        if (part.localName === 'rect') {
          set(part, { x: x.toFixed(2), y, width: shown.toFixed(2) })
          if (w > 6) part.setAttribute('rx', '2')
          else part.removeAttribute('rx')
        } else if (part.localName === 'text') label = part
      }
      const deeper = element.getAttribute('data-deeper')
      const words = (compat ? fitPlain : fitLabel)(deeper === null ? (element.getAttribute('data-mark') ?? '') + tree.name[i]! : '… ' + formatValue(Number(deeper), '') + ' deeper', shown - 7, labelWidth)
      if (words === '') label?.remove()
      else {
        label ??= make('text', {}, element)
        set(label, compat ? { x: (x + 3).toFixed(2), y: y + (ROW - 1) / 2 + 3 } : { x: (x + 4).toFixed(2), y: y + 12.5 })
        if (label.textContent !== words) label.textContent = words
      }
      element.classList.toggle('bv-above', moving[i] === 1)
      if (tree.hidden[i]! > 0 && !chart) drawPruned(i)
    }
    if (chart) for (const mark of marks) drawFence(mark.start, mark.start + mark.total, mark.row)
    if (axis !== null) drawAxis(axis)
  }
  const drawAxis = (into: SVGElement): void => {
    const [from, to] = domain()
    const scale = (width - 2 * PAD) / (to - from)
    into.textContent = ''
    for (const tick of roundTicks(from, to, Math.floor((width - 2 * PAD) / 110))) {
      const x = PAD + (tick - from) * scale
      make('path', { class: 'bv-line', d: 'M' + x.toFixed(2) + ' ' + (top - 16) + 'V' + (top + rows * ROW), fill: 'none' }, into)
      make('text', { class: 'bv-second', y: top - 4, 'font-size': 10.5, ...(x > width - PAD - 50 ? { x: (x - 3).toFixed(2), 'text-anchor': 'end' } : { x: (x + 3).toFixed(2) }) }, into).textContent = tick === 0 ? '0 s' : formatValue(tick, 's')
    }
  }
  const zoomAncestors = (): Uint8Array => {
    const above = new Uint8Array(tree.parent.length)
    for (let n = tree.parent[zoomed]!; n >= 0; n = tree.parent[n]!) above[n] = 1
    return above
  }
  const drawPruned = (node: number): void => {
    const end = tree.start[node]! + tree.total[node]! - tree.self[node]!
    drawFence(end - tree.hidden[node]!, end, tree.row[node]! + 1)
  }
  /** A fence on the floor of a row says that frames were left out there. */
  const drawFence = (start: number, end: number, row: number): void => {
    const [from, to] = domain()
    const scale = (width - 2 * PAD) / (to - from)
    const left = Math.max(start, from)
    const w = (Math.min(end, to) - left) * scale
    if (!(w >= 1) || row >= rows) return
    const x = PAD + (left - from) * scale
    const bottom = yOf(row) + 16.5
    let path = 'M' + x.toFixed(2) + ' ' + bottom + 'H' + (x + w - 0.5).toFixed(2)
    for (let at = 3; at < Math.min(w, 4000); at += 6) path += 'M' + (x + at - 3).toFixed(2) + ' ' + bottom + 'l4 -5'
    make('path', { class: 'bv-hatch', d: path, fill: 'none', 'stroke-width': 0.8 }, prunedLayer)
  }
  const build = (): void => {
    const wanted = view.steps.join('\n')
    if (wanted === builtSteps) return
    builtSteps = wanted
    tree = base
    for (const coded of view.steps) {
      const rest = coded.slice(2)
      if (coded.startsWith('h:')) {
        const node = nodeOfPath(tree, rest)
        if (node > 0) tree = changeTree(tree, { kind: 'hide', node }, sort)
      } else if (coded.startsWith('f:')) tree = changeTree(tree, { kind: 'focus', name: rest }, sort)
      else if (coded === 'c') tree = changeTree(tree, { kind: 'collapse' }, sort)
      else if (coded === 'r') tree = changeTree(tree, { kind: 'reverse' }, sort)
    }
    if (tree === base) {
      if (layer !== baseLayer) layer.remove()
      baseLayer.removeAttribute('display')
      layer = baseLayer
      elements = baseElements
      rows = Number(svg.getAttribute('data-rows'))
    } else {
      const old = layer
      layer = document.createElementNS(SVG, 'g')
      set(layer, { class: 'bv-frames', role: 'tree', 'aria-label': baseLayer.getAttribute('aria-label') ?? '', fill: baseLayer.getAttribute('fill') ?? '' })
      elements = tree.parent.map((above, i) => {
        const group = make('g', { class: 'bv-f', role: 'treeitem', 'aria-level': tree.row[i]! + 1, tabindex: -1 }, layer)
        set(group, {
          'data-start': tree.start[i]!, 'data-total': tree.total[i]!, 'data-self': tree.self[i]!, 'data-hidden': tree.hidden[i]!,
          'aria-label': tree.name[i]! + ' (' + formatValue(tree.total[i]!, unit) + ', ' + formatShare(tree.total[i]!, all) + ')',
        })
        if (tree.pruned[i]! > 0) set(group, { 'data-pruned': tree.pruned[i]! })
        const rect = make('rect', { height: ROW - 1 }, group)
        for (const attribute of tree.look[i]!.split('\n')) {
          const at = attribute.indexOf('=')
          set(attribute.startsWith('data-') ? group : rect, { [attribute.slice(0, at)]: attribute.slice(at + 1) })
        }
        if (above < 0) group.removeAttribute('data-pruned')
        return group
      })
      rows = 1
      for (const row of tree.row) rows = Math.max(rows, row + 1)
      baseLayer.parentNode!.insertBefore(layer, prunedLayer)
      baseLayer.setAttribute('display', 'none')
      if (old !== baseLayer) old.remove()
    }
    selected = -1
    listen(layer)
  }
  /** Breaks the head's lines to the width; what had to be cut tells the rest to the pointer. */
  const placeHead = (): void => {
    const headline = one('.bv-head .bv-line')
    const quality = one('.bv-quality')
    if (headline === null || quality === null) return
    narrow = width < 640
    const fit = (line: SVGElement | null, room: number, size: number): void => {
      const full = line?.getAttribute('data-full') ?? ''
      if (line === null) return
      line.textContent = fitLine(full, room, measure(size))
      if (line.textContent !== full) make('title', {}, line).textContent = full
    }
    let x = PAD
    let lines = 0
    for (const key of svg.querySelectorAll<SVGElement>('.bv-key')) {
      const [from, wide] = [Number(key.getAttribute('data-x')), Number(key.getAttribute('data-width'))]
      if (x > PAD && x + wide > width - PAD) {
        x = PAD
        lines++
      }
      set(key, { transform: 'translate(' + (x - from).toFixed(2) + ' ' + lines * 18 + ')' })
      x += wide + 18
    }
    const remarks = quality.getAttribute('data-full') ?? ''
    const beside = measure(11.5)(remarks) <= width - PAD - x
    if (!beside) lines++
    set(quality, { x: beside ? width - PAD : PAD, y: 76.5 + lines * 18, 'text-anchor': beside ? 'end' : 'start' })
    fit(quality, beside ? width - PAD - x : width - 2 * PAD, 11.5)
    // the controls need the title's line: more of it while they say what was found, all of it in a narrow window
    fit(one('.bv-title'), narrow ? width - 2 * PAD : width - 2 * PAD - (view.search === '' ? 350 : 580), 21.5)
    fit(one('.bv-subtitle'), width - 2 * PAD, 12)
    set(headline, { d: 'M' + PAD + ' ' + (88.5 + lines * 18) + 'H' + (width - PAD) })
    const raised = narrow ? 34 : 0
    set(one('.bv-head')!, { transform: 'translate(0 ' + raised + ')' })
    top = TOP + raised + lines * 18
    footRoom = FOOT + (narrow ? 30 : 0)
    for (const each of [tools, actions]) each.classList.toggle('bv-narrow', narrow)
  }
  const placeAround = (): void => {
    height = top + rows * ROW + footRoom
    set(svg, { height, ...(fixed ? { viewBox: '0 0 ' + width + ' ' + height } : {}) })
    set(bar, narrow ? { x: PAD, width: width - 2 * PAD } : { x: width - PAD - 480, width: 480 })
    set(footBar, narrow ? { x: PAD, width: width - 2 * PAD } : { x: width - PAD - 470, width: 470 })
    set(footPage, { height: footRoom - 4 })
    stick()
  }
  /** Controls and the status line stay in the window while a tall picture scrolls under them. */
  const stick = (): void => {
    const first = compat ? 4 : 12
    let controls = first
    let bottom = height - footRoom + 4
    if (alone) {
      const scrolled = window.scrollY
      controls = Math.min(Math.max(first, scrolled + 6), height - 60)
      bottom = Math.max(Math.min(bottom, scrolled + window.innerHeight - footRoom + 4), top)
    }
    set(bar, { y: controls })
    set(footBar, { y: bottom + (compat ? 0 : 6) })
    set(footPage, { y: bottom })
    const under = narrow ? 30 : 0
    set(status, { y: bottom + under + (compat ? 18 : 24) })
    set(stackLine, { y: bottom + under + 43 })
  }
  const resize = (): void => {
    if (!fixed) {
      const room = alone ? document.documentElement.clientWidth || window.innerWidth : svg.parentElement?.clientWidth ?? 0
      width = Math.max(room > 0 ? room : width, 360)
      svg.removeAttribute('viewBox')
      set(svg, { width })
    }
    placeHead()
    draw()
    placeAround()
    describe(selected >= 0 ? selected : -1)
  }

  // --- words
  const facts = (node: number): string[] => {
    const value = tree.total[node]! * factor
    const lines = [formatValue(value, unit) + ' · ' + formatShare(tree.total[node]!, all) + ' of all']
    if (zoomed > 0 && tree.total[zoomed]! > 0 && (node === zoomed || !isAbove(node))) {
      lines[0] += ' · ' + formatShare(tree.total[node]!, tree.total[zoomed]!) + ' of ' + cutText(tree.name[zoomed]!, 40)
    }
    const said = elements[node]!.getAttribute('data-said')
    if (said !== null) lines[0] = said
    const note = elements[node]!.getAttribute('data-note')
    if (note !== null) for (const line of note.split('\n')) lines.push(line)
    if (said === null && tree.self[node]! > 0 && tree.self[node]! < tree.total[node]!) lines.push('self ' + formatValue(tree.self[node]! * factor, unit) + ' · ' + formatShare(tree.self[node]!, all) + ' of all')
    if (tree.pruned[node]! > 0) lines.push(formatValue(tree.pruned[node]!, 'frames') + ' above not drawn: ' + formatValue(tree.hidden[node]! * factor, unit))
    const deeper = elements[node]!.getAttribute('data-deeper')
    if (deeper !== null) lines.push('… ' + deeper + ' deeper')
    return lines
  }
  const isAbove = (node: number): boolean => {
    for (let n = zoomed; n >= 0; n = tree.parent[n]!) if (n === node) return true
    return false
  }
  const cutText = (text: string, limit: number): string => (text.length <= limit ? text : Array.from(text).slice(0, limit - 1).join('') + '…')
  const stackOf = (node: number): string[] => {
    const names: string[] = []
    for (let n = node; n > 0; n = tree.parent[n]!) names.push(tree.name[n]!)
    return names.reverse()
  }
  /** Says in the status line what a box is; -1 says what the picture is. */
  const describe = (node: number): void => {
    const room = narrow ? width - 2 * PAD : Math.max(width - 2 * PAD - 480, 200)
    const module = node < 0 ? null : elements[node]!.getAttribute('data-module')
    const shown = node < 0 ? (zoomed > 0 ? zoomed : 0) : node
    const line = facts(shown)[0]!
    const name = fitLabel(tree.name[shown]!, room - measure(12)(' · ' + line), measure(12))
    status.textContent = (name === '' ? '' : name + ' · ') + line + (module !== null && module !== '' && room > 700 ? ' · ' + cutText(module, 40) : '')
    const names = stackOf(shown)
    const wide = measure(11)
    let first = 0
    const from = (at: number): string => (at > 0 ? '… › ' : '') + names.slice(at).join(' › ')
    let low = 0
    let high = Math.max(names.length - 1, 0)
    while (low < high) {
      const middle = (low + high) >> 1
      if (wide(from(middle)) <= width - 2 * PAD) high = middle
      else low = middle + 1
    }
    first = low
    stackLine.textContent = fitLabel(from(first), width - 2 * PAD, wide) || from(first).slice(0, 40)
    hideButton.disabled = shown === 0
    focusButton.disabled = shown === 0
    copyButton.disabled = shown === 0
  }
  const showTip = (node: number, pointer: number): void => {
    tip.textContent = ''
    const lines: string[] = []
    let rest = tree.name[node]!.length > 600 ? tree.name[node]!.slice(0, 600) + '…' : tree.name[node]!
    const room = Math.min(width - 2 * PAD - 24, 620)
    while (rest !== '' && lines.length < 6) {
      let length = rest.length
      while (length > 1 && labelWidth(rest.slice(0, length)) > room) length -= Math.max(1, Math.ceil(length / 40))
      lines.push(rest.slice(0, length))
      rest = rest.slice(length)
    }
    const bold = lines.length
    const module = elements[node]!.getAttribute('data-module')
    if (module !== null && module !== '') lines.push(cutText(module, 90))
    lines.push(...facts(node))
    let widest = 0
    for (const line of lines) widest = Math.max(widest, labelWidth(line) * 1.06)
    const w = widest + 20
    const h = lines.length * 16 + 11
    const box = svg.getBoundingClientRect()
    const y = yOf(tree.row[node]!)
    // beside the frame's row, never on it: away from the root, unless the window ends there
    const seenTop = Math.max(-box.top, 0)
    const seenBottom = Math.min(window.innerHeight - box.top, height)
    const over = y - h - 8
    const below = y + ROW + 8
    const above = over >= seenTop ? over : below + h <= seenBottom ? below : over
    const x = Math.max(4, Math.min(pointer - w / 2, width - w - 4))
    make('rect', { x: x.toFixed(1), y: above, width: w.toFixed(1), height: h, rx: 6 }, tip)
    lines.forEach((line, i) => {
      make('text', { x: (x + 10).toFixed(1), y: above + 17 + i * 16, ...(i < bold ? { 'font-weight': 600 } : { class: 'bv-second' }) }, tip).textContent = line
    })
    tip.removeAttribute('display')
  }
  const hideTip = (): void => set(tip, { display: 'none' })
  const showKeys = (visible: boolean): void => {
    keys.textContent = ''
    if (!visible) {
      set(keys, { display: 'none' })
      return
    }
    const list: readonly (readonly [string, string])[] = [
      ['click, Enter', 'zoom to a frame'], ['arrows', 'move to child, parent, neighbours'], ['Home', 'the root'], ['0, Esc', 'reset zoom; Esc ends a search first'], ['Backspace', 'back'],
      ['/, Ctrl-F', 'search by regular expression'], ['n, N', 'next, previous match'], ['Ctrl-I', 'ignore case'],
      ...(chart ? [] : [['h', 'hide the frame'], ['f', 'focus all instances of the function'], ['c', 'collapse recursion'], ['r', 'reverse: callers of leaves']] as const),
      ['i', 'flame or icicle'], ['y', 'copy the stack'], ['d', 'light or dark'], ['?', 'these keys'],
    ]
    const w = 340
    const h = list.length * 20 + 24
    const upper = alone ? window.scrollY + 50 : TOP - 50
    const x = Math.max(width - PAD - w, 4)
    make('rect', { x, y: upper, width: w, height: h, rx: 8 }, keys)
    list.forEach(([key, what], i) => {
      make('text', { x: x + 16, y: upper + 26 + i * 20, 'font-weight': 600 }, keys).textContent = key
      make('text', { x: x + 110, y: upper + 26 + i * 20, class: 'bv-second' }, keys).textContent = what
    })
    keys.removeAttribute('display')
  }

  // --- what happens
  const select = (node: number, focus: boolean): void => {
    if (selected >= 0) elements[selected]?.setAttribute('aria-selected', 'false')
    if (elements[current] !== undefined) set(elements[current]!, { tabindex: -1 })
    selected = node
    current = Math.max(node, 0)
    set(elements[current]!, { tabindex: 0 })
    if (node >= 0) set(elements[node]!, { 'aria-selected': 'true' })
    if (focus) {
      elements[current]!.focus({ preventScroll: alone })
      reveal(current)
    }
    describe(node)
  }
  /** Scrolls a box out from under the controls, or into the window. */
  const reveal = (node: number): void => {
    const y = yOf(tree.row[node]!)
    if (!alone) elements[node]!.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    else if (y < window.scrollY + 50 || y + ROW > window.scrollY + window.innerHeight - footRoom) window.scrollTo(0, y - window.innerHeight / 2)
  }
  const paintSearch = (): void => {
    for (const element of layer.querySelectorAll('.bv-match')) element.classList.remove('bv-match', 'bv-current')
    const result = view.search === '' ? { matches: [], total: 0 } : searchTree(tree, view.search, view.ignoreCase)
    matches = result?.matches ?? []
    matched = -1
    svg.classList.toggle('bv-searching', view.search !== '' && result !== undefined)
    input.setAttribute('aria-invalid', String(result === undefined))
    for (const node of matches) elements[node]!.classList.add('bv-match')
    found.textContent = view.search === '' ? '' : result === undefined ? 'not a regular expression'
      : (narrow ? '' : 'Matched ') + formatShare(result.total, tree.total[0]!) + ' · ' + formatValue(matches.length, narrow ? '' : 'frames')
    svg.setAttribute('data-matched', result === undefined || view.search === '' ? '' : String(result.total))
    for (const each of [previousButton, nextButton]) each.hidden = matches.length === 0
    caseButton.setAttribute('aria-pressed', String(view.ignoreCase))
    if (document.activeElement !== input) input.value = view.search
  }
  /** Shows a view; `remember` puts the one before on the way back. */
  const show = (next: View, animate: boolean): void => {
    const before = view
    const hadFocus = layer.contains(document.activeElement)
    view = next
    build()
    zoomed = nodeOfPath(tree, next.zoom)
    if (animate) {
      svg.classList.add('bv-moving')
      window.setTimeout(() => svg.classList.remove('bv-moving'), 200)
    }
    const high = height
    placeHead()
    draw()
    placeAround()
    paintSearch()
    if (alone && before !== next) {
      // a picture turned around shows its root; one that lost a frame stays where it is
      const [was, is] = [before.steps.join('\n'), next.steps.join('\n')]
      if (before.flipped !== next.flipped || (was !== is && !next.steps[next.steps.length - 1]?.startsWith('h:'))) window.scrollTo(0, inverted() ? 0 : height)
      else if (was !== is && !inverted()) window.scrollBy(0, height - high)
    }
    collapseButton.setAttribute('aria-pressed', String(view.steps.includes('c')))
    reverseButton.setAttribute('aria-pressed', String(view.steps.filter(step => step === 'r').length % 2 === 1))
    backButton.disabled = past.length === 0 && !(alone && window.history.state?.bpfview > 0)
    resetButton.disabled = view.zoom === '' && view.search === '' && view.steps.length === 0 && view.to === view.from
    if (selected >= tree.parent.length) selected = -1
    select(selected >= 0 ? selected : zoomed > 0 ? zoomed : -1, false)
    // the frame that had the focus may be gone; keys must still reach the picture
    if (hadFocus && (!layer.contains(document.activeElement) || document.activeElement?.getAttribute('display') === 'none')) elements[current]!.focus({ preventScroll: true })
    hideTip()
  }
  const stateText = (of: View): string => {
    const state: string[] = []
    if (of.steps.length > 0) state.push('t=' + of.steps.map(encodeURIComponent).join(','))
    if (of.zoom !== '') state.push('z=' + encodeURIComponent(of.zoom))
    if (of.to > of.from) state.push('r=' + of.from + ',' + of.to)
    if (of.search !== '') state.push('s=' + encodeURIComponent(of.search))
    if (of.ignoreCase) state.push('i=1')
    if (of.flipped) state.push('f=1')
    return state.join('&')
  }
  const readState = (text: string): View => {
    const read: View = { ...fresh, steps: [] }
    for (const part of text.replace(/^#/, '').split('&')) {
      const value = part.slice(2)
      try {
        if (part.startsWith('t=')) read.steps = value.split(',').map(decodeURIComponent)
        else if (part.startsWith('z=')) read.zoom = decodeURIComponent(value)
        else if (part.startsWith('s=')) read.search = decodeURIComponent(value)
        else if (part === 'i=1') read.ignoreCase = true
        else if (part === 'f=1') read.flipped = true
        else if (part.startsWith('r=')) {
          const [from, to] = value.split(',').map(Number)
          if (from !== undefined && to !== undefined && to > from) Object.assign(read, { from, to })
        }
      } catch { /* a broken link shows what it can */ }
    }
    return read
  }
  const go = (next: View): void => {
    const text = stateText(next)
    if (text === stateText(view)) return
    if (alone) {
      const step = Number(window.history.state?.bpfview ?? 0) + 1
      try {
        window.history.pushState({ bpfview: step }, '', text === '' ? window.location.href.split('#')[0] : '#' + text)
      } catch {
        past.push(view)
      }
    } else past.push(view)
    show(next, true)
  }
  const back = (): void => {
    if (past.length > 0) show(past.pop()!, true)
    else if (alone && window.history.state?.bpfview > 0) window.history.back()
  }
  const reset = (): void => {
    select(-1, false)
    input.value = ''
    go({ ...fresh, flipped: view.flipped, ignoreCase: view.ignoreCase })
  }
  const zoom = (node: number): void => {
    select(node, false)
    go({ ...view, zoom: pathText(tree, node), from: 0, to: 0, ...(chart && node > 0 ? { zoom: '', from: tree.start[node]!, to: tree.start[node]! + tree.total[node]! } : {}) })
  }
  const change = (what: string): void => {
    if (chart) return
    const node = selected >= 0 ? selected : zoomed
    let { zoom: path, steps } = view
    if (what === 'h') {
      if (node === 0) return
      steps = [...steps, 'h:' + pathText(tree, node)]
      if (isAbove(node)) path = tree.parent[node]! > 0 ? pathText(tree, tree.parent[node]!) : ''
    } else if (what === 'f') {
      if (node === 0) return
      steps = [...steps, 'f:' + tree.name[node]!]
      path = ''
    } else {
      steps = steps[steps.length - 1] === what ? steps.slice(0, -1) : [...steps, what]
      path = ''
    }
    go({ ...view, steps, zoom: path, from: 0, to: 0 })
  }
  const step = (by: number): void => {
    if (matches.length === 0) return
    const order = matches.filter(node => elements[node]!.getAttribute('display') !== 'none')
    const list = order.length > 0 ? order : matches
    const at = list.indexOf(matched)
    if (matched >= 0) elements[matched]?.classList.remove('bv-current')
    matched = list[(at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by + list.length) % list.length]!
    elements[matched]!.classList.add('bv-current')
    if (elements[matched]!.getAttribute('display') === 'none') go({ ...view, zoom: '' })
    select(matched, document.activeElement !== input)
    reveal(matched)
    found.textContent = (narrow ? '' : 'Match ') + (list.indexOf(matched) + 1) + ' of ' + list.length + ' · ' + formatShare(Number(svg.getAttribute('data-matched')), tree.total[0]!)
  }
  const copy = (): void => {
    const node = selected >= 0 ? selected : zoomed
    if (node <= 0) return
    const text = stackOf(node).join(';')
    svg.setAttribute('data-copied', text)
    const old = (): void => {
      const area = html('textarea', { 'aria-label': 'stack' }, tools, '') as HTMLTextAreaElement
      area.value = text
      area.select()
      try {
        document.execCommand('copy')
      } catch { /* a picture by itself has no command to copy; the status line shows the stack to select */ }
      area.remove()
    }
    if (window.navigator.clipboard !== undefined) window.navigator.clipboard.writeText(text).catch(old)
    else old()
    copyButton.textContent = 'Copied'
    window.setTimeout(() => { copyButton.textContent = 'Copy' }, 1200)
  }
  const move = (key: string): void => {
    const outward = inverted() ? 'ArrowDown' : 'ArrowUp'
    const visible = (node: number): boolean => elements[node]!.getAttribute('display') !== 'none'
    let next = current
    if (key === 'Home') next = 0
    else if (key === 'ArrowUp' || key === 'ArrowDown') {
      if (key === outward) {
        let best = -1
        for (let i = current + 1; i < tree.parent.length && tree.parent[i]! >= current; i++) {
          if (tree.parent[i] === current && visible(i) && (best < 0 || shownAt(i)[1] > shownAt(best)[1])) best = i
        }
        if (best >= 0) next = best
      } else if (tree.parent[current]! >= 0) next = tree.parent[current]!
    } else {
      const by = key === 'ArrowRight' ? 1 : -1
      for (let i = current + by; i >= 0 && i < tree.parent.length; i += by) {
        if (tree.row[i] === tree.row[current] && visible(i)) {
          next = i
          break
        }
      }
    }
    select(next, true)
  }
  const nodeAt = (target: EventTarget | null): number => {
    const group = (target as Element | null)?.closest?.('.bv-f') as SVGElement | null
    return group === null || group === undefined ? -1 : elements.indexOf(group)
  }
  const listened = new Set<Element>()
  const listen = (on: SVGElement): void => {
    if (listened.has(on)) return
    listened.add(on)
    on.addEventListener('click', event => {
      const node = nodeAt(event.target)
      if (node >= 0) zoom(node)
    })
    on.addEventListener('mousemove', event => {
      const node = nodeAt(event.target)
      if (node < 0) return
      const scale = svg.getBoundingClientRect().width / width || 1
      showTip(node, (event.clientX - svg.getBoundingClientRect().left) / scale)
      describe(node)
    })
    on.addEventListener('mouseleave', () => {
      hideTip()
      describe(selected)
    })
    on.addEventListener('focusin', event => {
      const node = nodeAt(event.target)
      if (node >= 0 && node !== selected) select(node, false)
    })
  }
  const typed = (): void => {
    const next = { ...view, search: input.value }
    // typing replaces its own last entry instead of adding one per letter
    if (alone && view.search !== '' && next.search !== '') {
      view = next
      const text = stateText(next)
      try {
        window.history.replaceState(window.history.state, '', '#' + text)
      } catch { /* a picture without an address */ }
      paintSearch()
    } else go(next)
  }
  const toggleTheme = (): void => {
    const dark = svg.classList.contains('bv-dark') || (svg.classList.contains('bv-auto') && window.matchMedia('(prefers-color-scheme: dark)').matches)
    svg.classList.remove('bv-auto', 'bv-dark', 'bv-light')
    svg.classList.add(dark ? 'bv-light' : 'bv-dark')
  }
  const typing = (event: KeyboardEvent): void => {
    const inInput = event.target === input
    const command = event.ctrlKey || event.metaKey
    if ((command && event.key === 'f') || event.key === 'F3' || (!inInput && !command && event.key === '/')) {
      event.preventDefault()
      input.focus()
      input.select()
      return
    }
    if (command && event.key === 'i') {
      event.preventDefault()
      go({ ...view, ignoreCase: !view.ignoreCase })
      return
    }
    if (event.key === 'Escape') {
      if (!keys.hasAttribute('display')) showKeys(false)
      else if (view.search !== '') {
        input.value = ''
        go({ ...view, search: '' })
      } else reset()
      if (inInput) input.blur()
      hideTip()
      event.preventDefault()
      return
    }
    if (inInput) {
      if (event.key === 'Enter') {
        step(event.shiftKey ? -1 : 1)
        event.preventDefault()
      }
      return
    }
    if (command || event.altKey) return
    const onButton = (event.target as Element | null)?.localName === 'button'
    const done = ((): boolean => {
      switch (event.key) {
        case 'ArrowUp': case 'ArrowDown': case 'ArrowLeft': case 'ArrowRight': case 'Home': move(event.key); return true
        case 'Enter': case ' ':
          if (onButton) return false
          zoom(current)
          return true
        case '0': reset(); return true
        case 'Backspace': back(); return true
        case 'n': step(1); return true
        case 'N': step(-1); return true
        case 'h': case 'f': case 'c': case 'r': change(event.key); return true
        case 'i': go({ ...view, flipped: !view.flipped }); return true
        case 'y': copy(); return true
        case 'd': toggleTheme(); return true
        case '?': showKeys(keys.hasAttribute('display')); return true
        default: return false
      }
    })()
    if (done) event.preventDefault()
  }

  input.addEventListener('input', typed)
  listen(baseLayer)
  // a document of its own owns the keyboard; one picture of several answers only while the focus is inside it
  ;(alone ? window : svg).addEventListener('keydown', event => typing(event as KeyboardEvent))
  if (alone) {
    window.addEventListener('popstate', () => show(readState(window.location.hash), true))
    window.addEventListener('scroll', stick, { passive: true })
    window.addEventListener('resize', resize)
    const linked = readState(window.location.hash)
    resize()
    show(linked, false)
    if (!inverted() && window.scrollY === 0) window.scrollTo(0, height)
    stick()
  } else {
    if (!fixed && window.ResizeObserver !== undefined && svg.parentElement !== null) {
      let last = 0
      new window.ResizeObserver(() => {
        const now = svg.parentElement?.clientWidth ?? 0
        if (now !== last) {
          last = now
          resize()
        }
      }).observe(svg.parentElement)
    }
    resize()
    show(fresh, false)
  }
}
