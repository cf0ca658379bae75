/** Every form a plant can take, by the name the server's genome gives it. */

import type { BufferGeometry } from 'three'
import type { Detail, Genome, PlantKind } from '../types'
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
  kind: PlantKind
  /** Metres, fully grown, before the plant's own scale; the server's layout keeps this room free. */
  radius: number
  height: number
  build: (detail: Detail) => BufferGeometry
}

/** From this height on a plant is a tree; all below is drawn larger than life, or it would be lost beside one. */
const TREE_HEIGHT = 3
const SMALL_PLANT_SCALE = 1.28

// biome-ignore format: a table
export const VARIANTS: readonly Variant[] = [
  { name: 'oak', kind: 'tree', radius: 1.9, height: 4.9, build: (detail) => tree(TREES.oak, detail) },
  { name: 'cherry', kind: 'tree', radius: 1.8, height: 4.0, build: (detail) => tree(TREES.cherry, detail) },
  { name: 'birch', kind: 'tree', radius: 1.3, height: 5.3, build: (detail) => tree(TREES.birch, detail) },
  { name: 'conifer', kind: 'tree', radius: 1.5, height: 5.2, build: (detail) => conifer(5, detail) },
  { name: 'hydrangea', kind: 'bush', radius: 0.9, height: 1.3, build: (detail) => bush(BUSHES.hydrangea, detail) },
  { name: 'camellia', kind: 'bush', radius: 0.9, height: 1.3, build: (detail) => bush(BUSHES.camellia, detail) },
  { name: 'whitebush', kind: 'bush', radius: 0.9, height: 1.3, build: (detail) => bush(BUSHES.whitebush, detail) },
  { name: 'daisy', kind: 'flower', radius: 0.6, height: 1.1, build: (detail) => flower(FLOWERS.daisy, detail) },
  { name: 'tulip', kind: 'flower', radius: 0.6, height: 1.0, build: (detail) => flower(FLOWERS.tulip, detail) },
  { name: 'sunflower', kind: 'flower', radius: 0.6, height: 2.1, build: (detail) => flower(FLOWERS.sunflower, detail) },
  { name: 'allium', kind: 'flower', radius: 0.6, height: 1.5, build: (detail) => flower(FLOWERS.allium, detail) },
  { name: 'obelisk', kind: 'vine', radius: 0.7, height: 2.7, build: (detail) => obelisk(2, detail) },
  { name: 'arch', kind: 'vine', radius: 1.1, height: 2.6, build: (detail) => arch(7, detail) },
  { name: 'echeveria', kind: 'succulent', radius: 0.7, height: 0.8, build: (detail) => echeveria(1, detail) },
  { name: 'agave', kind: 'succulent', radius: 0.8, height: 1.8, build: (detail) => agave(6, detail) },
  { name: 'cactus', kind: 'succulent', radius: 0.6, height: 1.5, build: (detail) => cactus(13, detail) },
  { name: 'fern', kind: 'fern', radius: 0.9, height: 0.9, build: (detail) => fern(10, detail) },
  { name: 'lavender', kind: 'herb', radius: 0.5, height: 1.0, build: (detail) => lavender(12, detail) },
  { name: 'basil', kind: 'herb', radius: 0.5, height: 0.8, build: (detail) => basil(18, detail) },
  { name: 'hosta', kind: 'generic', radius: 0.9, height: 1.1, build: (detail) => perennial(PERENNIALS.hosta, detail) },
  { name: 'bellflower', kind: 'generic', radius: 0.9, height: 1.1, build: (detail) => perennial(PERENNIALS.bellflower, detail) },
]

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

/** What the drawing multiplies a form's metres by; the genome's own scale comes on top. */
export const displayScale = (variant: Variant): number => (variant.height > TREE_HEIGHT ? 1 : SMALL_PLANT_SCALE)
