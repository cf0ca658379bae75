/**
 * The table of light (`garden/looks/lights.json`, which the drawing shares): a base for each time of day, and changes
 * that season, weather and precipitation lay over it. Colours are sRGB; they are mixed in linear light.
 */

import { calm, layers, precipitations, seasonLight, seasons, times, weathers, winterSun } from 'looks/lights.json'
import type { Precipitation, Season, TimeOfDay, WeatherType } from './types'

interface SkyColors {
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
}

interface GroundColors {
  grassDark: string
  grassLight: string
  grassAccent: string
  soil: string
  path: string
  /** Tree blossom. */
  blossom: string
}

interface SkyNumbers {
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
  fireflies: number
  butterflies: number
}

interface SeasonNumbers {
  snowCover: number
  spring: number
  autumn: number
  /** Share of deciduous leaves on the ground. */
  leafFall: number
  snowfall: number
  fallingLeaves: number
  /** 1: what falls is petals, 0: autumn leaves. */
  petals: number
  /** Small wild flowers in the grass. */
  meadow: number
  /** How much of a plant's own accent shows in its tree blossom. */
  blossomAccent: number
}

interface WeatherNumbers {
  shadow: number
  wind: number
  wetness: number
  rainfall: number
  /** Slant of the rain: metres sideways per metre down. */
  rainSlant: number
  aurora: number
  lightning: number
}

interface Direction {
  x: number
  y: number
  z: number
}

export type LightColors = SkyColors & GroundColors
export type LightNumbers = SkyNumbers & SeasonNumbers & WeatherNumbers
export interface LightVectors {
  sunDirection: Direction
  discDirection: Direction
}

export type ColorField = keyof LightColors
export type NumberField = keyof LightNumbers
export type VectorField = keyof LightVectors

/** What one influence does to the light; its intensity scales all of it. */
export interface LightChange {
  /** Changes that come before it, and how far each of their tints goes. */
  layers?: Partial<Record<keyof typeof layers, number>>
  tint?: Partial<Record<ColorField, { color: string; amount: number }>>
  set?: Partial<LightNumbers>
  scale?: Partial<LightNumbers>
  atLeast?: Partial<LightNumbers>
  sunDirection?: Direction
}

/** Each change comes as it is by day and as it is by night. */
export interface DayAndNight {
  day: LightChange
  night: LightChange
}

export const TIMES: Record<TimeOfDay, SkyColors & SkyNumbers & LightVectors> = times
export const SEASONS: Record<Season, GroundColors & SeasonNumbers> = seasons
/** Calm weather, before anything is laid over it. */
export const CALM: WeatherNumbers = calm
export const LAYERS: Record<keyof typeof layers, LightChange> = layers
/** By day an aurora is a veil in a deeper sky; the curtains belong to the night. */
export const WEATHERS: Record<WeatherType, DayAndNight> = weathers
export const PRECIPITATIONS: Record<Precipitation, DayAndNight> = precipitations
/** What a season does to the light, beyond its ground and leaves. */
export const SEASON_LIGHT: Record<Season, DayAndNight> = seasonLight
/** A clear winter's day: low, warm sun and a pale sky. */
export const WINTER_SUN: LightChange = winterSun
