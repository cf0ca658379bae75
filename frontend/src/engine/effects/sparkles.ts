/**
 * Sparks of every kind from one pool: they rise from a growing plant, float as petals' lights over a bloom, mark a
 * visitor's way. The CPU writes a spark once, the GPU flies it.
 */

import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  type Color,
  DynamicDrawUsage,
  Points,
  ShaderMaterial,
} from 'three'
import { SPRITE_GLOW } from '../glsl'
import type { SharedUniforms } from '../uniforms'

const POOL = 384
const LONG_AGO = -1000

export interface Spark {
  x: number
  y: number
  z: number
  /** Metres a second. */
  vx: number
  vy: number
  vz: number
  color: Color
  /** Seconds. */
  life: number
  /** 1 is a firefly's size. */
  size: number
}

export class Sparkles {
  readonly points: Points<BufferGeometry, ShaderMaterial>
  private readonly time: { value: number }
  private next = 0
  private lastEnd = LONG_AGO
  private readonly place = dynamic(3)
  private readonly velocity = dynamic(3)
  private readonly color = dynamic(3)
  /** Birth in scene time, life, size. */
  private readonly timing = dynamic(3)

  constructor(shared: SharedUniforms) {
    this.time = shared.uTime
    for (let index = 0; index < POOL; index++) this.timing.setXYZ(index, LONG_AGO, 1, 0)
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', this.place)
    geometry.setAttribute('aVelocity', this.velocity)
    geometry.setAttribute('aColor', this.color)
    geometry.setAttribute('aTiming', this.timing)
    const uniforms = { uTime: shared.uTime, uResolution: shared.uResolution }
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.points = new Points(geometry, material)
    this.points.frustumCulled = false
    this.points.renderOrder = 9
    this.points.visible = false
  }

  /** Lights one spark after `delay` seconds. The oldest one makes room. */
  emit(spark: Readonly<Spark>, delay = 0): void {
    const index = this.next
    this.next = (this.next + 1) % POOL
    const birth = this.time.value + delay
    this.place.setXYZ(index, spark.x, spark.y, spark.z)
    this.velocity.setXYZ(index, spark.vx, spark.vy, spark.vz)
    this.color.setXYZ(index, spark.color.r, spark.color.g, spark.color.b)
    this.timing.setXYZ(index, birth, spark.life, spark.size)
    this.lastEnd = Math.max(this.lastEnd, birth + spark.life)
    this.place.needsUpdate = true
    this.velocity.needsUpdate = true
    this.color.needsUpdate = true
    this.timing.needsUpdate = true
    this.points.visible = true
  }

  update(): void {
    if (this.points.visible && this.time.value > this.lastEnd) this.points.visible = false
  }
}

function dynamic(size: number): BufferAttribute {
  return new BufferAttribute(new Float32Array(POOL * size), size).setUsage(DynamicDrawUsage)
}

const VERTEX = /* glsl */ `
attribute vec3 aVelocity, aColor, aTiming;
uniform float uTime;
uniform vec2 uResolution;
varying float vStrength;
varying vec3 vColor;
void main() {
  float age = uTime - aTiming.x, t = age / aTiming.y;
  float alive = step(0., t) * step(t, 1.), phase = fract(aTiming.x * 7.31 + aVelocity.x * 3.7) * 6.28;
  float drag = (1. - exp(-1.6 * max(age, 0.))) / 1.6;
  vec3 p = position + aVelocity * drag;
  p.x += sin(age * 2.1 + phase) * .12 * t;
  p.z += cos(age * 1.8 + phase) * .12 * t;
  p.y += age * .12 * alive;
  vec4 view = modelViewMatrix * vec4(p, 1.);
  gl_Position = projectionMatrix * view;
  vStrength = alive * smoothstep(0., .08, t) * pow(1. - clamp(t, 0., 1.), 1.2) * (.75 + .25 * sin(age * 11. + phase));
  gl_PointSize = alive * clamp(uResolution.y * .5 * aTiming.z / -view.z, 2., 56.);
  vColor = aColor;
}`
const FRAGMENT = /* glsl */ `
varying float vStrength;
varying vec3 vColor;
${SPRITE_GLOW}
void main() {
  float d = spriteDistance();
  gl_FragColor = vec4((mix(vColor, vec3(1.), .7) * core(d) * 1.1 + vColor * halo(d)) * vStrength, 1.);
}`
