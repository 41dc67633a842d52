import { addSvg, setAll } from '../../client/dom.ts'
import type { ClientFrames, ClientTree } from '../../client/tree.ts'
import type { Geometry, Mark, Source } from './source.ts'

const GEOMETRY = '16 104 18 58 11.5'

/** What the file says; undefined when it shows no frame. Titles become labels for readers of the screen, because the page has tips of its own. */
export function readPicture(svg: SVGSVGElement): Source | undefined {
  const layer = svg.querySelector<SVGElement>('.bv-frames')
  const pruned = svg.querySelector<SVGElement>('.bv-pruned')
  if (layer === null || pruned === null) return undefined
  const elements = Array.from(layer.querySelectorAll<SVGElement>('.bv-f'))
  if (elements.length === 0) return undefined
  const document = svg.ownerDocument
  const root = document.documentElement as Element
  const [pad, top, row, foot, size] = (svg.getAttribute('data-geometry') ?? GEOMETRY).split(' ').map(Number)
  const sort = svg.getAttribute('data-sort') ?? 'name'
  const alone = root === svg || root.classList.contains('bv-one')
  if (root !== svg) svg.querySelector('title')?.remove()
  return {
    svg,
    document,
    window: document.defaultView!,
    alone,
    compat: svg.classList.contains('bv-compat'),
    chart: svg.hasAttribute('data-chart'),
    fixed: svg.hasAttribute('data-fixed'),
    inverted: svg.hasAttribute('data-inverted'),
    geometry: { pad, top, row, foot, size } as Geometry,
    unit: svg.getAttribute('data-unit') ?? '',
    factor: Number(svg.getAttribute('data-factor') ?? 1),
    all: Number(svg.getAttribute('data-total')),
    order: { byValue: sort.includes('value'), input: sort.includes('input') },
    tree: readTree(elements),
    elements,
    layer,
    pruned,
    marks: readMarks(pruned),
    rows: Number(svg.getAttribute('data-rows')),
  }
}

function readMarks(pruned: SVGElement): Mark[] {
  return Array.from(pruned.children).map(mark => ({
    start: number(mark, 'start'),
    total: number(mark, 'total'),
    row: number(mark, 'row'),
  }))
}

function number(element: Element, key: string): number {
  return Number(element.getAttribute('data-' + key) ?? 0)
}

function readTree(elements: readonly SVGElement[]): ClientTree {
  const frames: ClientFrames = { name: [], module: [], look: [], fill: [] }
  const rows = new Map<string, number>()
  const tree = {
    frames,
    parent: [] as number[],
    frame: [] as number[],
    self: [] as number[],
    hidden: [] as number[],
    pruned: [] as number[],
    total: [] as number[],
    start: [] as number[],
    row: [] as number[],
  }
  const path: number[] = []
  elements.forEach((element, i) => {
    const depth = Number(element.getAttribute('aria-level')) - 1
    path[depth] = i
    prepare(element)
    const rect = element.querySelector('rect')
    const facts = [
      element.getAttribute('data-name') ?? '',
      element.getAttribute('data-module') ?? '',
      rect?.getAttribute('class') ?? '',
      rect?.getAttribute('fill') ?? '',
    ] as const
    const key = JSON.stringify(facts)
    let frame = rows.get(key)
    if (frame === undefined) {
      rows.set(key, (frame = frames.name.length))
      frames.name.push(facts[0])
      frames.module.push(facts[1])
      frames.look.push(facts[2])
      frames.fill.push(facts[3])
    }
    tree.parent.push(depth === 0 ? -1 : path[depth - 1]!)
    tree.frame.push(frame)
    tree.self.push(number(element, 'self'))
    tree.hidden.push(number(element, 'hidden'))
    tree.pruned.push(number(element, 'pruned'))
    tree.total.push(number(element, 'total'))
    tree.start.push(number(element, 'start'))
    tree.row.push(element.hasAttribute('data-row') ? number(element, 'row') : depth)
  })
  return tree
}

/** The browser's own tip would lie over ours. */
function prepare(element: SVGElement): void {
  const title = element.querySelector('title')
  setAll(element, { 'aria-label': title?.textContent ?? element.getAttribute('data-name') ?? '', tabindex: -1 })
  title?.remove()
}

/** Elements for the boxes of a changed tree, in a layer like the file's. */
export function makeLayer(
  source: Source,
  tree: ClientTree,
  words: (node: number) => string,
): { readonly layer: SVGElement; readonly elements: readonly SVGElement[] } {
  const layer = source.document.createElementNS('http://www.w3.org/2000/svg', 'g')
  setAll(layer, {
    class: 'bv-frames',
    role: 'tree',
    'aria-label': source.layer.getAttribute('aria-label') ?? '',
    fill: source.layer.getAttribute('fill') ?? '',
  })
  const elements: SVGElement[] = []
  for (let i = 0; i < tree.parent.length; i++) {
    const f = tree.frame[i]!
    const group = addSvg(
      'g',
      {
        class: 'bv-f',
        role: 'treeitem',
        'aria-level': tree.row[i]! + 1,
        'aria-label': words(i),
        tabindex: -1,
        'data-start': tree.start[i]!,
        'data-total': tree.total[i]!,
        'data-self': tree.self[i]!,
        'data-hidden': tree.hidden[i]!,
        'data-name': tree.frames.name[f]!,
      },
      layer,
    )
    if (tree.frames.module[f] !== '') setAll(group, { 'data-module': tree.frames.module[f]! })
    if (tree.pruned[i]! > 0 && i > 0) setAll(group, { 'data-pruned': tree.pruned[i]! })
    const rect = addSvg('rect', { height: source.geometry.row - 1 }, group)
    if (tree.frames.look[f] !== '') setAll(rect, { class: tree.frames.look[f]! })
    if (tree.frames.fill[f] !== '') setAll(rect, { fill: tree.frames.fill[f]! })
    elements.push(group)
  }
  return { layer, elements }
}
