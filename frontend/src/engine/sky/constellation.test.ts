import { type BufferAttribute, type Mesh, PerspectiveCamera, Ray, Vector3 } from 'three'
import { beforeEach, describe, expect, it } from 'vitest'
import { resolveLight } from '../light'
import type { Conditions } from '../types'
import { createUniforms } from '../uniforms'
import { Constellation, starPosition } from './constellation'

const NIGHT: Conditions = {
  timeOfDay: 'night',
  season: 'summer',
  weather: 'starry',
  precipitation: 'clear',
  intensity: 1,
}
const star = (id: string, x: number, y: number) => ({ id, name: id, x, y, brightness: 1, group: 'craft' })
const nodes = [star('rust', 0.2, 0.4), star('c', 0.3, 0.5), star('django', 0.8, 0.5)]
const EYE = new Vector3(1, 3, 14)

let constellation: Constellation
beforeEach(() => {
  constellation = new Constellation(createUniforms())
  constellation.setSkills({
    nodes,
    connections: [
      { from: 'rust', to: 'c' },
      { from: 'c', to: 'django' },
    ],
  })
  constellation.applyLight(resolveLight(NIGHT))
})

const toward = (x: number, y: number): Ray => new Ray(EYE, starPosition({ x, y }).normalize())
/** Focus of the lines and of the stars. */
function focus(): { lines: number[]; stars: number[] } {
  const [lines, stars] = constellation.group.children.map((part) => [
    ...((part as Mesh).geometry.getAttribute('aFocus') as BufferAttribute).array,
  ])
  return { lines: (lines ?? []).filter((_, corner) => corner % 4 === 0), stars: stars ?? [] }
}

describe('pointing at the sky', () => {
  it('finds the nearest star within reach, and none beside it', () => {
    expect(constellation.pick(toward(0.2, 0.4), 0.02)).toBe('rust')
    expect(constellation.pick(toward(0.21, 0.42), 0.5)).toBe('rust')
    expect(constellation.pick(toward(0.5, 0.9), 0.02)).toBeNull()
  })

  it('finds nothing by day, nor where the label would hang', () => {
    constellation.applyLight(resolveLight({ ...NIGHT, timeOfDay: 'day', weather: 'sunny' }))
    expect(constellation.pick(toward(0.2, 0.4), 0.02)).toBeNull()
    expect(constellation.anchor('rust', new PerspectiveCamera(), new Vector3())).toBe(false)
  })

  it('knows where a star stands for a camera, and that one behind it does not show', () => {
    const camera = new PerspectiveCamera()
    camera.position.copy(EYE)
    camera.updateMatrixWorld()
    const out = new Vector3()
    expect(constellation.anchor('rust', camera, out)).toBe(true)
    expect(
      out
        .sub(EYE)
        .normalize()
        .angleTo(starPosition({ x: 0.2, y: 0.4 }).normalize()),
    ).toBeLessThan(1e-4)
    camera.lookAt(EYE.x, EYE.y, EYE.z + 10)
    camera.updateMatrixWorld()
    expect(constellation.anchor('rust', camera, out)).toBe(false)
  })
})

describe('a star in focus', () => {
  it('lights up with its lines while the others recede, and lets go again', () => {
    constellation.setFocus('rust', false)
    constellation.update(0.02)
    expect(focus().stars[0]).toBeGreaterThan(0)
    expect(focus().stars[0]).toBeLessThan(0.6)
    for (let frame = 0; frame < 60; frame++) constellation.update(0.05)
    expect(focus()).toEqual({ lines: [1, -1], stars: [1, -1, -1] })
    constellation.setFocus(null, false)
    for (let frame = 0; frame < 60; frame++) constellation.update(0.05)
    expect(focus()).toEqual({ lines: [0, 0], stars: [0, 0, 0] })
  })

  it('stays in focus when the sky changes, and eases not at all where nothing may', () => {
    constellation.setFocus('django', true)
    const all = { lines: [-1, 1], stars: [-1, -1, 1] }
    expect(focus()).toEqual(all)
    constellation.setSkills({ nodes: [...nodes].reverse(), connections: [{ from: 'c', to: 'django' }] })
    expect(focus()).toEqual({ lines: [1], stars: [1, -1, -1] })
  })
})
