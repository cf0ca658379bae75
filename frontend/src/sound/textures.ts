/** The sounds themselves, as loops of samples made from a seed: no file is loaded. Pure; every sample is within ±1. */

import { createRng, type Rng } from '../engine/rng'

/** Left and right. */
export type Stereo = readonly [Float32Array, Float32Array]

/** Seconds over which a loop's end flows into its beginning. */
const SEAM = 0.5

/** Makes noise a loop: what would come after its end fades out over its beginning. */
function looped(samples: Float32Array, seam: number): Float32Array {
  const length = samples.length - seam
  const loop = samples.slice(0, length)
  for (let index = 0; index < seam; index++) {
    const t = index / seam
    // Noise adds by its power.
    loop[index] = (samples[index] ?? 0) * Math.sqrt(t) + (samples[length + index] ?? 0) * Math.sqrt(1 - t)
  }
  return loop
}

/** Scales to a mean power, so that a voice's gain means the same for all. */
function levelled(samples: Float32Array, rms: number): Float32Array {
  let power = 0
  for (const sample of samples) power += sample * sample
  const scale = rms / Math.sqrt(power / samples.length)
  return samples.map((sample) => Math.max(-1, Math.min(1, sample * scale)))
}

const RMS = 0.2

/** Noise whose steps are the smaller the more `smooth` (0–1) it is: 0 hisses, near 1 rumbles. */
function noise(seconds: number, rate: number, random: Rng, smooth: number): Float32Array {
  const seam = Math.round(SEAM * rate)
  const samples = new Float32Array(Math.round(seconds * rate) + seam)
  let value = 0
  for (let index = 0; index < samples.length; index++) {
    value = value * smooth + (random() * 2 - 1) * (1 - smooth)
    samples[index] = value
  }
  return levelled(looped(samples, seam), RMS)
}

/** Air: deep noise, another for each ear. */
export function wind(rate: number): Stereo {
  const random = createRng(301)
  return [noise(11, rate, random, 0.93), noise(11, rate, random, 0.93)]
}

const DROPS_A_SECOND = 70

/** Rain: a soft hiss with single drops in it. */
export function rain(rate: number): Stereo {
  const random = createRng(302)
  const ear = (): Float32Array => {
    const samples = noise(7, rate, random, 0.25).map((sample) => sample * 0.45)
    for (let drop = 0; drop < 7 * DROPS_A_SECOND; drop++) {
      const tone = random.range(1400, 5200)
      const ring = { begins: random() * 7, lasts: random.range(0.012, 0.03), loud: random() ** 3 * 0.35 }
      ringInto(samples, rate, ring, (age) => Math.sin(age * tone * Math.PI * 2) * (1 - age / ring.lasts) ** 3)
    }
    return samples.map((sample) => Math.max(-1, Math.min(1, sample)))
  }
  return [ear(), ear()]
}

interface Ring {
  begins: number
  /** Seconds. */
  lasts: number
  loud: number
}

/** Adds one short sound to a loop; what reaches over its end comes at its beginning. */
function ringInto(
  loop: Float32Array,
  rate: number,
  { begins, lasts, loud }: Ring,
  wave: (age: number) => number,
): void {
  const first = Math.round(begins * rate)
  const count = Math.round(lasts * rate)
  for (let index = 0; index < count; index++) {
    const place = (first + index) % loop.length
    loop[place] = (loop[place] ?? 0) + wave(index / rate) * loud
  }
}

/** A swell that begins and ends in silence; `t` 0–1. */
const swell = (t: number): number => Math.sin(Math.min(1, Math.max(0, t)) * Math.PI) ** 2

/** Each its own pitch (Hz), chirps a second, loudness, and place from left (0) to right (1). */
const CRICKETS = [
  { pitch: 4150, pace: 1.45, loud: 0.3, place: 0.2 },
  { pitch: 4420, pace: 1.2, loud: 0.22, place: 0.75 },
  { pitch: 3920, pace: 1.0, loud: 0.14, place: 0.5 },
] as const
const CRICKET_SECONDS = 20
const PULSE = { apart: 0.034, lasts: 0.024 } as const

