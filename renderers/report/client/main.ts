/** What the report's page does beyond being read: keys, light and dark, one task alone, sorting. Without it the page is complete. */
export function liveReport(page: Document): void {
  const root = page.documentElement
  const links = [...page.querySelectorAll<HTMLAnchorElement>('nav a')]
  const sections = links.map(link => page.getElementById(link.hash.slice(1))!)
  const tools = page.querySelector<HTMLElement>('.tools')!
  const chip = button(page, 'chip')
  chip.hidden = true
  const theme = button(page, 'icon')
  theme.textContent = '◐'
  theme.setAttribute('aria-label', 'light or dark')
  theme.title = 'light or dark (d)'
  tools.prepend(chip)
  tools.append(theme)

  const dark = (): void => {
    const now = root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
    root.dataset['theme'] = now === 'dark' ? 'light' : 'dark'
  }
  const rows = [...page.querySelectorAll<HTMLElement>('[data-task]')]
  let only: string | undefined
  /** Shows one task alone; the same one again, or none, shows all. */
  const choose = (task: string | undefined): void => {
    only = task === only ? undefined : task
    for (const row of rows) row.classList.toggle('other', only !== undefined && row.dataset['task'] !== only)
    for (const each of page.querySelectorAll('button.task'))
      each.setAttribute('aria-pressed', String(only !== undefined && each.textContent === only))
    chip.hidden = only === undefined
    chip.textContent = only === undefined ? '' : `only ${only} ✕`
  }
  theme.addEventListener('click', dark)
  chip.addEventListener('click', () => choose(undefined))
  page.addEventListener('click', event => {
    const target = event.target as Element
    const task = target.closest<HTMLElement>('button.task')
    if (task !== null) choose(task.closest<HTMLElement>('[data-task]')!.dataset['task'])
    const head = target.closest('.sortable th')
    if (head !== null) sortBy(head as HTMLTableCellElement)
  })
  page.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const section = sections[Number(event.key) - 1]
    if (section !== undefined) goTo(section)
    else if (event.key === 'd') dark()
    else if (event.key === 'p') print()
    else if (event.key === 'Escape' && only !== undefined) choose(undefined)
    else return
    event.preventDefault()
  })
  for (const [i, link] of links.entries())
    link.addEventListener('click', event => {
      event.preventDefault()
      goTo(sections[i]!)
    })
  const goTo = (section: HTMLElement): void => {
    const details = section.querySelector<HTMLDetailsElement>(':scope > details')
    if (details !== null) details.open = true
    section.scrollIntoView()
    section.focus({ preventScroll: true })
  }
  const seen = new IntersectionObserver(
    entries => {
      for (const entry of entries) if (entry.isIntersecting) mark(entry.target.id)
    },
    { rootMargin: '-20% 0px -70% 0px' },
  )
  const mark = (id: string): void => {
    for (const link of links) {
      const here = link.hash === `#${id}`
      link.classList.toggle('on', here)
      if (here) link.setAttribute('aria-current', 'true')
      else link.removeAttribute('aria-current')
    }
  }
  for (const section of sections) {
    section.tabIndex = -1
    seen.observe(section)
  }
  mark(sections[0]!.id)
  for (const head of page.querySelectorAll<HTMLElement>('.sortable th')) head.title = 'sort by this column'
}

function button(page: Document, name: string): HTMLButtonElement {
  const made = page.createElement('button')
  made.type = 'button'
  made.className = `btn ${name}`
  return made
}

/** Rows of a table by a column: numbers falling first, words rising; the same column again turns it round. */
function sortBy(head: HTMLTableCellElement): void {
  const table = head.closest('table')!
  const body = table.tBodies[0]!
  const column = head.cellIndex
  const value = (row: HTMLTableRowElement): string | number => {
    const cell = row.cells[column]!
    return cell.dataset['value'] === undefined ? cell.textContent!.trim() : Number(cell.dataset['value'])
  }
  const numbers = [...body.rows].some(row => typeof value(row) === 'number')
  const turned = head.getAttribute('aria-sort') === (numbers ? 'descending' : 'ascending')
  for (const each of head.parentElement!.children) each.removeAttribute('aria-sort')
  const falling = numbers !== turned
  head.setAttribute('aria-sort', falling ? 'descending' : 'ascending')
  const order = (a: HTMLTableRowElement, b: HTMLTableRowElement): number => {
    const [x, y] = [value(a), value(b)]
    return typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1
  }
  for (const row of [...body.rows].sort((a, b) => (falling ? order(b, a) : order(a, b)))) body.append(row)
}
