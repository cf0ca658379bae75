import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Envelope, openSocket, pause } from './socket'

class FakeSocket {
  static readonly OPEN = 1
  static opened: FakeSocket[] = []
  readyState = FakeSocket.OPEN
  sent: string[] = []
  onmessage: ((message: { data: string }) => void) | null = null
  onclose: (() => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.opened.push(this)
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.readyState = 3
    this.onclose?.()
  }
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function envelope(seq: number): Envelope {
  return { seq, event_type: 'redacted', timestamp: '2026-01-15T10:30:00Z', source: 'git', data: {} }
}

function newest(): FakeSocket {
  return FakeSocket.opened.at(-1)!
}

/** Lets what was said be worked through; timers stand still meanwhile. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

const heard: number[] = []
const connections: string[] = []
const listener = {
  event: (event: Envelope) => void heard.push(event.seq),
  resync: vi.fn(),
  connection: (connection: string) => void connections.push(connection),
  present: vi.fn(),
}
const answers = vi.fn()

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.opened = []
  heard.length = connections.length = 0
  listener.resync.mockReset()
  answers.mockReset()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('fetch', async (address: string) => ({ ok: true, json: async () => answers(address) }))
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('following the garden', () => {
  it('asks from the seq that the page reflects', () => {
    openSocket(41, listener)
    expect(newest().url).toBe(`ws://${location.host}/ws/garden?since=41`)
  })

  it('hands on each event once and in order', async () => {
    openSocket(41, listener)
    newest().says({ event_type: 'hello', seq: 43, data: {} })
    for (const seq of [42, 43, 43, 42, 44]) newest().says(envelope(seq))
    await settle()
    expect(heard).toEqual([42, 43, 44])
    expect(connections).toContain('live')
  })

  it('says how many look at the garden', () => {
    openSocket(41, listener)
    newest().says({ event_type: 'visitor_joined', data: { present: 3 } })
    expect(listener.present).toHaveBeenLastCalledWith(3)
    expect(heard).toEqual([])
  })

  it('goes on where the greeting says that nothing worth a question is missing', async () => {
    openSocket(41, listener)
    newest().says({ event_type: 'hello', seq: 900, data: { connections: 1, resumes_at: 900 } })
    newest().says(envelope(901))
    await settle()
    expect(heard).toEqual([901])
    expect(answers).not.toHaveBeenCalled()
  })

  it('takes a whisper for no event', async () => {
    openSocket(41, listener)
    newest().says({ event_type: 'visitor_joined', data: { present: 2 } })
    newest().says(envelope(42))
    await settle()
    expect(heard).toEqual([42])
  })

  it('asks for what lies in a gap before it goes on', async () => {
    answers.mockReturnValueOnce({ resync: false, newest: 45, events: [42, 43, 44, 45].map(envelope) })
    openSocket(41, listener)
    newest().says(envelope(44))
    newest().says(envelope(45))
    newest().says(envelope(46))
    await settle()
    expect(answers.mock.calls).toEqual([['/api/v1/events/?since=41']])
    expect(heard).toEqual([42, 43, 44, 45, 46])
  })

  it('takes a number that the database left out for no loss', async () => {
    answers.mockReturnValueOnce({ resync: false, newest: 44, events: [envelope(44)] })
    openSocket(41, listener)
    newest().says(envelope(44))
    await settle()
    expect(heard).toEqual([44])
  })

  it('reconnects and asks again when the gap cannot be filled', async () => {
    answers.mockRejectedValueOnce(new Error('network'))
    openSocket(41, listener)
    newest().says(envelope(44))
    await settle()
    expect(heard).toEqual([])
    await vi.advanceTimersByTimeAsync(1000)
    expect(newest().url).toContain('since=41')
    expect(FakeSocket.opened).toHaveLength(2)
  })

  it('starts over from the newest seq when what was missed is gone', async () => {
    openSocket(2, listener)
    newest().says({ event_type: 'resync', seq: 900, data: {} })
    newest().says(envelope(901))
    await settle()
    expect(listener.resync).toHaveBeenCalledOnce()
    expect(heard).toEqual([901])
  })

  it('resumes after the last event when the line breaks', async () => {
    openSocket(41, listener)
    newest().says(envelope(42))
    await settle()
    newest().close()
    expect(connections.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(1000)
    expect(newest().url).toContain('since=42')
  })

  it('says offline after some tries and goes on trying', async () => {
    openSocket(41, listener)
    for (let tries = 0; tries < 6; tries++) {
      newest().close()
      await vi.advanceTimersByTimeAsync(30_000)
    }
    expect(connections.at(-1)).toBe('offline')
    expect(FakeSocket.opened).toHaveLength(7)
  })

  it('closes a line that is dead without a word', async () => {
    openSocket(41, listener)
    const first = newest()
    await vi.advanceTimersByTimeAsync(25_000)
    expect(first.sent).toEqual(['{"type":"ping"}'])
    await vi.advanceTimersByTimeAsync(26_000)
    expect(first.readyState).toBe(3)
    expect(newest()).not.toBe(first)
  })

  it('lets go of the line a minute after the page is hidden and comes back with it', async () => {
    const ours = () => FakeSocket.opened.filter((socket) => socket.url.endsWith('since=7777'))
    const hidden = vi.spyOn(document, 'hidden', 'get')
    openSocket(7777, listener)
    const first = newest()
    hidden.mockReturnValue(true)
    document.dispatchEvent(new Event('visibilitychange'))
    for (let second = 0; second < 61; second += 20) {
      first.says({ event_type: 'pong', seq: 7777, data: {} })
      await vi.advanceTimersByTimeAsync(20_000)
    }
    expect(first.readyState).toBe(3)
    expect(ours()).toHaveLength(1)
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(ours()).toHaveLength(2)
  })
})

describe('the pause before the next try', () => {
  it('doubles, and never passes half a minute', () => {
    expect([0, 1, 2, 3].map((tries) => pause(tries, 1))).toEqual([1000, 2000, 4000, 8000])
    expect(pause(40, 1)).toBe(30_000)
  })

  it('spreads the browsers over half of it', () => {
    expect(pause(2, 0)).toBe(2000)
  })
})
