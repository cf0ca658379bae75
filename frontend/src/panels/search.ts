/** Searching and turning the pages of the list: at once where all of it is here, else by asking the server. */

import { part } from '../shell/list'
import { store } from '../shell/store'

const TYPING = 200 // milliseconds in which letters that belong together are typed
const FIELDS = ['q', 'plant', 'stage']

/** Whether a card is what the visitor looks for; the same rule as the server's `Search.finds`. */
export function finds(card: HTMLElement, text: string, kind: string, stage: string): boolean {
  const { words = '', kind: isKind, stage: isStage } = card.dataset
  return (
    text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => words.includes(word)) &&
    (!kind || kind === isKind) &&
    (!stage || stage === isStage)
  )
}

/** The end of the page's address with another search in it; what else it says stays. */
function addressWith(query: string): string {
  const address = new URLSearchParams(location.search)
  for (const name of [...FIELDS, 'page']) address.delete(name)
  for (const [name, value] of new URLSearchParams(query)) address.set(name, value)
  return address.size ? `?${address}` : ''
}

export function startSearch(): void {
  const list = part('list')
  const found = part('found')
  if (!list || !found) return
  new Searching(list, found, document.querySelector<HTMLFormElement>('form.search')).start()
}

/** What a search came to, in words. */
export function found(shown: number, all: number, text: string): string {
  if (shown) return `${shown} of ${all} plants`
  return text ? `No plant matches “${text}”` : 'No plant is of this kind and stage'
}

class Searching {
  private readonly list: HTMLElement
  private readonly found: HTMLElement
  private readonly form: HTMLFormElement | null
  private shown = location.search
  private asked = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(list: HTMLElement, found: HTMLElement, form: HTMLFormElement | null) {
    this.list = list
    this.found = found
    this.form = form
  }

  start(): void {
    this.form?.addEventListener('input', () => this.search(TYPING))
    this.form?.addEventListener('submit', (event) => {
      event.preventDefault()
      this.search(0)
    })
    for (const links of [this.list, this.found]) links.addEventListener('click', (event) => this.follow(event))
    addEventListener('popstate', () => {
      if (location.search !== this.shown) void this.ask(location.search)
    })
    // The shell replaces the list when plants come and go.
    new MutationObserver(() => this.look()).observe(this.list, { childList: true })
    this.look()
    // Who was quicker than this script has typed already.
    const known = new URLSearchParams(location.search)
    const typed = new URLSearchParams(this.query)
    if (this.form && FIELDS.some((name) => (typed.get(name) ?? '') !== (known.get(name) ?? ''))) this.search(0)
  }

  private get cards(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('.card')]
  }

  private get isWhole(): boolean {
    return this.cards.length === Number(part('cards', this.list)?.dataset.count)
  }

  /** What is asked for, as the end of an address. */
  private get query(): string {
    const fields = this.form ? [...new FormData(this.form)] : []
    const given = fields.map(([name, value]) => [name, String(value).trim()]).filter(([, value]) => value)
    return given.length ? `?${new URLSearchParams(given)}` : ''
  }

  private search(delay: number): void {
    clearTimeout(this.timer)
    if (this.isWhole) this.narrow()
    else this.timer = setTimeout(() => void this.ask(this.query, 'replaceState'), delay)
  }

  /** Takes over what stands in the list now. */
  private look(): void {
    if (this.isWhole && this.query) this.narrow()
    else {
      const ids = part('cards', this.list)?.dataset.found
      store.setState({ found: ids === undefined ? null : new Set(ids.split(' ').filter(Boolean)) })
    }
  }

  private narrow(): void {
    const asked = new URLSearchParams(this.query)
    const [text, kind, stage] = FIELDS.map((name) => asked.get(name) ?? '') as [string, string, string]
    const cards = this.cards
    for (const card of cards) card.hidden = !finds(card, text, kind, stage)
    const shown = cards.filter((card) => !card.hidden)
    this.found.textContent = this.query ? found(shown.length, cards.length, text) : ''
    store.setState({ found: this.query ? new Set(shown.map((card) => card.dataset.plant ?? '')) : null })
  }

  private async ask(query: string, remember?: 'pushState' | 'replaceState'): Promise<void> {
    const mine = ++this.asked
    try {
      const answer = await fetch(`/fragments/plants/${query}`)
      if (!answer.ok) throw new Error(`plants: ${answer.status}`)
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
      if (mine !== this.asked) return
      this.shown = addressWith(query)
      if (remember) history[remember](null, '', `/${this.shown}${location.hash}`)
      this.found.replaceChildren(...part('found', fresh)!.childNodes)
      this.list.replaceChildren(...part('list', fresh)!.childNodes)
    } catch {
      if (mine === this.asked) this.found.textContent = 'The list cannot be had just now.'
    }
  }

  /** Turns the page without leaving it. */
  private follow(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('.pager a, .found a')
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    clearTimeout(this.timer)
    if (this.found.contains(link)) for (const field of this.form?.elements ?? []) (field as HTMLInputElement).value = ''
    void this.ask(link.search, 'pushState').then(() => {
      const heading = document.getElementById('plants-heading')
      heading?.focus({ preventScroll: true })
      heading?.scrollIntoView()
    })
  }
}
