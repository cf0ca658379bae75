/** The plants that stand in the garden: who they are, how they move, and which of them a ray or a name points at. */

import { Ray, Vector3 } from 'three'
import { closeUp, type Framing } from './camera'
import type { Bed } from './ground/gardenMap'
import { type DomeSize, isBehindFrame } from './ground/greenhouse'
import { PlantField } from './plantField'
import { createInstance, heightAt, heightNow, type PlantInstance, type Site, spreadNow } from './plantInstance'
import { PlantMotions } from './plantMotion'
import { CAMERA } from './presets'
import type { Plant } from './types'
import type { SharedUniforms } from './uniforms'
import { at, clamp } from './vectors'

/** How much of its own side a plant is worth, beside what stands in the way. */
const TURNED = 0.15
/** What a view through the greenhouse's frame costs, beside what stands in the way. */
const THROUGH_FRAME = 0.6
/** Metres from a plant at which somebody stands at it, and how much of the light of focus it gets then. */
const BESIDE = 1.3
const VISITED = 0.4
/** By how much a neighbour's size must be wrong before it bows or rises. */
const BOW = 0.08
/** Metres: a seed is small, but a finger is not. */
const LEAST_REACH = 0.3

export class Planting {
  readonly field: PlantField
  readonly motions: PlantMotions
  /** A growth has ended or plants have changed: their beds have to be drawn again. */
  bedsDirty = false
  readonly instances: PlantInstance[] = []
  private readonly byId = new Map<string, PlantInstance>()
  /** No longer in the list, but still on their way into the ground. */
  private readonly leaving = new Set<PlantInstance>()
  private readonly gone: PlantInstance[] = []
  private focused: PlantInstance | undefined
  /** Those that bow, and how small. */
  private readonly bowed = new Map<PlantInstance, number>()
  private found: ReadonlySet<string> | null = null
  private visited: readonly { x: number; z: number }[] = []

  constructor(uniforms: SharedUniforms, onBloomLight: (instance: PlantInstance) => void) {
    this.field = new PlantField(this.instances, uniforms)
    this.motions = new PlantMotions({
      onMoved: (instance) => this.field.rewrite(instance),
      onGrown: (instance) => {
        this.bedsDirty = true
        if (this.leaving.has(instance)) this.gone.push(instance)
      },
      onBloomLight,
    })
  }

  get(id: string): PlantInstance | undefined {
    return this.byId.get(id)
  }

  /** Takes the whole list and changes only what differs: plants come, go, grow and pale. */
  set(plants: readonly Plant[], site: Site): void {
    const wanted = new Set(plants.map((plant) => plant.id))
    for (const [id, instance] of this.byId) if (!wanted.has(id)) this.leave(instance)
    for (const plant of plants) this.put(plant, site)
    this.relist()
  }

  /** Sets every plant on new ground. */
  replant(site: Site): void {
    this.gone.push(...this.leaving)
    this.sweep()
    for (const instance of [...this.byId.values()]) {
      this.remove(instance)
      this.put(instance.plant, site)
    }
    this.relist()
  }

  private put(plant: Plant, site: Site): void {
    const known = this.byId.get(plant.id)
    if (known && isSameForm(known.plant, plant)) {
      if (plant.growth !== known.plant.growth) this.motions.growTo(known, plant.growth)
      if (plant.vitality !== known.plant.vitality) this.motions.vitalityTo(known, plant.vitality)
      known.plant = plant
      return
    }
    if (known) this.remove(known)
    const instance = createInstance(plant, site)
    this.byId.set(plant.id, instance)
    instance.focus = this.focusOf(instance)
  }

  private leave(instance: PlantInstance): void {
    this.byId.delete(instance.plant.id)
    this.bowed.delete(instance)
    if (this.focused === instance) this.focused = undefined
    this.leaving.add(instance)
    this.motions.leave(instance)
  }

  /** Takes away what has gone into the ground. */
  sweep(): void {
    if (this.gone.length === 0) return
    for (const instance of this.gone) {
      this.motions.forget(instance)
      this.leaving.delete(instance)
    }
    this.gone.length = 0
    this.relist()
  }

