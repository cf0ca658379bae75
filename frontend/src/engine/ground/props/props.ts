/** What dresses the garden besides its plants: one merged mesh, and after dark the glow of its lanterns. */

import { sizes } from 'looks/props.json'
import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Group,
  Mesh,
  MeshLambertMaterial,
  Points,
  type ShaderMaterial,
} from 'three'
import { Builder } from '../../builder'
import type { Light } from '../../light'
import { afterChunk, extendShader, replaceChunk, UNFLIPPED_NORMAL } from '../../material'
import { CASTERS_LAYER, QUALITY } from '../../presets'
import { createRng } from '../../rng'
import type { Prop, PropKind, QualityLevel } from '../../types'
import type { SharedUniforms } from '../../uniforms'
import { rgb } from '../../vectors'
import type { Bed } from '../gardenMap'
import { waterLevel } from '../pond'
import type { Terrain } from '../terrain'
import { cat } from './cat'
import { bench, cane, FLAME, lantern, table, wateringCan } from './furniture'
import { flowerPot, hedgeBall, lilyPad, waitingBed } from './greenery'

const BUILDERS: Record<PropKind, (builder: Builder, prop: Prop) => void> = {
  table,
  bench,
  can: wateringCan,
  lantern,
  pot: (builder, { color }) => flowerPot(builder, rgb(color ?? '#ffffff')),
  hedge: hedgeBall,
  lily: (builder, { color }) => lilyPad(builder, color === null ? null : rgb(color)),
  cat,
  cane: (builder, { scale }) => cane(builder, scale),
  bed: waitingBed,
}
/** Metres that a pad lies above the water, and the next one above it: none flickers through another. */
const AFLOAT = { first: 0.015, next: 0.001 } as const
/** How much of the ground that a thing takes lies in its shade. */
const SHADED = 0.9

export class Props {
  readonly group = new Group()
  private readonly terrain: Terrain
  private readonly material: MeshLambertMaterial
  private readonly lampMaterial: ShaderMaterial
  private readonly glow = { uGlow: { value: 0 } }
  private things: readonly Prop[] = []
  private lamps: Points | undefined
  private castShadow = true

  /** `lampMaterial` is that of the glasshouse's lamps. */
  constructor(terrain: Terrain, uniforms: SharedUniforms, lampMaterial: ShaderMaterial) {
    this.terrain = terrain
    this.lampMaterial = lampMaterial
    this.material = propMaterial(uniforms, this.glow)
  }

  applyLight({ lamps }: Light): void {
    this.glow.uGlow.value = lamps
    if (this.lamps) this.lamps.visible = lamps > 0.01
  }

  setQuality(level: QualityLevel): void {
    this.castShadow = QUALITY[level].shadowMap > 0
    for (const object of this.group.children) object.castShadow = this.castShadow && object instanceof Mesh
  }

  /** Puts these in the place of what stood there. */
  set(things: readonly Prop[]): void {
    if (JSON.stringify(things) === JSON.stringify(this.things)) return
    this.things = things
    for (const object of [...this.group.children] as (Mesh | Points)[]) object.geometry.dispose()
    this.group.clear()
    this.lamps = undefined
    if (things.length === 0) return
    this.group.add(this.mesh())
    this.lamps = new Points(this.flames(), this.lampMaterial)
    this.lamps.renderOrder = 6
    this.lamps.frustumCulled = false
    this.lamps.visible = this.glow.uGlow.value > 0.01
    this.group.add(this.lamps)
  }

  /** The shade under things, and the ground where no grass grows. */
  get beds(): Bed[] {
    return this.things
      .filter(({ kind, lift }) => sizes[kind].taken > 0 && lift === 0)
      .map(({ kind, x, z }) => ({
        x,
        z,
        spread: sizes[kind].taken * SHADED,
        shade: sizes[kind].shade,
        heat: 0,
        bare: true,
      }))
  }

  private mesh(): Mesh {
    const builder = new Builder(createRng(77))
    this.things.forEach((prop, order) => {
      const y = this.heightOf(prop, order) + prop.lift
      builder.setDown({ ...prop, y }, () => BUILDERS[prop.kind](builder, prop))
    })
    const geometry = builder.build()
    geometry.deleteAttribute('aPivot')
    geometry.deleteAttribute('aLife')
    const mesh = new Mesh(geometry, this.material)
    mesh.receiveShadow = true
    mesh.castShadow = this.castShadow
    mesh.layers.enable(CASTERS_LAYER)
    return mesh
  }

  private heightOf({ kind, x, z }: Prop, order: number): number {
    if (kind === 'lily') return waterLevel(this.terrain) + AFLOAT.first + order * AFLOAT.next
    return this.terrain.height(x, z)
  }

  private flames(): BufferGeometry {
    const positions = this.things.flatMap(({ kind, x, z }) =>
      kind === 'lantern' ? [x, this.terrain.height(x, z) + FLAME, z] : [],
    )
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
    return geometry
  }
}

function propMaterial(uniforms: SharedUniforms, glow: { uGlow: { value: number } }): MeshLambertMaterial {
  // Both sides: what is turned and what is boxed wind their faces differently.
  const material = new MeshLambertMaterial({ side: DoubleSide })
  extendShader(material, 'props', (shader) => {
    Object.assign(shader.uniforms, glow, { uSnow: uniforms.uSnow, uWet: uniforms.uWet })
    const vertex = afterChunk(
      shader.vertexShader,
      'common',
      'attribute vec4 aColor; varying vec4 vPaint; varying float vUpward;',
    )
    shader.vertexShader = replaceChunk(
      vertex,
      'begin_vertex',
      'vec3 transformed = position; vPaint = vec4(pow(aColor.rgb, vec3(2.2)), aColor.a); vUpward = normal.y;',
    )
    let fragment = afterChunk(
      shader.fragmentShader,
      'common',
      'varying vec4 vPaint; varying float vUpward; uniform float uGlow, uSnow, uWet;',
    )
    fragment = replaceChunk(fragment, 'color_fragment', PROP_COLOR)
    fragment = replaceChunk(fragment, 'normal_fragment_begin', UNFLIPPED_NORMAL)
    shader.fragmentShader = replaceChunk(fragment, 'aomap_fragment', PROP_GLOW)
  })
  return material
}

/** Snow lies on everything but the cat, which is known by its colour. */
const PROP_COLOR = /* glsl */ `
float ginger = step(vPaint.g + vPaint.b * 3. + .02, vPaint.r);
float lying = uSnow * smoothstep(.35, .8, vUpward) * .92 * (1. - ginger);
diffuseColor.rgb = mix(vPaint.rgb * mix(.45, 1.05, max(vPaint.a, .2)) * (1. - uWet * .25), vec3(.95, .97, 1.), lying);`
const PROP_GLOW = /* glsl */ `
if (vPaint.a < .02) totalEmissiveRadiance += vec3(1., .72, .36) * uGlow * 1.3;`
