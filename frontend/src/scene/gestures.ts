/** Fingers, mouse and wheel on the canvas, as turning, coming near, walking, pointing and tapping. */

export interface Hand {
  /** Pixels. */
  drag(dx: number, dy: number): void
  /** Below 1 comes nearer. */
  approach(factor: number): void
  /** Shares of the picture's height. */
  walk(right: number, down: number): void
  /** -1 to 1, from the middle to the right and upwards. Null when the pointer has left. */
  point(at: { x: number; y: number } | null): void
  tap(at: { x: number; y: number }): void
}

const TAP_PIXELS = 7
const TAP_MILLISECONDS = 500
const WHEEL_STEP = 0.0012

/** `captures` says whether the wheel belongs to the garden; on the page it scrolls the page. */
export function attachHand(canvas: HTMLCanvasElement, hand: Hand, captures: () => boolean): () => void {
  const ending = new AbortController()
  const { signal } = ending
  const down = new Map<number, { x: number; y: number }>()
  let travelled = 0
  let since = 0

  const place = ({ clientX, clientY }: PointerEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect()
    return { x: ((clientX - box.left) / box.width) * 2 - 1, y: 1 - ((clientY - box.top) / box.height) * 2 }
  }
  const spread = (): number => {
    const [a, b] = [...down.values()]
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0
  }

  function press(event: PointerEvent): void {
    down.set(event.pointerId, { x: event.clientX, y: event.clientY })
    canvas.setPointerCapture(event.pointerId)
    if (down.size === 1) {
      travelled = 0
      since = event.timeStamp
    } else travelled = TAP_PIXELS + 1
  }

  function move(event: PointerEvent): void {
    const before = down.get(event.pointerId)
    if (!before) {
      if (event.pointerType === 'mouse') hand.point(place(event))
      return
    }
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y]
    const spreadBefore = spread()
    before.x = event.clientX
    before.y = event.clientY
    travelled += Math.hypot(dx, dy)
    if (travelled <= TAP_PIXELS) return
    if (down.size > 1) {
      if (spreadBefore > 0) hand.approach(spreadBefore / Math.max(1, spread()))
      hand.walk(dx / canvas.clientHeight / down.size, dy / canvas.clientHeight / down.size)
    } else if (event.shiftKey || event.buttons > 1) hand.walk(dx / canvas.clientHeight, dy / canvas.clientHeight)
    else hand.drag(dx, dy)
  }

  function release(event: PointerEvent): void {
    const wasAlone = down.delete(event.pointerId) && down.size === 0
    if (event.type !== 'pointerup' || !wasAlone || event.button !== 0) return
    if (travelled <= TAP_PIXELS && event.timeStamp - since < TAP_MILLISECONDS) hand.tap(place(event))
  }

  canvas.addEventListener('pointerdown', press, { signal })
  canvas.addEventListener('pointermove', move, { signal })
  for (const type of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(type, release, { signal })
  canvas.addEventListener('pointerleave', () => hand.point(null), { signal })
  canvas.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  canvas.addEventListener(
    'wheel',
    (event) => {
      if (!captures() && !event.ctrlKey) return // a trackpad's pinch comes as a wheel with Ctrl
      event.preventDefault()
      hand.approach(Math.exp(event.deltaY * WHEEL_STEP * (event.ctrlKey ? 4 : 1)))
    },
    { signal, passive: false },
  )
  return () => ending.abort()
}
