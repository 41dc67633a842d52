export const SVG = 'http://www.w3.org/2000/svg'
export const XHTML = 'http://www.w3.org/1999/xhtml'

/** Attributes by names of ours: data goes into values only. */
export type Values = Readonly<Record<string, string | number>>

export function setAll(element: Element, values: Values): void {
  for (const key in values) element.setAttribute(key, String(values[key]))
}

/** A new SVG element at the end of another. */
export function addSvg(name: string, values: Values, above: Element, text?: string): SVGElement {
  const made = above.ownerDocument.createElementNS(SVG, name)
  setAll(made, values)
  if (text !== undefined) made.textContent = text
  above.appendChild(made)
  return made
}

/** A new HTML element at the end of another, which may be SVG. */
export function addHtml(name: string, values: Values, above: Element, text?: string): HTMLElement {
  const made = above.ownerDocument.createElementNS(XHTML, name) as HTMLElement
  setAll(made, values)
  if (text !== undefined) made.textContent = text
  above.appendChild(made)
  return made
}

/** A button that keeps its click from what lies under it. */
export function addButton(label: string, title: string, above: Element, click: () => void): HTMLButtonElement {
  const made = addHtml(
    'button',
    { type: 'button', title, 'aria-label': label.length > 2 ? label + ': ' + title : title },
    above,
    label,
  ) as HTMLButtonElement
  made.addEventListener('click', event => {
    event.stopPropagation()
    click()
  })
  return made
}

/** Text cut at `limit` code points. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit
    ? text
    : Array.from(text.slice(0, limit * 2))
        .slice(0, limit - 1)
        .join('') + '…'
}

/** Puts text on the clipboard, where the browser lets a page do so, and leaves it in `data-copied`. */
export function copyText(text: string, near: Element, holder: Element): void {
  near.setAttribute('data-copied', text)
  const old = (): void => {
    const area = addHtml('textarea', { 'aria-label': 'text to copy' }, holder) as HTMLTextAreaElement
    area.value = text
    area.select()
    try {
      near.ownerDocument.execCommand('copy')
    } catch {
      /* a picture by itself has no command to copy; the status line shows what there is */
    }
    area.remove()
  }
  const clipboard = near.ownerDocument.defaultView?.navigator.clipboard
  if (clipboard !== undefined) clipboard.writeText(text).catch(old)
  else old()
}
