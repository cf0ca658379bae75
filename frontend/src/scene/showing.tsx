/** One showing of the garden, from its first frame until it is taken away: what is drawn, when, and how finely. */

import { advance, createRoot, type ReconcilerRoot } from '@react-three/fiber'
import { view } from 'looks/island.json'
import { PerspectiveCamera, WebGLRenderer } from 'three'
import type { GardenOut } from '../api/client'
import { createGarden, type Garden } from '../engine/garden'
import { CAMERA, QUALITY } from '../engine/presets'
import { QualityMonitor } from '../engine/quality'
import { configureRenderer } from '../engine/renderer'
import type { Conditions, Music, QualityLevel } from '../engine/types'
import { subscribe } from '../shell/follower'
import { prefer } from '../shell/preferences'
import { type SceneHandle, store } from '../shell/store'
import { Company } from './company'
import { createFrame } from './frame'
import { Live } from './live'
import { Pacemaker } from './pacemaker'
import { photograph } from './photograph'
import type { Show } from './show'
import { conditionsFromQuery, conditionsOf, musicFromQuery, musicOf, plantOf, skillsOf } from './state'
import { World } from './World'
import { Walker } from './walker'

type Fiber = ReturnType<ReconcilerRoot<HTMLCanvasElement>['render']>

export interface Options {
  state: GardenOut
  level: QualityLevel
  /** Whether the monitor may raise the level. */
  mayRise: boolean
  /** What the address asks for. */
  query: URLSearchParams
  /** The browser took the canvas away; the showing has ended by then, and the drawing is back. */
  onLost: () => void
}

export class Showing implements Show {
  readonly canvas = document.createElement('canvas')
  readonly renderer: WebGLRenderer
  readonly camera = new PerspectiveCamera(view.wide.fieldOfView, 1, CAMERA.near, CAMERA.far)
  readonly garden: Garden
  readonly live: Live
  readonly frame = createFrame()
  readonly walker: Walker
  readonly pacemaker: Pacemaker
  private readonly box: HTMLElement
  private readonly root: ReconcilerRoot<HTMLCanvasElement>
  private readonly monitor: QualityMonitor
  private readonly reduced = matchMedia('(prefers-reduced-motion: reduce)')
  private readonly ending = new AbortController()
  private readonly onLost: () => void
  private company: Company | undefined
  private fiber: Fiber | undefined
  private time = 0

