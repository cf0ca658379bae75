/** Every form a plant can take, by the name the server's genome gives it. */

import { display, variants } from 'looks/plants.json'
import type { BufferGeometry } from 'three'
import type { Detail, Genome, PlantType } from '../types'
import { entries } from '../vectors'
import { BUSHES, bush } from './bush'
import { conifer } from './conifer'
import { fern } from './fern'
import { FLOWERS, flower } from './flower'
import { PERENNIALS, perennial } from './generic'
import { basil, lavender } from './herb'
import { agave, cactus, echeveria } from './succulent'
import { tree } from './tree'
import { TREES } from './treeShapes'
import { arch, obelisk } from './vine'

export interface Variant {
  name: string
  kind: PlantType
  /** Metres, fully grown, before the plant's own scale; the server's layout keeps this room free. */
  radius: number
  height: number
  /** Whether its stem never bends. */
  straight?: boolean
  /** Whether its leaves turn in autumn and fall. */
  turns?: boolean
  build: (detail: Detail) => BufferGeometry
}

/** Every form of every kind, in metres. */
const FORMS: Record<PlantType, Record<string, Pick<Variant, 'radius' | 'height'>>> = variants
type FormName = { [Kind in PlantType]: keyof (typeof variants)[Kind] }[PlantType]

const BUILDERS: Record<FormName, Variant['build']> = {
  oak: (detail) => tree(TREES.oak, detail),
  cherry: (detail) => tree(TREES.cherry, detail),
  birch: (detail) => tree(TREES.birch, detail),
  conifer: (detail) => conifer(5, detail),
  hydrangea: (detail) => bush(BUSHES.hydrangea, detail),
  camellia: (detail) => bush(BUSHES.camellia, detail),
  whitebush: (detail) => bush(BUSHES.whitebush, detail),
  daisy: (detail) => flower(FLOWERS.daisy, detail),
  tulip: (detail) => flower(FLOWERS.tulip, detail),
  sunflower: (detail) => flower(FLOWERS.sunflower, detail),
  allium: (detail) => flower(FLOWERS.allium, detail),
  obelisk: (detail) => obelisk(2, detail),
  arch: (detail) => arch(7, detail),
  echeveria: (detail) => echeveria(1, detail),
  agave: (detail) => agave(6, detail),
  cactus: (detail) => cactus(13, detail),
  fern: (detail) => fern(10, detail),
  lavender: (detail) => lavender(12, detail),
  basil: (detail) => basil(18, detail),
  hosta: (detail) => perennial(PERENNIALS.hosta, detail),
  bellflower: (detail) => perennial(PERENNIALS.bellflower, detail),
}

export const VARIANTS: readonly Variant[] = entries(FORMS).flatMap(([kind, forms]) =>
  entries(forms).map(([name, size]) => ({ name, kind, ...size, build: BUILDERS[name as FormName] })),
)

const INDEX_BY_NAME = new Map(VARIANTS.map((variant, index) => [variant.name, index]))

/** Index of the genome's form; a form unknown here (an older page, a newer server) falls back to its kind, then to the first. */
export function variantIndex(genome: Pick<Genome, 'kind' | 'variant'>): number {
  const exact = INDEX_BY_NAME.get(genome.variant)
  if (exact !== undefined) return exact
  return Math.max(
    0,
    VARIANTS.findIndex((variant) => variant.kind === genome.kind),
  )
}

/** What a form's metres are multiplied by; the genome's own scale comes on top. Small ones would be lost beside a tree. */
export const displayScale = (variant: Variant, treeScale: number): number =>
  variant.height > display.treeHeight ? treeScale : display.smallPlantScale
