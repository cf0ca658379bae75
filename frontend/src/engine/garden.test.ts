import { HemisphereLight, type Mesh, PerspectiveCamera, PointLight, Ray, Vector3 } from 'three'
import { describe, expect, it } from 'vitest'
import { applyFraming, createFraming } from './camera'
import { createGarden, type Garden } from './garden'
import { isBehindFrame } from './ground/greenhouse'
import { VARIANTS } from './plants/catalog'
import { hashText } from './rng'
import type { Conditions, Plant } from './types'
import type { SharedUniforms } from './uniforms'
import { at } from './vectors'

const DAY: Conditions = { timeOfDay: 'day', season: 'summer', weather: 'sunny', precipitation: 'clear', intensity: 1 }

function plant(index: number, changes: Partial<Plant> = {}): Plant {
  const variant = at(VARIANTS, index % VARIANTS.length)
  const seed = hashText(`project ${index}`)
  const angle = index * 2.4
  const distance = Math.sqrt(index + 1) * 1.1
  return {
    id: `p${index}`,
    slug: `p${index}`,
    name: `Project ${index}`,
    genome: {
      seed,
      kind: variant.kind,
      variant: variant.name,
      accent: '#ff6f91',
      foliage: '#74ac58',
      hue: 0.1,
      phase: (seed % 97) / 97,
      scale: 1,
      yaw: 1,
      habit: (seed % 89) / 89,
    },
    growth: 0.9,
    vitality: 1,
    x: Math.cos(angle) * distance,
    z: Math.sin(angle) * distance,
    commit_heat: 0,
    ...changes,
  }
}

const plants = (count: number): Plant[] => Array.from({ length: count }, (_, index) => plant(index))

/** A camera that sees the whole garden from above its front. */
function seeAll(garden: Garden): PerspectiveCamera {
  const camera = new PerspectiveCamera(38, 16 / 9, 0.3, 400)
  applyFraming(camera, garden.frameAll(createFraming(), 16 / 9, 900))
  return camera
}

function meshes(garden: Garden): Mesh[] {
  const found: Mesh[] = []
  garden.group.traverse((object) => {
    if ((object as Mesh).isMesh) found.push(object as Mesh)
  })
  return found
}

/** Instanced attributes of all plants, by name. */
function drawn(garden: Garden): Record<string, number[]> {
  const all: Record<string, number[]> = {}
  for (const mesh of meshes(garden)) {
    for (const name of ['iState', 'iAccent', 'iFoliage', 'iBeing']) {
      const attribute = mesh.geometry.getAttribute(name)
      if (attribute) all[name] = [...(all[name] ?? []), ...attribute.array]
    }
  }
  return all
}

const ISLAND = { radius: 7, props: [] }

