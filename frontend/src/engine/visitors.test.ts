import { describe, expect, it, vi } from 'vitest'
import type { Happenings } from './happenings'
import { createUniforms } from './uniforms'
import { Visitors, type Walk } from './visitors'
import { Fireflies } from './weather/fireflies'

function begin() {
  const fireflies = new Fireflies(createUniforms())
  const happenings = { ring: vi.fn(), trail: vi.fn() }
  const visitors = new Visitors(fireflies, happenings as unknown as Happenings, () => 0.5)
  return { fireflies, happenings, visitors }
}

const walk = (id: string, x: number, more: Partial<Walk> = {}): Walk => ({
  id,
  fromX: 0,
  fromZ: 0,
  x,
  z: 0,
  acts: false,
  ...more,
})

describe('visitors as fireflies', () => {
  it('fly to where they go and leave a trail', () => {
    const { visitors, happenings, fireflies } = begin()
    visitors.step(walk('ada', 2), 0)
    const { range, start } = drawn(fireflies)
    expect(range).toBe(1)
    expect(fireflies.points.geometry.getAttribute('position').getX(start)).toBe(0)
    for (let frame = 0; frame < 60; frame++) visitors.update(1 / 30)
    expect(fireflies.points.geometry.getAttribute('position').getX(start)).toBeCloseTo(2, 1)
    expect(happenings.trail.mock.calls.length).toBeGreaterThan(3)
    expect(happenings.ring).not.toHaveBeenCalled()
  })

  it('stand at once where nothing may move', () => {
    const { visitors, happenings, fireflies } = begin()
    visitors.still = true
    visitors.step(walk('ada', 2), 0)
    visitors.update(1)
    expect(fireflies.points.geometry.getAttribute('position').getX(drawn(fireflies).start)).toBe(2)
    expect(happenings.trail).not.toHaveBeenCalled()
  })

  it('are gone once nothing was heard of them', () => {
    const { visitors, fireflies } = begin()
    visitors.step(walk('ada', 2), 1000)
    visitors.step(walk('bob', 3), 2000)
    expect(visitors.forget(1500)).toBe(true)
    expect(visitors.places.map(({ x }) => x)).toEqual([3])
    expect(drawn(fireflies).range).toBe(1)
    expect(visitors.forget(1500)).toBe(false)
  })

  it('let a ring run where they do something', () => {
    const { visitors, happenings } = begin()
    visitors.step(walk('ada', 2, { acts: true }), 0)
    expect(happenings.ring).toHaveBeenCalledWith(2, 0.5, 0)
  })
})

/** How many visitors are drawn, and the place of the last of them in the cloud, which is the first that came. */
function drawn(fireflies: Fireflies): { range: number; start: number } {
  const { start } = fireflies.points.geometry.drawRange
  return { range: 100 - start, start: 99 }
}
