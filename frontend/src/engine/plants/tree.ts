/**
 * Broadleaf trees, crown first: balls of foliage are laid out on an ellipsoid, then one sagging branch runs from the
 * trunk to each. The crown fills from the middle outward until the tree is ancient.
 */

import { starter as looks, treeBirths } from 'looks/plants.json'
import type { BufferGeometry, Vector3 } from 'three'
import { Builder } from '../builder'
import { foliage, rosette } from '../foliage'
import { BLOSSOM_SLOWNESS, KIND, latestBirth } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import {
  along,
  between,
  clamp,
  GOLDEN_ANGLE,
  jitter,
  mixRgb,
  pointOn,
  polar,
  rgb,
  shades,
  TAU,
  tangent,
  UP,
  vec,
  WHITE,
} from '../vectors'
import { starter } from './starter'
import type { TreeShape } from './treeShapes'

interface Ball {
  center: Vector3
  radius: number
  /** 0 at the leader to 1 at the rim of the crown. */
  reach: number
}

const TRUNK_SEGMENTS = 9
const FRUIT_BIRTH = 0.6
const MUSHROOM = { cap: rgb('#c9543f'), stalk: rgb('#efe3cf'), birth: latestBirth() - 0.05 }

export function tree(shape: TreeShape, detail: Detail): BufferGeometry {
  const builder = new Builder(createRng(shape.seed), detail)
  const trunk = trunkLine(shape)
  const balls = crownBalls(shape, trunk)
  starter(builder, looks.mounds.tree)
  buildTrunk(builder, shape, trunk)
  const visible = detail ? balls.filter((_, index) => index % 4 !== 3) : balls
  const center = crownCenter(shape)
  const crown = {
    center: center.clone().addScaledVector(UP as Vector3, -shape.crown.height * 0.15),
    radius: Math.max(shape.crown.width, shape.crown.height) + shape.ball.most * 0.6,
  }
  const [bottom, top] = shades(shape.leaf)
  for (const ball of visible) {
    // The crown is born from the leader to the rim.
    const birth = treeBirths.crown.start + treeBirths.crown.span * ball.reach
    branch(builder, shape, trunk, ball, birth)
    foliage(builder, {
      center: ball.center,
      radius: ball.radius * (detail ? 1.12 : 1),
      cards: shape.cards,
      leaf: shape.leafLength,
      top: jitter(top, builder.random, 9),
      bottom: jitter(bottom, builder.random, 6),
      birth: clamp(birth + 0.06, 0, latestBirth(BLOSSOM_SLOWNESS) - 0.06),
      flex: 0.34 + 0.14 * clamp(ball.center.y / shape.height),
      crown,
      squash: shape.squash,
      blossom: shape.blossom,
      slow: shape.blossom ? BLOSSOM_SLOWNESS : 1,
    })
    if (shape.fruit) fruits(builder, shape.fruit, ball, crown.center)
  }
  if (detail === 0) agedFoot(builder, shape)
  return builder.build()
}

const crownCenter = (shape: TreeShape): Vector3 =>
  vec(shape.lean * 1.05, shape.crown.y + shape.crown.height * 0.28, shape.lean * 0.42)

function trunkLine(shape: TreeShape): Vector3[] {
  const points: Vector3[] = []
  for (let index = 0; index <= TRUNK_SEGMENTS; index++) {
    const t = index / TRUNK_SEGMENTS
    const x = shape.lean * t * t + Math.sin(t * 5 + shape.seed) * shape.gnarl * t
    const z = shape.lean * 0.4 * t * t + Math.cos(t * 4 + shape.seed) * shape.gnarl * t
    points.push(vec(x, shape.crown.y * t, z))
  }
  return points
}

/** Every level of detail places its balls with the same numbers, so the silhouette stays. */
function crownBalls(shape: TreeShape, trunk: Vector3[]): Ball[] {
  const random = createRng(shape.seed * 7919)
  const { width, height, balls: count } = shape.crown
  const center = crownCenter(shape)
  const top = pointOn(trunk, 0.98)
  const balls: Omit<Ball, 'reach'>[] = []
  for (let index = 0; index < count; index++) {
    const y = 1 - ((index + 0.5) / count) * 1.55
    const ring = Math.sqrt(Math.max(0, 1 - Math.min(1, y * y)))
    const pull = (index % 4 === 3 ? 0.45 : 0.8) * random.range(0.86, 1.1)
    const angle = index * GOLDEN_ANGLE + shape.seed
    balls.push({
      center: vec(Math.cos(angle) * ring * width, y * height, Math.sin(angle) * ring * width)
        .multiplyScalar(pull)
        .add(center),
      radius: random.range(shape.ball.least, shape.ball.most) * (1.08 - 0.22 * Math.abs(y)),
    })
  }
  balls.push({ center: top.clone().add(vec(0, shape.ball.least * 0.35, 0)), radius: shape.ball.least * 0.95 })
  return balls.map((ball) => ({ ...ball, reach: clamp((ball.center.distanceTo(top) / (width + height)) * 1.5) }))
}

