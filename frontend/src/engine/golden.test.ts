/** Where the server and the engine have a formula each over the same looks, both must find what the golden file says. */

import { Color, Vector3 } from 'three'
import { describe, expect, it } from 'vitest'
import golden from '../../../garden/tests/golden.json'
import { createFraming, overview } from './camera'
import { domePoint } from './ground/greenhouse'
import { Terrain } from './ground/terrain'
import { KIND, partScale, plantSize } from './growth'
import { type Light, resolveLight } from './light'
import { createRng, hashText } from './rng'
import type { Conditions } from './types'
import { entries } from './vectors'

/** Channels of '#rrggbb' may differ by what rounding does. */
const ROUNDING = 1

const channels = (hex: string): number[] => [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16))

describe('the engine and the server agree on', () => {
  it.each(golden.random)('the numbers that follow from "$key"', ({ key, seed, numbers, bell }) => {
    expect(hashText(key)).toBe(seed)
    const random = createRng(seed)
    expect(numbers.map(() => random())).toEqual(numbers)
    expect(random.bell()).toBe(bell)
  })

  it.each(golden.island)('the island of $radius metres', ({ radius, path, edge, pond, ...found }) => {
    const terrain = new Terrain(radius)
    expect(terrain.pathWidth).toBeCloseTo(found.pathWidth, 3)
    expect(terrain.treeScale).toBeCloseTo(found.treeScale, 3)
    for (const [tallest = 0, height] of found.domeHeight)
      expect(terrain.domeHeight(tallest)).toBeCloseTo(height ?? 0, 3)
    for (const [index, [x = 0, z = 0]] of path.entries()) {
      const point = terrain.path[index * 8]
      expect(Math.hypot((point?.x ?? 99) - x, (point?.z ?? 99) - z), `point ${index}`).toBeLessThan(0.002)
    }
    edge.forEach((metres, angle) => {
      expect(terrain.edge(angle)).toBeCloseTo(metres, 3)
    })
    for (const [x = 0, z = 0, metres = 0] of pond) expect(terrain.pondDistance(x, z)).toBeCloseTo(metres, 3)
  })

  it.each(golden.view)('the view of $radius metres at $aspect', ({ position, target, ...view }) => {
    const found = overview(createFraming(), { ...view, low: false })
    expect(found.position.distanceTo(new Vector3(...position))).toBeLessThan(1e-3)
    expect(found.target.distanceTo(new Vector3(...target))).toBeLessThan(1e-3)
  })

  it.each(golden.dome)('a point of the dome $at', ({ radius, height, angle, rise, at }) => {
    domePoint({ radius, height }, angle, rise)
      .toArray()
      .forEach((metres, axis) => {
        expect(metres).toBeCloseTo(at[axis] ?? Number.NaN, 3)
      })
  })

  it.each(golden.growth)('sizes at a growth of $growth', ({ growth, size, leaf, wood }) => {
    const part = { birth: 0.3, death: 1, slow: 0 }
    expect(plantSize(growth)).toBeCloseTo(size, 4)
    expect(partScale({ ...part, kind: KIND.leaf }, growth)).toBeCloseTo(leaf, 4)
    expect(partScale({ ...part, kind: KIND.wood }, growth)).toBeCloseTo(wood, 4)
  })

  it.each(golden.lights)(
    'the light of $conditions.timeOfDay, $conditions.season, $conditions.weather, $conditions.precipitation',
    ({ conditions, light }) => {
      const found: Light = resolveLight({ ...(conditions as Omit<Conditions, 'intensity'>), intensity: 1 })
      expect(Object.keys(found).sort()).toEqual(Object.keys(light).sort())
      for (const [field, value] of entries<keyof Light, string | number | number[]>(light)) {
        const here = found[field]
        if (here instanceof Color) {
          const difference = channels(`#${here.getHexString()}`).map(
            (part, i) => part - (channels(String(value))[i] ?? 0),
          )
          expect(Math.max(...difference.map(Math.abs)), field).toBeLessThanOrEqual(ROUNDING)
        } else if (here instanceof Vector3) {
          const [x = 0, y = 0, z = 0] = value as number[]
          expect(here.distanceTo(new Vector3(x, y, z).normalize()), field).toBeLessThan(1e-3)
        } else expect(here, field).toBeCloseTo(value as number, 3)
      }
    },
  )
})