  /** The garden stands and hears what happens; `begin` shows it. Raises where there is no WebGL. */
  constructor(box: HTMLElement, { state, level, mayRise, query, onLost }: Options) {
    this.box = box
    this.onLost = onLost
    const { antialias } = QUALITY[level]
    this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias, powerPreference: 'high-performance' })
    box.replaceChildren(this.canvas)
    store.setState({ level })
    this.frame.frozen = query.has('T')
    this.frame.still = this.isStill()
    const conditionsOfState = (of: GardenOut): Conditions => conditionsFromQuery(conditionsOf(of), query)
    const musicOfState = (of: GardenOut): Music | null => musicFromQuery(musicOf(of), query)
    const plants = state.projects.map(plantOf)
    this.garden = createGarden({
      renderer: this.renderer,
      plants,
      conditions: conditionsOfState(state),
      quality: level,
      skills: skillsOf(state),
      music: musicOfState(state),
      island: state.island,
      reducedMotion: this.frame.still,
    })
    if (this.frame.frozen) this.garden.setTime(Number(query.get('T')))
    this.walker = new Walker(this.garden, this.camera)
    this.monitor = new QualityMonitor(level, mayRise)
    this.root = createRoot(this.canvas)
    this.pacemaker = new Pacemaker(
      box,
      this.beat,
      () => !this.frame.still || this.frame.travelling || this.garden.animating,
      () => this.monitor.restart(),
    )
    this.garden.setPosts(state.social.length)
    this.live = new Live(this.garden, state, conditionsOfState, this.pacemaker.ask, musicOfState)
    this.canvas.addEventListener('webglcontextlost', () => this.lose(), { signal: this.ending.signal })
    if (!this.frame.frozen) this.ending.signal.addEventListener('abort', subscribe(this.live))
  }

  /** Draws the first frame behind the drawing, then shows it. Raises where that fails; `end` is still due then. */
  async begin(): Promise<void> {
    const { level } = store.getState()
    const { renderer, camera, root } = this
    const dpr = this.ratio(level)
    await root.configure({ gl: renderer, camera, frameloop: 'never', size: this.size(), dpr, flat: true })
    configureRenderer(renderer, level)
    this.colorPage()
    this.ending.signal.addEventListener('abort', this.live.subscribe(this.colorPage))
    this.fiber = await new Promise<Fiber>((resolve) => {
      const fiber = root.render(<World show={this} onShown={() => queueMicrotask(() => resolve(fiber))} />)
    })
    this.follow()
    this.resize()
    // Compiling the shaders is most of the first frame's cost: it happens behind the drawing.
    await renderer.compileAsync(this.fiber.getState().scene, camera)
    if (this.ending.signal.aborted) throw new Error('the canvas was taken away while the scene started')
    this.beat(0)
    this.pacemaker.begin()
    if (!this.frame.frozen) {
      this.company = new Company(this.live, this.walker, this.pacemaker.ask)
      this.ending.signal.addEventListener('abort', () => this.company?.end())
    }
    document.documentElement.dataset.scene = 'ready'
    store.setState({ scene: this.handle() })
  }

  /** The words over the scene stand in the colours of its sky. */
  private readonly colorPage = (): void => {
    const { timeOfDay, season } = this.live.conditions
    Object.assign(document.documentElement.dataset, { time: timeOfDay, season, ...this.garden.skyColors })
  }

  /** Takes everything away; a second time it does nothing. */
  end(): void {
    if (this.ending.signal.aborted) return
    this.ending.abort()
    this.live.end()
    this.pacemaker.end()
    store.setState({ scene: null, wide: false })
    this.root.unmount()
    this.garden.dispose()
    this.renderer.dispose()
    this.box.replaceChildren()
  }

  /** Draws one frame that is so many seconds long. */
  readonly beat = (seconds: number): void => {
    if (!this.fiber) return
    this.frame.seconds = seconds
    this.time += seconds
    advance(this.time, true, this.fiber.getState())
    if (this.frame.still || seconds === 0 || store.getState().quality !== 'auto') return
    // At half the rhythm a frame's length shows that the machine is too slow, but not that it has room.
    const milliseconds = seconds * 1000
    const next = this.monitor.frame(this.pacemaker.calm ? Math.max(20, milliseconds / 2) : milliseconds)
    if (next) this.setLevel(next)
  }

  /** From now on the size of the box and the visitor's choices are followed. */
  private follow(): void {
    const { signal } = this.ending
    const observer = new ResizeObserver(this.resize)
    observer.observe(this.box)
    this.reduced.addEventListener('change', this.setStill, { signal })
    const unsubscribe = store.subscribe(({ paused, quality }, before) => {
      if (paused !== before.paused) this.setStill()
      if (quality !== before.quality && quality !== 'auto') this.setLevel(quality)
    })
    signal.addEventListener('abort', () => {
      observer.disconnect()
      unsubscribe()
    })
  }

  private lose(): void {
    document.documentElement.dataset.scene = 'drawing'
    store.setState({ drawingBecause: 'The browser took the canvas away, so the garden is a drawing again.' })
    this.end()
    this.onLost()
  }

  // --- size, quality, motion ------------------------------------------------------------------------------------------

  private size(): { width: number; height: number; top: number; left: number } {
    const { clientWidth, clientHeight } = this.box
    return { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight), top: 0, left: 0 }
  }

  private ratio(level: QualityLevel): number {
    return Math.min(devicePixelRatio, QUALITY[level].pixelRatio)
  }

  private readonly resize = (): void => {
    const { width, height } = this.size()
    const pixelRatio = this.ratio(store.getState().level)
    this.fiber?.getState().setSize(width, height)
    this.garden.resize(width * pixelRatio, height * pixelRatio, pixelRatio)
    this.pacemaker.ask()
  }

  private setLevel(level: QualityLevel): void {
    this.monitor.level = level
    this.monitor.restart()
    this.garden.setQuality(level)
    this.fiber?.getState().setDpr(this.ratio(level))
    prefer({ level })
    store.setState({ level })
    this.resize()
  }

  private isStill(): boolean {
    return this.frame.frozen || this.reduced.matches || store.getState().paused
  }

  private readonly setStill = (): void => {
    this.frame.still = this.isStill()
    this.garden.setReducedMotion(this.frame.still)
    this.pacemaker.ask()
  }

  // --- what the panels may ask ----------------------------------------------------------------------------------------

  private handle(): SceneHandle {
    const { walker, pacemaker, renderer, camera, garden, resize } = this
    const act = (move: () => void): void => {
      move()
      pacemaker.ask()
    }
    return {
      turn: (yaw, pitch) => act(() => walker.turn(yaw, pitch)),
      approach: (factor) => act(() => walker.approach(factor)),
      overview: () =>
        act(() => {
          walker.visit(null)
          walker.straighten()
        }),
      photograph: (words) => {
        const { scene } = (this.fiber as Fiber).getState()
        const restore = (): void => {
          garden.planting.field.setQuality(store.getState().level)
          resize()
        }
        return photograph({ renderer, scene, camera, garden, restore }, words)
      },
    }
  }
}
