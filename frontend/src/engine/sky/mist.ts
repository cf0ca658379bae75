/** The sea of mist that the island floats on. */

import { BufferAttribute, BufferGeometry, Color, Mesh, ShaderMaterial } from 'three'
import { NOISE, TO_SCREEN } from '../glsl'
import type { Light } from '../light'
import type { SharedUniforms } from '../uniforms'

const HALF = 160
const LEVEL = -6.5
const WHITE = new Color('#ffffff')

export class Mist {
  readonly mesh: Mesh
  private readonly uniforms

  constructor(shared: SharedUniforms) {
    this.uniforms = { uShade: { value: new Color() }, uLit: { value: new Color() }, uTime: shared.uTime }
    const geometry = new BufferGeometry()
    const corners = [-HALF, LEVEL, -HALF, HALF, LEVEL, -HALF, -HALF, LEVEL, HALF, HALF, LEVEL, HALF]
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(corners), 3))
    geometry.setIndex([0, 2, 1, 1, 2, 3])
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(geometry, material)
    this.mesh.renderOrder = -3
  }

  applyLight(light: Light): void {
    this.uniforms.uShade.value.copy(light.fog).lerp(light.mid, 0.38 - 0.23 * light.night)
    this.uniforms.uLit.value.copy(light.horizon).lerp(WHITE, 0.25 - 0.22 * light.night)
  }
}

const VERTEX = /* glsl */ `
varying vec3 vPlace;
void main() {
  vPlace = position;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.);
}`
const FRAGMENT = /* glsl */ `
varying vec3 vPlace;
uniform vec3 uShade, uLit;
uniform float uTime;
${NOISE}
${TO_SCREEN}
void main() {
  vec2 p = vPlace.xz * .07 + vec2(uTime * .02, 0.);
  float here = fbm(p), beside = fbm(p + vec2(.12, .1));
  vec3 color = mix(uShade, uLit, clamp((here - beside) * 3. + here * .7, 0., 1.) * .55);
  float alpha = smoothstep(155., 60., length(vPlace.xz)) * (.55 + .45 * smoothstep(.25, .6, here));
  gl_FragColor = vec4(toScreen(color), alpha);
}`
