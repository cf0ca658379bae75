/**
 * Butterflies over the beds on fair days in spring and summer, and one for each post elsewhere whenever it is dry: two
 * wings each, one draw, moved by the GPU.
 */

import { DoubleSide, InstancedBufferAttribute, type InstancedBufferGeometry, Mesh, ShaderMaterial } from 'three'
import type { Light } from '../light'
import { PARTICLE_SHARE, QUALITY } from '../presets'
import { createRng } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { at, TAU } from '../vectors'
import type { Spot } from './fireflies'
import { instancedShape } from './particles'

const MOST = Math.round(QUALITY.high.particles * PARTICLE_SHARE.butterflies)
/** x is the span, z runs from tail to head; the fore wing is larger. */
const RIGHT_WING = [0, 0, -0.45, 0.75, 0, -0.5, 0.55, 0, -0.02, 1, 0, 0.7, 0, 0, 0.4]
const LEFT_WING = RIGHT_WING.map((value, index) => (index % 3 === 0 ? -value : value))
const WING_TRIANGLES = [0, 1, 2, 0, 2, 4, 2, 3, 4]

export class Butterflies {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly uniforms
  private readonly homes = new InstancedBufferAttribute(new Float32Array(MOST * 3), 3)
  private particles: number = QUALITY.high.particles
  private posts = 0

  constructor(shared: SharedUniforms) {
    this.uniforms = { uTime: shared.uTime, uAmount: { value: 0 }, uPosts: { value: 0 } }
    const triangles = [...WING_TRIANGLES, ...WING_TRIANGLES.map((index) => index + 5)]
    const geometry = instancedShape([...RIGHT_WING, ...LEFT_WING], triangles, MOST, 106)
    geometry.setAttribute('iHome', this.homes)
    const material = new ShaderMaterial({
      side: DoubleSide,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(geometry, material)
    this.mesh.frustumCulled = false
  }

  /** What they fly round: the plants in front. */
  setSpots(spots: readonly Spot[]): void {
    const random = createRng(107)
    for (let index = 0; index < MOST; index++) {
      const spot = spots.length ? at(spots, Math.floor(random() * spots.length)) : { x: 0, y: 0, z: 0 }
      const angle = random() * TAU
      this.homes.setXYZ(
        index,
        spot.x + Math.cos(angle) * 0.6,
        spot.y + random.range(0.9, 1.9),
        spot.z + Math.sin(angle) * 0.6,
      )
    }
    this.homes.needsUpdate = true
  }

  setParticles(particles: number): void {
    this.particles = particles
    this.mesh.geometry.instanceCount = Math.max(Math.round(particles * PARTICLE_SHARE.butterflies), this.posts)
  }

  /** So many fly whatever the light. */
  setPosts(posts: number): void {
    this.posts = Math.min(posts, MOST)
    this.setParticles(this.particles)
  }

  applyLight(light: Light): void {
    const { uAmount, uPosts } = this.uniforms
    uAmount.value = light.butterflies
    uPosts.value = light.rainfall + light.snowfall > 0 ? 0 : this.posts
    this.mesh.visible = light.butterflies > 0.01 || uPosts.value > 0
  }
}

const VERTEX = /* glsl */ `
attribute vec3 iHome;
attribute vec4 iSeed;
uniform float uTime, uAmount, uPosts;
varying vec3 vColor;
vec3 wander(float t) {
  return vec3(sin(t) + .4 * sin(t * 2.7 + iSeed.x * 9.), .35 * sin(t * 1.9 + iSeed.y * 6.) + .1 * sin(t * 7.), cos(t * .83 + iSeed.z * 5.) + .4 * sin(t * 2.1));
}
void main() {
  float t = uTime * (.35 + .25 * iSeed.x) + iSeed.y * 40.;
  vec3 place = iHome + wander(t), ahead = wander(t + .08) - wander(t);
  // Flaps come in bursts, with short glides between them.
  float flap = sin(uTime * (15. + 6. * iSeed.z) + iSeed.w * 20.) * mix(.35, 1., step(.3, fract(uTime * .21 + iSeed.x))) * .9 + .35;
  vec3 wing = vec3(position.x * cos(flap), abs(position.x) * sin(flap), position.z) * (.075 + .04 * iSeed.w);
  // One by one they come and go with the light.
  wing *= max(smoothstep(iSeed.z - .15, iSeed.z, uAmount * 1.15), step(float(gl_InstanceID) + .5, uPosts));
  float heading = atan(ahead.x, ahead.z), c = cos(heading), s = sin(heading);
  wing.xz = vec2(c * wing.x + s * wing.z, -s * wing.x + c * wing.z);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(wing + place, 1.);
  vec3 tint = iSeed.x < .34 ? vec3(1., .78, .25) : iSeed.x < .6 ? vec3(.55, .75, 1.) : iSeed.x < .82 ? vec3(1., .98, .92) : vec3(1., .52, .3);
  vColor = tint * mix(.45, 1., smoothstep(1.1, .5, length(position.xz))) * (.86 + .14 * sin(flap));
}`
const FRAGMENT = /* glsl */ `
varying vec3 vColor;
void main() { gl_FragColor = vec4(vColor, 1.); }`
