/** The broadleaf trees of the garden as data; `tree.ts` grows them. */

import { type Rgb, rgb } from '../vectors'

export interface TreeShape {
  seed: number
  height: number
  trunkRadius: number
  /** Metres the top stands beside the foot. */
  lean: number
  gnarl: number
  bark: readonly [Rgb, Rgb]
  /** Dark marks across the bark. */
  bands?: Rgb | undefined
  /** Share of the trunk below the first branch. */
  fork: number
  crown: { y: number; width: number; height: number; balls: number }
  ball: readonly [number, number]
  squash?: number | undefined
  cards: number
  leaf: number
  top: Rgb
  bottom: Rgb
  /** Share of blossom among the leaves. */
  blossom?: number | undefined
  /** Accent-coloured fruits or catkins that a flowering tree wears. */
  fruit?: 'apple' | 'catkin' | undefined
}

// biome-ignore format: one tree a paragraph
export const TREES = {
  oak: {
    seed: 11, height: 4.8, trunkRadius: 0.25, lean: 0.22, gnarl: 0.07, bark: [rgb('#6b4d3c'), rgb('#8a6a4f')], fork: 0.5,
    crown: { y: 2.7, width: 1.72, height: 1.3, balls: 15 }, ball: [0.68, 0.88], cards: 136, leaf: 0.26,
    top: rgb('#a6d45c'), bottom: rgb('#2c6b45'), fruit: 'apple',
  },
  cherry: {
    seed: 27, height: 4, trunkRadius: 0.21, lean: 0.5, gnarl: 0.16, bark: [rgb('#5c3f40'), rgb('#855a55')], fork: 0.42,
    crown: { y: 2.35, width: 1.8, height: 0.82, balls: 14 }, ball: [0.52, 0.72], squash: 0.72, cards: 140, leaf: 0.225,
    top: rgb('#97c765'), bottom: rgb('#3f7a45'), blossom: 0.8,
  },
  birch: {
    seed: 42, height: 5.2, trunkRadius: 0.13, lean: 0.12, gnarl: 0.05, bark: [rgb('#e6dfd2'), rgb('#b9ad9c')], bands: rgb('#4a4542'), fork: 0.5,
    crown: { y: 3.25, width: 0.98, height: 1.62, balls: 15 }, ball: [0.42, 0.58], squash: 1, cards: 104, leaf: 0.19,
    top: rgb('#cfe36e'), bottom: rgb('#5a9a4c'), fruit: 'catkin',
  },
} satisfies Record<string, TreeShape>
