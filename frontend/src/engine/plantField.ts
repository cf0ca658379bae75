/**
 * All plants in as many draw calls as there are forms on screen: one InstancedMesh for each form and level of detail.
 * Geometry is built when a form is first drawn. Culling runs on the CPU, only when the camera or the set of plants changed;
 * what merely grows is written in place.
 */

import {
  type BufferAttribute,
  type BufferGeometry,
  type Camera,
  DynamicDrawUsage,
  Frustum,
  Group,
  InstancedBufferAttribute,
  InstancedMesh,
  Matrix4,
  type MeshLambertMaterial,
} from 'three'
import { createPlantMaterial } from './material'
import { type PlantInstance, STATE_SIZE, writeBeing, writeState } from './plantInstance'
import { PlantShadows } from './plantShadows'
import { VARIANTS } from './plants/catalog'
import { CROWD, QUALITY, USUAL_OVERVIEW } from './presets'
import type { Detail, QualityLevel } from './types'
import type { SharedUniforms } from './uniforms'
import { at, clamp } from './vectors'

const DETAILS = 3
const FIRST_CAPACITY = 8
const ATTRIBUTES = ['iState', 'iAccent', 'iFoliage', 'iBeing'] as const
type InstanceAttribute = (typeof ATTRIBUTES)[number]

/** The plants of one form at one level of detail. */
class Batch {
  readonly geometry: BufferGeometry
  mesh: InstancedMesh
  count = 0
  private capacity = 0
  private readonly material: MeshLambertMaterial
  private readonly parent: Group
  private state = new Float32Array()
  private being = new Float32Array()
  private accent = new Float32Array()
  private foliage = new Float32Array()

  constructor(geometry: BufferGeometry, material: MeshLambertMaterial, parent: Group) {
    this.geometry = geometry
    this.material = material
    this.parent = parent
    this.mesh = this.allocate(FIRST_CAPACITY)
  }

  get triangles(): number {
    return ((this.geometry.index as BufferAttribute).count / 3) * this.count
  }

  /** Room for at least so many plants; doubling keeps reallocation rare. */
  reserve(wanted: number): void {
    if (wanted <= this.capacity) return
    this.parent.remove(this.mesh)
    this.mesh.dispose()
    this.mesh = this.allocate(Math.max(wanted, this.capacity * 2))
  }

  private allocate(capacity: number): InstancedMesh {
    this.capacity = capacity
    const attribute = (name: InstanceAttribute): Float32Array<ArrayBuffer> => {
      const array = new Float32Array(capacity * STATE_SIZE)
      this.geometry.setAttribute(name, new InstancedBufferAttribute(array, STATE_SIZE).setUsage(DynamicDrawUsage))
      return array
    }
    this.state = attribute('iState')
    this.accent = attribute('iAccent')
    this.foliage = attribute('iFoliage')
    this.being = attribute('iBeing')
    const mesh = new InstancedMesh(this.geometry, this.material, capacity)
    mesh.receiveShadow = true
    mesh.frustumCulled = false
    this.parent.add(mesh)
    return mesh
  }

  push(instance: PlantInstance): void {
    const slot = this.count++
    instance.slot = slot
    instance.matrix.toArray(this.mesh.instanceMatrix.array, slot * 16)
    this.accent.set(instance.accent, slot * STATE_SIZE)
    this.foliage.set(instance.foliage, slot * STATE_SIZE)
    writeState(this.state, slot, instance)
    writeBeing(this.being, slot, instance)
  }

  rewrite(instance: PlantInstance): void {
    writeState(this.state, instance.slot, instance)
    writeBeing(this.being, instance.slot, instance)
    this.touch('iState')
    this.touch('iBeing')
  }

  /** Ends a cull: shows what was pushed. */
  finish(): void {
    this.mesh.count = this.count
    this.mesh.visible = this.count > 0
    if (this.count === 0) return
    this.mesh.instanceMatrix.needsUpdate = true
    for (const name of ATTRIBUTES) this.touch(name)
  }

  private touch(name: InstanceAttribute): void {
    ;(this.geometry.getAttribute(name) as BufferAttribute).needsUpdate = true
  }

  dispose(): void {
    this.parent.remove(this.mesh)
    this.mesh.dispose()
    this.geometry.dispose()
  }
}

