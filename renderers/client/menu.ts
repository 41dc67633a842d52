import { addHtml, setAll } from './dom.ts'

/** One thing that can be done; without `act` it cannot be done here. */
export interface MenuItem {
  readonly words: string
  /** The key that does the same. */
  readonly key: string
  readonly act: (() => void) | undefined
}

const EDGE = 4

/**
 * Opens a menu inside the window, at a place in it, and takes the keyboard until it is left. `holder` = an HTML element at the window's corner or inside a
 * foreignObject that lies there; `closed` is called once, when the menu is gone.
 */
export function openMenu(
  holder: HTMLElement,
  title: string,
  items: readonly MenuItem[],
  at: { readonly x: number; readonly y: number },
  closed: () => void,
): void {
  holder.textContent = ''
  const document = holder.ownerDocument
  const window = document.defaultView!
  const menu = addHtml('div', { class: 'bv-menu', role: 'menu', 'aria-label': title }, holder)
  addHtml('div', { class: 'bv-menu-title', role: 'presentation' }, menu, title)
  const close = (): void => {
    if (!menu.isConnected) return
    menu.remove()
    document.removeEventListener('pointerdown', outside, true)
    closed()
  }
  const outside = (event: Event): void => {
    if (!menu.contains(event.target as Node)) close()
  }
  const buttons = items.map(({ words, key, act }) => {
    const button = addHtml('button', { type: 'button', role: 'menuitem', tabindex: -1 }, menu) as HTMLButtonElement
    addHtml('span', {}, button, words)
    addHtml('kbd', {}, button, key)
    button.disabled = act === undefined
    button.addEventListener('click', event => {
      event.stopPropagation()
      close()
      act?.()
    })
    return button
  })
  menu.addEventListener('keydown', event => {
    event.stopPropagation()
    const live = buttons.filter(button => !button.disabled)
    const now = live.indexOf(document.activeElement as HTMLButtonElement)
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by !== 0) live[(now + by + live.length) % live.length]?.focus()
    else if (event.key === 'Escape' || event.key === 'Tab') close()
    else {
      const item = items.find(each => each.key === event.key)
      if (item === undefined) return
      close()
      item.act?.()
    }
    event.preventDefault()
  })
  document.addEventListener('pointerdown', outside, true)
  const { width, height } = menu.getBoundingClientRect()
  const inside = (place: number, size: number, room: number): number =>
    Math.max(EDGE, Math.min(place, room - size - EDGE))
  setAll(menu, {
    style: `left:${inside(at.x, width, window.innerWidth)}px;top:${inside(at.y, height, window.innerHeight)}px`,
  })
  buttons.find(button => !button.disabled)?.focus({ preventScroll: true })
}
