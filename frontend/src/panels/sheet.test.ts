import { describe, expect, it } from 'vitest'
import { ago } from '../shell/ago'
import { excerpt, namedIn } from './sheet'

const PAGE = `<main class="project"><div class="intro"><p class="eyebrow">Sapling</p><h1>moss</h1><p class="lede">Grows.</p>
  <ul class="links"><li class="to-garden"><a href="/#plant=moss">See it</a></li><li><a href="https://x.test">Demo</a></li></ul>
  </div><section class="why" aria-labelledby="why-heading"><h2 id="why-heading">Why this size</h2><h3>Time</h3></section></main>`

describe('the sheet', () => {
  it('is the beginning of the project’s page, a heading lower', () => {
    const sheet = document.createElement('div')
    sheet.append(excerpt(PAGE, 'plant', '/projects/moss/'))
    const headings = [...sheet.querySelectorAll('h1, h2, h3, h4')].map((h) => `${h.tagName} ${h.textContent}`)
    expect(headings).toEqual(['H2 moss', 'H3 Why this size', 'H4 Time'])
    expect([...sheet.querySelectorAll('a')].map((a) => a.getAttribute('href'))).toEqual([
      'https://x.test',
      '/projects/moss/',
    ])
    expect(sheet.querySelector('[aria-labelledby]')).toBeNull()
  })

  it('is the beginning of a skill’s page, without the pictures of plants', () => {
    const page = `<body data-page="skill"><header><p class="eyebrow">Languages</p><h1>Rust</h1><dl class="figures"></dl></header>
      <main><section class="related"><h2>Where it is used</h2><a href="/projects/moss/"><span class="frame"><svg></svg></span>moss</a></section></main>`
    const sheet = document.createElement('div')
    sheet.append(excerpt(page, 'skill', '/skills/rust/'))
    expect(sheet.querySelector('h2')?.textContent).toBe('Rust')
    expect(sheet.querySelector('.related h3')?.textContent).toBe('Where it is used')
    expect(sheet.querySelector('svg')).toBeNull()
  })

  it('refuses a page of another kind', () => {
    expect(() => excerpt('<h1>Nothing grows here.</h1>', 'plant', '/projects/moss/')).toThrow()
    expect(() => excerpt(PAGE, 'skill', '/skills/rust/')).toThrow()
  })

  it('reads the plant or the skill out of an address', () => {
    expect(namedIn('#plant=moss-map')).toEqual({ kind: 'plant', slug: 'moss-map' })
    expect(namedIn('#skill=c-plus-plus')).toEqual({ kind: 'skill', slug: 'c-plus-plus' })
    for (const hash of ['', '#main', '#plant=', '#plant=../admin', '#star=rust']) expect(namedIn(hash)).toBeNull()
  })
})

it('says how long ago in the largest unit that fits', () => {
  const spans = [3 * 86_400_000, 7_200_000, 600_000, 12_000]
  expect(spans.map(ago)).toEqual(['3 days ago', '2 hours ago', '10 minutes ago', 'just now'])
})