describe('garden', () => {
  it('the same genome is drawn with the same numbers, another genome with others', () => {
    const draw = (changes: Partial<Plant>) => {
      const garden = createGarden({ island: ISLAND, plants: [plant(0, changes)], conditions: DAY, quality: 'high' })
      garden.update(0, seeAll(garden))
      return drawn(garden)
    }
    expect(draw({})).toEqual(draw({}))
    const { genome } = plant(0)
    expect(draw({})).not.toEqual(draw({ genome: { ...genome, seed: genome.seed + 1e6 } }))
    expect(draw({})).not.toEqual(draw({ genome: { ...genome, foliage: '#57a98a' } }))
    expect(draw({})).not.toEqual(draw({ genome: { ...genome, habit: 0.99 } }))
  })

  it('draw calls depend on the forms in view, not on the number of plants', () => {
    const calls = (count: number) => {
      const garden = createGarden({ island: ISLAND, plants: plants(count), conditions: DAY, quality: 'high' })
      garden.update(0, seeAll(garden))
      return { plants: garden.stats().plantDrawCalls, all: meshes(garden).length }
    }
    const [small, large] = [calls(42), calls(630)]
    expect(small.plants).toBeLessThanOrEqual(VARIANTS.length * 2)
    expect(large.plants).toBeLessThanOrEqual(VARIANTS.length * 3)
    expect(large.all).toBeLessThanOrEqual(80)
  }, 30_000)

  it('builds geometry only for the forms in use', () => {
    const garden = createGarden({
      island: ISLAND,
      plants: [plant(0), plant(0, { id: 'second', x: 2 })],
      conditions: DAY,
      quality: 'high',
    })
    garden.update(0, seeAll(garden))
    expect(garden.stats().plantDrawCalls).toBe(1)
  })

  it('a still camera over a still garden sorts nothing again', () => {
    const garden = createGarden({ island: ISLAND, plants: plants(30), conditions: DAY, quality: 'high' })
    const camera = seeAll(garden)
    garden.update(0.016, camera)
    const before = drawn(garden)
    const { field } = garden.planting
    const { culls } = field
    for (let frame = 0; frame < 10; frame++) garden.update(0.016, camera)
    expect(field.culls).toBe(culls)
    expect(drawn(garden)).toEqual(before)
  })

  it('takes away, adds and grows plants without building the others anew', () => {
    const garden = createGarden({ island: ISLAND, plants: plants(10), conditions: DAY, quality: 'high' })
    const camera = seeAll(garden)
    garden.update(0, camera)
    const before = new Set(meshes(garden).map((mesh) => mesh.geometry.uuid))
    garden.setPlants([...plants(9), plant(9, { growth: 0.2 }), plant(30)], ISLAND)
    garden.update(0.016, camera)
    expect(garden.stats().plants).toBe(11)
    const after = new Set(meshes(garden).map((mesh) => mesh.geometry.uuid))
    expect([...before].every((uuid) => after.has(uuid))).toBe(true)
    garden.setPlants(plants(3), ISLAND)
    garden.update(0.016, camera)
    expect(garden.stats().plants, 'those that leave sink into the ground').toBe(11)
    for (let step = 0; step < 30; step++) garden.update(0.1, camera)
    expect(garden.stats().plants).toBe(3)
  })

  it('has room for any number of plants of one form', () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      plant(0, { id: `oak${index}`, x: (index % 7) - 3, z: Math.floor(index / 7) - 4 }),
    )
    const garden = createGarden({ island: ISLAND, plants: many, conditions: DAY, quality: 'low' })
    garden.update(0, seeAll(garden))
    expect(garden.stats().plantTriangles).toBeGreaterThan(50 * 500)
  })

  it('grows over its seconds and ends where it was sent', () => {
    const garden = createGarden({
      island: ISLAND,
      plants: [plant(0, { growth: 0.2 })],
      conditions: DAY,
      quality: 'high',
    })
    const camera = seeAll(garden)
    garden.update(0, camera)
    const growth = () => at(drawn(garden).iState ?? [], 0)
    garden.growTo('p0', 0.8, 3)
    for (let frame = 0; frame < 15; frame++) garden.update(0.1, camera)
    expect(growth()).toBeCloseTo(0.5, 1)
    for (let frame = 0; frame < 16; frame++) garden.update(0.1, camera)
    expect(growth()).toBeCloseTo(0.8, 5)
  })

  it('blooms and droops for their time and comes back to rest', () => {
    const garden = createGarden({ island: ISLAND, plants: [plant(0)], conditions: DAY, quality: 'high' })
    const camera = seeAll(garden)
    const state = () => (drawn(garden).iState ?? []).slice(1, 3)
    garden.update(0, camera)
    garden.bloom('p0', 20, 0.8)
    garden.concern('p0', 10, 0.5)
    let deepest = 0
    for (let frame = 0; frame < 40; frame++) {
      garden.update(0.1, camera)
      deepest = Math.max(deepest, at(state(), 1))
    }
    expect(at(state(), 0)).toBeCloseTo(0.8, 1)
    expect(deepest).toBeCloseTo(0.5, 1)
    for (let frame = 0; frame < 55; frame++) garden.update(0.1, camera)
    expect(at(state(), 1)).toBeGreaterThan(0)
    for (let frame = 0; frame < 10; frame++) garden.update(0.1, camera)
    expect(at(state(), 1)).toBe(0)
    expect(at(state(), 0)).toBeGreaterThan(0)
    for (let frame = 0; frame < 100; frame++) garden.update(0.1, camera)
    expect(state()).toEqual([0, 0])
    for (let frame = 0; frame < 60; frame++) garden.update(0.1, camera)
    expect(garden.animating).toBe(false)
  })

  it('under reduced motion everything is at its goal after one frame', () => {
    const garden = createGarden({
      island: ISLAND,
      plants: [plant(0, { growth: 0.2 })],
      conditions: DAY,
      quality: 'high',
      reducedMotion: true,
    })
    const camera = seeAll(garden)
    garden.update(0, camera)
    garden.growTo('p0', 0.9)
    garden.setConditions({ ...DAY, timeOfDay: 'night' })
    garden.sparkle('p0', 1)
    garden.update(0.016, camera)
    expect(at(drawn(garden).iState ?? [], 0)).toBeCloseTo(0.9, 5)
    expect(garden.animating).toBe(false)
  })

  it('a ray finds the plant it points at, and nothing beside it', () => {
    const garden = createGarden({
      island: ISLAND,
      plants: [plant(0, { x: 3, z: -3 }), plant(1, { x: -3, z: -3 })],
      conditions: DAY,
      quality: 'high',
    })
    const anchor = new Vector3()
    garden.anchor('p0', anchor)
    const eye = new Vector3(0, 3, 14)
    const toward = (point: Vector3) => new Ray(eye, point.clone().sub(eye).normalize())
    expect(garden.pick(toward(anchor.setY(anchor.y - 1.5)))).toBe('p0')
    expect(garden.pick(toward(new Vector3(0, 12, -3)))).toBeNull()
  })

  it('where the lamps are too dear, the ambient light gives what they gave, and gives it back', () => {
    const garden = createGarden({
      island: ISLAND,
      plants: [],
      conditions: { ...DAY, timeOfDay: 'night' },
      quality: 'high',
    })
    const ambient = garden.lights.group.children.find((light) => light instanceof HemisphereLight)!
    const lamps = garden.lights.group.children.filter((light) => light instanceof PointLight)
    const before = { intensity: ambient.intensity, color: ambient.color.getHex() }
    garden.setQuality('low')
    expect(lamps.map(({ visible }) => visible)).toEqual([false, false])
    expect(ambient.intensity).toBeGreaterThan(before.intensity * 1.2)
    garden.setQuality('medium')
    expect(lamps.map(({ visible }) => visible)).toEqual([true, true])
    expect({ intensity: ambient.intensity, color: ambient.color.getHex() }).toEqual(before)
  })

  it('a plant at the rim is not shown through the frame of the greenhouse', () => {
    const turns = Array.from({ length: 24 }, (_, index) => (index / 24) * 2 * Math.PI)
    const rim = turns.map((turn, index) => plant(index, { x: Math.sin(turn) * 6.2, z: -Math.cos(turn) * 6.2 }))
    const garden = createGarden({ plants: rim, conditions: DAY, quality: 'low', island: ISLAND })
    const framing = createFraming()
    for (const { id } of rim) {
      garden.framePlant(id, framing, 1.6)
      expect([id, isBehindFrame({ radius: 7, height: 6.02 }, framing.position)]).toEqual([id, false])
    }
  })

  it('events for plants it does not know change nothing', () => {
    const garden = createGarden({ island: ISLAND, plants: [plant(0)], conditions: DAY, quality: 'low' })
    for (const act of ['ripple', 'seedDrop'] as const) garden[act]('gone')
    for (const act of ['bloom', 'concern'] as const) garden[act]('gone', 1, 1)
    garden.growTo('gone', 1)
    garden.setFocus('gone')
    garden.flare('gone')
    expect(garden.animating).toBe(false)
    garden.dispose()
  })
})

