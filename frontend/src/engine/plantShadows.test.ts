import { PerspectiveCamera } from 'three'
import { describe, expect, it } from 'vitest'
import { createGarden, type Garden } from './garden'
import type { PlantShadows } from './plantShadows'
import { VARIANTS } from './plants/catalog'
import type { Conditions, Plant } from './types'
import { at } from './vectors'

const CONDITIONS: Conditions = {
  timeOfDay: 'day',
  season: 'summer',
  weather: 'sunny',
  precipitation: 'clear',
  intensity: 1,
}

function plants(count: number): Plant[] {
  return Array.from({ length: count }, (_, index) => {
    const { kind, name } = at(VARIANTS, index % VARIANTS.length)
    const id = `p${index}`
    const genome = { seed: index, kind, variant: name, accent: '#ff6f91', foliage: '#74ac58' }
    const form = { ...genome, hue: 0, phase: 0, scale: 1, yaw: 0, habit: 0.5 }
    const place = { x: Math.cos(index) * 3, z: Math.sin(index) * 3 }
    return { id, slug: id, name: id, genome: form, growth: 0.5, vitality: 1, commit_heat: 0, ...place }
  })
}

function garden(count: number): { garden: Garden; shadows: PlantShadows; camera: PerspectiveCamera } {
  const made = createGarden({
    plants: plants(count),
    island: { radius: 7, props: [] },
    conditions: CONDITIONS,
    quality: 'high',
  })
  const camera = new PerspectiveCamera(38, 1, 0.3, 400)
  made.update(0, camera)
  return { garden: made, shadows: made.planting.field.shadows, camera }
}

const casting = ({ mesh }: PlantShadows): number =>
  Array.from({ length: mesh.instanceCount }, (_, number) => mesh.getVisibleAt(number)).filter(Boolean).length

const growths = ({ numbers }: PlantShadows, count: number): number[] =>
  Array.from({ length: count }, (_, plant) => numbers[plant * 12] ?? Number.NaN)

describe('the shadows of plants', () => {
  it('are one mesh that the visitor never sees, whatever grows', () => {
    const { shadows, camera } = garden(VARIANTS.length)
    expect(shadows.mesh.layers.test(camera.layers)).toBe(false)
    expect(shadows.mesh.castShadow).toBe(true)
  })

  it('fall from plants that the camera does not see', () => {
    const { garden: made, shadows, camera } = garden(21)
    camera.position.set(0, 500, 0)
    camera.lookAt(0, 1000, 0)
    camera.updateMatrixWorld()
    made.update(0, camera)
    expect(made.stats().plantDrawCalls).toBe(0)
    expect(casting(shadows)).toBe(21)
  })

  it('come and go with their plants, beyond the room there was at first', () => {
    const { garden: made, shadows, camera } = garden(10)
    made.setReducedMotion(true)
    for (const count of [200, 3, 90]) {
      made.setPlants(plants(count), { radius: 7, props: [] })
      made.update(0.1, camera)
      made.update(0.1, camera)
      expect(casting(shadows)).toBe(made.stats().plants)
    }
  })

  it('grow with their plants', () => {
    const { garden: made, shadows, camera } = garden(3)
    expect(growths(shadows, 3)).toEqual([0.5, 0.5, 0.5])
    made.setReducedMotion(true)
    made.growTo('p1', 1)
    made.update(0.1, camera)
    expect(growths(shadows, 3)).toEqual([0.5, 1, 0.5])
  })

  it('are coarser than what is seen', () => {
    const { garden: made, shadows, camera } = garden(VARIANTS.length)
    camera.position.set(0, 8, 22)
    camera.lookAt(0, 1, 0)
    camera.updateMatrixWorld()
    made.update(0, camera)
    const { mesh } = shadows
    const corners = Array.from(
      { length: mesh.instanceCount },
      (_, number) => mesh.getGeometryRangeAt(mesh.getGeometryIdAt(number))?.count ?? 0,
    ).reduce((sum, count) => sum + count, 0)
    expect(corners / 3).toBeGreaterThan(4000)
    expect(corners / 3).toBeLessThan(made.stats().plantTriangles / 3)
  })
})
