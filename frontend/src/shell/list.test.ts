import { beforeEach, describe, expect, it, vi } from 'vitest'
import { applyChanges, applyPage, part, version } from './list'

function card(id: string, state: string): string {
  return `<li class="card" data-plant="${id}"><h3><a href="/projects/${id}/">${id}</a></h3><p class="state">${state}</p></li>`
}

function plant(id: string, drawing: string): string {
  return `<a href="/projects/${id}/"><g class="plant"><title>${id}</title><g id="form-${id}">${drawing}</g></g></a>`
}

function line(seq: number, sentence: string): string {
  return `<li><span class="said">${sentence}</span> <time datetime="2026-06-15T12:00:${String(seq).padStart(2, '0')}Z"></time></li>`
}

interface Page {
  seq: number
  cards: string
  plants: string
  lines: string
  time?: string
  sky?: string
}

function pageBody({ cards, plants, lines, sky }: Page): string {
  return `<div data-part="drawing"><svg>${plants}</svg></div><span data-part="count"></span><span data-part="sky">${sky ?? ''}</span>
    <main><section><ol data-part="happenings">${lines}</ol></section><div data-part="list"><ul data-part="cards">${cards}</ul></div></main>`
}

function shown(page: Page): void {
  document.documentElement.dataset.time = page.time ?? 'day'
  document.body.dataset.version = String(page.seq)
  document.body.innerHTML = pageBody(page)
}

function wholePage(page: Page): string {
  return `<html data-time="${page.time ?? 'day'}"><body data-version="${page.seq}">${pageBody(page)}</body></html>`
}

function fragment(page: Page): string {
  return `<section data-version="${page.seq}"><ul data-part="cards">${page.cards}</ul>
    <svg data-part="drawing">${page.plants}</svg><ol data-part="happenings">${page.lines}</ol>
    <p data-part="sky">${page.sky ?? ''}</p></section>`
}

const before = {
  seq: 7,
  cards: card('moss', 'seed') + card('fern', 'growing'),
  plants: plant('moss', '<path d="M0 0"/>') + plant('fern', '<path d="M1 1"/>'),
  lines: line(6, 'moss was planted.'),
}

function prefersReducedMotion(matches: boolean): void {
  vi.stubGlobal('matchMedia', () => ({ matches }))
}

beforeEach(() => {
  prefersReducedMotion(false)
  shown(before)
})

describe('a fragment of what changed', () => {
  it('brings the weather and why it is so', () => {
    shown({ ...before, sky: 'The garden is sunny.' })
    applyChanges(fragment({ ...before, seq: 8, cards: '', plants: '', sky: 'A storm stands over the garden.' }))
    expect(part('sky')?.textContent).toBe('A storm stands over the garden.')
  })

  const changed = fragment({
    seq: 9,
    cards: card('moss', 'sprout'),
    plants: '<g id="form-moss"><path d="M2 2"/></g>',
    lines: line(9, 'moss grew from seed to sprout.') + line(6, 'moss was planted.'),
  })

  it('replaces the card and leaves the others alone', () => {
    const fern = document.querySelector('.card[data-plant="fern"]')
    applyChanges(changed)
    expect(document.querySelector('.card[data-plant="moss"] .state')?.textContent).toBe('sprout')
    expect(document.querySelector('.card[data-plant="fern"]')).toBe(fern)
    expect(version()).toBe(9)
  })

  it('tells only what is new', () => {
    expect(applyChanges(changed)).toEqual(['moss grew from seed to sprout.'])
    expect(applyChanges(changed)).toEqual([])
  })

  it('does not tell as new what only moved up where another line went', () => {
    const older = line(3, 'fern was planted.')
    expect(applyChanges(fragment({ ...before, seq: 9, cards: '', plants: '', lines: older }))).toEqual([])
    expect(part('happenings')?.textContent).toContain('fern was planted.')
  })

  it('tells a weather that is another than before, once', () => {
    const storm = fragment({ ...before, seq: 8, cards: '', plants: '', sky: '<span class="why">A storm.</span>' })
    shown({ ...before, sky: '<span class="why">Sun.</span>' })
    expect(applyChanges(storm)).toEqual(['A storm.'])
    expect(applyChanges(storm)).toEqual([])
  })

  it('shows the new form over the old one until it is all there', () => {
    applyChanges(changed)
    const form = document.getElementById('form-moss')!
    expect([...form.querySelectorAll('path')].map((path) => path.getAttribute('d'))).toEqual(['M0 0', 'M2 2'])
    form.querySelector('.growing')!.dispatchEvent(new Event('animationend'))
    expect(form.innerHTML).toBe('<path d="M2 2"></path>')
  })

  it('keeps the last of two forms that come while one is growing', () => {
    applyChanges(changed)
    applyChanges(changed.replace('M2 2', 'M3 3').replace('data-version="9"', 'data-version="10"'))
    const form = document.getElementById('form-moss')!
    for (const growing of form.querySelectorAll('.growing')) growing.dispatchEvent(new Event('animationend'))
    expect(form.innerHTML).toBe('<path d="M3 3"></path>')
  })

  it('changes at once for those who want no motion', () => {
    prefersReducedMotion(true)
    applyChanges(changed)
    expect(document.getElementById('form-moss')!.innerHTML).toBe('<path d="M2 2"></path>')
  })

  it('keeps the focus, and what the search has hidden', () => {
    document.querySelector<HTMLElement>('.card[data-plant="moss"] a')!.focus()
    document.querySelector<HTMLElement>('.card[data-plant="moss"]')!.hidden = true
    applyChanges(changed)
    const moss = document.querySelector<HTMLElement>('.card[data-plant="moss"]')!
    expect(moss.hidden).toBe(true)
    expect(moss.contains(document.activeElement)).toBe(true)
  })
})

