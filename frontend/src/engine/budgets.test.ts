import {
  BatchedMesh,
  InstancedBufferGeometry,
  InstancedMesh,
  Layers,
  type Mesh,
  type Object3D,
  PerspectiveCamera,
} from 'three'
import { describe, expect, it } from 'vitest'
import { applyFraming, createFraming } from './camera'
import { createGarden, type Garden } from './garden'
import { VARIANTS } from './plants/catalog'
import { CASTERS_LAYER, QUALITY } from './presets'
import { createRng } from './rng'
import type { Conditions, Plant, Prop, PropKind, QualityLevel } from './types'
import { at } from './vectors'

/** The richest sky: aurora, stars, fireflies, lamps and the meadow, all at once. */
const CONDITIONS: Conditions = {
  timeOfDay: 'night',
  season: 'summer',
  weather: 'aurora',
  precipitation: 'rain',
  intensity: 1,
}
interface Budget {
  plants: number
  quality: QualityLevel
  aspect: number
  triangles: number
  drawCalls: number
}
const BUDGETS: readonly Budget[] = [
  { plants: 0, quality: 'high', aspect: 1.6, triangles: 120_000, drawCalls: 30 },
  { plants: 15, quality: 'high', aspect: 1.6, triangles: 160_000, drawCalls: 45 },
  { plants: 40, quality: 'high', aspect: 16 / 9, triangles: 200_000, drawCalls: 45 },
  { plants: 40, quality: 'high', aspect: 390 / 844, triangles: 200_000, drawCalls: 45 },
  { plants: 1000, quality: 'low', aspect: 16 / 9, triangles: 500_000, drawCalls: 80 },
]
/** What a garden of so many plants is dressed with, at its most. */
function usualProps(plants: number): Prop[] {
  const kinds: PropKind[] = ['lantern', 'lantern', 'lantern', 'can', 'cat', ...Array<PropKind>(6).fill('lily')]
  if (plants < 24) kinds.push('table', 'bench', 'bed', ...Array<PropKind>(30).fill('hedge'))
  if (plants < 30) kinds.push(...Array<PropKind>(5).fill('pot'))
  return kinds.map((kind, index) => ({ kind, x: 1, z: index / 9, yaw: 0, scale: 1, lift: 0, color: '#ff6f91' }))
}
/** Kinds as they come in a usual garden, by variant: few trees, many flowers. */
const USUAL = [0, 7, 4, 11, 13, 16, 17, 19, 8, 3, 9, 18, 5, 2, 10, 6, 14, 20, 7, 12, 1, 8, 15, 9]

function usualGarden(count: number): Plant[] {
  const random = createRng(count)
  return Array.from({ length: count }, (_, index) => {
    const variant = at(VARIANTS, at(USUAL, index % USUAL.length))
    const angle = random() * Math.PI * 2
    const distance = Math.sqrt(random() * count) * 1.1
    const id = `p${index}`
    const colors = { accent: '#ff6f91', foliage: '#74ac58' }
    const genome = {
      seed: index,
      kind: variant.kind,
      variant: variant.name,
      ...colors,
      hue: 0,
      phase: 0,
      scale: 1,
      yaw: 0,
      habit: 0.5,
    }
    return {
      id,
      slug: id,
      name: id,
      genome,
      growth: 0.9,
      vitality: 1,
      commit_heat: 0,
      x: Math.cos(angle) * distance,
      z: Math.sin(angle) * distance,
    }
  })
}

function create(count: number, quality: QualityLevel, aspect = 16 / 9): { garden: Garden; camera: PerspectiveCamera } {
  const nodes = Array.from({ length: 20 }, (_, index) => ({
    id: `${index}`,
    name: '',
    x: index / 20,
    y: 0.5,
    brightness: 1,
    group: 'a',
  }))
  const garden = createGarden({
    plants: usualGarden(count),
    island: { radius: Math.max(count < 20 ? 3.5 : 7, 1.24 * Math.sqrt(count)), props: usualProps(count) },
    conditions: CONDITIONS,
    quality,
    skills: { nodes, connections: [{ from: '0', to: '1' }] },
  })
  const camera = new PerspectiveCamera(38, aspect, 0.3, 400)
  applyFraming(camera, garden.frameAll(createFraming(), aspect, 900))
  garden.update(0, camera)
  return { garden, camera }
}

interface Drawn {
  calls: number
  triangles: number
}

/** What the renderer would draw of a layer: each visible mesh, batch or point cloud once. */
function drawn(root: Object3D, layer: number, wanted: (mesh: Mesh) => boolean = () => true): Drawn {
  const sum = { calls: 0, triangles: 0 }
  const layers = new Layers()
  layers.set(layer)
  root.traverseVisible((object) => {
    const mesh = object as Mesh
    if ((!mesh.isMesh && !('isPoints' in object)) || !object.layers.test(layers) || !wanted(mesh)) return
    sum.calls++
    if (mesh.isMesh) sum.triangles += corners(mesh) / 3
  })
  return sum
}

function corners(mesh: Mesh): number {
  const { geometry } = mesh
  if (mesh instanceof BatchedMesh) {
    let sum = 0
    for (let index = 0; index < mesh.instanceCount; index++)
      if (mesh.getVisibleAt(index)) sum += mesh.getGeometryRangeAt(mesh.getGeometryIdAt(index))?.count ?? 0
    return sum
  }
  const each = geometry.index?.count ?? geometry.getAttribute('position').count
  if (mesh instanceof InstancedMesh) return each * mesh.count
  return geometry instanceof InstancedBufferGeometry ? each * geometry.instanceCount : each
}

describe('budgets', () => {
  it.each(BUDGETS)(
    '$plants plants at $quality and $aspect stay within $triangles triangles and $drawCalls draw calls, shadows drawn anew or not',
    (budget) => {
      const { group } = create(budget.plants, budget.quality, budget.aspect).garden
      const seen = drawn(group, 0)
      const shadows = drawn(group, CASTERS_LAYER, ({ castShadow }) => castShadow)
      expect(seen.calls).toBeGreaterThan(15)
      expect(shadows.triangles > 0).toBe(QUALITY[budget.quality].shadowMap > 0)
      expect(seen.calls + shadows.calls).toBeLessThanOrEqual(budget.drawCalls)
      expect(seen.triangles + shadows.triangles).toBeLessThanOrEqual(budget.triangles)
    },
  )

  it('a frame over 1,000 plants takes less than a millisecond outside the renderer, even while the camera flies', () => {
    const { garden, camera } = create(1000, 'high')
    const times = Array.from({ length: 120 }, (_, frame) => {
      camera.position.x = Math.sin(frame)
      camera.updateMatrixWorld()
      const start = performance.now()
      garden.update(0.016, camera)
      return performance.now() - start
    })
    expect(
      at(
        times.sort((a, b) => a - b),
        60,
      ),
    ).toBeLessThan(1)
  })
})
