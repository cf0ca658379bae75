/**
 * A sheet: the beginning of a plant's or a skill's own page, beside the garden. The address names it, so that Back
 * closes it.
 */

import { part } from '../shell/list'
import { type GardenState, store } from '../shell/store'

type Kind = 'plant' | 'skill'
interface Named {
  kind: Kind
  slug: string
}

const NAMED = /^#(plant|skill)=([\w-]+)$/
/** Where a page of each kind lies, what of it names its subject, and what of it the sheet shows, in this order. */
const PAGES: Record<Kind, { path: string; name: string; parts: readonly string[]; further: string }> = {
  plant: {
    path: '/projects/',
    name: 'main.project h1',
    parts: ['.eyebrow', '.intro .lede', '.links', '.story', '.figures', '.why'].map((part) => `main.project ${part}`),
    further: 'Its whole story',
  },
  skill: {
    path: '/skills/',
    name: '[data-page="skill"] h1',
    parts: ['.eyebrow', '.lede', '.figures', '[aria-labelledby="why-heading"]', '.related', '.relations'],
    further: 'All about it',
  },
}

/** What an address names, if it names something. */
export function namedIn(hash: string): Named | null {
  const [, kind, slug] = NAMED.exec(hash) ?? []
  return slug ? { kind: kind as Kind, slug } : null
}

function openIn({ opened, openedStar }: GardenState): Named | null {
  if (opened) return { kind: 'plant', slug: opened }
  return openedStar ? { kind: 'skill', slug: openedStar } : null
}

const hashOf = (named: Named | null): string => (named ? `#${named.kind}=${named.slug}` : '')

/** The sheet's content out of a page. Raises where the page is not of that kind. */
export function excerpt(html: string, kind: Kind, address: string): DocumentFragment {
  const { name: title, parts, further: words } = PAGES[kind]
  const page = new DOMParser().parseFromString(html, 'text/html')
  const name = page.querySelector(title)?.textContent
  if (!name) throw new Error(`not the page of a ${kind}`)
  const content = document.createDocumentFragment()
  const heading = document.createElement('h2')
  heading.id = 'sheet-name'
  heading.tabIndex = -1
  heading.textContent = name
  content.append(heading)
  for (const selector of parts) {
    const found = page.querySelector(selector)
    if (!found) continue
    found.removeAttribute('aria-labelledby') // it is labelled by the id of another document
    for (const title of found.querySelectorAll('h2, h3')) {
      const lower = document.createElement(title.tagName === 'H2' ? 'h3' : 'h4')
      lower.append(...title.childNodes)
      title.replaceWith(lower)
    }
    for (const needless of found.querySelectorAll('.to-garden, .frame')) needless.remove()
    content.append(found)
  }
  const further = document.createElement('p')
  further.className = 'further'
  const link = document.createElement('a')
  link.href = address
  link.textContent = words
  further.append(link)
  content.append(further)
  return content
}

export function startSheet(): void {
  const sheet = part('sheet') as HTMLDialogElement
  const body = part('sheet-body')!
  const garden = document.querySelector('.garden')!
  let cameFrom: HTMLElement | null = null
  let pushed = false
  let loading = 0

  async function open({ kind, slug }: Named): Promise<void> {
    const mine = ++loading
    const address = `${PAGES[kind].path}${slug}/`
    if (!sheet.open) cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : null
    try {
      const answer = await fetch(address)
      if (!answer.ok) throw new Error(`${kind}: ${answer.status}`)
      const content = excerpt(await answer.text(), kind, address)
      if (mine !== loading) return
      body.replaceChildren(content)
    } catch {
      if (mine !== loading) return
      const sorry = document.createElement('p')
      sorry.textContent = `The sheet of this ${kind} cannot be had just now.`
      body.replaceChildren(sorry)
    }
    if (!sheet.open) sheet.show()
    sheet.scrollTop = 0
    document.getElementById('sheet-name')?.focus({ preventScroll: true })
    if (!store.getState().wide) garden.scrollIntoView({ block: 'nearest' })
    cover()
  }

  /** Tells the camera which part of the picture is left. */
  function cover(): void {
    const [over, under] = [sheet.getBoundingClientRect(), garden.getBoundingClientRect()]
    const beside = sheet.open && over.width < under.width * 0.7
    const below = sheet.open && !beside
    store.setState({
      covered: {
        right: beside ? Math.max(0, under.right - over.left) : 0,
        bottom: below ? Math.max(0, under.bottom - over.top) : 0,
      },
    })
  }

  function close(): void {
    loading++
    if (!sheet.open) return
    sheet.close()
    cover()
    cameFrom?.focus({ preventScroll: true })
  }

  const shut = (): void => store.setState({ opened: null, openedStar: null })

  function readAddress(): void {
    pushed = false
    const named = namedIn(location.hash)
    store.setState({
      opened: named?.kind === 'plant' ? named.slug : null,
      openedStar: named?.kind === 'skill' ? named.slug : null,
    })
  }

  store.subscribe((state, former) => {
    const [named, before] = [openIn(state), openIn(former)]
    if (hashOf(named) === hashOf(before)) return
    if (hashOf(named) !== hashOf(namedIn(location.hash))) {
      if (named) {
        // From one to the next the address changes in place: Back leads out, not through all that was looked at.
        history[before ? 'replaceState' : 'pushState'](null, '', hashOf(named))
        pushed ||= !before
      } else if (pushed) {
        pushed = false
        history.back()
      } else history.replaceState(null, '', location.pathname + location.search)
    }
    if (named) void open(named)
    else close()
  })

  // A link in the list changes the address, as does the Back button.
  addEventListener('hashchange', readAddress)
  addEventListener('popstate', readAddress)
  sheet.querySelector('[data-act="close"]')!.addEventListener('click', shut)
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !openIn(store.getState())) return
    event.preventDefault()
    shut()
  })
  addEventListener('resize', cover)
  readAddress()
}
