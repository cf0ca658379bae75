import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { displayScale, VARIANTS } from '../plants/catalog'
import { STAGE_GROWTH } from '../presets'
import { GardenMap } from './gardenMap'
import island from './island.fixture.json'
import { islandRadius, pondEdge, TERRAIN, Terrain } from './terrain'

const serverFile = (name: string): string => resolve(process.cwd(), '../garden', name)
const numbers = (text: string): number[] => (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number)

/** The numbers of a constant in a Python source, to the end of its line or of its brackets. */
function constant(source: string, name: string): number[] {
  const start = new RegExp(`^${name}\\b[^=\\n]*=`, 'm').exec(source)
  if (!start) throw new Error(`no ${name} in the server's layout`)
  let text = ''
  let depth = 0
  for (const letter of source.slice(start.index + start[0].length)) {
    if ('([{'.includes(letter)) depth++
    if (')]}'.includes(letter)) depth--
    if (depth === 0 && (letter === '\n' || letter === '#')) break
    text += letter
  }
  return numbers(text)
}

describe.skipIf(!existsSync(serverFile('layout.py')))('agreement with the server', () => {
  const layout = existsSync(serverFile('layout.py')) ? readFileSync(serverFile('layout.py'), 'utf8') : ''

  it('path, pond and rim are the same', () => {
    expect(constant(layout, 'BASE_RADIUS')).toEqual([TERRAIN.baseRadius])
    expect(constant(layout, 'RADIUS_PER_ROOT_PLANT')).toEqual([TERRAIN.radiusPerRootPlant])
    expect(constant(layout, 'PATH_POINTS')).toEqual(TERRAIN.path.flat())
    expect(constant(layout, 'PATH_SAMPLES')).toEqual([TERRAIN.pathSamples])
    expect(constant(layout, 'POND_CENTRE')).toEqual([TERRAIN.pond.x, TERRAIN.pond.z])
    expect(constant(layout, 'POND_RADIUS')).toEqual([TERRAIN.pond.radius])
    expect(constant(layout, 'POND_LOBES')).toEqual(TERRAIN.pond.lobes.flat())
    expect(constant(layout, 'EDGE_LOBES')).toEqual(TERRAIN.edgeLobes.flat())
  })

  it('every form has the room that the layout keeps for it', () => {
    for (const variant of VARIANTS) {
      const row = new RegExp(`"${variant.name}": \\(([^)]*)\\)`).exec(layout)
      expect(numbers(row?.[1] ?? ''), variant.name).toEqual([variant.radius, variant.height])
    }
    const small = constant(layout, 'SMALL_PLANT_SCALE')[0]
    expect(VARIANTS.map(displayScale).every((scale) => scale === 1 || scale === small)).toBe(true)
  })

  it('stages begin at the same growth', () => {
    const genome = readFileSync(serverFile('genome.py'), 'utf8')
    for (const [stage, growth] of Object.entries(STAGE_GROWTH)) {
      const row = new RegExp(`GrowthStage\\.${stage.toUpperCase()}: ([\\d.]+)`).exec(genome)
      expect(Number(row?.[1]), stage).toBe(growth)
    }
  })
})

describe('terrain', () => {
  it('is the island on which the server placed the plants', () => {
    const terrain = new Terrain(island.radius)
    for (const [index, [x = 0, z = 0]] of island.path.entries()) {
      const point = terrain.path[index * 8]
      expect(Math.hypot((point?.x ?? 99) - x, (point?.z ?? 99) - z), `path ${index}`).toBeLessThan(0.03)
    }
    for (const [angle, edge] of island.edge.entries()) expect(terrain.edge(angle)).toBeCloseTo(edge, 3)
    for (const [x = 0, z = 0, distance = 0] of island.pond) expect(terrain.pondDistance(x, z)).toBeCloseTo(distance, 3)
  })

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

  it('water lies below its shore and the rim meets the rock', () => {
    const terrain = new Terrain(islandRadius(40))
    const { pond } = TERRAIN
    expect(terrain.height(pond.x, pond.z)).toBeLessThan(-0.2)
    expect(terrain.height(pond.x + pondEdge(0) + 1.2, pond.z)).toBeGreaterThan(-0.2)
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