function buildTrunk(builder: Builder, shape: TreeShape, trunk: Vector3[]): void {
  const [dark, light] = shape.wood
  const { start, span } = treeBirths.trunk
  const radius = (t: number) => shape.trunk * (1 - t * 0.72) * (1 + 0.95 * (1 - t) ** 7)
  const colors = [dark, mixRgb(dark, light, 0.6)] as const
  builder.tube(trunk, { radius, sides: 8, colors, birth: [start, start + span], flex: [0, 0.28], shade: 0.6 })
  if (builder.detail) return
  const { random } = builder
  if (shape.bands) {
    for (let index = 0; index < shape.bands.count; index++) {
      const t = 0.06 + index * 0.068 + random() * 0.03
      const point = pointOn(trunk, t)
      const angle = random() * TAU
      const ring = radius(t) * 1.03
      builder.leaf({
        base: point.clone().add(polar(angle, ring)),
        direction: tangent(angle),
        side: vec(0, 1, 0),
        length: ring * 1.3,
        width: 0.05 + random() * 0.05,
        colors: [shape.bands.color, shape.bands.color],
        life: { birth: start + t * span, flex: t * 0.28, kind: KIND.wood },
        pivot: point,
        normal: polar(angle, 1),
      })
    }
  }
  for (let index = 0; index < 5; index++) {
    const angle = (index * TAU) / 5 + random()
    const r = shape.trunk
    const root = [polar(angle, r * 0.6, 0.34), polar(angle, r * 1.7, 0.1), polar(angle, r * 3.3, -0.1)]
    const thickness = (t: number) => r * 0.46 * (1 - t * 0.75)
    builder.tube(root, {
      radius: thickness,
      sides: 4,
      colors: [dark, dark],
      birth: [0.5, 0.75],
      flex: [0, 0],
      shade: 0.8,
    })
  }
}

function branch(builder: Builder, shape: TreeShape, trunk: Vector3[], ball: Ball, birth: number): void {
  const { random } = builder
  const leaves = clamp((ball.center.y / shape.crown.y) * 0.8, shape.fork, 0.98)
  const start = pointOn(trunk, leaves)
  const out = ball.center.clone().sub(start)
  const sag = -0.16 * out.length() + random.bell() * 0.08
  const middle = along(start, out, 0.5).add(vec(out.x * 0.12, sag, out.z * 0.12))
  const elbow = between(start, middle, 0.55).add(vec(0, -0.02, 0))
  builder.tube([start, elbow, middle, ball.center], {
    radius: (t) => shape.trunk * 0.42 * (1 - t * 0.75) * (1.25 - ball.reach * 0.5),
    sides: builder.detail ? 4 : 5,
    colors: shape.wood,
    birth: [birth, birth + 0.12],
    flex: [0.18, 0.34],
    shade: 0.6,
  })
}

/** A few accent-coloured fruits at the outside of a ball: a tree shows its technologies too. */
function fruits(builder: Builder, fruit: 'apple' | 'catkin', ball: Ball, crownCentre: Vector3): void {
  if (builder.detail === 2) return
  const { random } = builder
  const count = builder.detail ? 1 : 2
  for (let index = 0; index < count; index++) {
    const outward = ball.center
      .clone()
      .sub(crownCentre)
      .setY(0)
      .normalize()
      .add(vec(random.bell() * 0.7, random.range(-0.45, 0.35), random.bell() * 0.7))
      .normalize()
    const stalk = along(ball.center, outward, ball.radius * 0.98)
    const life = { birth: FRUIT_BIRTH + random() * 0.22, flex: 0.55, kind: KIND.petal }
    if (fruit === 'apple') {
      builder.ball({
        center: stalk,
        radius: 0.085,
        height: 0.08,
        subdivisions: 0,
        life,
        pivot: stalk,
        color: (normal) => mixRgb([190, 165, 170], WHITE, clamp(normal.y * 0.6 + 0.5)),
      })
    } else {
      for (let catkin = 0; catkin < 3; catkin++) {
        builder.leaf({
          base: stalk,
          direction: vec(random.bell() * 0.25, -1, random.bell() * 0.25).normalize(),
          side: polar(catkin * 2.1, 1),
          length: 0.26,
          width: 0.06,
          colors: [[235, 225, 215], WHITE],
          life,
          normal: outward,
          essential: true,
        })
      }
    }
  }
}

/** Moss, mushrooms and small flowers that only an old tree gathers at its foot. */
function agedFoot(builder: Builder, shape: TreeShape): void {
  const { random } = builder
  for (let index = 0; index < 7; index++) {
    const angle = index * GOLDEN_ANGLE + shape.seed
    const foot = polar(angle, shape.trunk * random.range(2.2, 3.4), 0.1)
    const height = random.range(0.12, 0.24)
    const birth = MUSHROOM.birth + random() * 0.05
    if (index % 2) {
      const head = foot.clone().add(vec(0, height, 0))
      builder.tube([foot, head], {
        radius: (t) => 0.03 - 0.01 * t,
        sides: 4,
        colors: [MUSHROOM.stalk, MUSHROOM.stalk],
        birth: [birth, birth],
        flex: [0, 0],
        kind: KIND.fixed,
      })
      builder.ball({
        center: head,
        radius: 0.085,
        height: 0.06,
        subdivisions: 0,
        faceted: true,
        pivot: foot,
        color: (normal) => (normal.y > 0 ? MUSHROOM.cap : MUSHROOM.stalk),
        life: { birth, flex: 0, kind: KIND.fixed },
      })
    } else {
      rosette(builder, {
        center: foot.clone().add(vec(0, height * 0.7, 0)),
        axis: polar(angle, 0.3, 1).normalize(),
        size: 0.1,
        petals: 5,
        colors: [[240, 225, 235], WHITE],
        birth,
        flex: 0.2,
      })
    }
  }
}
