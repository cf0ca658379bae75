import { describe, expect, it } from 'vitest'
import { GardenMap } from './gardenMap'
import { waterLevel } from './pond'
import { Terrain } from './terrain'

describe('terrain', () => {
  it('the base island is the same at every size', () => {
    const [small, large] = [new Terrain(7), new Terrain(30)]
    for (const [x, z] of [
      [0, 0],
      [-2, 2],
      [2, -3],
    ] as const) {
      expect(large.pathDistance(x, z)).toBeCloseTo(small.pathDistance(x, z), 6)
      expect(large.pondDistance(x, z)).toBe(small.pondDistance(x, z))
    }
    expect(large.path.at(0)?.z).toBeGreaterThan(29)
  })

  it.each([3.5, 7.84])('water lies below its shore and the rim meets the rock at a radius of %d', (radius) => {
    const terrain = new Terrain(radius)
    const { pond, small } = terrain
    expect(terrain.height(pond.x, pond.z)).toBeLessThan(waterLevel(terrain) - 0.1)
    expect(terrain.height(pond.x + terrain.pondEdge(0) + 1.2 * small, pond.z)).toBeGreaterThan(waterLevel(terrain))
    expect(Math.abs(terrain.height(terrain.radius, 0))).toBeLessThan(0.01)
  })

  it('the garden map knows path, soil and beds', () => {
    const terrain = new Terrain(7)
    const map = new GardenMap(terrain)
    expect(map.path(0.7, 0.28)).toBeGreaterThan(0.9)
    expect(map.path(4, 4)).toBe(0)
    expect(map.soil(4, -4)).toBe(0)
    map.draw([{ x: 4, z: -4, spread: 0.8, shade: 0.5, heat: 1 }])
    expect(map.soil(4, -4)).toBeGreaterThan(0.8)
    map.draw([])
    expect(map.soil(4, -4)).toBe(0)
  })
})