describe("the visitor's hand", () => {
  const down = new Ray(new Vector3(0.4, 5, 0.6), new Vector3(0, -1, 0))

  function touched(reducedMotion: boolean): { x: number; y: number; z: number } {
    const garden = createGarden({
      plants: [],
      conditions: DAY,
      quality: 'low',
      island: { radius: 7, props: [] },
      reducedMotion,
    })
    const camera = seeAll(garden)
    garden.point(down)
    for (let frame = 0; frame < 20; frame++) garden.update(0.1, camera)
    return (garden as unknown as { uniforms: SharedUniforms }).uniforms.uHand.value
  }

  it('lies on the grass it points at', () => {
    const { x, y, z } = touched(false)
    expect([x, y]).toEqual([expect.closeTo(0.4), expect.closeTo(0.6)])
    expect(z).toBeGreaterThan(0.9)
  })

  it('moves nothing for who wants no motion', () => {
    expect(touched(true).z).toBe(0)
  })
})

describe('a plant that is looked at', () => {
  it('is seen past a neighbour, which bows and rises again', () => {
    const far = plant(1, { id: 'far', x: 0, z: -2 })
    const near = plant(4, { id: 'near', x: 0, z: 0 })
    const beside = plant(8, { id: 'beside', x: 5, z: -2 })
    const garden = createGarden({
      plants: [far, near, beside],
      conditions: DAY,
      quality: 'low',
      island: { radius: 7, props: [] },
    })
    const camera = seeAll(garden)
    const eye = new Vector3(0, 1.2, 2.5)
    const sizes = (): number[] => garden.planting.instances.map(({ arrival }) => arrival)
    const look = (id: string | null): void => {
      for (let frame = 0; frame < 15; frame++) {
        garden.makeWay(id, eye)
        garden.update(0.1, camera)
      }
    }
    look('far')
    expect(sizes()).toEqual([1, expect.closeTo(0.3, 0), 1])
    expect(sizes()[1]).toBeLessThan(0.7)
    look(null)
    expect(sizes()).toEqual([1, 1, 1])
  })
})
