/**
 * While there is music, notes of light drift up from the plants and out of the pond: the more of them the livelier it is,
 * blue for sad music and golden for glad.
 */

import { pond } from 'looks/island.json'
import {
  type BufferAttribute,
  type BufferGeometry,
  Color,
  CustomBlending,
  OneFactor,
  OneMinusSrcAlphaFactor,
  Points,
  ShaderMaterial,
} from 'three'
import { SPRITE_GLOW } from '../glsl'
import type { Light } from '../light'
import type { Heard } from '../music'
import { PARTICLE_SHARE, QUALITY } from '../presets'
import { createRng } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { at, mix, TAU } from '../vectors'
import type { Spot } from './fireflies'
import { pointCloud } from './particles'

const MOST = Math.round(QUALITY.high.particles * PARTICLE_SHARE.notes)
/** Share of them that rises out of the pond. */
const FROM_POND = 0.2
/** Share of them that the quietest music brings. */
const QUIETEST = 0.35
/** Two colours each for sad, even and glad music; every note is somewhere between its two. */
const COLORS = [
  ['#7fa2ff', '#a98bff'],
  ['#ffe2a6', '#a6dcff'],
  ['#ffc861', '#ff9db8'],
].map((pair) => pair.map((color) => new Color().setStyle(color, ''))) // as it stands: the shader writes sRGB

/** How many of the notes there may be rise, 0–1. */
export const risingShare = ({ presence, energy }: Heard): number => presence * mix(QUIETEST, 1, energy)

/** The two colours of a piece. */
export function noteColors(valence: number, out: readonly [Color, Color]): void {
  const from = valence < 0.5 ? 0 : 1
  const t = valence < 0.5 ? valence * 2 : valence * 2 - 1
  for (const which of [0, 1] as const)
    out[which].lerpColors(at(at(COLORS, from), which), at(at(COLORS, from + 1), which), t)
}

export class Notes {
  readonly points: Points<BufferGeometry, ShaderMaterial>
  private readonly uniforms
  private readonly colors = [new Color(), new Color()] as const

  constructor(shared: SharedUniforms) {
    this.uniforms = {
      uTime: shared.uTime,
      uResolution: shared.uResolution,
      uAmount: { value: 0 },
      uFirst: { value: this.colors[0] },
      uSecond: { value: this.colors[1] },
      uDay: { value: 1 },
    }
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      // By night light adds to what is behind; by day it would be lost on a bright sky, so it covers.
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.points = new Points(pointCloud(MOST, 108), material)
    this.points.frustumCulled = false
    this.points.renderOrder = 8
    this.points.visible = false
  }

  /** Where they rise: from the plants in front, and from the pond. */
  setSpots(spots: readonly Spot[]): void {
    const random = createRng(109)
    const positions = this.points.geometry.getAttribute('position') as BufferAttribute
    for (let index = 0; index < MOST; index++) {
      const fromPond = random() < FROM_POND || spots.length === 0
      const spot = fromPond ? { x: pond.x, y: 0, z: pond.z } : at(spots, Math.floor(random() * spots.length))
      const angle = random() * TAU
      const distance = Math.sqrt(random()) * (fromPond ? pond.radius * 0.8 : 0.7)
      const height = fromPond ? 0 : random.range(0.5, 1.4)
      positions.setXYZ(index, spot.x + Math.cos(angle) * distance, spot.y + height, spot.z + Math.sin(angle) * distance)
    }
    positions.needsUpdate = true
  }

  setParticles(particles: number): void {
    this.points.geometry.setDrawRange(0, Math.round(particles * PARTICLE_SHARE.notes))
  }

  applyLight(light: Light): void {
    this.uniforms.uDay.value = 1 - light.night
  }

  applyMusic(heard: Heard): void {
    this.uniforms.uAmount.value = risingShare(heard)
    noteColors(heard.valence, this.colors)
    this.points.visible = heard.presence > 0.01
  }
}

const VERTEX = /* glsl */ `
attribute vec4 aSeed;
uniform float uTime, uAmount;
uniform vec2 uResolution;
uniform vec3 uFirst, uSecond;
varying float vStrength, vNote, vLean;
varying vec3 vColor;
void main() {
  float t = fract(uTime * (.04 + .03 * aSeed.x) + aSeed.y), turn = t * 8. + aSeed.w * 6.28;
  float reach = .2 + .8 * t;
  vec3 p = position + vec3(sin(turn) * reach, t * (2.6 + 2.6 * aSeed.w), cos(turn * .8) * reach);
  vec4 view = modelViewMatrix * vec4(p, 1.);
  gl_Position = projectionMatrix * view;
  // One by one they come and go with the music; each fades in over its plant and out in the air.
  float here = smoothstep(aSeed.z - .12, aSeed.z, uAmount * 1.12);
  vStrength = here * smoothstep(0., .12, t) * (1. - smoothstep(.55, 1., t)) * (.8 + .2 * sin(uTime * 1.9 + aSeed.w * 30.));
  float size = uResolution.y * (.46 + .3 * aSeed.x) / -view.z;
  gl_PointSize = here * clamp(size, 4., 60.);
  vNote = step(.4, aSeed.w) * smoothstep(9., 14., size); // too small, a note is a speck: then it is a mote
  vLean = sin(turn + aSeed.x * 6.28) * .3;
  vColor = mix(uFirst, uSecond, fract(aSeed.x * 7.3));
}`
const FRAGMENT = /* glsl */ `
uniform float uDay;
varying float vStrength, vNote, vLean;
varying vec3 vColor;
${SPRITE_GLOW}
float segment(vec2 p, vec2 a, vec2 b) {
  vec2 along = b - a;
  return length(p - a - along * clamp(dot(p - a, along) / dot(along, along), 0., 1.));
}
// An eighth note: head, stem, flag; y points up.
float note(vec2 p) {
  vec2 head = (p - vec2(-.09, -.2)) * mat2(.94, .34, -.34, .94);
  float shape = smoothstep(1.18, .85, length(head / vec2(.125, .09)));
  shape = max(shape, smoothstep(.04, .018, segment(p, vec2(.02, -.18), vec2(.02, .26))));
  shape = max(shape, smoothstep(.05, .02, segment(p, vec2(.02, .25), vec2(.16, .1))));
  return max(shape, smoothstep(.04, .015, segment(p, vec2(.16, .1), vec2(.13, -.02))));
}
void main() {
  vec2 q = vec2(gl_PointCoord.x - .5, .5 - gl_PointCoord.y);
  float c = cos(vLean), s = sin(vLean), d = spriteDistance();
  float shape = mix(core(d), note(vec2(c * q.x + s * q.y, c * q.y - s * q.x)), vNote);
  vec3 light = mix(vColor, vec3(1.), .2) * shape + vColor * halo(d) * mix(.9, .75, vNote);
  gl_FragColor = vec4(light * vStrength, shape * vStrength * uDay);
}`
