/** Everything that lies still under the plants: the island, its grass, water, stones, wild flowers and the glasshouse. */

import { Group, type Material, type Mesh, type Object3D } from 'three'
import type { Light } from '../light'
import type { QualityLevel } from '../types'
import type { SharedUniforms } from '../uniforms'
import { type Bed, GardenMap } from './gardenMap'
import { Grass } from './grass'
import { Greenhouse } from './greenhouse'
import { applyLightToGround, createGroundUniforms, type GroundUniforms } from './groundShader'
import { createIsland } from './island'
import { Meadow } from './meadow'
import { Pond } from './pond'
import { createStones } from './stones'
import { Terrain } from './terrain'

export class Ground {
  readonly group = new Group()
  readonly terrain: Terrain
  private readonly map: GardenMap
  private readonly uniforms: GroundUniforms
  private readonly grass: Grass
  private readonly meadow: Meadow
  private readonly pond: Pond
  private readonly greenhouse: Greenhouse

  constructor(radius: number, shared: SharedUniforms) {
    this.terrain = new Terrain(radius)
    this.map = new GardenMap(this.terrain)
    this.uniforms = createGroundUniforms(this.map.texture, this.map.extent)
    this.grass = new Grass(this.terrain, this.map, shared, this.uniforms)
    this.meadow = new Meadow(this.terrain, this.map, shared, this.uniforms)
    this.pond = new Pond(shared)
    this.greenhouse = new Greenhouse(radius, shared)
    const island = createIsland(this.terrain, shared, this.uniforms)
    const stones = createStones(this.terrain, shared)
    this.group.add(island, this.grass.mesh, stones, this.meadow.mesh, this.pond.mesh, this.greenhouse.group)
  }

  get tufts(): number {
    return this.grass.tufts
  }

  setBeds(beds: readonly Bed[]): void {
    this.map.draw(beds)
    this.grass.growRoundBeds()
  }

  setQuality(level: QualityLevel): void {
    this.grass.setQuality(level)
  }

  applyLight(light: Light): void {
    applyLightToGround(this.uniforms, light)
    this.meadow.applyLight(light)
    this.pond.applyLight(light)
    this.greenhouse.applyLight(light)
  }

  dispose(): void {
    this.map.dispose()
    disposeTree(this.group)
  }
}

/** Frees the geometries and materials of an object and all below it. */
export function disposeTree(root: Object3D): void {
  root.traverse((object) => {
    const { geometry, material } = object as Mesh
    geometry?.dispose()
    for (const each of Array.isArray(material) ? material : [material]) (each as Material | undefined)?.dispose()
  })
}
