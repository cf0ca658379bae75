/**
 * The shadows of all plants in one draw: a batch of every form in use, coarser than it is seen, that only the sun sees.
 *
 * It holds all plants and not only those in view, so that the shadows stay while the camera moves.
 */

import {
  BatchedMesh,
  type BufferAttribute,
  BufferGeometry,
  DataTexture,
  FloatType,
  type MeshDepthMaterial,
  RGBAFormat,
} from 'three'
import { createPlantDepthMaterial } from './material'
import { type PlantInstance, STATE_SIZE, writeBeing, writeState } from './plantInstance'
import { VARIANTS, type Variant } from './plants/catalog'
import { CASTERS_LAYER } from './presets'
import type { Detail } from './types'
import type { SharedUniforms } from './uniforms'
import { at } from './vectors'

/** A tree is looked into from near, where leaf shades leaf; of the rest only the outline falls on the ground. */
const detailFor = ({ kind }: Variant): Detail => (kind === 'tree' ? 1 : 2)
/** Texels of a plant, as `CASTER_PARS` reads them: state, foliage and habit, being. */
const TEXELS = 3
const FIRST_PLANTS = 64
/** Room for a few forms. */
const FIRST_SIZE = { vertices: 4096, indices: 8192 }
/** Metres: mound and seed lie so low that their shadow falls on themselves. */
const LOW = 0.32
/** Colours and normals throw no shadow. */
const CASTING = ['position', 'aPivot', 'aLife'] as const

export class PlantShadows {
  readonly mesh: BatchedMesh
  private readonly instances: readonly PlantInstance[]
  private readonly material: MeshDepthMaterial
  private readonly plants = { value: plantTexture(FIRST_PLANTS) }
  /** The batch's number of each form; undefined until one is planted. */
  private readonly forms: (number | undefined)[] = new Array(VARIANTS.length)
  private readonly size = { ...FIRST_SIZE }
  private stale = true

  /** `instances` is the garden's own list; after changing it call `invalidate`. */
  constructor(instances: readonly PlantInstance[], uniforms: SharedUniforms) {
    this.instances = instances
    this.material = createPlantDepthMaterial(uniforms, this.plants)
    this.mesh = new BatchedMesh(FIRST_PLANTS, FIRST_SIZE.vertices, FIRST_SIZE.indices, this.material)
    this.mesh.customDepthMaterial = this.material
    this.mesh.castShadow = true
    this.mesh.frustumCulled = false // the batch itself leaves out what stands beside the shadow map
    this.mesh.sortObjects = false
    this.mesh.layers.set(CASTERS_LAYER)
  }

  /** What moves each plant, in rows as `CASTER_PARS` reads them. */
  get numbers(): Float32Array {
    return this.plants.value.image.data as Float32Array
  }

  /** Plants came, went or changed their form. */
  invalidate(): void {
    this.stale = true
  }

  /** Before the shadow map is drawn: every plant as it is now. */
  update(): void {
    if (this.stale) this.list()
    this.stale = false
    const { numbers } = this
    for (let index = 0; index < this.instances.length; index++) {
      const instance = at(this.instances, index)
      const texel = index * TEXELS
      writeState(numbers, texel, instance)
      numbers.set(instance.foliage, (texel + 1) * STATE_SIZE)
      writeBeing(numbers, texel + 2, instance)
    }
    this.plants.value.needsUpdate = true
  }

  /** The plant at place n of the list is number n of the batch; numbers left over are hidden. */
  private list(): void {
    const { mesh, instances } = this
    if (instances.length > mesh.maxInstanceCount) this.makeRoom(instances.length)
    for (let index = 0; index < instances.length; index++) {
      const { variant, matrix } = at(instances, index)
      const form = this.formOf(variant)
      if (index === mesh.instanceCount) mesh.addInstance(form)
      mesh.setGeometryIdAt(index, form)
      mesh.setMatrixAt(index, matrix)
      mesh.setVisibleAt(index, true)
    }
    for (let index = instances.length; index < mesh.instanceCount; index++) mesh.setVisibleAt(index, false)
  }

  private makeRoom(plants: number): void {
    const room = Math.max(plants, this.mesh.maxInstanceCount * 2)
    this.mesh.setInstanceCount(room)
    this.plants.value.dispose()
    this.plants.value = plantTexture(room)
  }

  private formOf(variant: number): number {
    const known = this.forms[variant]
    if (known !== undefined) return known
    const shape = at(VARIANTS, variant)
    const geometry = casting(shape.build(detailFor(shape)))
    const [vertices, indices] = [geometry.getAttribute('position').count, (geometry.index as BufferAttribute).count]
    const { mesh, size } = this
    if (vertices > mesh.unusedVertexCount || indices > mesh.unusedIndexCount) {
      size.vertices = size.vertices * 2 + vertices
      size.indices = size.indices * 2 + indices
      mesh.setGeometrySize(size.vertices, size.indices)
    }
    const form = mesh.addGeometry(geometry)
    this.forms[variant] = form
    return form
  }

  dispose(): void {
    this.mesh.dispose()
    this.material.dispose()
    this.plants.value.dispose()
  }
}

/** What of a form throws a shadow worth drawing. */
function casting(form: BufferGeometry): BufferGeometry {
  const geometry = new BufferGeometry()
  for (const name of CASTING) geometry.setAttribute(name, form.getAttribute(name))
  const position = form.getAttribute('position')
  const corners = (form.index as BufferAttribute).array
  const kept: number[] = []
  for (let corner = 0; corner < corners.length; corner += 3) {
    const [a, b, c] = [at(corners, corner), at(corners, corner + 1), at(corners, corner + 2)]
    if (Math.max(position.getY(a), position.getY(b), position.getY(c)) > LOW) kept.push(a, b, c)
  }
  geometry.setIndex(kept)
  return geometry
}

const plantTexture = (plants: number): DataTexture =>
  new DataTexture(new Float32Array(plants * TEXELS * STATE_SIZE), TEXELS, plants, RGBAFormat, FloatType)
