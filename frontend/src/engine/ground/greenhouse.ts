/** The glasshouse: ribs and hoops of a dome that is open to the visitor, its glass, and the fairy lights on it. */

import { finial, halfSweep, hoops, lamps, paint, radius as reach, ribs, slimmest } from 'looks/dome.json'
import { air } from 'looks/lights.json'
import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  Color,
  DoubleSide,
  Group,
  Mesh,
  MeshLambertMaterial,
  Points,
  ShaderMaterial,
  type Vector3,
} from 'three'
import { Builder } from '../builder'
import { color, SPRITE_GLOW, TO_SCREEN } from '../glsl'
import { KIND } from '../growth'
import type { Light } from '../light'
import { afterChunk, extendShader, replaceChunk } from '../material'
import { createRng } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { clamp, mix, rgb, vec } from '../vectors'
import type { Terrain } from './terrain'

const RIB_STEPS = 16
/** Thickness of the hoops, and of the one that lies on the ground. */
const BASE_HOOP = 0.02
const HOOP = { upper: 0.028, base: 0.09 } as const
const RIB = { outer: 0.07, inner: 0.036 } as const
const PAINT = [rgb(paint), rgb('#f7faf2')] as const
/** Metres that a lamp's glow takes. */
const LAMP_SIZE = { smallest: 0.24, base: 0.5 } as const
const GLASS = { across: 40, up: 16 } as const

/** Metres: the radius of the island it stands on, and its own height. */
export interface DomeSize {
  radius: number
  height: number
}

const domeRadius = (islandRadius: number, elevation: number): number =>
  islandRadius * reach.share * Math.cos(elevation) ** reach.exponent

/** A point of the dome: angle about the vertical, and 0 at the ground to 1 at the top. */
export function domePoint(size: DomeSize, angle: number, rise: number): Vector3 {
  const elevation = (rise * Math.PI) / 2
  const radius = domeRadius(size.radius, elevation)
  return vec(Math.cos(angle) * radius, size.height * Math.sin(elevation), Math.sin(angle) * radius)
}

/** Angle of a share of the sweep; the middle of it looks to the rear. */
const sweep = (share: number): number => -Math.PI / 2 + mix(-halfSweep, halfSweep, share)

/** Whether one who stands here sees the garden through the frame: outside it, and not where it is open. */
export function isBehindFrame(size: DomeSize, { x, y, z }: Vector3): boolean {
  const elevation = Math.asin(clamp(y / size.height, 0, 1))
  if (Math.hypot(x, z) < domeRadius(size.radius, elevation)) return false
  return Math.abs(Math.atan2(x, -z)) < halfSweep // the angle away from the rear
}

export class Greenhouse {
  readonly group = new Group()
  readonly size: DomeSize
  private readonly glass = { uColor: { value: new Color() }, uStrength: { value: 0 } }
  private readonly lamps = { uStrength: { value: 0 } }
  private readonly lampPoints: Points<BufferGeometry, ShaderMaterial>

  constructor({ radius, small }: Terrain, height: number, uniforms: SharedUniforms) {
    const size = { radius, height }
    this.size = size
    const frame = new Mesh(frameGeometry(size, mix(slimmest, 1, small)), frameMaterial())
    const panes = new Mesh(
      glassGeometry(size),
      new ShaderMaterial({
        transparent: true,
        depthWrite: false,
        side: DoubleSide,
        toneMapped: false,
        uniforms: this.glass,
        vertexShader: GLASS_VERTEX,
        fragmentShader: GLASS_FRAGMENT,
      }),
    )
    panes.renderOrder = 5
    const lampUniforms = {
      ...this.lamps,
      uSize: { value: mix(LAMP_SIZE.smallest, LAMP_SIZE.base, small) },
      uTime: uniforms.uTime,
      uResolution: uniforms.uResolution,
    }
    this.lampPoints = new Points(
      lampGeometry(size),
      new ShaderMaterial({
        transparent: true,
        depthWrite: false,
        blending: AdditiveBlending,
        toneMapped: false,
        uniforms: lampUniforms,
        vertexShader: LAMP_VERTEX,
        fragmentShader: LAMP_FRAGMENT,
      }),
    )
    this.lampPoints.renderOrder = 6
    this.lampPoints.frustumCulled = false
    this.group.add(frame, panes, this.lampPoints)
  }

  get lampMaterial(): ShaderMaterial {
    return this.lampPoints.material
  }

  applyLight(light: Light): void {
    this.glass.uColor.value.copy(light.rim)
    this.glass.uStrength.value = 0.5 + 0.2 * light.night
    this.lamps.uStrength.value = light.lamps
    this.lampPoints.visible = light.lamps > 0.01
  }
}

