import { expect, it } from 'vitest'
import { clock, shifted } from './clock'

const AT = new Date('2026-06-13T20:56:00Z')

it('tells the hour of the garden, with its zone', () => {
  expect(clock(AT, { ahead: '570', zone: 'in Adelaide' })).toBe('06:26 in Adelaide')
  expect(clock(AT, { ahead: '-240', zone: 'in New York' })).toBe('16:56 in New York')
  expect(clock(AT, { ahead: '0', zone: 'UTC' })).toBe('20:56 UTC')
})

it('knows the day that it is in the garden', () => {
  expect(shifted(AT, { ahead: '570' }).getUTCDate()).toBe(14)
})
