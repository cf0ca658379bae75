/** The aurora: three curtains of rays that wave slowly, green at the hem, violet above. */

import { air } from 'looks/lights.json'
import { AdditiveBlending, BufferAttribute, BufferGeometry, DoubleSide, Mesh, ShaderMaterial } from 'three'
import { AT_INFINITY, color, NOISE } from '../glsl'
import type { Light } from '../light'
import type { SharedUniforms } from '../uniforms'

const CURTAINS = 3
const SEGMENTS = 120
const WIDTH = 210

export class Aurora {
  readonly mesh: Mesh
  private readonly strength = { value: 0 }

  constructor(shared: SharedUniforms) {
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms: { uTime: shared.uTime, uStrength: this.strength, uMusic: shared.uMusic },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(curtainGeometry(), material)
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = -8
  }

  applyLight(light: Light): void {
    this.strength.value = light.aurora
    this.mesh.visible = light.aurora > 0.01
  }
}

function curtainGeometry(): BufferGeometry {
  const positions: number[] = []
  /** Along, up, curtain. */
  const places: number[] = []
  const indices: number[] = []
  for (let curtain = 0; curtain < CURTAINS; curtain++) {
    const base = positions.length / 3
    for (let segment = 0; segment <= SEGMENTS; segment++) {
      const t = segment / SEGMENTS
      const x = (t - 0.5) * WIDTH
      const z = -105 - curtain * 16 + Math.sin(t * 6 + curtain * 1.9) * 15 + Math.sin(t * 13 + curtain) * 5
      const hem = 15 + curtain * 3 + Math.sin(t * 5 + curtain * 2) * 5
      positions.push(x, hem, z, x, 52 + curtain * 6, z)
      places.push(t, 0, curtain, t, 1, curtain)
      const corner = base + segment * 2
      if (segment < SEGMENTS) indices.push(corner, corner + 2, corner + 1, corner + 1, corner + 2, corner + 3)
    }
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.setAttribute('aPlace', new BufferAttribute(new Float32Array(places), 3))
  geometry.setIndex(indices)
  return geometry
}

const { hem, middle, top } = air.aurora
const VERTEX = /* glsl */ `
attribute vec3 aPlace;
uniform float uTime;
varying vec3 vPlace;
${AT_INFINITY}
void main() {
  vPlace = aPlace;
  vec3 p = position;
  p.z += sin(aPlace.x * 9. + uTime * .25 + aPlace.z * 2.) * 6.;
  p.x += sin(aPlace.x * 14. - uTime * .18 + aPlace.z) * 4.;
  p.y += sin(aPlace.x * 7. + uTime * .2) * 3.;
  gl_Position = atInfinity(p, .9998);
}`
const FRAGMENT = /* glsl */ `
varying vec3 vPlace;
uniform float uTime, uStrength, uMusic;
${NOISE}
void main() {
  float x = vPlace.x * 26. + vPlace.z * 11., y = vPlace.y;
  float rays = noise2(vec2(x * 2.6 + uTime * .22, uTime * .11)) * .55 + noise2(vec2(x * 8. - uTime * .35, 3.)) * .3 + noise2(vec2(x * 20., uTime * .4)) * .15;
  float tall = .35 + .65 * noise2(vec2(x * .45 + uTime * .05, vPlace.z * 5.));
  float light = smoothstep(0., .05, y) * exp(-y * 2.6 / tall) * (.25 + 1.25 * rays * rays);
  light *= smoothstep(0., .16, vPlace.x) * smoothstep(1., .84, vPlace.x) * (.35 + .9 * noise2(vec2(vPlace.x * 5. + uTime * .07, vPlace.z * 3.)));
  vec3 color = mix(${color(hem)}, ${color(middle)}, smoothstep(.12, .34, y));
  color = mix(color, ${color(top)}, smoothstep(.24, .55, y));
  if (vPlace.z > 1.5) color = mix(color, vec3(.95, .35, .75), .35);
  gl_FragColor = vec4(color * light * uStrength * (.85 + .2 * uMusic), 1.);
}`
