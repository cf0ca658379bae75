/** Fireflies wander round the plants and blink slowly. Each visitor who agreed to be seen is one more. */

import { air } from 'looks/lights.json'
import { AdditiveBlending, BufferAttribute, type BufferGeometry, Points, ShaderMaterial } from 'three'
import { color, SPRITE_GLOW } from '../glsl'
import type { Light } from '../light'
import { PARTICLE_SHARE, QUALITY } from '../presets'
import { createRng } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { at, TAU } from '../vectors'
import { pointCloud } from './particles'

export interface Spot {
  x: number
  y: number
  z: number
}

/** Most visitors drawn as fireflies at once. */
const MOST_VISITORS = 100
const NATIVE = QUALITY.high.particles * PARTICLE_SHARE.fireflies
/** Visitors glow by day too, or nobody would see that others are here. */
const VISITOR_BY_DAY = 0.55

export class Fireflies {
  readonly points: Points<BufferGeometry, ShaderMaterial>
  private readonly uniforms
  private native: number = NATIVE
  private visitors = 0
  private strength = 0

  constructor(shared: SharedUniforms) {
    this.uniforms = {
      uTime: shared.uTime,
      uResolution: shared.uResolution,
      uMusic: shared.uMusic,
      uStrength: { value: 0 },
      uVisitorStrength: { value: 0 },
    }
    const geometry = pointCloud(NATIVE + MOST_VISITORS, 102)
    // Visitors come first, so that any number of them is a range of the cloud.
    const visitor = Float32Array.from({ length: NATIVE + MOST_VISITORS }, (_, index) => (index < MOST_VISITORS ? 1 : 0))
    geometry.setAttribute('aVisitor', new BufferAttribute(visitor, 1))
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.points = new Points(geometry, material)
    this.points.frustumCulled = false
    this.points.renderOrder = 7
    this.range()
  }

  /** Homes of the fireflies: near the feet of plants. */
  setSpots(spots: readonly Spot[]): void {
    const random = createRng(103)
    const positions = this.points.geometry.getAttribute('position') as BufferAttribute
    for (let index = MOST_VISITORS; index < positions.count; index++) {
      const spot = spots.length ? at(spots, index % spots.length) : { x: 0, y: 0.4, z: 0 }
      const angle = random() * TAU
      const distance = 0.3 + random() * 1.6
      positions.setXYZ(
        index,
        spot.x + Math.cos(angle) * distance,
        spot.y + 0.5 + random() * 2.1,
        spot.z + Math.sin(angle) * distance,
      )
    }
    positions.needsUpdate = true
  }

  setParticles(particles: number): void {
    this.native = Math.round(particles * PARTICLE_SHARE.fireflies)
    this.range()
  }

  /** Each visitor is one, where they are. */
  setVisitors(places: Iterable<Spot>, count: number): void {
    if (this.visitors + count === 0) return
    const positions = this.points.geometry.getAttribute('position') as BufferAttribute
    let index = MOST_VISITORS
    for (const { x, y, z } of places) if (index > 0) positions.setXYZ(--index, x, y, z)
    positions.needsUpdate = true
    this.visitors = MOST_VISITORS - index
    this.range()
  }

  applyLight(light: Light): void {
    this.strength = light.fireflies
    this.range()
  }

  private range(): void {
    const first = MOST_VISITORS - this.visitors
    this.points.geometry.setDrawRange(first, this.visitors + this.native)
    this.uniforms.uStrength.value = this.strength
    this.uniforms.uVisitorStrength.value = Math.max(this.strength, VISITOR_BY_DAY)
    this.points.visible = this.strength > 0.01 || this.visitors > 0
  }
}

const { yellow, green, blue } = air.fireflies
const VERTEX = /* glsl */ `
attribute vec4 aSeed;
attribute float aVisitor;
uniform float uTime, uStrength, uVisitorStrength, uMusic;
uniform vec2 uResolution;
varying float vStrength;
varying vec3 vColor;
void main() {
  float t = uTime * (.22 + .2 * aSeed.x) + aSeed.y * 40.;
  vec3 p = position + (1. - .85 * aVisitor) * vec3(sin(t) * 1.1 + sin(t * 2.3) * .35, sin(t * 1.7 + aSeed.z * 6.) * .55, cos(t * .9) * 1.1 + cos(t * 2.1) * .3);
  vec4 view = modelViewMatrix * vec4(p, 1.);
  gl_Position = projectionMatrix * view;
  float blink = mix(pow(.5 + .5 * sin(uTime * (1.1 + aSeed.w) + aSeed.x * 30.), 1.6), 1., .6 * aVisitor);
  vStrength = mix(uStrength, 1.5 * uVisitorStrength, aVisitor) * (.25 + .75 * blink) * (1. + uMusic);
  gl_PointSize = clamp(uResolution.y * (.36 + .26 * aSeed.w + .6 * aVisitor) / -view.z, 3., 26. + 22. * aVisitor);
  vColor = aSeed.z < .72 ? ${color(yellow)} : aSeed.z < .88 ? ${color(green)} : ${color(blue)};
}`
const FRAGMENT = /* glsl */ `
varying float vStrength;
varying vec3 vColor;
${SPRITE_GLOW}
void main() {
  float d = spriteDistance();
  gl_FragColor = vec4((mix(vColor, vec3(1.), .7) * core(d) * 1.1 + vColor * halo(d)) * vStrength, 1.);
}`
