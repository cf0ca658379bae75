/** The background stars: points that twinkle, many near the horizon, faint ones most of all. */

import { AdditiveBlending, BufferAttribute, BufferGeometry, Points, ShaderMaterial } from 'three'
import { AT_INFINITY } from '../glsl'
import type { Light } from '../light'
import { createRng } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { TAU } from '../vectors'
import { SKY_RADIUS } from './dome'

const COUNT = 2600

export class Stars {
  readonly points: Points
  private readonly strength = { value: 0 }

  constructor(shared: SharedUniforms) {
    const random = createRng(77)
    const positions = new Float32Array(COUNT * 3)
    const looks = new Float32Array(COUNT * 3)
    for (let star = 0; star < COUNT; star++) {
      const y = random() ** 1.25 * 0.98 + 0.02
      const angle = random() * TAU
      const ring = Math.sqrt(1 - y * y)
      positions.set(
        [Math.cos(angle) * ring, y, Math.sin(angle) * ring].map((part) => part * SKY_RADIUS * 0.97),
        star * 3,
      )
      looks.set([random() ** 5 * 2.6 + 0.8, random() * TAU, random()], star * 3)
    }
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(positions, 3))
    geometry.setAttribute('aLook', new BufferAttribute(looks, 3))
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms: { uTime: shared.uTime, uPixelRatio: shared.uPixelRatio, uStrength: this.strength },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.points = new Points(geometry, material)
    this.points.frustumCulled = false
    this.points.renderOrder = -9
  }

  applyLight(light: Light): void {
    this.strength.value = light.stars
    this.points.visible = light.stars > 0.01
  }
}

const VERTEX = /* glsl */ `
attribute vec3 aLook; // size, phase, warmth
uniform float uTime, uStrength, uPixelRatio;
varying float vStrength;
varying vec3 vColor;
${AT_INFINITY}
void main() {
  gl_Position = atInfinity(position, .9999);
  gl_PointSize = (aLook.x + 1.3) * 2.1 * uPixelRatio;
  float twinkle = .55 + .45 * sin(uTime * (1. + aLook.z * 2.) + aLook.y);
  vStrength = uStrength * twinkle * clamp(aLook.x * .5 + .3, 0., 1.) * smoothstep(.02, .2, normalize(position).y);
  vColor = mix(vec3(.75, .85, 1.), vec3(1., .9, .75), aLook.z);
}`
const FRAGMENT = /* glsl */ `
varying float vStrength;
varying vec3 vColor;
void main() {
  float light = pow(max(0., 1. - length(gl_PointCoord - .5) * 2.), 1.4) * 2. * vStrength;
  gl_FragColor = vec4(vColor * light, light);
}`
