/** The island under the garden. It is built anew only when it has become much too small or too large for its plants. */

import { Group } from 'three'
import type { Bed } from './ground/gardenMap'
import { Ground } from './ground/ground'
import type { Light } from './light'
import type { HeightAt } from './planting'
import type { QualityLevel } from './types'
import type { SharedUniforms } from './uniforms'

/** How much too small and too large; plants keep to 0.92 of the radius. */
const SLACK = { small: 1.04, large: 0.8 } as const

export class Land {
  readonly group = new Group()
  private readonly uniforms: SharedUniforms
  private ground: Ground
  private quality: QualityLevel = 'high'
  private light: Light | undefined

  /** `radius` in metres. */
  constructor(radius: number, uniforms: SharedUniforms) {
    this.uniforms = uniforms
    this.ground = this.build(radius)
  }

  /** Metres from the island's middle to its rim. */
  get radius(): number {
    return this.ground.terrain.radius
  }

  get tufts(): number {
    return this.ground.tufts
  }

  readonly heightAt: HeightAt = (x, z) => this.ground.terrain.height(x, z)

  /** Returns whether the island is a new one: its relief hangs on its size, so every plant has to be set anew. */
  fit(radius: number): boolean {
    if (radius <= this.radius * SLACK.small && radius >= this.radius * SLACK.large) return false
    this.group.remove(this.ground.group)
    this.ground.dispose()
    this.ground = this.build(radius)
    this.ground.setQuality(this.quality)
    if (this.light) this.ground.applyLight(this.light)
    return true
  }

  setBeds(beds: readonly Bed[]): void {
    this.ground.setBeds(beds)
  }

  setQuality(level: QualityLevel): void {
    this.quality = level
    this.ground.setQuality(level)
  }

  applyLight(light: Light): void {
    this.light = light
    this.ground.applyLight(light)
  }

  dispose(): void {
    this.ground.dispose()
  }

  private build(radius: number): Ground {
    const ground = new Ground(radius, this.uniforms)
    this.group.add(ground.group)
    return ground
  }
}
