import { Vector3 } from 'three'
import { describe, expect, it } from 'vitest'
import { createFraming, type Framing } from '../engine/camera'
import { atRest, bounded, CLOSE_UP, follow, OVERVIEW, orbited } from './orbit'

const base: Framing = { position: new Vector3(1, 4, 14), target: new Vector3(0, 2.5, -1), fieldOfView: 38 }

describe('the orbit', () => {
  it('at rest is the framing itself', () => {
    const out = orbited(createFraming(), base, atRest())
    expect(out.position.distanceTo(base.position)).toBeLessThan(1e-6)
    expect(out.target.distanceTo(base.target)).toBeLessThan(1e-6)
  })

  it('turns about the target and keeps its distance', () => {
    const out = orbited(createFraming(), base, { ...atRest(), yaw: 0.8, pitch: 0.3 })
    expect(out.position.distanceTo(base.target)).toBeCloseTo(base.position.distanceTo(base.target))
    expect(out.position.x).toBeGreaterThan(base.position.x)
    expect(out.position.y).toBeGreaterThan(base.position.y)
  })

  it('never goes below the beds or over the top', () => {
    for (const pitch of [-3, 3]) {
      const out = orbited(createFraming(), base, { ...atRest(), pitch })
      expect(out.position.y).toBeGreaterThan(0.4)
      expect(Math.hypot(out.position.x - out.target.x, out.position.z - out.target.z)).toBeGreaterThan(1)
    }
  })

  it('looks down to the beds on the way in', () => {
    expect(orbited(createFraming(), base, { ...atRest(), zoom: 0.3 }).target.y).toBeLessThan(1.5)
  })

  it('keeps its bounds in every direction', () => {
    for (const bounds of [OVERVIEW, CLOSE_UP]) {
      const orbit = { yaw: 9, pitch: 9, zoom: 9, x: 90, z: -90 }
      bounded(orbit, bounds, 10)
      expect(orbit.yaw).toBe(bounds.yaw)
      expect(orbit.pitch).toBe(bounds.pitch[1])
      expect(orbit.zoom).toBe(bounds.zoom[1])
      expect(Math.hypot(orbit.x, orbit.z)).toBeCloseTo(10 * bounds.walk)
    }
  })

  it('comes to rest at its goal, by the same way at any rhythm', () => {
    const [fast, slow, goal] = [atRest(), atRest(), { ...atRest(), yaw: 1, zoom: 0.5 }]
    for (let frame = 0; frame < 12; frame++) follow(fast, goal, 1 / 60)
    for (let frame = 0; frame < 6; frame++) follow(slow, goal, 1 / 30)
    expect(fast.yaw).toBeCloseTo(slow.yaw)
    let frames = 0
    while (follow(fast, goal, 1 / 60)) frames++
    expect(fast).toEqual(goal)
    expect(frames).toBeLessThan(180)
  })
})
