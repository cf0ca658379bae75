/**
 * The garden: one object that a host adds to its scene, feeds with the server's facts and updates once a frame.
 *
 * Frame order: time, music, light, sky and weather, the visitor's hand, plants' motions, beds, happenings, culling by the camera, shadows.
 */

import { view } from 'looks/island.json'
import { type Camera, Group, type Ray, type Vector3, type WebGLRenderer } from 'three'
import { Atmosphere } from './atmosphere'
import { type Framing, isLow, overview } from './camera'
import { DayLight, type Way } from './dayLight'
import { disposeTree } from './ground/ground'
import { Hand } from './hand'
import { Happenings } from './happenings'
import { Land } from './land'
import type { LightSources } from './lightSources'
import type { PlantInstance } from './plantInstance'
import { Planting } from './planting'
import { MOTION } from './presets'
import type { Conditions, IslandPlan, Music, Plant, Prop, QualityLevel, Skills } from './types'
import { createUniforms } from './uniforms'
import { Visitors, type Walk } from './visitors'

export interface GardenOptions {
  /** Its shadow map is asked to redraw when sun, growth or season change; a host without one does that itself. */
  renderer?: WebGLRenderer | undefined
  plants: readonly Plant[]
  conditions: Conditions
  quality: QualityLevel
  skills?: Skills | undefined
  /** What is heard when the garden opens; null or nothing is silence. */
  music?: Music | null | undefined
  island: IslandPlan
  reducedMotion?: boolean | undefined
}

export interface GardenStats {
  plants: number
  plantDrawCalls: number
  plantTriangles: number
  tufts: number
  /** Of the last frame the renderer drew, when the garden knows it. */
  drawCalls: number | undefined
  triangles: number | undefined
}

/** Seconds that one frame may count at most: after a pause the garden goes on, it does not jump. */
const LONGEST_STEP = 0.1

export const createGarden = (options: GardenOptions): Garden => new Garden(options)

export class Garden {
  readonly group = new Group()
  readonly planting: Planting
  private readonly uniforms = createUniforms()
  private readonly renderer: WebGLRenderer | undefined
  private readonly happenings: Happenings
  private readonly atmosphere: Atmosphere
  private readonly land: Land
  private readonly hand: Hand
  private readonly visitors: Visitors
  private readonly dayLight: DayLight
  private props: readonly Prop[] = []
  private reducedMotion = false

  constructor(options: GardenOptions) {
    this.renderer = options.renderer
    this.atmosphere = new Atmosphere(this.uniforms, options.conditions, (light) => this.land.applyLight(light))
    this.happenings = new Happenings(this.uniforms)
    this.planting = new Planting(this.uniforms, (instance) => this.happenings.bloomLight(instance))
    this.land = new Land(options.island.radius, this.uniforms)
    this.hand = new Hand(this.uniforms)
    this.visitors = new Visitors(this.atmosphere.weather.fireflies, this.happenings, this.ground)
    this.dayLight = new DayLight(this.uniforms)
    this.group.add(this.dayLight.points)
    this.atmosphere.setRadius(this.radius)
    this.group.add(this.land.group, this.atmosphere.group, this.planting.field.group, this.happenings.group)
    this.setReducedMotion(options.reducedMotion ?? false)
    this.setPlants(options.plants, options.island, 0)
    this.setQuality(options.quality)
    if (options.skills) this.setSkills(options.skills)
    this.atmosphere.begin(options.music ?? null)
  }

  get lights(): LightSources {
    return this.atmosphere.lights
  }

  /** '#rrggbb' of the sky as it is or will soon be: high up, and half way down. */
  get skyColors(): { zenith: string; mid: string } {
    const { zenith, mid } = this.atmosphere.goal
    return { zenith: `#${zenith.getHexString()}`, mid: `#${mid.getHexString()}` }
  }

  /** For the host's scene: `scene.fog = garden.fog`. */
  get fog(): LightSources['fog'] {
    return this.lights.fog
  }

  /** Metres from the island's middle to its rim. */
  get radius(): number {
    return this.land.terrain.radius
  }

  /** Seconds of the scene's clock. */
  get time(): number {
    return this.uniforms.uTime.value
  }

  /** Whether something is on its way; a host that draws on demand goes on drawing while it is. */
  get animating(): boolean {
    return this.atmosphere.changing || this.land.growing || this.planting.motions.active || this.happenings.active
  }

  // --- plants ---------------------------------------------------------------------------------------------------------