describe('an announcement', () => {
  const note = (message: string, until: string) =>
    `<p data-part="announcement"><b data-until="${until}">${message}</b></p>`
  const shownNote = () => part('announcement')!.textContent
  const renewed = (html: string) =>
    applyChanges(fragment({ ...before, seq: 8 }).replace('<p data-part="sky">', `${html}$&`))

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-06-15T12:00:00Z') })
    document.body.insertAdjacentHTML('beforeend', '<p data-part="announcement"></p>')
    return () => vi.useRealTimers()
  })

  it('comes with a look and goes by itself when it ends', () => {
    renewed(note('Back at noon.', '2026-06-15T12:00:05Z'))
    expect(shownNote()).toBe('Back at noon.')
    vi.advanceTimersByTime(5000)
    expect(shownNote()).toBe('')
  })

  it('goes with the look after it was taken back', () => {
    renewed(note('Back at noon.', '2026-06-15T12:00:05Z'))
    renewed('<p data-part="announcement"></p>')
    expect(shownNote()).toBe('')
  })

  it('stays the very same while it is the same, so that it is read out once', () => {
    renewed(note('Back at noon.', '2026-06-15T12:00:05Z'))
    const element = part('announcement')!.firstChild
    renewed(note('Back at noon.', '2026-06-15T12:00:05Z'))
    expect(part('announcement')!.firstChild).toBe(element)
  })

  it('stays where it ends later than a timer can wait for', () => {
    renewed(note('All of July.', '2026-07-14T12:00:00Z'))
    vi.advanceTimersByTime(60_000)
    expect(shownNote()).toBe('All of July.')
  })
})

describe('a page that was loaded again', () => {
  const grown = {
    seq: 12,
    cards: before.cards + card('birch', 'seed'),
    plants: plant('moss', '<path d="M5 5"/>') + plant('fern', '<path d="M1 1"/>') + plant('birch', '<path/>'),
    lines: line(12, 'birch was planted.') + before.lines,
  }

  it('brings new plants in and lets changed ones grow', () => {
    expect(applyPage(wholePage(grown))).toEqual(['birch was planted.'])
    expect(document.querySelectorAll('.card')).toHaveLength(3)
    expect(document.getElementById('form-birch')!.parentElement!.classList).toContain('arrived')
    expect(document.getElementById('form-moss')!.querySelector('.growing')).not.toBeNull()
    expect(document.getElementById('form-fern')!.querySelector('.growing')).toBeNull()
    expect(version()).toBe(12)
  })

  it('does not make every plant grow when the light changes', () => {
    applyPage(wholePage({ ...grown, time: 'dusk' }))
    expect(document.documentElement.dataset.time).toBe('dusk')
    expect(document.querySelector('.growing')).toBeNull()
  })

  it('gives the page its list with the first plant', () => {
    shown({ ...before, cards: '', plants: '', lines: '' })
    part('list')!.remove()
    applyPage(wholePage(before))
    expect(document.querySelectorAll('.card')).toHaveLength(2)
  })

  it('keeps the focus on the same link', () => {
    document.querySelector<HTMLElement>('.card[data-plant="fern"] a')!.focus()
    applyPage(wholePage(grown))
    expect(document.activeElement?.getAttribute('href')).toBe('/projects/fern/')
  })
})
