/** Brings the server-rendered page up to date: cards, drawings, what happened lately. */

/** The element that holds one part of the page. */
export function part(name: string, root: ParentNode = document): HTMLElement | null {
  return root.querySelector(`[data-part="${name}"]`)
}

/** The `seq` that the page reflects. */
export function version(root: HTMLElement = document.body): number {
  return Number(root.dataset.version)
}

function said(line: Element): string {
  return line.querySelector('.said')?.textContent ?? ''
}

function moment(line?: Element | null): string {
  return line?.querySelector('time')?.dateTime ?? ''
}

/** Replaces what is inside, keeping the reader's place: what has focus and what is folded out. */
function replace(old: Element, fresh: Element): void {
  const focused = old.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null
  const open = [...old.querySelectorAll('details')].map((details) => details.open)
  old.replaceChildren(...fresh.childNodes)
  old.querySelectorAll('details').forEach((details, index) => {
    details.open = open[index] ?? false
  })
  if (!focused) return
  const link = [...old.querySelectorAll('a')].find((candidate) => candidate.getAttribute('href') === focused)
  link?.focus({ preventScroll: true })
}

/** What every look brings anew: the sky changes with every weather. */
const SKY = ['sky', 'weather', 'announcement']

/** Why the weather is as it is, in a sentence. */
function weather(): string {
  return part('sky')?.querySelector('.why')?.textContent ?? ''
}

/** Replaces those parts that both have. What is the same stays, so that nobody is told it twice. */
function renew(fresh: ParentNode, names: readonly string[]): void {
  for (const name of names) {
    const [old, made] = [part(name), part(name, fresh)]
    if (old && made && old.innerHTML !== made.innerHTML) replace(old, made)
  }
  takeDownInTime()
}

/** Takes an announcement down when it ends. One that ends later than a timer can wait for ends with a look. */
export function takeDownInTime(): void {
  const note = document.querySelector<HTMLElement>('[data-until]')
  const left = Date.parse(note?.dataset.until ?? '') - Date.now()
  if (left < 2 ** 31) setTimeout(() => note?.remove(), left)
}

/** Shows a plant's new form: it appears over the old one, which goes when the new one is all there. */
export function regrow(form: Element, fresh: Element): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    form.replaceChildren(...fresh.childNodes)
    return
  }
  const growing = document.createElementNS('http://www.w3.org/2000/svg', 'g')
  growing.append(...fresh.childNodes)
  growing.classList.add('growing')
  growing.addEventListener('animationend', () => {
    while (growing.previousSibling) growing.previousSibling.remove()
    growing.replaceWith(...growing.childNodes)
  })
  form.append(growing)
}

function mark(element: Element | null | undefined, name: string): void {
  element?.classList.add(name)
  element?.addEventListener('animationend', () => element.classList.remove(name), { once: true })
}

/** Puts new happenings in and returns their sentences, oldest first. */
function tell(fresh: ParentNode): string[] {
  const shown = part('happenings')
  const lines = part('happenings', fresh)
  if (!shown || !lines) return []
  const known = new Set([...shown.children].map(said))
  const oldest = moment(shown.lastElementChild) // what is older took the place of one that went
  replace(shown, lines)
  shown.closest('section')?.toggleAttribute('hidden', shown.childElementCount === 0)
  const news = [...shown.children].filter((line) => !known.has(said(line)) && moment(line) >= oldest)
  for (const line of news) mark(line, 'new')
  return news.map(said).reverse()
}

/** Applies an answer of `/fragments/changes/`. Returns what happened, as sentences. */
export function applyChanges(html: string): string[] {
  const fresh = new DOMParser().parseFromString(html, 'text/html')
  for (const card of fresh.querySelectorAll<HTMLElement>('.card')) {
    const old = document.querySelector<HTMLElement>(`.card[data-plant="${card.dataset.plant}"]`)
    if (!old) continue
    card.hidden = old.hidden
    const focused = old.contains(document.activeElement)
    old.replaceWith(card)
    mark(card, 'changed')
    if (focused) card.querySelector('a')?.focus({ preventScroll: true })
  }
  for (const group of fresh.querySelectorAll('[data-part="drawing"] > g')) {
    const old = document.getElementById(group.id)
    if (old) regrow(old, group)
  }
  const sky = weather()
  renew(fresh, SKY)
  document.body.dataset.version = String(version(fresh.querySelector<HTMLElement>('[data-version]')!))
  return [...tell(fresh), weather()].filter((words) => words !== sky)
}

/** The forms of the plants in the picture, by their ids. */
function forms(): Map<string, Element> {
  return new Map([...document.querySelectorAll('g.plant > g')].map((form) => [form.id, form]))
}

/** Lets the plants of a new picture grow out of those of the old one. */
function growOutOf(old: Map<string, Element>): void {
  for (const [id, form] of forms()) {
    const before = old.get(id)
    if (!before) mark(form.closest('g.plant'), 'arrived')
    else if (before.innerHTML !== form.innerHTML) {
      const fresh = form.cloneNode(true) as Element
      form.replaceChildren(...before.childNodes)
      regrow(form, fresh)
    }
  }
}

/** Takes over a page that was loaded again. Returns what happened, as sentences. */
export function applyPage(html: string): string[] {
  const fresh = new DOMParser().parseFromString(html, 'text/html')
  const light = document.documentElement.dataset
  const { time, season } = fresh.documentElement.dataset
  const sameLight = time === light.time && season === light.season
  const before = forms()
  Object.assign(light, fresh.documentElement.dataset)
  document.body.dataset.version = fresh.body.dataset.version ?? '0'
  const sky = weather()
  const sentences = tell(fresh)
  renew(fresh, [...SKY, 'masthead', 'hello', 'project', 'drawing', 'count', 'found', 'list', 'stars'])
  // The first plant of an empty garden, or the last that left: the page has other sections now.
  if (!part('list') !== !part('list', fresh)) replace(document.querySelector('main')!, fresh.querySelector('main')!)
  if (sameLight) growOutOf(before)
  return [...sentences, weather()].filter((words) => words !== sky)
}