  /** Takes the whole list and changes only what differs: plants come, go, grow and pale, and the island with them. */
  setPlants(plants: readonly Plant[], island: IslandPlan, seconds: number = MOTION.growth): void {
    const { radius, props } = island
    this.props = props
    const time = this.reducedMotion ? 0 : seconds
    if (this.land.fit(radius, time)) {
      this.atmosphere.setRadius(radius)
      this.planting.replant(this.land.terrain)
    }
    this.planting.set(plants, this.land.terrain)
    this.land.roof(this.planting.tallest(this.land.terrain), time)
    this.drawBeds()
    const spots = this.planting.instances.map(({ plant, y }) => ({ x: plant.x, y, z: plant.z }))
    this.atmosphere.weather.setSpots(spots.filter(({ z }) => z > -this.radius / 2))
  }

  /** `growth` 0–1 over `seconds`; sparks rise on the way. */
  growTo(id: string, growth: number, seconds: number = MOTION.growth): void {
    this.with(id, (instance) => this.happenings.grow(this.planting, instance, growth, seconds))
  }

  /** A deployment succeeded: sparks fly, and petals open for `seconds`, as far as `intensity` 0–1. */
  bloom(id: string, seconds: number, intensity: number): void {
    this.with(id, (instance) => {
      this.planting.motions.bloom(instance, seconds, intensity)
      this.happenings.sparkle(instance, intensity)
    })
  }

  /** A deployment failed: the plant droops for `seconds`, as deep as `level` 0–1. */
  concern(id: string, seconds: number, level: number): void {
    this.with(id, (instance) => this.planting.motions.concern(instance, seconds, level))
  }

  /** Commits came in; `impact` 0–1. */
  sparkle(id: string, impact: number): void {
    this.with(id, (instance) => this.happenings.sparkle(instance, impact))
  }

  /** A visitor touched a plant. */
  ripple(id: string): void {
    this.with(id, (instance) => this.happenings.ripple(instance))
  }

  /** A project was planted; it is already in the list. */
  seedDrop(id: string): void {
    this.with(id, (instance) => this.happenings.seedDrop(this.planting, instance))
  }

  /** Lights up the plant under the pointer or the keyboard's focus. */
  setFocus(id: string | null): void {
    this.planting.focus(id)
  }

  /** Lets all but the plants of these ids recede; with null none does. */
  setFound(found: ReadonlySet<string> | null): void {
    this.planting.setFound(found)
  }

  /** The visitor's hand lies where a ray meets the ground, or nowhere. */
  point(ray: Ray | null): void {
    this.hand.point(ray, this.land.terrain)
  }

  /** The plant a ray points at. */
  pick(ray: Ray): string | null {
    return this.planting.pick(ray)
  }

  /** Where a label would hang. Returns whether the plant is known. */
  anchor(id: string, out: Vector3): boolean {
    return this.planting.anchor(id, out)
  }

  /** Where something lies at a plant's foot, before the camera. Returns whether the plant is known. */
  foot(id: string, { position }: Camera, out: Vector3): boolean {
    return this.planting.foot(id, position, out)
  }

  private readonly ground = (x: number, z: number): number => this.land.terrain.height(x, z)

  private with(id: string, act: (instance: PlantInstance) => void): void {
    const instance = this.planting.get(id)
    if (instance) act(instance)
  }

  // --- light, music, sky, visitors -------------------------------------------------------------------------------------

  setConditions(conditions: Conditions, seconds: number = MOTION.light): void {
    this.atmosphere.setConditions(conditions, seconds)
  }

  setMusic(music: Music | null): void {
    this.atmosphere.setMusic(music)
  }

  setPosts(posts: number): void {
    this.atmosphere.setPosts(posts)
  }

  setSkills(skills: Skills): void {
    this.atmosphere.sky.setSkills(skills)
  }

  /** Lights up the star under the pointer or the keyboard's focus, and its lines; the others recede. */
  setStarFocus(skillId: string | null): void {
    this.atmosphere.sky.setFocus(skillId, this.reducedMotion)
  }

  /** The star a ray points at, within so many radians; null where none shows. */
  pickStar(ray: Ray, reach: number): string | null {
    return this.atmosphere.sky.pick(ray, reach)
  }

  /** Where a star's label would hang. Returns whether the star shows. */
  starAnchor(skillId: string, camera: Camera, out: Vector3): boolean {
    return this.atmosphere.sky.anchor(skillId, camera, out)
  }

