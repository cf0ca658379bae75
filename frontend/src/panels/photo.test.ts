import { expect, it } from 'vitest'
import { signature } from './photo'

it('a saved picture says once whose garden it is, when, under which sky, and where', () => {
  document.body.innerHTML = `
    <div class="masthead"><h1><bdi>Ada</bdi> <span class="site"><bdi>The Glasshouse</bdi></span></h1></div>
    <span data-part="sky"><span class="alone">Autumn night.</span> <span class="why">It’s an autumn night here,
      and it rains.</span></span>`
  const [name, below] = signature()
  expect(name).toBe('Ada · The Glasshouse')
  expect(below).toMatch(/^.*\d{4}.* · It’s an autumn night here, and it rains · localhost/)
})
