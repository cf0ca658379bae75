import { PerspectiveCamera } from 'three'
import { describe, expect, it } from 'vitest'
import type { Framing } from '../engine/camera'
import type { Garden } from '../engine/garden'
import { Walker } from './walker'

/** A garden of which the walker asks only where to stand. */
function overlooked(): Garden {
  const frame = (out: Framing): boolean => {
    out.position.set(1, 4, 14)
    out.target.set(0, 2.5, -1)
    return true
  }
  return { radius: 8, frameAll: frame, framePlant: frame, makeWay() {} } as unknown as Garden
}

describe('the walker', () => {
  it('keeps a turn when told to stay where it is, and takes it back when straightened', () => {
    const camera = new PerspectiveCamera()
    const walker = new Walker(overlooked(), camera)
    walker.step(0, true)
    const straight = camera.position.x
    walker.turn(0.4, 0)
    walker.visit(null)
    walker.step(0, true)
    expect(camera.position.x).toBeGreaterThan(straight + 1)
    walker.straighten()
    walker.step(0, true)
    expect(camera.position.x).toBeCloseTo(straight)
  })
})
