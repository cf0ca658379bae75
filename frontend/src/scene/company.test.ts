import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { store } from '../shell/store'
import { Company } from './company'
import type { Live } from './live'
import type { Walker } from './walker'

class FakeSocket {
  static opened: FakeSocket[] = []
  sent: { data: { position: object; activity_type: string } }[] = []
  onmessage: ((message: { data: string }) => void) | null = null
  onclose: (() => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.opened.push(this)
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.onclose?.()
  }
  says(event_type: string, data: object): void {
    this.onmessage?.({ data: JSON.stringify({ event_type, data }) })
  }
}

const garden = { walk: vi.fn(), forgetVisitors: vi.fn(() => false), showWays: vi.fn() }
const place = { x: 1, y: 0, z: 1 }
const conditions = { timeOfDay: 'day' }
const answer = { ways: [[0, 0, 1, 1, 1]], mood: { energy: 0.2, serenity: 0.8 } }
const asked = vi.fn(async () => ({ ok: true, json: async () => answer }))
let company: Company

function begin(): FakeSocket {
  company = new Company({ garden, conditions } as unknown as Live, { place: () => ({ ...place }) } as Walker, vi.fn())
  vi.advanceTimersByTime(250)
  return FakeSocket.opened.at(-1)!
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.opened = []
  Object.assign(place, { x: 1, z: 1 })
  conditions.timeOfDay = 'day'
  for (const mock of [garden.walk, garden.showWays, asked]) mock.mockClear()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('fetch', asked)
  store.setState({ connection: 'live', present: 2, opened: null, visiting: null })
})

afterEach(() => {
  company.end()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the company of others', () => {
  it('says nothing of a visitor who did not agree', () => {
    const socket = begin()
    place.x = 5
    vi.advanceTimersByTime(10_000)
    expect(socket.sent).toEqual([])
  })

  it('tells steps of one who did, four a second at most, and every five seconds that they are there', () => {
    const socket = begin()
    socket.says('journey_welcome', { visitor_id: 'me' })
    vi.advanceTimersByTime(250)
    expect(socket.sent).toHaveLength(1)
    for (let step = 0; step < 8; step++) {
      place.x += 1
      vi.advanceTimersByTime(250)
    }
    expect(socket.sent).toHaveLength(9)
    vi.advanceTimersByTime(5000)
    expect(socket.sent).toHaveLength(10)
    store.setState({ opened: 'apiary' })
    vi.advanceTimersByTime(250)
    expect(socket.sent.at(-1)?.data.activity_type).toBe('interaction')
  })

  it('shows the others, and not the visitor to themselves', () => {
    const socket = begin()
    socket.says('journey_welcome', { visitor_id: 'me' })
    const steps = [
      ['me', 0, 0, 1, 1, 'navigation'],
      ['you', 0, 0, 2, 3, 'interaction'],
    ]
    socket.says('journey_step', { steps })
    expect(garden.walk.mock.calls.map(([walk]) => walk)).toEqual([
      { id: 'you', fromX: 0, fromZ: 0, x: 2, z: 3, acts: true },
    ])
    socket.says('a word of a newer server', {})
  })

  it('comes again after the line broke', () => {
    const socket = begin()
    socket.close()
    vi.advanceTimersByTime(3000)
    expect(FakeSocket.opened).toHaveLength(2)
  })

  it('shows the light of the day to who is alone at night, and to nobody else', async () => {
    begin()
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).not.toHaveBeenCalled()
    conditions.timeOfDay = 'night'
    store.setState({ present: 1 })
    await vi.advanceTimersByTimeAsync(1000)
    expect(garden.showWays).toHaveBeenLastCalledWith(answer.ways, 0.8)
    store.setState({ present: 2 })
    await vi.advanceTimersByTimeAsync(1000)
    expect(garden.showWays).toHaveBeenLastCalledWith([], 0.5)
  })
})
