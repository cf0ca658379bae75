/** The broadleaf trees of the garden as data; `tree.ts` grows them. What the drawing shares is in `garden/looks/plants.json`. */

import { birchBands, trees } from 'looks/plants.json'
import { type Rgb, rgb, shades } from '../vectors'

/** Metres. */
interface TreeForm {
  /** Radius of the trunk. */
  trunk: number
  /** How far the top stands beside the foot. */
  lean: number
  gnarl: number
  /** Share of the trunk below the first branch. */
  fork: number
  crown: { y: number; width: number; height: number; balls: number }
  ball: { least: number; most: number }
  squash: number
  leaf: { dark: string; light: string }
}

export interface TreeShape extends TreeForm {
  seed: number
  height: number
  /** At the foot and towards the twigs. */
  wood: readonly [Rgb, Rgb]
  /** Dark marks across the bark. */
  bands?: { color: Rgb; count: number } | undefined
  cards: number
  /** Length of a leaf. */
  leafLength: number
  /** Share of blossom among the leaves. */
  blossom?: number | undefined
  /** Accent-coloured fruits or catkins that a flowering tree wears. */
  fruit?: 'apple' | 'catkin' | undefined
}

const { oak, cherry, birch } = trees

// biome-ignore format: one tree a line
export const TREES = {
  oak: { ...oak, seed: 11, height: 4.8, wood: shades(oak.bark), cards: 168, leafLength: 0.25, fruit: 'apple' },
  cherry: { ...cherry, seed: 27, height: 4, wood: shades(cherry.bark), cards: 160, leafLength: 0.225, blossom: 0.8 },
  birch: {
    ...birch, seed: 42, height: 5.2, cards: 126, leafLength: 0.19, fruit: 'catkin',
    wood: [rgb(birch.bark.light), rgb(birch.bark.dark)], bands: { ...birchBands, color: rgb(birchBands.color) },
  },
} satisfies Record<string, TreeShape>
