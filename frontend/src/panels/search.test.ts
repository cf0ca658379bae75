import { beforeEach, describe, expect, it, vi } from 'vitest'
import { store } from '../shell/store'
import { finds, startSearch } from './search'

const FORM = `<h2 id="plants-heading" tabindex="-1">The plants</h2><form class="search"><input name="q">
  <select name="plant"><option value=""></option><option value="tree"></option></select>
  <select name="stage"><option value=""></option><option value="seed"></option></select></form>`
const CLICK = '<li class="card" data-plant="1" data-words="click python cli" data-kind="tree" data-stage="mature"></li>'
const MOSS = '<li class="card" data-plant="2" data-words="moss rust" data-kind="fern" data-stage="seed"></li>'
const PAGER = '<nav class="pager"><a href="/?page=2#plants-heading">More plants</a></nav>'

function list(cards: string, count: number, further = ''): string {
  return `<p class="found" data-part="found"></p><div data-part="list"><ul data-part="cards" data-count="${count}"${further}>${cards}</ul>${count > 2 ? PAGER : ''}</div>`
}

function cards(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.card')]
}

function found(): string | null {
  return document.querySelector('[data-part="found"]')!.textContent
}

function type(text: string): void {
  document.querySelector('input')!.value = text
  document.querySelector('form')!.dispatchEvent(new Event('input'))
}

function answers(html: string, status = 200) {
  const fetched = vi.fn(async (_: string) => new Response(html, { status }))
  vi.stubGlobal('fetch', fetched)
  return fetched
}

beforeEach(() => {
  history.replaceState(null, '', '/')
  store.setState({ found: null })
})

it('finds every word somewhere, in any order and case', () => {
  document.body.innerHTML = CLICK
  const [click] = cards()
  expect(finds(click!, 'Python cli', '', '')).toBe(true)
  expect(finds(click!, 'python rust', '', '')).toBe(false)
})

describe('a list that is all here', () => {
  beforeEach(() => {
    document.body.innerHTML = FORM + list(CLICK + MOSS, 2)
    startSearch()
  })

  it('narrows while the visitor types, and says how far', () => {
    type('rust')
    expect(cards().map((card) => card.hidden)).toEqual([true, false])
    expect(found()).toBe('1 of 2 plants')
    expect(store.getState().found).toEqual(new Set(['2']))
    type('')
    expect(cards().map((card) => card.hidden)).toEqual([false, false])
    expect(found()).toBe('')
    expect(store.getState().found).toBeNull()
  })

  it('combines words, kind and stage', () => {
    document.querySelector<HTMLSelectElement>('[name="plant"]')!.value = 'tree'
    document.querySelector<HTMLSelectElement>('[name="stage"]')!.value = 'seed'
    type('')
    expect(cards().map((card) => card.hidden)).toEqual([true, true])
  })

  it('narrows again when the shell has replaced it', async () => {
    type('rust')
    document.querySelector('[data-part="list"]')!.innerHTML =
      `<ul data-part="cards" data-count="2">${MOSS}${CLICK}</ul>`
    await vi.waitFor(() => expect(cards().map((card) => card.hidden)).toEqual([false, true]))
  })
})

describe('a list that is too long for one page', () => {
  beforeEach(() => {
    document.body.innerHTML = FORM + list(CLICK + MOSS, 900)
    startSearch()
  })

  it('asks the server once for what was typed, and shows its answer', async () => {
    const fetched = answers(list(MOSS, 900, ' data-found="2 77"').replace('></p>', '>2 of 900 plants</p>'))
    type('ru')
    type('rust')
    await vi.waitFor(() => expect(found()).toBe('2 of 900 plants'))
    expect(fetched.mock.calls).toEqual([['/fragments/plants/?q=rust']])
    expect(cards().map((card) => card.dataset.plant)).toEqual(['2'])
    await vi.waitFor(() => expect(store.getState().found).toEqual(new Set(['2', '77'])))
    expect(location.search).toBe('?q=rust')
  })

  it('asks for what was typed before it started', async () => {
    const fetched = answers(list(MOSS, 900))
    document.querySelector('input')!.value = 'early bird'
    startSearch()
    await vi.waitFor(() => expect(location.search).toBe('?q=early+bird'))
    expect(fetched).toHaveBeenCalledExactlyOnceWith('/fragments/plants/?q=early+bird')
  })

  it('says so when there is no answer, and keeps what it shows', async () => {
    answers('', 503)
    type('rust')
    await vi.waitFor(() => expect(found()).toBe('The list cannot be had just now.'))
    expect(cards()).toHaveLength(2)
  })

  it('turns the page in place and begins at its head', async () => {
    const fetched = answers(list(MOSS, 900))
    const scrolled = vi.fn()
    document.getElementById('plants-heading')!.scrollIntoView = scrolled // jsdom has no layout
    document.querySelector<HTMLElement>('.pager a')!.click()
    await vi.waitFor(() => expect(scrolled).toHaveBeenCalled())
    expect(document.activeElement?.id).toBe('plants-heading')
    expect(fetched.mock.calls).toEqual([['/fragments/plants/?page=2']])
    expect(location.search).toBe('?page=2')
    expect(cards()).toHaveLength(1)
  })
})

describe('an address that asks for more than a search', () => {
  it('is left as it is while nothing is searched for', async () => {
    history.replaceState(null, '', '/?force=3d&time=night')
    const fetched = answers(list(CLICK, 40))
    document.body.innerHTML = FORM + list(CLICK, 40)
    startSearch()
    await new Promise((done) => setTimeout(done))
    expect(fetched).not.toHaveBeenCalled()
    expect(location.search).toBe('?force=3d&time=night')
  })

  it('keeps the rest when something is', async () => {
    history.replaceState(null, '', '/?force=3d')
    answers(list(CLICK, 40))
    document.body.innerHTML = FORM + list(CLICK, 40)
    startSearch()
    document.querySelector('input')!.value = 'rust'
    document.querySelector('form')!.dispatchEvent(new Event('submit'))
    await vi.waitFor(() => expect(location.search).toBe('?force=3d&q=rust'))
  })
})
