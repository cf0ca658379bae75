/** The pond: the sky's colours on small waves, a glint of sun or moon, rings where rain or a hand falls, ice in winter. */

import { BufferAttribute, BufferGeometry, Color, Mesh, ShaderMaterial, Vector3 } from 'three'
import { NOISE, TO_SCREEN } from '../glsl'
import type { Light } from '../light'
import { RINGS, type SharedUniforms } from '../uniforms'
import { mix, TAU } from '../vectors'
import type { Terrain } from './terrain'

const SEGMENTS = 48
const WATER_LEVEL = { smallest: -0.05, base: -0.1 } as const
/** The water reaches under its shore, so that no gap shows. */
const OVERLAP = 1.16

export class Pond {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>
  private readonly uniforms

  constructor(terrain: Terrain, shared: SharedUniforms) {
    this.uniforms = {
      uZenith: { value: new Color() },
      uHorizon: { value: new Color() },
      uDeep: { value: new Color() },
      uSunDirection: { value: new Vector3() },
      uGlint: { value: new Color() },
      uAurora: { value: 0 },
      uTime: shared.uTime,
      uRings: shared.uRings,
      uWet: shared.uWet,
      uSnow: shared.uSnow,
    }
    const material = new ShaderMaterial({
      transparent: true,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(pondGeometry(terrain), material)
    this.mesh.position.set(terrain.pond.x, waterLevel(terrain), terrain.pond.z)
  }

  applyLight(light: Light): void {
    this.uniforms.uZenith.value.copy(light.zenith)
    this.uniforms.uHorizon.value.copy(light.horizon).lerp(light.mid, 0.3)
    this.uniforms.uDeep.value.copy(light.pond).lerp(light.fog, 0.12)
    this.uniforms.uSunDirection.value.copy(light.discDirection)
    this.uniforms.uGlint.value.copy(light.disc)
    this.uniforms.uAurora.value = light.aurora
  }
}

/** Metres; the small pond is a shallow one. */
export const waterLevel = ({ small }: Terrain): number => mix(WATER_LEVEL.smallest, WATER_LEVEL.base, small)

function pondGeometry(terrain: Terrain): BufferGeometry {
  const positions = [0, 0, 0]
  const indices: number[] = []
  for (let segment = 0; segment <= SEGMENTS; segment++) {
    const angle = (segment / SEGMENTS) * TAU
    const distance = terrain.pondEdge(angle) * OVERLAP
    positions.push(Math.cos(angle) * distance, 0, Math.sin(angle) * distance)
    if (segment) indices.push(0, segment + 1, segment)
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.setIndex(indices)
  return geometry
}

const VERTEX = /* glsl */ `
varying vec3 vWorld;
varying vec2 vLocal;
void main() {
  vLocal = position.xz;
  vec4 world = modelMatrix * vec4(position, 1.);
  vWorld = world.xyz;
  gl_Position = projectionMatrix * viewMatrix * world;
}`

const FRAGMENT = /* glsl */ `
varying vec3 vWorld;
varying vec2 vLocal;
uniform vec3 uZenith, uHorizon, uDeep, uSunDirection, uGlint;
uniform float uTime, uWet, uSnow, uAurora;
uniform vec3 uRings[${RINGS}];
${NOISE}
${TO_SCREEN}
float ring(float d, float age) { return sin(d * 22. - age * 20.) * exp(-pow((d - age * 1.1) * 6., 2.)) * (1. - age); }
float rainRings(vec2 p) {
  float sum = 0.;
  for (int i = 0; i < 4; i++) {
    float beat = uTime * .9 + float(i) * .27, drop = floor(beat), age = fract(beat);
    vec2 center = vec2(hash21(vec2(float(i), drop)), hash21(vec2(drop, float(i) + 9.))) * 3. - 1.5;
    sum += ring(length(p - center), age) * .9;
  }
  return sum;
}
float handRings(vec2 p) {
  float sum = 0.;
  for (int i = 0; i < ${RINGS}; i++) sum += ring(length(p - uRings[i].xy), min((uTime - uRings[i].z) * .55, 1.));
  return sum;
}
float waves(vec2 p) {
  float still = 1. - .75 * uSnow;
  float height = (noise2(p * 2.2 + uTime * .25) * .5 + noise2(p * 4.7 - uTime * .3) * .3) * still;
  height += handRings(p) * .7 * still;
  if (uWet > .2) height += rainRings(p) * uWet * still;
  return height;
}
void main() {
  vec2 e = vec2(.04, 0.);
  float here = waves(vLocal);
  vec3 normal = normalize(vec3(here - waves(vLocal + e.xy), .34, here - waves(vLocal + e.yx)));
  vec3 view = normalize(cameraPosition - vWorld);
  float fresnel = .12 + .88 * pow(1. - max(dot(view, normal), 0.), 2.6);
  vec3 mirrored = reflect(-view, normal);
  vec3 sky = mix(uHorizon, uZenith, smoothstep(.0, .75, mirrored.y));
  sky += vec3(.1, .8, .55) * uAurora * .4 * smoothstep(.15, .5, mirrored.y) * (.4 + .6 * noise2(mirrored.xz * 3.));
  vec3 color = mix(uDeep, sky, fresnel) + uGlint * pow(max(dot(mirrored, uSunDirection), 0.), 90.) * .8;
  color = mix(color, vec3(.82, .9, 1.), uSnow * .55);
  gl_FragColor = vec4(toScreen(color), .96);
}`
