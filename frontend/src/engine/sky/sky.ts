/** All that stands behind the garden, from the back: dome, stars, constellation, aurora, hills, mist. */

import { type Camera, Group, type Ray, type Vector3 } from 'three'
import type { Framing } from '../camera'
import type { Light } from '../light'
import type { Skills } from '../types'
import type { SharedUniforms } from '../uniforms'
import { Aurora } from './aurora'
import { Constellation } from './constellation'
import { Dome } from './dome'
import { Hills } from './hills'
import { Mist } from './mist'
import { Stars } from './stars'

export class Sky {
  readonly group = new Group()
  private readonly dome: Dome
  private readonly stars: Stars
  private readonly aurora: Aurora
  private readonly hills = new Hills()
  private readonly mist: Mist
  private readonly constellation: Constellation

  constructor(shared: SharedUniforms) {
    this.dome = new Dome(shared)
    this.stars = new Stars(shared)
    this.aurora = new Aurora(shared)
    this.mist = new Mist(shared)
    this.constellation = new Constellation(shared)
    this.group.add(
      this.dome.mesh,
      this.stars.points,
      this.constellation.group,
      this.aurora.mesh,
      this.hills.group,
      this.mist.mesh,
    )
  }

  /** Hangs moon and constellation where the picture of the whole garden has room for them. */
  hang(framing: Framing, aspect: number): void {
    this.dome.hangMoon(framing, aspect)
    this.constellation.hang(framing, aspect)
  }

  setSkills(skills: Skills): void {
    this.constellation.setSkills(skills)
  }

  flare(id: string): Vector3 | undefined {
    return this.constellation.flare(id)
  }

  setFocus(id: string | null, atOnce: boolean): void {
    this.constellation.setFocus(id, atOnce)
  }

  pick(ray: Ray, reach: number): string | null {
    return this.constellation.pick(ray, reach)
  }

  anchor(id: string, camera: Camera, out: Vector3): boolean {
    return this.constellation.anchor(id, camera, out)
  }

  update(dt: number): void {
    this.constellation.update(dt)
  }

  applyLight(light: Light): void {
    this.dome.applyLight(light)
    this.stars.applyLight(light)
    this.aurora.applyLight(light)
    this.hills.applyLight(light)
    this.mist.applyLight(light)
    this.constellation.applyLight(light)
  }
}