  /** A skill was unlocked. */
  flare(skillId: string): void {
    const from = this.atmosphere.sky.flare(skillId)
    if (from) this.happenings.starFalls(from)
  }

  /** A visitor who agreed to be seen went somewhere; `heard` is when, in milliseconds. Plants glow where they stand. */
  walk(walk: Walk, heard: number): void {
    this.visitors.step(walk, heard)
    this.planting.setVisited(this.visitors.places)
  }

  /** The ways that visitors of the day walked, or none; `calm` 0–1 is how the day was. */
  showWays(ways: readonly Way[], calm: number): void {
    this.dayLight.show(ways, calm, this.ground)
  }

  /** Lets go of visitors who were not heard of since. Returns whether there were some. */
  forgetVisitors(since: number): boolean {
    const some = this.visitors.forget(since)
    if (some) this.planting.setVisited(this.visitors.places)
    return some
  }

  // --- host -----------------------------------------------------------------------------------------------------------

  setQuality(level: QualityLevel): void {
    this.planting.field.setQuality(level)
    this.land.setQuality(level)
    this.atmosphere.setQuality(level)
    if (this.renderer) this.renderer.shadowMap.enabled = this.lights.castShadows
  }

  /** Nothing flies, flashes or eases; changes are there at once. */
  setReducedMotion(reduced: boolean): void {
    this.reducedMotion = reduced
    this.happenings.still = reduced
    this.hand.setStill(reduced)
    this.visitors.still = reduced
    this.planting.motions.still = reduced
    this.atmosphere.setStill(reduced)
  }

  /** Size of the drawing buffer in pixels, and device pixels per CSS pixel. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.uniforms.uResolution.value.set(width, height)
    this.uniforms.uPixelRatio.value = pixelRatio
  }

  /** Sets the scene's clock, for pictures of a fixed moment. */
  setTime(seconds: number): void {
    this.uniforms.uTime.value = seconds
  }

  update(dt: number, camera: Camera): void {
    const step = Math.min(dt, LONGEST_STEP)
    this.uniforms.uTime.value += step
    this.atmosphere.update(step, this.time)
    this.land.step(step)
    this.hand.step(step)
    this.planting.motions.step(step)
    this.planting.sweep()
    if (this.planting.bedsDirty) this.drawBeds()
    this.visitors.update(step)
    this.happenings.update(step)
    this.planting.field.update(camera)
    this.refreshShadows()
  }

  /** Wind never moves shadows: nobody sees it, and a redraw costs. They know all plants, so the camera moves none. */
  private refreshShadows(): void {
    if (!this.lights.shadowDirty && !this.planting.motions.growing) return
    this.lights.shadowDirty = false
    if (!this.lights.castShadows) return
    this.planting.field.shadows.update()
    if (this.renderer) this.renderer.shadowMap.needsUpdate = true
  }

  /** The framing of the whole garden in the light of the moment; `height` is the picture's, in CSS pixels. */
  frameAll(out: Framing, aspect: number, height: number): Framing {
    const { radius, height: dome } = this.land.shown
    overview(out, { radius, dome, aspect, lookUp: this.atmosphere.light.lookUp, low: isLow(aspect, height) })
    this.atmosphere.sky.hang(out, aspect)
    this.planting.field.setOverview(radius <= view.cap ? out.position.z : 0)
    return out
  }

  /** The close-up of one plant. Returns whether the plant is known. */
  framePlant(id: string, out: Framing, aspect: number): boolean {
    return this.planting.frame(id, out, aspect, this.land.dome)
  }

  /** What stands between an eye and a plant lets it be seen; with null all stand as ever. */
  makeWay(id: string | null, eye: Vector3): void {
    this.planting.makeWay(id, eye)
  }

  stats(): GardenStats {
    const { field, instances } = this.planting
    const render = this.renderer?.info.render
    return {
      plants: instances.length,
      plantDrawCalls: field.drawCalls,
      plantTriangles: field.triangles,
      tufts: this.land.tufts,
      drawCalls: render?.calls,
      triangles: render?.triangles,
    }
  }

  dispose(): void {
    this.planting.field.dispose()
    this.land.dispose()
    this.atmosphere.dispose()
    disposeTree(this.group)
    this.group.clear()
  }

  private drawBeds(): void {
    this.planting.bedsDirty = false
    this.land.setBeds(this.planting.beds(), this.props)
    this.lights.shadowDirty = true
  }
}