/** Crickets: chirps of a few pulses, each cricket in its own time, now and then a rest. */
export function crickets(rate: number): Stereo {
  const ears: Stereo = [new Float32Array(CRICKET_SECONDS * rate), new Float32Array(CRICKET_SECONDS * rate)]
  const random = createRng(303)
  for (const { pitch, pace, loud, place } of CRICKETS) {
    const chirps = Math.floor(CRICKET_SECONDS * pace)
    for (let chirp = 0; chirp < chirps; chirp++) {
      if (random() < 0.18) continue
      const begins = (chirp + random() * 0.12) / pace
      for (let pulse = 0; pulse < 4; pulse++) {
        const ring = { begins: begins + pulse * PULSE.apart, lasts: PULSE.lasts, loud: loud * (0.7 + 0.1 * pulse) }
        const wave = (age: number): number => Math.sin(age * pitch * Math.PI * 2) * swell(age / PULSE.lasts)
        for (const side of [0, 1] as const)
          ringInto(ears[side], rate, { ...ring, loud: ring.loud * heardBy(side, place) }, wave)
      }
    }
  }
  return ears
}

const heardBy = (side: number, place: number): number => Math.sqrt(side === 0 ? 1 - place : place)

const BIRD_SECONDS = 31
const SONGS = 13

/** Birds: short songs of gliding whistles, here and there, with quiet between them. */
export function birds(rate: number): Stereo {
  const ears: Stereo = [new Float32Array(BIRD_SECONDS * rate), new Float32Array(BIRD_SECONDS * rate)]
  const random = createRng(304)
  for (let song = 0; song < SONGS; song++) {
    const place = random.range(0.1, 0.9)
    const base = random.range(2300, 3900)
    const loud = random.range(0.07, 0.24)
    const motif = Array.from({ length: 2 + Math.floor(random() * 3) }, () => ({
      pitch: base * random.range(0.82, 1.25),
      glide: random.range(-0.22, 0.3),
      lasts: random.range(0.07, 0.19),
    }))
    let begins = ((song + random() * 0.7) / SONGS) * BIRD_SECONDS
    for (let repeat = 1 + Math.floor(random() * 2); repeat >= 0; repeat--) {
      for (const note of motif) {
        whistle(ears, rate, { begins, loud, place, ...note })
        begins += note.lasts + random.range(0.03, 0.09)
      }
      begins += 0.12
    }
  }
  return ears
}

interface Whistle extends Ring {
  place: number
  /** Hz. */
  pitch: number
  /** Share of the pitch that it slides, up or down. */
  glide: number
}

function whistle(ears: Stereo, rate: number, note: Whistle): void {
  const { pitch, glide, lasts } = note
  const wave = (age: number): number => {
    const t = age / lasts
    // The phase is the pitch summed over time: it slides evenly, with a tremble.
    const phase = pitch * (age + (glide * age * t) / 2) * Math.PI * 2 + Math.sin(age * 180) * 0.5
    return (Math.sin(phase) + 0.12 * Math.sin(phase * 2)) * swell(t)
  }
  for (const side of [0, 1] as const)
    ringInto(ears[side], rate, { ...note, loud: note.loud * heardBy(side, note.place) }, wave)
}

/** The open air's answer to a short sound: a faint tail. */
export function air(rate: number): Stereo {
  const random = createRng(305)
  const tail = (): Float32Array =>
    Float32Array.from({ length: Math.round(rate * 1.1) }, (_, index) => {
      const t = index / (rate * 1.1)
      return (random() * 2 - 1) * (1 - t) ** 4 * Math.min(1, t * 40)
    })
  return [tail(), tail()]
}
