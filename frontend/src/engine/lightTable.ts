/**
 * The lights as data: a base for each time of day, and changes that season, weather and precipitation lay over it.
 * Colours are sRGB; they are mixed in linear light.
 */

import type { Precipitation, Season, TimeOfDay, WeatherType } from './types'

export interface LightColors {
  zenith: string
  mid: string
  horizon: string
  /** Light around the sun or the moon, and its disc. */
  glow: string
  disc: string
  sun: string
  /** Sky and ground half of the ambient light: they colour the shadows. */
  skyLight: string
  groundLight: string
  fog: string
  hill: string
  cloudLit: string
  cloudShade: string
  rim: string
  pond: string
  grassDark: string
  grassLight: string
  grassAccent: string
  soil: string
  path: string
  /** Tree blossom. */
  blossom: string
}

export interface LightNumbers {
  glowStrength: number
  /** Angular radius in radians. */
  discSize: number
  sunIntensity: number
  ambientIntensity: number
  fogDensity: number
  clouds: number
  stars: number
  rimStrength: number
  lamps: number
  night: number
  /** Height the camera aims at, as a share of the island's radius: more sky at night. */
  lookUp: number
  shadow: number
  wind: number
  wetness: number
  snowCover: number
  spring: number
  autumn: number
  /** Share of deciduous leaves on the ground. */
  leafFall: number
  rainfall: number
  /** Slant of the rain: metres sideways per metre down. */
  rainSlant: number
  snowfall: number
  fallingLeaves: number
  /** 1: what falls is petals, 0: autumn leaves. */
  petals: number
  fireflies: number
  butterflies: number
  aurora: number
  lightning: number
  /** Small wild flowers in the grass. */
  meadow: number
  /** How much of a plant's own accent shows in its tree blossom. */
  blossomAccent: number
}

export interface LightVectors {
  sunDirection: readonly [number, number, number]
  discDirection: readonly [number, number, number]
}

export type ColorField = keyof LightColors
export type NumberField = keyof LightNumbers
export type VectorField = keyof LightVectors

/** What one influence does to a light; its intensity scales all of it. */
export interface LightChange {
  tint?: Partial<Record<ColorField, readonly [color: string, amount: number]>>
  set?: Partial<LightNumbers>
  scale?: Partial<LightNumbers>
  atLeast?: Partial<LightNumbers>
  sunDirection?: LightVectors['sunDirection']
}

type SkyColors = Omit<LightColors, 'grassDark' | 'grassLight' | 'grassAccent' | 'soil' | 'path' | 'blossom'>
type SkyNumbers = Pick<
  LightNumbers,
  | 'glowStrength'
  | 'discSize'
  | 'sunIntensity'
  | 'ambientIntensity'
  | 'fogDensity'
  | 'clouds'
  | 'stars'
  | 'rimStrength'
  | 'lamps'
  | 'night'
  | 'lookUp'
  | 'fireflies'
  | 'butterflies'
>

