import { afterEach, beforeEach, expect, test, vi } from 'vitest'

interface Sent {
  url: string
  body: { path?: string; batch_id?: string; steps?: Record<string, unknown>[] }
}

let fetched: Sent[]
let beaconed: Sent[]
let hidden: boolean
let answers: number[]
let ending: AbortController

async function read(url: string, blob: Blob): Promise<Sent> {
  return { url, body: JSON.parse(await blob.text()) }
}

beforeEach(() => {
  vi.resetModules()
  // The module listens for as long as its page lives; a test's page ends with the test.
  ending = new AbortController()
  const listen = EventTarget.prototype.addEventListener
  vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (this: EventTarget, type, see, how) {
    listen.call(this, type, see, { ...(typeof how === 'object' && how), signal: ending.signal })
  })
  vi.useFakeTimers()
  fetched = []
  beaconed = []
  answers = []
  hidden = false
  vi.stubGlobal(
    'PerformanceObserver',
    class {
      observe(): void {}
    },
  )
  vi.stubGlobal('fetch', async (url: string, { body }: { body: Blob }) => {
    fetched.push(await read(url, body))
    return { status: answers.shift() ?? 202 }
  })
  Object.defineProperty(navigator, 'sendBeacon', {
    configurable: true,
    value: (url: string, body: Blob) => void read(url, body).then((sent) => beaconed.push(sent)),
  })
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
  for (const name of ['doNotTrack', 'globalPrivacyControl']) {
    Object.defineProperty(navigator, name, { configurable: true, value: undefined })
  }
  Object.defineProperty(document, 'prerendering', { configurable: true, value: false })
  delete document.body.dataset.uncounted
  document.body.innerHTML = '<div class="card" data-plant="p1" data-slug="moss"></div>'
})

afterEach(() => ending.abort())

async function start(): Promise<void> {
  const { startBeacon } = await import('./beacon')
  startBeacon()
  await vi.advanceTimersByTimeAsync(0)
}

async function show(isShown: boolean): Promise<void> {
  hidden = !isShown
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(10)
}

test('a page that is seen is told of once, with where it was come from and no more', async () => {
  await start()
  expect(fetched.map(({ url }) => url)).toEqual(['/api/v1/visitors/beacon/'])
  expect(fetched[0]!.body.path).toBe('/')
})

test.each([
  ['doNotTrack', '1'],
  ['globalPrivacyControl', true],
])('nothing is said where the browser asks for it by %s', async (name, value) => {
  Object.defineProperty(navigator, name, { configurable: true, value })
  await start()
  await vi.advanceTimersByTimeAsync(60_000)
  await show(false)
  expect([...fetched, ...beaconed]).toEqual([])
})

test('nothing is said where the owner counts nobody', async () => {
  document.body.dataset.uncounted = ''
  await start()
  await vi.advanceTimersByTimeAsync(60_000)
  await show(false)
  expect([...fetched, ...beaconed]).toEqual([])
})

test('a page in the background or prerendered says nothing until it is seen', async () => {
  hidden = true
  await start()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([...fetched, ...beaconed]).toEqual([])
  Object.defineProperty(document, 'prerendering', { configurable: true, value: true })
  await show(true)
  expect(fetched).toEqual([])
  Object.defineProperty(document, 'prerendering', { configurable: true, value: false })
  document.dispatchEvent(new Event('prerenderingchange'))
  await vi.advanceTimersByTimeAsync(0)
  expect(fetched).toHaveLength(1)
})

test('time is engaged time: a pause counts half a minute, a hidden page nothing', async () => {
  await start()
  await vi.advanceTimersByTimeAsync(10_000)
  await show(false) // 10 seconds
  await vi.advanceTimersByTimeAsync(600_000)
  await show(true)
  await vi.advanceTimersByTimeAsync(5_000)
  await show(false) // 5 seconds
  const steps = [...fetched, ...beaconed].flatMap(({ body }) => body.steps ?? [])
  const seconds = steps.reduce((sum, step) => sum + ((step.duration as number) ?? 0), 0)
  expect(seconds).toBeGreaterThan(14)
  expect(seconds).toBeLessThan(16)
})

test('what is opened is looked at, and the rest of the time is the page’s', async () => {
  await start()
  const { store } = await import('../shell/store')
  await vi.advanceTimersByTimeAsync(4_000)
  store.setState({ opened: 'moss' })
  await vi.advanceTimersByTimeAsync(6_000)
  store.setState({ opened: null })
  await vi.advanceTimersByTimeAsync(2_000)
  await show(false)
  const steps = beaconed[0]!.body.steps!
  expect(
    steps.map(({ step_type, project_id, area, duration }) => [
      step_type,
      project_id ?? area,
      Math.round(duration as number),
    ]),
  ).toEqual([
    ['navigation', '/', 4],
    ['project_view', 'p1', 6],
    ['navigation', '/', 2],
  ])
})

test('a batch that was turned away is sent again under its id, and no third time once it was taken', async () => {
  await start()
  answers = [503, 202]
  await vi.advanceTimersByTimeAsync(60_000)
  const batches = fetched.filter(({ url }) => url.endsWith('/journey/')).map(({ body }) => body.batch_id)
  expect(batches.length).toBe(new Set(batches).size + 1)
})

test('how fast a page was is told although no step waits, and its view has an id under which it counts once', async () => {
  type See = (list: { getEntries(): object[] }) => void
  vi.stubGlobal(
    'PerformanceObserver',
    class {
      constructor(readonly see: See) {}
      observe({ type }: { type: string }): void {
        if (type === 'layout-shift') this.see({ getEntries: () => [{ value: 0.25, hadRecentInput: false }] })
      }
    },
  )
  await start()
  expect(fetched[0]!.body.batch_id).toMatch(/^[0-9a-f-]{36}$/)
  await show(false)
  expect(beaconed[0]!.body.steps).toMatchObject([{ step_type: 'navigation', context: { cls: 0.25 } }])
  await show(true)
  await show(false)
  expect(beaconed).toHaveLength(1)
})

test('what is done is told, by a hand that a script does not have', async () => {
  await start()
  document.body.innerHTML = '<button data-act="tour"></button><form action="/seeds/"></form>'
  document.querySelector('button')!.click()
  document.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true }))
  dispatchEvent(new CustomEvent('journey', { detail: 'tour_finished' }))
  await show(false)
  const steps = beaconed[0]!.body.steps!
  const acts = steps.flatMap(({ context }) => (context as { action?: string } | undefined)?.action ?? [])
  expect(acts).toEqual(['tour', 'seed_planted', 'tour_finished'])
  expect(steps.at(-1)!.context).toMatchObject({ trusted: false, clicks: 0 })
})