  private remove(instance: PlantInstance): void {
    this.motions.forget(instance)
    this.bowed.delete(instance)
    this.byId.delete(instance.plant.id)
    if (this.focused === instance) this.focused = undefined
  }

  private relist(): void {
    this.instances.length = 0
    for (const instance of this.byId.values()) this.instances.push(instance)
    for (const instance of this.leaving) this.instances.push(instance)
    this.field.invalidate()
    this.bedsDirty = true
  }

  /** Lights up one plant and lets go of the last. */
  focus(id: string | null): void {
    const next = id === null ? undefined : this.byId.get(id)
    if (next === this.focused) return
    const before = this.focused
    this.focused = next
    if (before) this.motions.focus(before, this.focusOf(before))
    if (next) this.motions.focus(next, this.focusOf(next))
  }

  /** Lets all but the plants found recede; with null none does. */
  setFound(found: ReadonlySet<string> | null): void {
    this.found = found
    this.refocus()
  }

  /** Lets the plants glow a little at which others stand. */
  setVisited(places: readonly { x: number; z: number }[]): void {
    this.visited = places
    this.refocus()
  }

  private refocus(): void {
    for (const instance of this.byId.values()) {
      const focus = this.focusOf(instance)
      if (focus !== instance.focus) this.motions.focus(instance, focus)
    }
  }

  private focusOf(instance: PlantInstance): number {
    if (instance === this.focused) return 1
    if (this.found && !this.found.has(instance.plant.id)) return -1
    const { x, z } = instance.plant
    return this.visited.some((place) => Math.hypot(place.x - x, place.z - z) < BESIDE) ? VISITED : 0
  }

  /** Metres that the glasshouse must hold in its middle once what grows now has grown. */
  tallest(site: Site): number {
    let most = 0
    for (const instance of this.byId.values()) {
      const { x, z, growth } = instance.plant
      most = Math.max(most, heightAt(instance, growth) / site.domeShare(x, z))
    }
    return most
  }

  beds(): Bed[] {
    return this.instances.map((instance) => ({
      x: instance.plant.x,
      z: instance.plant.z,
      spread: spreadNow(instance),
      shade: 0.25 + 0.5 * instance.growth,
      heat: instance.plant.commit_heat,
    }))
  }

  /** The plant a ray points at: the nearest of those whose body it passes through. */
  pick(ray: Ray): string | null {
    let best: string | null = null
    let nearest = Number.POSITIVE_INFINITY
    for (let index = 0; index < this.instances.length; index++) {
      const instance = at(this.instances, index)
      const { x, z } = instance.plant
      foot.set(x, instance.y, z)
      top.set(x, instance.y + heightNow(instance), z)
      const reach = Math.max(LEAST_REACH, spreadNow(instance) * 0.7)
      const miss = ray.distanceSqToSegment(foot, top, onRay)
      if (miss > reach * reach) continue
      const distance = onRay.distanceTo(ray.origin) + Math.sqrt(miss)
      if (distance >= nearest) continue
      nearest = distance
      best = instance.plant.id
    }
    return best
  }

  /** Where a label would hang: above the plant as it is now. Returns whether the plant is known. */
  anchor(id: string, out: Vector3): boolean {
    const instance = this.byId.get(id)
    if (!instance) return false
    out.set(instance.plant.x, instance.y + heightNow(instance) + 0.25, instance.plant.z)
    return true
  }

  /** Where something lies at a plant's foot, on the side of who looks. Returns whether the plant is known. */
  foot(id: string, eye: Vector3, out: Vector3): boolean {
    const instance = this.byId.get(id)
    if (!instance) return false
    const { x, z } = instance.plant
    const [dx, dz] = [eye.x - x, eye.z - z]
    const away = (spreadNow(instance) * 0.6 + 0.1) / Math.hypot(dx, dz)
    out.set(x + dx * away, instance.y + 0.12, z + dz * away)
    return true
  }