/** `slim` is how thick the bars are beside those over the base island. */
function frameGeometry(size: DomeSize, slim: number): BufferGeometry {
  const builder = new Builder(createRng(1))
  const bar = (points: Vector3[], thickness: number) =>
    builder.tube(points, {
      radius: () => thickness * slim,
      sides: 5,
      colors: PAINT,
      birth: [0, 0],
      flex: [0, 0],
      kind: KIND.fixed,
    })
  for (let rib = 0; rib <= ribs; rib++) {
    const outer = rib === 0 || rib === ribs
    const points = Array.from({ length: RIB_STEPS + 1 }, (_, step) =>
      domePoint(size, sweep(rib / ribs), step / RIB_STEPS),
    )
    bar(points, outer ? RIB.outer : RIB.inner)
  }
  for (const rise of [BASE_HOOP, ...hoops]) {
    bar(
      Array.from({ length: 49 }, (_, step) => domePoint(size, sweep(step / 48), rise)),
      rise === BASE_HOOP ? HOOP.base : HOOP.upper,
    )
  }
  builder.ball({
    center: domePoint(size, 0, 1).add(vec(0, finial.rise * slim, 0)),
    radius: finial.radius * slim,
    height: finial.radius * slim * 1.3,
    subdivisions: 1,
    color: () => rgb(finial.color),
    life: { birth: 0, flex: 0, kind: KIND.fixed },
  })
  const geometry = builder.build()
  geometry.deleteAttribute('aPivot')
  geometry.deleteAttribute('aLife')
  return geometry
}

function frameMaterial(): MeshLambertMaterial {
  const material = new MeshLambertMaterial({ emissive: '#2c3134' })
  extendShader(material, 'greenhouse', (shader) => {
    const vertex = afterChunk(shader.vertexShader, 'common', 'attribute vec4 aColor; varying vec3 vPaint;')
    shader.vertexShader = replaceChunk(
      vertex,
      'begin_vertex',
      'vec3 transformed = position; vPaint = pow(aColor.rgb, vec3(2.2));',
    )
    const fragment = afterChunk(shader.fragmentShader, 'common', 'varying vec3 vPaint;')
    shader.fragmentShader = replaceChunk(fragment, 'color_fragment', `diffuseColor.rgb = vPaint;\n${FADES_NEAR}`)
  })
  return material
}

/** A bar near the lens would stand before what is looked at: it dissolves, grain by grain. */
const FADES_NEAR = /* glsl */ `
float grain = fract(52.98 * fract(dot(gl_FragCoord.xy, vec2(.06711, .00584))));
if (length(vViewPosition) < mix(2.4, 4.6, grain)) discard;`

function glassGeometry(size: DomeSize): BufferGeometry {
  const positions: number[] = []
  const indices: number[] = []
  const { across, up } = GLASS
  for (let column = 0; column <= across; column++) {
    for (let row = 0; row <= up; row++) {
      positions.push(...domePoint(size, sweep(column / across), row / up).toArray())
      if (column === across || row === up) continue
      const corner = column * (up + 1) + row
      const beside = corner + up + 1
      indices.push(corner, beside, corner + 1, corner + 1, beside, beside + 1)
    }
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.setIndex(indices)
  return geometry
}

/** Lights hang in a slack string under every second rib. */
function lampGeometry(size: DomeSize): BufferGeometry {
  const positions: number[] = []
  const { everyRib, perRib, spacing, inside, hang, slack } = lamps
  for (let rib = 0; rib <= ribs; rib += everyRib) {
    for (let lamp = 1; lamp <= perRib; lamp++) {
      const point = domePoint(size, sweep(rib / ribs), lamp / spacing)
      const drop = hang + slack.metres * Math.sin(lamp * slack.turn)
      positions.push(point.x * inside, point.y - drop, point.z * inside)
    }
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  return geometry
}

const GLASS_VERTEX = /* glsl */ `
varying vec3 vNormal, vView;
varying float vHeight;
void main() {
  vec4 world = modelMatrix * vec4(position, 1.);
  vNormal = normalize(position);
  vHeight = position.y;
  vView = cameraPosition - world.xyz;
  gl_Position = projectionMatrix * viewMatrix * world;
}`
const GLASS_FRAGMENT = /* glsl */ `
varying vec3 vNormal, vView;
varying float vHeight;
uniform vec3 uColor;
uniform float uStrength;
${TO_SCREEN}
void main() {
  vec3 normal = normalize(vNormal);
  float fresnel = pow(1. - abs(dot(normal, normalize(vView))), 2.5);
  float streak = smoothstep(.03, .0, abs(fract(dot(normal, vec3(1.3, 1.9, .2)) * 1.6) - .5) - .06) * .25;
  gl_FragColor = vec4(toScreen(uColor), (fresnel * .5 + .035 + streak * .12) * uStrength * smoothstep(0., 1.5, vHeight));
}`
const LAMP_VERTEX = /* glsl */ `
uniform float uStrength, uTime, uSize;
uniform vec2 uResolution;
varying float vStrength;
void main() {
  vec4 view = modelViewMatrix * vec4(position, 1.);
  gl_Position = projectionMatrix * view;
  vStrength = uStrength * (.8 + .2 * sin(uTime * 2.3 + position.x * 9. + position.y * 5.));
  gl_PointSize = clamp(uResolution.y * uSize / -view.z, 2., 60.);
}`
const LAMP_FRAGMENT = /* glsl */ `
varying float vStrength;
${SPRITE_GLOW}
void main() {
  float d = spriteDistance();
  gl_FragColor = vec4((${color(air.lamp.core)} * core(d) + ${color(air.lamp.halo)} * halo(d)) * vStrength, 1.);
}`
