/**
 * The constellation: one star a skill, a line where two are used together. It hangs over the glasshouse, where a visitor
 * who looks at the garden sees it.
 */

import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  type Camera,
  Color,
  DoubleSide,
  DynamicDrawUsage,
  Group,
  Mesh,
  Points,
  type Ray,
  ShaderMaterial,
  Vector3,
} from 'three'
import { type Framing, isNarrow } from '../camera'
import type { Light } from '../light'
import { GROUP_COLORS, MOTION } from '../presets'
import type { SkillNode, Skills } from '../types'
import type { SharedUniforms } from '../uniforms'
import { at, mix } from '../vectors'
import { LINE_FRAGMENT, LINE_VERTEX, STAR_FRAGMENT, STAR_VERTEX } from './constellationShader'
import { type Places, toward } from './picture'

const DISTANCE = 150
/** Radians: skills spread this far to each side, between these elevations. */
const AZIMUTH = 0.2
const ELEVATION = [0.15, 0.31] as const
/** Where their middle hangs: no line crosses the moon or the words. On a phone they stand closer. */
const MIDDLE: Places = { wide: [0.22, 0.7], broad: [0.2, 0.68], narrow: [-0.2, 0.3] }
const CLOSER = 0.6
const LINE_HALF_WIDTH = 0.13
/** Lines end this short of their stars. */
const LINE_GAP = 1.6
/** Stars show once the sky is this dark. */
const FIRST_STARS = 0.2
/** A focus that is this near to its goal is there. */
const NEARLY = 0.01

const CENTER = { x: 0.5, y: 0.5 }
const place = new Vector3()
const goal = new Vector3()

/** Where a skill stands, in metres from the camera. */
export function starPosition(node: Pick<SkillNode, 'x' | 'y'>, out = new Vector3()): Vector3 {
  const azimuth = mix(-AZIMUTH, AZIMUTH, node.x)
  const elevation = mix(ELEVATION[0], ELEVATION[1], node.y)
  const flat = Math.cos(elevation)
  return out.set(Math.sin(azimuth) * flat, Math.sin(elevation), -Math.cos(azimuth) * flat).multiplyScalar(DISTANCE)
}

export class Constellation {
  readonly group = new Group()
  private readonly shared: SharedUniforms
  private readonly strength = { value: 0 }
  private stars: Points<BufferGeometry, ShaderMaterial> | undefined
  private lines: Mesh<BufferGeometry, ShaderMaterial> | undefined
  private readonly order = new Map<string, number>()
  /** Age in seconds of the running flares, by star. */
  private readonly flares: { star: number; age: number }[] = []
  private links: readonly { from: number; to: number }[] = []
  private focusedId: string | null = null
  private focused: number | undefined
  private focusing = false

  constructor(shared: SharedUniforms) {
    this.shared = shared
  }

  setSkills(skills: Skills): void {
    this.clear()
    this.order.clear()
    for (const [index, node] of skills.nodes.entries()) this.order.set(node.id, index)
    this.links = skills.connections.flatMap(({ from, to }) => {
      const [a, b] = [this.order.get(from), this.order.get(to)]
      return a === undefined || b === undefined ? [] : [{ from: a, to: b }]
    })
    if (skills.nodes.length === 0) return
    const groups = [...new Set(skills.nodes.map((node) => node.group))]
    const colors = skills.nodes.map((node) => new Color(GROUP_COLORS[groups.indexOf(node.group) % GROUP_COLORS.length]))
    this.stars = this.createStars(skills.nodes, colors)
    this.lines = this.createLines(skills.nodes, colors)
    this.group.add(this.lines, this.stars)
    this.setFocus(this.focusedId, true)
  }

  /** A star flares and its lines draw themselves anew. Returns where it stands, for a falling star. */
  flare(id: string): Vector3 | undefined {
    const star = this.order.get(id)
    if (star === undefined || !this.stars) return undefined
    const running = this.flares.find((flare) => flare.star === star)
    if (running) running.age = 0
    else this.flares.push({ star, age: 0 })
    return this.positionOf(star, new Vector3())
  }

