import { describe, expect, it } from 'vitest'
import { words } from './tour'

function card(description: string): ParentNode {
  const html = `<h3><a>Moss</a></h3><span class="stage">young tree</span>${description && `<p class="description">${description}</p>`}`
  return new DOMParser().parseFromString(html, 'text/html').body
}

describe('the tour', () => {
  it('tells what a project is', () => {
    expect(words(card('It counts spores.'))).toBe('Moss: It counts spores.')
    expect(words(card('It counts spores'))).toBe('Moss: It counts spores.')
  })

  it('tells what the plant is where nobody said more', () => {
    expect(words(card(''))).toBe('Moss, young tree.')
  })
})