// biome-ignore format: a table
export const TIMES: Record<TimeOfDay, SkyColors & SkyNumbers & LightVectors> = {
  dawn: {
    zenith: '#6f93cf', mid: '#e9b8c9', horizon: '#ffe2b8', glow: '#ffd9a0', disc: '#fff2cf', sun: '#ffd2a1', skyLight: '#d3c4ee', groundLight: '#8a7a5c',
    fog: '#f3d6c6', hill: '#8a8fb0', cloudLit: '#fff0dc', cloudShade: '#d9a5b8', rim: '#ffd7b0', pond: '#3b7480',
    glowStrength: 0.8, discSize: 0.05, sunIntensity: 2.5, ambientIntensity: 1.5, fogDensity: 0.0135, clouds: 0.5, stars: 0.06, rimStrength: 0.5, lamps: 0.35, night: 0, lookUp: 0.29, fireflies: 0.35, butterflies: 0.6,
    sunDirection: [0.75, 0.42, 0.35], discDirection: [0.5, 0.1, -1],
  },
  day: {
    zenith: '#2f7fd6', mid: '#79c1f0', horizon: '#dff3f0', glow: '#fff3cf', disc: '#fffbe6', sun: '#ffeccb', skyLight: '#b5d8ff', groundLight: '#7f8f52',
    fog: '#d6eef0', hill: '#3f8f7f', cloudLit: '#ffffff', cloudShade: '#b9d3ea', rim: '#eafaff', pond: '#2f6f7a',
    glowStrength: 0.35, discSize: 0.035, sunIntensity: 3.6, ambientIntensity: 1.2, fogDensity: 0.0085, clouds: 0.55, stars: 0, rimStrength: 0.22, lamps: 0, night: 0, lookUp: 0.29, fireflies: 0, butterflies: 1,
    sunDirection: [-0.55, 0.85, 0.45], discDirection: [-0.62, 0.62, -0.75],
  },
  dusk: {
    zenith: '#2b2f6b', mid: '#a4588f', horizon: '#ff9c5f', glow: '#ffc46b', disc: '#fff0c0', sun: '#ff9f5a', skyLight: '#9a86d6', groundLight: '#6d4a44',
    fog: '#e08a72', hill: '#5a4378', cloudLit: '#ffb27a', cloudShade: '#6f4a86', rim: '#ffb078', pond: '#274a68',
    glowStrength: 1, discSize: 0.06, sunIntensity: 3, ambientIntensity: 1.45, fogDensity: 0.0125, clouds: 0.5, stars: 0.35, rimStrength: 0.85, lamps: 0.85, night: 0.25, lookUp: 0.34, fireflies: 0.9, butterflies: 0.2,
    sunDirection: [-0.72, 0.38, 0.12], discDirection: [-0.42, 0.075, -1],
  },
  night: {
    zenith: '#060b2e', mid: '#13296b', horizon: '#3b68a6', glow: '#9fc0ff', disc: '#fdf6df', sun: '#9db9ff', skyLight: '#4a66b8', groundLight: '#1d2b4a',
    fog: '#1e3a6b', hill: '#12244c', cloudLit: '#33508f', cloudShade: '#142550', rim: '#a8c8ff', pond: '#0b2440',
    glowStrength: 0.28, discSize: 0.028, sunIntensity: 1.15, ambientIntensity: 1.15, fogDensity: 0.0135, clouds: 0, stars: 1, rimStrength: 0.75, lamps: 1, night: 1, lookUp: 0.42, fireflies: 1, butterflies: 0,
    sunDirection: [0.5, 0.75, 0.3], discDirection: [0.47, 0.2, -1],
  },
}

type GroundColors = Pick<LightColors, 'grassDark' | 'grassLight' | 'grassAccent' | 'soil' | 'path' | 'blossom'>
type SeasonNumbers = Pick<
  LightNumbers,
  'snowCover' | 'spring' | 'autumn' | 'leafFall' | 'snowfall' | 'fallingLeaves' | 'petals' | 'meadow' | 'blossomAccent'
>

// biome-ignore format: a table
export const SEASONS: Record<Season, GroundColors & SeasonNumbers> = {
  spring: { grassDark: '#4f9a45', grassLight: '#86c455', grassAccent: '#a9d36a', soil: '#6b4630', path: '#cdb592', blossom: '#ffb7d0', snowCover: 0, spring: 1, autumn: 0, leafFall: 0, snowfall: 0, fallingLeaves: 1, petals: 1, meadow: 1, blossomAccent: 0.45 },
  summer: { grassDark: '#3f8a45', grassLight: '#74b34c', grassAccent: '#a3c95c', soil: '#64422e', path: '#c9ae88', blossom: '#9fd05c', snowCover: 0, spring: 0, autumn: 0, leafFall: 0, snowfall: 0, fallingLeaves: 0, petals: 1, meadow: 1, blossomAccent: 0.06 },
  autumn: { grassDark: '#748a40', grassLight: '#a39c4a', grassAccent: '#c28b45', soil: '#5e3c29', path: '#c2a27a', blossom: '#e0552f', snowCover: 0, spring: 0, autumn: 1, leafFall: 0.16, snowfall: 0, fallingLeaves: 1, petals: 0, meadow: 0, blossomAccent: 0.06 },
  winter: { grassDark: '#9fb0a8', grassLight: '#bccabf', grassAccent: '#d3dccf', soil: '#5a4638', path: '#c2b8aa', blossom: '#dfe6f2', snowCover: 0.92, spring: 0, autumn: 0, leafFall: 0.58, snowfall: 0.35, fallingLeaves: 0, petals: 0, meadow: 0, blossomAccent: 0.06 },
}