  /** One star and its lines light up, the others recede; null lets them all be. `atOnce` where nothing may ease. */
  setFocus(id: string | null, atOnce: boolean): void {
    this.focusedId = id
    this.focused = id === null ? undefined : this.order.get(id)
    this.focusing = true
    if (atOnce) this.stepFocus(1)
  }

  /** The nearest star to a ray from the camera, within so many radians. None while the sky is too bright for stars. */
  pick(ray: Ray, reach: number): string | null {
    if (!this.group.visible) return null
    let nearest: string | null = null
    let most = Math.cos(reach) * DISTANCE
    for (const [id, star] of this.order) {
      const toward = this.positionOf(star, place).dot(ray.direction)
      if (toward <= most) continue
      most = toward
      nearest = id
    }
    return nearest
  }

  /** Where a star stands for a camera, in the scene. Returns whether it shows there. */
  anchor(id: string, camera: Camera, out: Vector3): boolean {
    const star = this.order.get(id)
    if (star === undefined || !this.group.visible) return false
    this.positionOf(star, out)
    if (camera.getWorldDirection(place).dot(out) <= 0) return false
    out.add(camera.position)
    return true
  }

  private positionOf(star: number, out: Vector3): Vector3 {
    if (!this.stars) return out
    out.fromBufferAttribute(this.stars.geometry.getAttribute('position') as BufferAttribute, star)
    return out.multiply(this.group.scale).applyQuaternion(this.group.quaternion).setLength(DISTANCE)
  }

  /** Turns the sky so that the constellation hangs where the picture of the whole garden has room for it. */
  hang(framing: Framing, aspect: number): void {
    this.group.quaternion.setFromUnitVectors(
      starPosition(CENTER, place).normalize(),
      toward(goal, framing, aspect, MIDDLE),
    )
    this.group.scale.x = isNarrow(aspect) ? CLOSER : 1
  }

  update(dt: number): void {
    if (this.focusing) this.stepFocus(1 - Math.exp((-dt * 3) / MOTION.focus))
    this.stepFlares(dt)
  }

  /** Takes every star and line a share of the way to where it should be. */
  private stepFocus(share: number): void {
    if (!this.stars || !this.lines) return
    const { focused } = this
    const stars = this.stars.geometry.getAttribute('aFocus') as BufferAttribute
    const lines = this.lines.geometry.getAttribute('aFocus') as BufferAttribute
    let off = 0
    const toward = (from: number, goal: number): number => {
      const there = Math.abs(goal - from) < NEARLY
      if (!there) off++
      return there ? goal : from + (goal - from) * share
    }
    const resting = focused === undefined ? 0 : -1
    for (let star = 0; star < stars.count; star++) {
      stars.setX(star, toward(stars.getX(star), star === focused ? 1 : resting))
    }
    for (let link = 0; link < this.links.length; link++) {
      const { from, to } = at(this.links, link)
      const goal = focused !== undefined && (from === focused || to === focused) ? 1 : resting
      const focus = toward(lines.getX(link * 4), goal)
      for (let corner = 0; corner < 4; corner++) lines.setX(link * 4 + corner, focus)
    }
    stars.needsUpdate = true
    lines.needsUpdate = true
    this.focusing = off > 0
  }

  private stepFlares(dt: number): void {
    if (this.flares.length === 0 || !this.stars || !this.lines) return
    const glow = this.stars.geometry.getAttribute('aFlare') as BufferAttribute
    const drawn = this.lines.geometry.getAttribute('aDrawn') as BufferAttribute
    for (let index = this.flares.length - 1; index >= 0; index--) {
      const flare = at(this.flares, index)
      flare.age += dt
      const progress = Math.min(1, flare.age / MOTION.flare)
      glow.setX(flare.star, (1 - progress) ** 2 * Math.min(1, progress * 14) * 1.9)
      for (let link = 0; link < this.links.length; link++) {
        const { from, to } = at(this.links, link)
        if (from !== flare.star && to !== flare.star) continue
        const length = Math.min(1, progress * 1.7)
        // A line grows away from the star that flares: its sign says from which end.
        for (let corner = 0; corner < 4; corner++) drawn.setX(link * 4 + corner, from === flare.star ? length : -length)
      }
      if (progress === 1) this.flares.splice(index, 1)
    }
    glow.needsUpdate = true
    drawn.needsUpdate = true
  }

