/** A star that falls from a skill just unlocked. */

import { AdditiveBlending, BufferAttribute, BufferGeometry, DoubleSide, Mesh, ShaderMaterial, Vector3 } from 'three'
import { AT_INFINITY } from '../glsl'

const SECONDS = 1.5
/** Seconds of the flare before the star falls. */
const DELAY = 0.7

export class FallingStar {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>
  private readonly uniforms = { uFrom: { value: new Vector3() }, uAge: { value: 2 } }
  private age = Number.POSITIVE_INFINITY

  constructor() {
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(new Float32Array([0, -1, 0, 0, 1, 0, 1, -1, 0, 1, 1, 0]), 3))
    geometry.setIndex([0, 1, 2, 1, 3, 2])
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(geometry, material)
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = -8
    this.mesh.visible = false
  }

  fall(from: Vector3): void {
    this.uniforms.uFrom.value.copy(from)
    this.age = -DELAY
  }

  update(dt: number): void {
    if (this.age > SECONDS) return
    this.age += dt
    this.uniforms.uAge.value = this.age / SECONDS
    this.mesh.visible = this.age > 0 && this.age < SECONDS
  }
}

const VERTEX = /* glsl */ `
uniform vec3 uFrom;
uniform float uAge;
varying vec2 vPlace;
${AT_INFINITY}
void main() {
  vPlace = position.xy;
  vec3 way = normalize(vec3(sign(uFrom.x + .01) * -.8, -.55, 0.)), across = vec3(-way.y, way.x, 0.);
  float head = uAge * 34.;
  vec3 p = uFrom + way * (head - (1. - position.x) * min(head, 12.)) + across * position.y * .35 * position.x;
  gl_Position = atInfinity(p, .9995);
}`
const FRAGMENT = /* glsl */ `
uniform float uAge;
varying vec2 vPlace;
void main() {
  float light = pow(vPlace.x, 2.5) * (1. - vPlace.y * vPlace.y) * sin(3.1416 * clamp(uAge, 0., 1.));
  gl_FragColor = vec4(mix(vec3(.55, .75, 1.), vec3(1.), vPlace.x) * light, 1.);
}`
