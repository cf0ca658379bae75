/** Rings of light that run out over the ground from a plant somebody touched. */

import {
  AdditiveBlending,
  BufferAttribute,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
} from 'three'
import type { SharedUniforms } from '../uniforms'

const POOL = 8
const SECONDS = 1.8
const LONG_AGO = -1000

export class Ripples {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly time: { value: number }
  private next = 0
  private lastBirth = LONG_AGO
  /** x, y, z and birth in scene time. */
  private readonly rings = new InstancedBufferAttribute(new Float32Array(POOL * 4), 4).setUsage(DynamicDrawUsage)

  constructor(shared: SharedUniforms) {
    this.time = shared.uTime
    const geometry = new InstancedBufferGeometry()
    geometry.setAttribute(
      'position',
      new BufferAttribute(new Float32Array([-1, 0, -1, 1, 0, -1, -1, 0, 1, 1, 0, 1]), 3),
    )
    geometry.setIndex([0, 2, 1, 1, 2, 3])
    geometry.instanceCount = POOL
    for (let index = 0; index < POOL; index++) this.rings.setW(index, LONG_AGO)
    geometry.setAttribute('iRing', this.rings)
    const uniforms = { uTime: shared.uTime }
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      depthTest: true,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(geometry, material)
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = 4
    this.mesh.visible = false
  }

  emit(x: number, y: number, z: number): void {
    this.lastBirth = this.time.value
    this.rings.setXYZW(this.next, x, y + 0.22, z, this.lastBirth)
    this.rings.needsUpdate = true
    this.next = (this.next + 1) % POOL
    this.mesh.visible = true
  }

  update(): void {
    if (this.mesh.visible && this.time.value > this.lastBirth + SECONDS) this.mesh.visible = false
  }
}

const VERTEX = /* glsl */ `
attribute vec4 iRing;
uniform float uTime;
varying vec2 vPlace;
varying float vAge;
void main() {
  vAge = (uTime - iRing.w) / ${SECONDS.toFixed(1)};
  float alive = step(0., vAge) * step(vAge, 1.);
  vPlace = position.xz;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position * 1.9 * alive + iRing.xyz, 1.);
}`
const FRAGMENT = /* glsl */ `
varying vec2 vPlace;
varying float vAge;
float ring(float d, float at) { return smoothstep(.09, 0., abs(d - at)); }
void main() {
  float d = length(vPlace), front = 1. - pow(1. - vAge, 2.);
  float light = ring(d, front * .92) + .5 * ring(d, max(0., front * .92 - .24));
  gl_FragColor = vec4(vec3(1., .9, .62) * light * pow(1. - vAge, 1.5) * 1.3, 1.);
}`
