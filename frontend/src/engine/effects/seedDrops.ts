/** Seeds that fall from the sky to where a project was just planted. */

import { DynamicDrawUsage, IcosahedronGeometry, InstancedMesh, Matrix4, MeshLambertMaterial, Vector3 } from 'three'
import { at } from '../vectors'

const POOL = 4
const FALL_FROM = 5
const SHAPE = new Vector3(0.1, 0.13, 0.1)
/** Share of the fall after which the seed is in the soil. */
export const LANDING = 0.55

interface Drop {
  x: number
  y: number
  z: number
  /** Seconds since it was let go; negative when it rests in the pool. */
  age: number
  seconds: number
}

export class SeedDrops {
  readonly mesh: InstancedMesh
  private readonly drops: Drop[] = Array.from({ length: POOL }, () => ({ x: 0, y: 0, z: 0, age: -1, seconds: 1 }))
  private readonly matrix = new Matrix4()
  private next = 0

  constructor() {
    const material = new MeshLambertMaterial({ color: '#e0b070', emissive: '#6b4a1c' })
    this.mesh = new InstancedMesh(new IcosahedronGeometry(1, 1), material, POOL)
    this.mesh.instanceMatrix.setUsage(DynamicDrawUsage)
    this.mesh.frustumCulled = false
    this.mesh.visible = false
  }

  drop(x: number, y: number, z: number, seconds: number): void {
    Object.assign(at(this.drops, this.next), { x, y, z, age: 0, seconds })
    this.next = (this.next + 1) % POOL
  }

  update(dt: number): void {
    let falling = false
    for (let index = 0; index < POOL; index++) {
      const drop = at(this.drops, index)
      if (drop.age < 0) {
        this.matrix.makeScale(0, 0, 0)
      } else {
        falling = true
        drop.age += dt
        const fall = Math.min(1, drop.age / (drop.seconds * LANDING))
        const sway = Math.sin(drop.age * 7) * 0.25 * (1 - fall)
        this.matrix.makeRotationZ(drop.age * 5).scale(SHAPE)
        this.matrix.setPosition(drop.x + sway, drop.y + FALL_FROM * (1 - fall * fall) - 0.1, drop.z)
        if (fall === 1) drop.age = -1
      }
      this.mesh.setMatrixAt(index, this.matrix)
    }
    if (falling || this.mesh.visible) this.mesh.instanceMatrix.needsUpdate = true
    this.mesh.visible = falling
  }
}
