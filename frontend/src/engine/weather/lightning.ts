/**
 * Lightning: a bolt behind the garden and a flash that lights sky and leaves. Never more than one double flash in
 * several seconds, and none at all under reduced motion.
 */

import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Mesh,
  ShaderMaterial,
  type Vector3,
} from 'three'
import type { Light } from '../light'
import { createRng, hashNumber, type Rng } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { vec } from '../vectors'

const TOP = [17, 44, -85] as const
const BENDS = 15
/** Seconds between possible strikes, and how many of those strike. */
const BEAT = 4.5
const LIKELIHOOD = 0.6
const STRIKE = 0.5

/** Brightness of the sky at a time, 0–1; the same time has the same storm. */
export function flashAt(seconds: number): number {
  const beat = Math.floor(seconds / BEAT)
  const luck = hashNumber(beat)
  if (luck > LIKELIHOOD) return 0
  const age = seconds - beat * BEAT - luck * 3
  if (age < 0 || age > STRIKE) return 0
  const first = Math.exp(-age * 14)
  const second = age > 0.16 ? Math.exp(-(age - 0.16) * 9) * 0.75 : 0
  return Math.min(1, first + second)
}

export class Lightning {
  readonly mesh: Mesh
  enabled = true
  private readonly flash: { value: number }
  private storm = 0

  constructor(shared: SharedUniforms) {
    this.flash = shared.uFlash
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms: { uFlash: this.flash },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(boltGeometry(), material)
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = -6
    this.mesh.visible = false
  }

  applyLight(light: Light): void {
    this.storm = light.lightning
  }

  /** `seconds` is the scene's time. */
  update(seconds: number): void {
    const strength = this.enabled ? this.storm : 0
    this.flash.value = strength > 0.05 ? flashAt(seconds) * strength : 0
    this.mesh.visible = this.flash.value > 0.02
  }
}

function boltGeometry(): BufferGeometry {
  const random = createRng(104)
  const positions: number[] = []
  let point = vec(...TOP)
  for (let bend = 0; bend < BENDS; bend++) {
    const next = point.clone().add(vec(random.bell() * 4.5 - 0.5, -4.2, 0))
    ribbon(positions, point, next, 0.26 * (1 - bend / 20))
    if (bend % 4 === 2) fork(positions, next, random)
    point = next
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  return geometry
}

function fork(positions: number[], from: Vector3, random: Rng): void {
  let point = from
  for (let bend = 0; bend < 5; bend++) {
    const next = point.clone().add(vec(2 + random.bell() * 2.2, -2.2, 0))
    ribbon(positions, point, next, 0.11 * (1 - bend / 6))
    point = next
  }
}

function ribbon(positions: number[], from: Vector3, to: Vector3, halfWidth: number): void {
  const direction = to.clone().sub(from)
  const across = vec(-direction.y, direction.x, 0).normalize().multiplyScalar(halfWidth)
  for (const [point, side] of [
    [from, 1],
    [from, -1],
    [to, 1],
    [from, -1],
    [to, -1],
    [to, 1],
  ] as const) {
    positions.push(...point.clone().addScaledVector(across, side).toArray())
  }
}

const VERTEX = /* glsl */ `
void main() { gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.); }`
const FRAGMENT = /* glsl */ `
uniform float uFlash;
void main() { gl_FragColor = vec4(vec3(.85, .9, 1.) * min(1.2, uFlash * 3.), 1.); }`