/** Calm weather, before anything is laid over it. */
export const CALM = {
  shadow: 0.92,
  wind: 0.3,
  wetness: 0,
  rainfall: 0,
  rainSlant: 0.1,
  aurora: 0,
  lightning: 0,
} as const

const GREY_LIGHT: LightChange = {
  set: { clouds: 1, shadow: 0.6 },
  scale: { sunIntensity: 0.62, ambientIntensity: 1.12, glowStrength: 0.3, fogDensity: 1.35, stars: 0.15 },
  atLeast: { lamps: 0.4 },
}

/** An overcast sky of one grey; `strength` is how far the colours give way to it. */
function overcast(grey: string, strength: number): LightChange {
  return {
    ...GREY_LIGHT,
    tint: {
      zenith: [grey, strength],
      mid: [grey, strength * 0.9],
      horizon: ['#dbe5ea', strength * 0.7],
      fog: ['#c9d6dd', strength * 0.8],
      cloudLit: ['#eef3f6', strength],
      cloudShade: ['#8fa3b5', strength],
      sun: ['#e8eef5', 0.5],
    },
  }
}

const BY_DAY = 0.6
const BY_NIGHT = 0.12
/** No sun behind clouds by day; the moon stays. */
const hidden = (change: LightChange): LightChange => ({ ...change, set: { ...change.set, discSize: 0 } })
const CLOUDY = '#a9bccb'
const RAINY = '#7d93a6'
const SNOWY = '#c5d2e2'

/** Fog takes sky and hills into one colour. */
const veil = (color: string, strength: number): NonNullable<LightChange['tint']> => ({
  zenith: [color, strength * 0.7],
  mid: [color, strength * 0.9],
  horizon: [color, strength],
  fog: [color, strength],
  hill: [color, strength * 0.75],
  sun: ['#eef1ee', 0.5],
})
const FOG: LightChange = {
  set: { fogDensity: 0.042, clouds: 0.1, discSize: 0, wetness: 0.25, wind: 0.15, shadow: 0.45, butterflies: 0 },
  scale: { sunIntensity: 0.6, ambientIntensity: 1.15, glowStrength: 0.4, stars: 0.1 },
  atLeast: { lamps: 0.5 },
}

const STORM: LightChange = {
  set: {
    clouds: 1.25,
    glowStrength: 0,
    fogDensity: 0.019,
    stars: 0,
    discSize: 0,
    shadow: 0.6,
    wind: 0.7,
    wetness: 1,
    rainfall: 1,
    rainSlant: 0.28,
    lightning: 1,
    fallingLeaves: 0,
    fireflies: 0,
    butterflies: 0,
  },
  scale: { sunIntensity: 0.38, ambientIntensity: 0.92, rimStrength: 0.6 },
  atLeast: { lamps: 0.75 },
}

/** Each change comes as it is by day and as it is by night. */
export interface DayAndNight {
  day: LightChange
  night: LightChange
}