  applyLight(light: Light): void {
    this.strength.value = Math.max(0, (light.stars - FIRST_STARS) / (1 - FIRST_STARS))
    this.group.visible = this.strength.value > 0.01
  }

  private material(vertexShader: string, fragmentShader: string): ShaderMaterial {
    const { uTime, uPixelRatio } = this.shared
    const uniforms = { uTime, uPixelRatio, uStrength: this.strength }
    return new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      blending: AdditiveBlending,
      toneMapped: false,
      uniforms,
      vertexShader,
      fragmentShader,
    })
  }

  private createStars(nodes: readonly SkillNode[], colors: readonly Color[]): Points<BufferGeometry, ShaderMaterial> {
    const geometry = new BufferGeometry()
    const flares = new BufferAttribute(new Float32Array(nodes.length), 1).setUsage(DynamicDrawUsage)
    geometry.setAttribute(
      'position',
      new BufferAttribute(new Float32Array(nodes.flatMap((node) => starPosition(node).toArray())), 3),
    )
    geometry.setAttribute(
      'aColor',
      new BufferAttribute(new Float32Array(colors.flatMap((color) => color.toArray())), 3),
    )
    geometry.setAttribute(
      'aSize',
      new BufferAttribute(new Float32Array(nodes.map((node) => 0.5 + 0.7 * node.brightness)), 1),
    )
    geometry.setAttribute('aFlare', flares)
    geometry.setAttribute('aFocus', flares.clone())
    const stars = new Points(geometry, this.material(STAR_VERTEX, STAR_FRAGMENT))
    stars.frustumCulled = false
    stars.renderOrder = -8
    return stars
  }

  /** Thin quads: lines of one pixel vanish on phones. */
  private createLines(nodes: readonly SkillNode[], colors: readonly Color[]): Mesh<BufferGeometry, ShaderMaterial> {
    const positions: number[] = []
    const tints: number[] = []
    const places: number[] = []
    const indices: number[] = []
    this.links.forEach(({ from, to }, link) => {
      const start = starPosition(at(nodes, from))
      const end = starPosition(at(nodes, to))
      const direction = end.clone().sub(start).normalize()
      const width = start.clone().cross(direction).normalize().multiplyScalar(LINE_HALF_WIDTH)
      for (const [point, offset, along] of [
        [start, LINE_GAP, 0],
        [end, -LINE_GAP, 1],
      ] as const) {
        for (const side of [1, -1]) {
          positions.push(...point.clone().addScaledVector(direction, offset).addScaledVector(width, side).toArray())
          tints.push(...at(colors, along ? to : from).toArray())
          places.push(along, side)
        }
      }
      const corner = link * 4
      indices.push(corner, corner + 1, corner + 2, corner + 1, corner + 3, corner + 2)
    })
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
    geometry.setAttribute('aColor', new BufferAttribute(new Float32Array(tints), 3))
    geometry.setAttribute('aPlace', new BufferAttribute(new Float32Array(places), 2))
    geometry.setAttribute(
      'aDrawn',
      new BufferAttribute(new Float32Array(places.length / 2).fill(1), 1).setUsage(DynamicDrawUsage),
    )
    geometry.setAttribute(
      'aFocus',
      new BufferAttribute(new Float32Array(places.length / 2), 1).setUsage(DynamicDrawUsage),
    )
    geometry.setIndex(indices)
    const lines = new Mesh(geometry, this.material(LINE_VERTEX, LINE_FRAGMENT))
    lines.frustumCulled = false
    lines.renderOrder = -8
    return lines
  }

  private clear(): void {
    for (const part of [this.stars, this.lines]) {
      if (!part) continue
      this.group.remove(part)
      part.geometry.dispose()
      part.material.dispose()
    }
    this.stars = undefined
    this.lines = undefined
    this.flares.length = 0
  }
}
