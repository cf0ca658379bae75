import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import samples from '../../../garden/tests/events.json'
import type { Envelope, Listener } from './socket'

const socket = vi.hoisted(() => ({ openSocket: vi.fn() }))
vi.mock('./socket', () => socket)

const ALL = () => true
const look = vi.fn<(whole: boolean) => Promise<void>>()
let seq = 5

/** A follower of its own for each test: the module is one for the page. */
async function begin(concerns: (event: Envelope) => boolean = ALL) {
  vi.resetModules()
  const follower = await import('./follower')
  follower.follow(5, concerns)
  const listener: Listener = socket.openSocket.mock.calls.at(-1)?.[1]
  const happens = (event_type: string, data: object = {}): void =>
    listener.event({ seq: ++seq, event_type, timestamp: '', source: 'test', data } as unknown as Envelope)
  return { ...follower, listener, happens }
}

/** Longer than events are waited for, and than two looks lie apart. */
async function aWhile(): Promise<void> {
  await vi.advanceTimersByTimeAsync(2000)
}

beforeEach(() => {
  vi.useFakeTimers()
  look.mockReset().mockResolvedValue()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('one follower for the whole page', () => {
  it('tells every subscriber of every event, and looks once for many of them', async () => {
    const { subscribe, happens } = await begin()
    const heard: unknown[] = []
    subscribe({ hear: (event) => void heard.push(event?.event_type), look })
    subscribe({ hear: (event) => void heard.push(event?.event_type) })
    for (let times = 0; times < 20; times++) happens('commit_pushed')
    expect(heard).toHaveLength(40)
    await aWhile()
    expect(look.mock.calls).toEqual([[false]])
  })

  it('does not look again for a while', async () => {
    const { subscribe, happens } = await begin()
    subscribe({ look })
    happens('commit_pushed')
    await vi.advanceTimersByTimeAsync(300)
    happens('commit_pushed')
    await vi.advanceTimersByTimeAsync(1000)
    expect(look).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(look).toHaveBeenCalledTimes(2)
  })

  it('does not look for events that leave the garden as it is', async () => {
    const { subscribe, happens } = await begin()
    const hear = vi.fn()
    subscribe({ hear, look })
    for (const quiet of ['visitor_interaction', 'redacted']) happens(quiet)
    await aWhile()
    expect(hear).toHaveBeenCalledTimes(2)
    expect(look).not.toHaveBeenCalled()
  })

  it('looks at the whole where the island changes, or where some events are lost', async () => {
    const { subscribe, happens, listener } = await begin()
    const hear = vi.fn()
    subscribe({ hear, look })
    happens('commit_pushed')
    happens('seed_planted')
    await aWhile()
    listener.resync()
    await aWhile()
    expect(look.mock.calls).toEqual([[true], [true]])
    expect(hear).toHaveBeenLastCalledWith(null)
  })

  it('looks for an event that only a newer server knows', async () => {
    const { subscribe, happens } = await begin()
    subscribe({ look })
    happens('of_the_future')
    await aWhile()
    expect(look).toHaveBeenCalledTimes(1)
  })

  it('does not look for what does not concern the page', async () => {
    const { subscribe, happens } = await begin(({ data }) => 'project_id' in data && data.project_id === 'moss')
    subscribe({ look })
    happens('project_growth', { ...samples.project_growth, project_id: 'fern' })
    happens('weather_change', samples.weather_change)
    await aWhile()
    expect(look).not.toHaveBeenCalled()
    happens('project_growth', { ...samples.project_growth, project_id: 'moss' })
    await aWhile()
    expect(look).toHaveBeenCalledTimes(1)
  })

  it('looks at the whole again where that failed, and lets the others look meanwhile', async () => {
    const { subscribe, happens } = await begin()
    const other = vi.fn(async () => undefined)
    look.mockRejectedValueOnce(new Error('network'))
    subscribe({ look })
    subscribe({ look: other })
    happens('project_removed')
    await aWhile()
    expect(other).toHaveBeenCalledTimes(1)
    happens('commit_pushed')
    await aWhile()
    happens('commit_pushed')
    await aWhile()
    expect(look.mock.calls).toEqual([[true], [true], [false]])
  })

  it('looks at the sky now and then, with live events or without', async () => {
    vi.resetModules()
    const { follow, subscribe } = await import('./follower')
    socket.openSocket.mockClear()
    follow(null, ALL)
    subscribe({ look })
    await vi.advanceTimersByTimeAsync(301_000)
    expect(look.mock.calls).toEqual([[true]])
    expect(socket.openSocket).not.toHaveBeenCalled()
  })

  it('waits with a look until the page is seen', async () => {
    const { subscribe, happens } = await begin()
    subscribe({ look })
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    happens('commit_pushed')
    await aWhile()
    expect(look).not.toHaveBeenCalled()
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    await aWhile()
    expect(look).toHaveBeenCalledTimes(1)
  })

  it('forgets those who leave', async () => {
    const { subscribe, happens } = await begin()
    const leave = subscribe({ look })
    leave()
    happens('commit_pushed')
    await aWhile()
    expect(look).not.toHaveBeenCalled()
  })
})