// biome-ignore format: a table
export const WEATHERS: Record<WeatherType, DayAndNight> = {
  sunny: { day: {}, night: {} },
  cloudy: { day: hidden(overcast(CLOUDY, BY_DAY)), night: overcast(CLOUDY, BY_NIGHT) },
  stormy: {
    day: { ...STORM, tint: { zenith: ['#2b3444', 0.9], mid: ['#4a5668', 0.92], horizon: ['#8d9a9d', 0.9], fog: ['#76858c', 0.9], hill: ['#3f4e58', 0.85], cloudLit: ['#5a6675', 1], cloudShade: ['#252e3c', 1], sun: ['#c8d6e6', 0.8], skyLight: ['#8fa6bf', 0.7], groundLight: ['#4b5548', 0.5] } },
    night: { ...STORM, tint: { zenith: ['#0a0f20', 0.9], mid: ['#18213a', 0.92], horizon: ['#2c3a55', 0.9], fog: ['#22304a', 0.9], hill: ['#101a30', 0.85], cloudLit: ['#2b3650', 1], cloudShade: ['#0c1222', 1], sun: ['#c8d6e6', 0.8], skyLight: ['#8fa6bf', 0.5], groundLight: ['#3b4548', 0.4] } },
  },
  starry: {
    day: { tint: { zenith: ['#2a4f9f', 0.45] }, set: { clouds: 0.15 }, atLeast: { stars: 0.25, fireflies: 0.25 } },
    night: { tint: { zenith: ['#040824', 0.5] }, set: { clouds: 0 }, atLeast: { stars: 1.15, fireflies: 1 } },
  },
  aurora: {
    // By day an aurora is a veil in a deeper sky; the curtains belong to the night.
    day: { tint: { zenith: ['#1d5a8f', 0.4], mid: ['#3f93b8', 0.3], skyLight: ['#7fe0cf', 0.3], rim: ['#7dffd0', 0.4] }, set: { aurora: 0.4, clouds: 0.2 } },
    night: { tint: { zenith: ['#04122b', 0.5], mid: ['#0c3a5a', 0.5], horizon: ['#1f6f7a', 0.35], skyLight: ['#3fae9a', 0.38], rim: ['#7dffd0', 0.55], fog: ['#17506a', 0.5] }, set: { aurora: 1, clouds: 0 }, scale: { rimStrength: 1.15 } },
  },
}

// biome-ignore format: a table
export const PRECIPITATIONS: Record<Precipitation, DayAndNight> = {
  clear: { day: {}, night: {} },
  rain: wetDayAndNight(RAINY, { wind: 0.5, wetness: 1, rainfall: 1, fallingLeaves: 0.3 }),
  snow: wetDayAndNight(SNOWY, { snowfall: 1, fallingLeaves: 0 }, { snowCover: 0.45 }),
  fog: { day: { ...FOG, tint: veil('#cfd8da', 0.8) }, night: { ...FOG, tint: veil('#2a3d5c', 0.7) } },
}

function wetDayAndNight(grey: string, set: Partial<LightNumbers>, atLeast: Partial<LightNumbers> = {}): DayAndNight {
  const over = (change: LightChange): LightChange => ({
    ...change,
    set: { ...change.set, butterflies: 0, ...set },
    atLeast: { ...change.atLeast, ...atLeast },
  })
  return { day: over(hidden(overcast(grey, BY_DAY))), night: over(overcast(grey, BY_NIGHT)) }
}

/** What a season does to the light, beyond its ground and leaves. */
export const SEASON_LIGHT: Record<Season, DayAndNight> = {
  spring: { day: {}, night: {} },
  summer: { day: {}, night: {} },
  autumn: {
    day: { tint: { hill: ['#b0805c', 0.4], horizon: ['#ffe6bf', 0.45], fog: ['#f0dcc0', 0.4], sun: ['#ffdca6', 0.6] } },
    night: { tint: { hill: ['#2a2748', 0.4] } },
  },
  winter: {
    day: { tint: { groundLight: ['#aebfd6', 0.5], hill: ['#a9bfd6', 0.55] }, scale: { ambientIntensity: 1.06 } },
    night: { tint: { groundLight: ['#aebfd6', 0.5], hill: ['#2c4472', 0.55] }, scale: { ambientIntensity: 1.06 } },
  },
}

/** A clear winter's day: low, warm sun and a pale sky. */
export const WINTER_SUN: LightChange = {
  tint: {
    zenith: ['#7fb4e6', 0.75],
    mid: ['#bcdcf4', 0.8],
    horizon: ['#fdeee0', 0.8],
    fog: ['#e3eef8', 0.8],
    sun: ['#ffdcb8', 0.8],
    skyLight: ['#d6e6ff', 0.85],
  },
  scale: { sunIntensity: 1.08, ambientIntensity: 1.25 },
  sunDirection: [-0.7, 0.62, 0.45],
}