  /** The close-up of a plant as it is now, from the side where least stands in the way. Returns whether it is known. */
  frame(id: string, out: Framing, aspect: number, dome: DomeSize): boolean {
    const instance = this.byId.get(id)
    if (!instance) return false
    const { x, z } = instance.plant
    const subject = { x, y: instance.y, z, height: heightNow(instance), radius: spreadNow(instance) }
    const inwards = x > 0 ? -1 : 1
    const { leans } = CAMERA.focus
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const lean of leans) {
      closeUp(out, subject, aspect, inwards * lean)
      const through = isBehindFrame(dome, out.position) ? THROUGH_FRAME : 0
      const inTheWay = Math.abs(lean) * TURNED + through + this.inTheWay(instance, out)
      if (inTheWay >= least) continue
      least = inTheWay
      best = lean
    }
    closeUp(out, subject, aspect, inwards * best)
    return true
  }

  /** Lets what stands between the eye and a plant bow so low that it is seen; without a plant all rise. */
  makeWay(id: string | null, eye: Vector3): void {
    const subject = id === null ? undefined : this.byId.get(id)
    if (!subject && this.bowed.size === 0) return
    for (const instance of this.byId.values()) {
      const share = subject && instance !== subject ? this.roomFor(instance, subject, eye) : 1
      const before = this.bowed.get(instance) ?? 1
      if (Math.abs(share - before) < BOW && (share < 1 || before === 1)) continue
      this.motions.bow(instance, share)
      if (share === 1) this.bowed.delete(instance)
      else this.bowed.set(instance, share)
    }
  }

  /** At which share of its size a neighbour lets the eye see a plant. */
  private roomFor(instance: PlantInstance, subject: PlantInstance, eye: Vector3): number {
    const { foot: share, verge, lens } = CAMERA.way
    const { x, z } = instance.plant
    const [dx, dz] = [subject.plant.x - eye.x, subject.plant.z - eye.z]
    const length = Math.hypot(dx, dz)
    const along = ((x - eye.x) * dx + (z - eye.z) * dz) / length
    const aside = Math.abs((x - eye.x) * dz - (z - eye.z) * dx) / length
    const spread = spreadNow(instance)
    if (Math.hypot(x - eye.x, z - eye.z) < lens + spread * 0.6) return 0
    if (along < 0 || along > length - spread * 0.3) return 1
    const passes = spread * 0.8 + (spreadNow(subject) + verge) * (along / length)
    if (aside >= passes) return 1
    const low = subject.y + heightNow(subject) * share
    const line = eye.y + (low - eye.y) * (along / length)
    return clamp(Math.max((line - instance.y) / heightNow(instance), aside / passes - 0.25))
  }

  /** How much of the view of a plant its neighbours take: for each in the way how deep the line of sight cuts it. */
  private inTheWay(subject: PlantInstance, { position, target }: Framing): number {
    let sum = 0
    sight.subVectors(target, position)
    const length = sight.length()
    sight.divideScalar(length)
    lineOfSight.set(position, sight)
    for (const instance of this.instances) {
      if (instance === subject) continue
      foot.set(instance.plant.x, instance.y, instance.plant.z)
      top.copy(foot).setY(instance.y + heightNow(instance))
      const reach = spreadNow(instance) + spreadNow(subject) * 0.5
      const miss = lineOfSight.distanceSqToSegment(foot, top, onRay)
      if (miss >= reach * reach || onRay.distanceTo(position) > length) continue
      sum += 1 - Math.sqrt(miss) / reach
    }
    return sum
  }
}

const foot = new Vector3()
const top = new Vector3()
const onRay = new Vector3()
const sight = new Vector3()
const lineOfSight = new Ray()

/** Whether the drawing of a plant stays; growth, vitality and warmth only move it. */
function isSameForm(before: Plant, after: Plant): boolean {
  if (before.x !== after.x || before.z !== after.z) return false
  const keys = Object.keys(after.genome) as (keyof Plant['genome'])[]
  return keys.every((key) => before.genome[key] === after.genome[key])
}
