/** Where the visitor stands: in front of the whole garden or of one plant, and on the way between them. */

import type { PerspectiveCamera } from 'three'
import { applyFraming, copyFraming, createFraming, flight } from '../engine/camera'
import type { Garden } from '../engine/garden'
import { CAMERA } from '../engine/presets'
import { mix } from '../engine/vectors'
import { damp } from './numbers'
import { atRest, type Bounds, bounded, CLOSE_UP, follow, OVERVIEW, orbited } from './orbit'

/** Per second: how fast the picture moves out from under a sheet. */
const ASIDE = 6
/** Pixels that are not worth another frame. */
const NEARLY_THERE = 0.5

/** How far from what they look at towards the camera a visitor stands, and the share of the island they keep to. */
const NEARBY = 0.3
const INSIDE = 0.85

export class Walker {
  private readonly garden: Garden
  private readonly camera: PerspectiveCamera
  private readonly orbit = atRest()
  private readonly goal = atRest()
  private readonly base = createFraming()
  private readonly view = createFraming()
  private readonly from = createFraming()
  private readonly current = createFraming()
  private bounds: Bounds = OVERVIEW
  private plant: string | null = null
  private flightAge = Number.POSITIVE_INFINITY
  private width = 1
  private height = 1
  private readonly aside = { x: 0, y: 0, goalX: 0, goalY: 0 }

  constructor(garden: Garden, camera: PerspectiveCamera) {
    this.garden = garden
    this.camera = camera
  }

  /** Size of the picture in CSS pixels. */
  resize(width: number, height: number): void {
    this.width = width
    this.height = height
    this.camera.aspect = width / height
    this.camera.updateProjectionMatrix()
    this.frame()
  }

  /** Pixels of the picture that something lies over; what is looked at moves into the middle of the rest. */
  makeRoom(right: number, bottom: number): void {
    this.aside.goalX = right / 2
    this.aside.goalY = bottom / 2
  }

  /** Goes to a plant, or back to the whole garden. Who is there already is left alone, however they turned. */
  visit(id: string | null): void {
    if (id === this.plant) return
    const [before, bounds] = [this.plant, this.bounds]
    copyFraming(this.from, this.current)
    this.plant = id
    this.bounds = id === null ? OVERVIEW : CLOSE_UP
    if (!this.frame()) {
      this.plant = before
      this.bounds = bounds
      return
    }
    Object.assign(this.orbit, atRest())
    Object.assign(this.goal, atRest())
    this.flightAge = 0
  }

  /** Takes back every turn and step. */
  straighten(): void {
    Object.assign(this.goal, atRest())
  }

  turn(yaw: number, pitch: number): void {
    this.goal.yaw += yaw
    this.goal.pitch += pitch
    this.bound()
  }

  approach(factor: number): void {
    this.goal.zoom *= factor
    this.bound()
  }

  /** Shares of the picture's height: the ground is taken along with the hand. */
  walk(right: number, down: number): void {
    const metres = this.current.position.distanceTo(this.current.target) * 0.9
    this.goal.x -= right * metres
    this.goal.z -= down * metres
    this.bound()
  }

  /** Metres that a pixel at the target is worth tells how far a drag should turn: a whole width is about a half turn. */
  drag(dx: number, dy: number): void {
    this.turn((-dx / this.width) * 2.4, (dy / this.height) * 1.1)
  }

  /** Where the visitor stands on the island: in front of what they look at, on the side they look from. */
  place(): { x: number; y: number; z: number } {
    const { position, target } = this.current
    const x = mix(target.x, position.x, NEARBY)
    const z = mix(target.z, position.z, NEARBY)
    const inside = Math.min(1, (this.garden.radius * INSIDE) / Math.hypot(x, z, 1e-6))
    return { x: x * inside, y: target.y, z: z * inside }
  }

  /** One frame. Returns whether the camera is still on its way. */
  step(seconds: number, still: boolean): boolean {
    if (this.plant === null) this.frame()
    if (still) {
      Object.assign(this.orbit, this.goal)
      this.flightAge = Number.POSITIVE_INFINITY
    }
    const turns = follow(this.orbit, this.goal, seconds)
    orbited(this.view, this.base, this.orbit)
    this.garden.makeWay(this.plant, this.view.position)
    this.flightAge += seconds
    const flies = this.flightAge < CAMERA.flight
    if (flies) flight(this.current, this.from, this.view, this.flightAge / CAMERA.flight)
    else copyFraming(this.current, this.view)
    const slides = this.slide(seconds, still)
    applyFraming(this.camera, this.current)
    return turns || flies || slides
  }

  private slide(seconds: number, still: boolean): boolean {
    const { aside } = this
    const moves = Math.abs(aside.goalX - aside.x) + Math.abs(aside.goalY - aside.y) > NEARLY_THERE
    aside.x = still || !moves ? aside.goalX : damp(aside.x, aside.goalX, ASIDE, seconds)
    aside.y = still || !moves ? aside.goalY : damp(aside.y, aside.goalY, ASIDE, seconds)
    if (aside.x === 0 && aside.y === 0) this.camera.clearViewOffset()
    else this.camera.setViewOffset(this.width, this.height, aside.x, aside.y, this.width, this.height)
    return moves
  }

  private bound(): void {
    bounded(this.goal, this.bounds, this.garden.radius)
  }

  /** Returns whether there is something to look at. */
  private frame(): boolean {
    if (this.plant !== null) return this.garden.framePlant(this.plant, this.base, this.camera.aspect)
    this.garden.frameAll(this.base, this.camera.aspect, this.height)
    return true
  }
}
