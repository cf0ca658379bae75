/** Four rings of hills, silhouettes that fade into the horizon; the nearer two carry the tops of forests. */

import { air } from 'looks/lights.json'
import { BufferAttribute, BufferGeometry, Color, DoubleSide, Group, Mesh, ShaderMaterial } from 'three'
import { TO_SCREEN } from '../glsl'
import type { Light } from '../light'
import { fbm2 } from '../rng'
import { at, TAU } from '../vectors'

interface Ring {
  radius: number
  base: number
  height: number
  trees: number
}

// biome-ignore format: a table
const RINGS: readonly Ring[] = [
  { radius: 150, base: 8.5, height: 11, trees: 0 },
  { radius: 123, base: 5.6, height: 8, trees: 0 },
  { radius: 96, base: 3, height: 5.6, trees: 1.5 },
  { radius: 69, base: 0.6, height: 4, trees: 2.1 },
]
const SEGMENTS = 320
const FOOT = -22

export class Hills {
  readonly group = new Group()
  private readonly layers: { haze: number; uHill: { value: Color }; uFade: { value: Color } }[] = []

  constructor() {
    RINGS.forEach((ring, order) => {
      const uniforms = {
        uHill: { value: new Color() },
        uFade: { value: new Color() },
        uTop: { value: ring.base + ring.height * 0.6 },
      }
      this.layers.push({ haze: at(air.hills, order), uHill: uniforms.uHill, uFade: uniforms.uFade })
      const material = new ShaderMaterial({
        side: DoubleSide,
        toneMapped: false,
        uniforms,
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
      })
      const mesh = new Mesh(ringGeometry(ring, order), material)
      mesh.renderOrder = -7 + order
      this.group.add(mesh)
    })
  }

  applyLight(light: Light): void {
    for (const { haze, uHill, uFade } of this.layers) {
      uHill.value.copy(light.hill).lerp(light.horizon, haze)
      uFade.value.copy(light.fog).lerp(light.mid, 0.22 - 0.12 * light.night)
    }
  }
}

function ringGeometry(ring: Ring, order: number): BufferGeometry {
  const positions: number[] = []
  const indices: number[] = []
  for (let segment = 0; segment <= SEGMENTS; segment++) {
    const angle = (segment / SEGMENTS) * TAU
    const [x, z] = [Math.cos(angle), Math.sin(angle)]
    const scale = 3.2 + order * 1.3
    const ridge = fbm2(x * scale + order * 9, z * scale)
    const treetop = Math.abs(((segment * 7919) % 13) / 13 - 0.5) * ring.trees * (segment % 2)
    positions.push(x * ring.radius, ring.base - 6 + ridge * ring.height * 1.6 + treetop, z * ring.radius)
    positions.push(x * ring.radius, FOOT, z * ring.radius)
    const corner = segment * 2
    if (segment < SEGMENTS) indices.push(corner, corner + 1, corner + 2, corner + 1, corner + 3, corner + 2)
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.setIndex(indices)
  return geometry
}

const VERTEX = /* glsl */ `
varying float vHeight;
void main() {
  vHeight = position.y;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.);
}`
const FRAGMENT = /* glsl */ `
varying float vHeight;
uniform vec3 uHill, uFade;
uniform float uTop;
${TO_SCREEN}
void main() {
  gl_FragColor = vec4(toScreen(mix(uHill, uFade, smoothstep(uTop, -9., vHeight) * .8)), 1.);
}`
