/** The light that visitors of the day left: faint trails along the ways that several of them walked. */

import { air } from 'looks/lights.json'
import { AdditiveBlending, BufferAttribute, BufferGeometry, Color, Points, ShaderMaterial } from 'three'
import { SPRITE_GLOW } from './glsl'
import type { SharedUniforms } from './uniforms'
import { clamp, mix } from './vectors'

/** Two places on the ground in metres, and how much the way between them was walked, 0–1. */
export type Way = readonly [x: number, z: number, x: number, z: number, strength: number]

/** Metres between two lights, and over the ground. */
const SPACING = 0.25
const HEIGHT = 0.4

export class DayLight {
  readonly points: Points<BufferGeometry, ShaderMaterial>
  private readonly color = new Color()

  constructor({ uTime, uResolution }: SharedUniforms) {
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms: { uTime, uResolution, uColor: { value: this.color } },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.points = new Points(new BufferGeometry(), material)
    this.points.frustumCulled = false
    this.points.renderOrder = 6
    this.points.visible = false
  }

  /** `calm` 0–1 is how the day was: gold where it was lively, blue where it was serene. */
  show(ways: readonly Way[], calm: number, ground: (x: number, z: number) => number): void {
    const lights: number[] = []
    const strengths: number[] = []
    for (const [fromX, fromZ, toX, toZ, strength] of ways) {
      const count = Math.ceil(Math.hypot(toX - fromX, toZ - fromZ) / SPACING)
      for (let index = 0; index < count; index++) {
        const [x, z] = [mix(fromX, toX, index / count), mix(fromZ, toZ, index / count)]
        lights.push(x, ground(x, z) + HEIGHT, z)
        strengths.push(strength)
      }
    }
    const { geometry } = this.points
    geometry.dispose()
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(lights), 3))
    geometry.setAttribute('aStrength', new BufferAttribute(new Float32Array(strengths), 1))
    this.color.set(air.fireflies.yellow).lerp(new Color(air.fireflies.blue), clamp(calm))
    this.points.visible = ways.length > 0
  }
}

const VERTEX = /* glsl */ `
attribute float aStrength;
uniform float uTime;
uniform vec2 uResolution;
varying float vStrength;
void main() {
  vec4 view = modelViewMatrix * vec4(position, 1.);
  gl_Position = projectionMatrix * view;
  gl_PointSize = clamp(uResolution.y * .28 / -view.z, 2., 20.);
  vStrength = (.4 + .6 * aStrength) * (.7 + .3 * sin(uTime * .5 + position.x * 3. + position.z * 2.));
}`
const FRAGMENT = /* glsl */ `
uniform vec3 uColor;
varying float vStrength;
${SPRITE_GLOW}
void main() {
  float d = spriteDistance();
  gl_FragColor = vec4(uColor * (core(d) + halo(d)) * vStrength, 1.);
}`
