/** The garden's sound: off until it is asked for, and never remembered as on. Its code comes with the first press. */

import { fetchGarden } from '../api/client'
import { subscribe } from '../shell/follower'
import { part } from '../shell/list'
import { store } from '../shell/store'

/** Seconds: a change of weather, as in the scene; sound that begins; sound that ends. */
const CHANGE = 4
const FADE_IN = 2
const FADE_OUT = 0.6

/** One time of listening, from the press that begins it to the one that ends it, or until it `failed`. */
function listen(failed: () => void): () => void {
  const context = new AudioContext() // in the press itself, or the browser keeps it silent
  const ending = new AbortController()
  let follow: ((seconds: number) => Promise<void>) | undefined

  async function begin(): Promise<(() => void) | undefined> {
    const [{ Player }, { voicesOf }] = await Promise.all([import('../sound/player'), import('../sound/voices')])
    if (ending.signal.aborted) return
    const player = new Player(context)
    follow = async (seconds) => {
      const garden = await fetchGarden()
      player.set(voicesOf(garden), seconds)
    }
    await follow(0)
    player.open(true, FADE_IN)
    return () => player.open(false, FADE_OUT)
  }

  const silence = begin()
  silence.catch((error) => {
    console.warn('The sound did not start.', error)
    failed()
  })
  const unsubscribe = subscribe({ look: async () => follow?.(CHANGE) })
  document.addEventListener('visibilitychange', () => void (document.hidden ? context.suspend() : context.resume()), {
    signal: ending.signal,
  })

  return () => {
    ending.abort()
    unsubscribe()
    silence.then((fall) => fall?.()).catch(() => undefined)
    setTimeout(() => void context.close(), FADE_OUT * 1000)
  }
}

export function startSound(): void {
  const button = part('tools')!.querySelector<HTMLButtonElement>('[data-act="sound"]')!
  let end: (() => void) | undefined

  function setHeard(heard: boolean): void {
    if (heard === (end !== undefined)) return
    end?.()
    end = heard ? listen(() => setHeard(false)) : undefined
    button.setAttribute('aria-pressed', String(heard))
  }

  button.hidden = !('AudioContext' in window)
  button.addEventListener('click', () => setHeard(end === undefined))
  // Who pauses the garden wants quiet.
  store.subscribe(({ paused }, before) => {
    if (paused && !before.paused) setHeard(false)
  })
}
