/** What a visitor chose for this browser. It stays in the browser: no cookie, nothing is sent. */
export interface Preferences {
  /** `auto` lets the gate decide. */
  scene: 'auto' | 'on' | 'off'
  quality: 'auto' | 'high' | 'medium' | 'low'
  /** The level the monitor came to, so that the next visit starts with it. */
  level: 'high' | 'medium' | 'low'
  paused: boolean
  /** The last event that this browser has shown, and when (milliseconds since 1970). */
  seen: { seq: number; at: number } | null
  /** The visitor said no, and is not asked again in this browser. */
  declined: boolean
}

const KEY = 'greenhouse'
const DEFAULTS: Preferences = {
  scene: 'auto',
  quality: 'auto',
  level: 'high',
  paused: false,
  seen: null,
  declined: false,
}

/** What was chosen, or the defaults where the browser keeps nothing for us. */
export function preferences(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') }
  } catch {
    return DEFAULTS
  }
}

export function prefer(chosen: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...chosen }))
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
