/** Decides when a frame is due: as often as the screen shows one, half as often on battery or at rest, never unseen. */

const CALM = 1 / 30
/** Seconds without a hand on anything until the garden calms down. */
const IDLE_AFTER = 20
/** The share of a frame by which a screen's rhythm may come early. */
const EARLY = 0.2
const LONGEST = 0.25

export interface Circumstances {
  hidden: boolean
  inView: boolean
  /** Something is to be drawn although nothing moves by itself. */
  asked: boolean
  /** The garden moves by itself. */
  lively: boolean
  onBattery: boolean
  /** Seconds since the visitor last did something. */
  idle: number
}

/** Seconds between frames; Infinity where none is due. */
export function interval({ hidden, inView, asked, lively, onBattery, idle }: Circumstances): number {
  if (hidden || !inView || !(asked || lively)) return Number.POSITIVE_INFINITY
  return lively && (onBattery || idle > IDLE_AFTER) ? CALM : 0
}

export class Pacemaker {
  /** Whether frames come half as often, so that their distance tells nothing about the machine. */
  calm = false
  private readonly beat: (seconds: number) => void
  private readonly lively: () => boolean
  private readonly now: Circumstances = {
    hidden: document.hidden,
    inView: true,
    asked: true,
    lively: true,
    onBattery: false,
    idle: 0,
  }
  private begun = false
  private request = 0
  private last = 0
  private touched = performance.now()
  private readonly observer: IntersectionObserver
  private readonly ending = new AbortController()

  /** `beat` draws a frame that is so many seconds long; `lively` says whether the garden moves by itself. */
  constructor(box: Element, beat: (seconds: number) => void, lively: () => boolean, returned: () => void) {
    this.beat = beat
    this.lively = lively
    const { signal } = this.ending
    const changed = (): void => {
      this.last = 0
      returned()
      this.wake()
    }
    this.observer = new IntersectionObserver(([entry]) => {
      const inView = entry?.isIntersecting ?? true
      if (inView === this.now.inView) return
      this.now.inView = inView
      changed()
    })
    this.observer.observe(box)
    document.addEventListener(
      'visibilitychange',
      () => {
        this.now.hidden = document.hidden
        changed()
      },
      { signal },
    )
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'scroll'] as const) {
      addEventListener(type, () => this.touch(), { signal, passive: true })
    }
    void this.watchBattery(signal)
  }

  get inView(): boolean {
    return this.now.inView && !this.now.hidden
  }

  /** From now on frames come. */
  begin(): void {
    this.begun = true
    this.ask()
  }

  /** Asks for one frame. */
  readonly ask = (): void => {
    this.now.asked = true
    this.wake()
  }

  end(): void {
    this.ending.abort()
    this.observer.disconnect()
    cancelAnimationFrame(this.request)
  }

  private touch(): void {
    this.touched = performance.now()
  }

  private wake(): void {
    if (this.begun && this.request === 0 && !this.ending.signal.aborted) this.request = requestAnimationFrame(this.tick)
  }

  private readonly tick = (time: number): void => {
    this.request = 0
    this.now.lively = this.lively()
    this.now.idle = (time - this.touched) / 1000
    const due = interval(this.now)
    if (due === Number.POSITIVE_INFINITY) return
    this.wake()
    this.calm = due > 0
    const seconds = this.last === 0 ? 0 : (time - this.last) / 1000
    if (this.last !== 0 && seconds < due * (1 - EARLY)) return
    this.last = time
    this.now.asked = false
    this.beat(Math.min(LONGEST, seconds))
  }

  private async watchBattery(signal: AbortSignal): Promise<void> {
    type Battery = EventTarget & { charging: boolean }
    const { getBattery } = navigator as Navigator & { getBattery?: () => Promise<Battery> }
    const battery = await getBattery?.call(navigator).catch(() => undefined)
    if (!battery || signal.aborted) return
    const look = (): void => {
      this.now.onBattery = !battery.charging
    }
    look()
    battery.addEventListener('chargingchange', look, { signal })
  }
}
