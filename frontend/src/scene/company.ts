/** Other visitors as they walk, and this one for them. Whether this one agreed, only the server knows. */

import type { components } from '../api/schema'
import type { Way } from '../engine/dayLight'
import type { Garden } from '../engine/garden'
import { pause } from '../shell/socket'
import { store } from '../shell/store'
import type { Live } from './live'
import type { Walker } from './walker'

type Message = components['schemas']['JourneyMessage']
type Light = components['schemas']['LightOut']
type Data = { [M in Message as M['event_type']]: M['data'] }
/** `[visitor_id, previous_x, previous_z, x, z, activity_type]` */
type Step = [string, number, number, number, number, string]

/** Milliseconds between two steps, and after which one is told although nothing moved: whoever is silent is gone. */
const TICK = 250
const STAYS = 5000
const GONE = 12_000
/** Metres that are worth a step; and a place of its own on the plan of where people stand. */
const MOVES = 0.25
const ELSEWHERE = 2

export class Company {
  private readonly live: Live
  private readonly garden: Garden
  private readonly walker: Walker
  private readonly changed: () => void
  private readonly timer = setInterval(() => this.tick(), TICK)
  private readonly ending = new AbortController()
  private socket: WebSocket | null = null
  private tries = 0
  private retryAt = 0
  /** The id under which the others see this visitor; empty for one who did not agree. */
  private own = ''
  private told = { x: 0, z: 0, at: 0 }
  private stood = { x: 0, z: 0 }
  private acted = false
  /** Alone at night. */
  private alone = false

  /** `changed` is called whenever there is something new to draw. */
  constructor(live: Live, walker: Walker, changed: () => void) {
    this.live = live
    this.garden = live.garden
    this.walker = walker
    this.changed = changed
    const { signal } = this.ending
    addEventListener('pagehide', () => this.leave(), { signal })
    const unsubscribe = store.subscribe(({ opened }, before) => {
      if (opened && opened !== before.opened) this.acted = true
    })
    signal.addEventListener('abort', unsubscribe)
  }

  end(): void {
    clearInterval(this.timer)
    this.ending.abort()
    this.leave()
  }

  /** Takes in what others did. */
  follow(steps: readonly Step[]): void {
    const now = performance.now()
    for (const [id, fromX, fromZ, x, z, activity] of steps) {
      if (id !== this.own) this.garden.walk({ id, fromX, fromZ, x, z, acts: activity === 'interaction' }, now)
    }
    this.changed()
  }

  welcome(id: string): void {
    this.own = id
    this.told.at = 0
  }

  private tick(): void {
    const now = performance.now()
    if (this.garden.forgetVisitors(now - GONE)) this.changed()
    const alone = store.getState().present <= 1 && this.live.conditions.timeOfDay === 'night'
    if (alone !== this.alone) void this.light(alone)
    if (document.hidden) this.leave()
    else if (!this.socket && store.getState().connection === 'live' && now >= this.retryAt) this.connect()
    const { x, z } = this.walker.place()
    if (Math.hypot(x - this.stood.x, z - this.stood.z) >= ELSEWHERE) {
      this.stood = { x, z }
      dispatchEvent(new CustomEvent('journey', { detail: this.stood })) // for the beacon, where there is one
    }
    if (this.own) this.tell(now)
  }

  /** Who is alone at night sees the light that others left today. */
  private async light(alone: boolean): Promise<void> {
    this.alone = alone
    const answer = alone ? await fetch('/api/v1/visitors/light/').catch(() => null) : null
    const { ways, mood }: Light = answer?.ok ? await answer.json() : { ways: [], mood: null }
    if (alone !== this.alone || this.ending.signal.aborted) return
    this.garden.showWays(ways as unknown as Way[], 0.5 + ((mood?.serenity ?? 0.5) - (mood?.energy ?? 0.5)) / 2)
    this.changed()
  }

  private tell(at: number): void {
    const position = this.walker.place()
    const { x, z } = position
    const moved = Math.hypot(x - this.told.x, z - this.told.z) >= MOVES
    if (!moved && !this.acted && at - this.told.at < STAYS) return
    const { opened, visiting } = store.getState()
    const activity_type = this.acted ? 'interaction' : opened || visiting ? 'project_view' : 'navigation'
    this.told = { x, z, at }
    this.acted = false
    this.socket?.send(JSON.stringify({ event_type: 'journey_step', data: { position, activity_type } }))
  }

  private connect(): void {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/journey-tracking`)
    this.socket = socket
    socket.onmessage = ({ data }) => {
      this.tries = 0
      hear(this, JSON.parse(data))
    }
    socket.onclose = () => {
      if (this.socket !== socket) return
      this.leave()
      this.retryAt = performance.now() + pause(this.tries++)
    }
  }

  private leave(): void {
    const { socket } = this
    this.socket = null
    this.own = ''
    socket?.close()
  }
}

type Walks = { readonly [T in Message['event_type']]: ((company: Company, data: Data[T]) => void) | null }

/** Every message has its row; null for those that show elsewhere, or not at all. */
const WALKS: Walks = {
  visitor_joined: null,
  visitor_left: null,
  journey_step: (company, { steps }) => company.follow(steps as Step[]),
  journey_welcome: (company, { visitor_id }) => company.welcome(visitor_id),
  journey_refused: null,
  pong: null,
}

function hear<T extends Message['event_type']>(
  company: Company,
  { event_type, data }: { event_type: T; data: Data[T] },
): void {
  const act: Walks[T] | undefined = WALKS[event_type]
  act?.(company, data)
}
