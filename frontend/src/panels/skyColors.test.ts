// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { startSkyColors } from './skyColors'

const zenith = (): string => document.documentElement.style.getPropertyValue('--zenith')

afterEach(() => {
  document.documentElement.removeAttribute('style')
  vi.unstubAllGlobals()
})

it('where a stylesheet reads no attribute, the colours are set, and set again with the sky', async () => {
  vi.stubGlobal('CSS', { supports: () => false })
  document.documentElement.dataset.zenith = '#112233'
  startSkyColors()
  expect(zenith()).toBe('#112233')
  document.documentElement.dataset.zenith = '#445566'
  await vi.waitFor(() => expect(zenith()).toBe('#445566'))
})

it('where it does, nothing is set', () => {
  vi.stubGlobal('CSS', { supports: () => true })
  startSkyColors()
  expect(zenith()).toBe('')
})