export class PlantField {
  readonly group = new Group()
  readonly shadows: PlantShadows
  /** Culls done so far; the tests see by it that a still camera costs nothing. */
  culls = 0
  /** By form and detail, and the same as a list: a Map's iterator would be garbage every frame. */
  private readonly byKey: (Batch | undefined)[] = new Array(VARIANTS.length * DETAILS)
  private readonly batches: Batch[] = []
  private readonly material: MeshLambertMaterial
  private readonly instances: readonly PlantInstance[]
  private readonly frustum = new Frustum()
  private readonly view = new Matrix4()
  private readonly lastView = new Matrix4()
  private detailDistance = QUALITY.high.detailDistance
  private reach = 1
  private dirty = true

  /** `instances` is the garden's own list; after changing it call `invalidate`. */
  constructor(instances: readonly PlantInstance[], uniforms: SharedUniforms) {
    this.instances = instances
    this.material = createPlantMaterial(uniforms)
    this.shadows = new PlantShadows(instances, uniforms)
    this.group.add(this.shadows.mesh)
  }

  invalidate(): void {
    this.dirty = true
    this.shadows.invalidate()
  }

  setQuality(level: QualityLevel): void {
    this.detailDistance = QUALITY[level].detailDistance
    this.dirty = true
  }

  /** Where the whole garden is seen from further away than usual, its details are kept as much further: metres. */
  setOverview(distance: number): void {
    const reach = Math.max(1, distance / USUAL_OVERVIEW)
    if (reach === this.reach) return
    this.reach = reach
    this.dirty = true
  }

  /** Writes one plant's moving numbers where it is drawn. */
  rewrite(instance: PlantInstance): void {
    if (instance.batch >= 0) this.byKey[instance.batch]?.rewrite(instance)
  }

  get drawCalls(): number {
    let calls = 0
    for (const batch of this.batches) if (batch.count > 0) calls++
    return calls
  }

  get triangles(): number {
    let sum = 0
    for (const batch of this.batches) sum += batch.triangles
    return sum
  }

  /** Sorts the plants in view into their batches. */
  update(camera: Camera): void {
    this.view.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse)
    if (!this.dirty && this.view.equals(this.lastView)) return
    this.lastView.copy(this.view)
    this.dirty = false
    this.culls++
    this.frustum.setFromProjectionMatrix(this.view)
    for (const batch of this.batches) batch.count = 0
    this.assign(camera)
    for (let index = 0; index < this.instances.length; index++) {
      const instance = at(this.instances, index)
      if (instance.batch >= 0) this.batchOf(instance.batch).push(instance)
    }
    for (const batch of this.batches) batch.finish()
  }

  /** Chooses each plant's batch, and makes room there before any is pushed. */
  private assign(camera: Camera): void {
    const eye = camera.matrixWorld.elements
    const crowd = clamp(Math.sqrt(CROWD.plants / this.instances.length), CROWD.nearest, 1)
    const near = this.detailDistance[0] * crowd * this.reach
    const far = this.detailDistance[1] * crowd * this.reach
    for (let index = 0; index < this.instances.length; index++) {
      const instance = at(this.instances, index)
      const { center } = instance.bounds
      if (!this.frustum.intersectsSphere(instance.bounds)) {
        instance.batch = -1
        continue
      }
      const distance = Math.hypot(center.x - at(eye, 12), center.y - at(eye, 13), center.z - at(eye, 14))
      const detail: Detail = distance > far ? 2 : distance > near ? 1 : 0
      instance.batch = instance.variant * DETAILS + detail
      this.batchOf(instance.batch).count++
    }
    for (const batch of this.batches) {
      batch.reserve(batch.count)
      batch.count = 0
    }
  }

  private batchOf(key: number): Batch {
    let batch = this.byKey[key]
    if (!batch) {
      const variant = at(VARIANTS, Math.floor(key / DETAILS))
      batch = new Batch(variant.build((key % DETAILS) as Detail), this.material, this.group)
      this.byKey[key] = batch
      this.batches.push(batch)
    }
    return batch
  }

  dispose(): void {
    for (const batch of this.batches) batch.dispose()
    this.batches.length = 0
    this.byKey.fill(undefined)
    this.material.dispose()
    this.shadows.dispose()
  }
}
