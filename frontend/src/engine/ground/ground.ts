/** Everything that lies still under the plants: the island, its grass, water, stones, wild flowers and the glasshouse. */

import { Group, type Material, type Mesh, type Object3D } from 'three'
import type { Light } from '../light'
import type { Prop, QualityLevel } from '../types'
import type { SharedUniforms } from '../uniforms'
import { type Bed, GardenMap } from './gardenMap'
import { Grass } from './grass'
import { type DomeSize, Greenhouse } from './greenhouse'
import { applyLightToGround, createGroundUniforms, type GroundUniforms } from './groundShader'
import { createIsland } from './island'
import { Meadow } from './meadow'
import { Pond } from './pond'
import { Props } from './props/props'
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
  private readonly props: Props
  private greenhouse: Greenhouse
  private readonly shared: SharedUniforms

  /** `radius` and the height of the highest plant in metres. */
  constructor(radius: number, tallest: number, shared: SharedUniforms) {
    this.shared = shared
    this.terrain = new Terrain(radius)
    this.map = new GardenMap(this.terrain)
    this.uniforms = createGroundUniforms(this.map.texture, this.map.extent)
    this.grass = new Grass(this.terrain, this.map, shared, this.uniforms)
    this.meadow = new Meadow(this.terrain, this.map, shared, this.uniforms)
    this.pond = new Pond(this.terrain, shared)
    this.greenhouse = this.glasshouse(this.terrain.domeHeight(tallest))
    this.props = new Props(this.terrain, shared, this.greenhouse.lampMaterial)
    const island = createIsland(this.terrain, shared, this.uniforms)
    const stones = createStones(this.terrain, shared)
    this.group.add(island, this.grass.mesh, stones, this.meadow.mesh, this.pond.mesh, this.props.group)
  }

  get tufts(): number {
    return this.grass.tufts
  }

  get dome(): DomeSize {
    return this.greenhouse.size
  }

  /** Puts a glasshouse of another height, in metres, in the place of the one that stands. */
  raiseDome(height: number, light: Light | undefined): void {
    this.group.remove(this.greenhouse.group)
    disposeTree(this.greenhouse.group)
    this.greenhouse = this.glasshouse(height)
    if (light) this.greenhouse.applyLight(light)
  }

  /** Shows the glasshouse at a share of its height, while it rises. */
  stretchDome(share: number): void {
    this.greenhouse.group.scale.y = share
  }

  /** Draws the beds, and what stands between them. */
  setBeds(beds: readonly Bed[], props: readonly Prop[]): void {
    this.props.set(props)
    this.map.draw([...beds, ...this.props.beds])
    this.grass.growRoundBeds()
  }

  setQuality(level: QualityLevel): void {
    this.grass.setQuality(level)
    this.props.setQuality(level)
  }

  applyLight(light: Light): void {
    applyLightToGround(this.uniforms, light)
    this.meadow.applyLight(light)
    this.pond.applyLight(light)
    this.greenhouse.applyLight(light)
    this.props.applyLight(light)
  }

  private glasshouse(height: number): Greenhouse {
    const greenhouse = new Greenhouse(this.terrain, height, this.shared)
    this.group.add(greenhouse.group)
    return greenhouse
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
