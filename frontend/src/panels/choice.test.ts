import { beforeEach, expect, test, vi } from 'vitest'
import { preferences } from '../shell/preferences'
import { startChoice } from './choice'

const page = `<form data-part="choice"><button name="answer" value="yes">Yes</button><button name="answer" value="no">No</button></form><main id="main" tabindex="-1"></main>`
const question = (): HTMLElement => document.querySelector('[data-part="choice"]')!

beforeEach(() => {
  localStorage.clear()
  vi.unstubAllGlobals()
  document.body.innerHTML = page
})

test('a no closes the question, is remembered here, and sends nothing', () => {
  startChoice()
  expect(question().hidden).toBe(false)
  const click = new MouseEvent('click', { bubbles: true, cancelable: true })
  question().querySelector('[value="no"]')!.dispatchEvent(click)
  expect(click.defaultPrevented).toBe(true)
  expect(question().hidden).toBe(true)
  expect(document.activeElement?.id).toBe('main')
  expect(preferences().declined).toBe(true)

  document.body.innerHTML = page
  startChoice()
  expect(question().hidden).toBe(true)
})

test('who asks not to be tracked is not asked', () => {
  vi.stubGlobal('navigator', { globalPrivacyControl: true })
  startChoice()
  expect(question().hidden).toBe(true)
})

test('a page without the question is left alone', () => {
  document.body.innerHTML = ''
  expect(startChoice).not.toThrow()
})
