import { useFrame, useThree } from '@react-three/fiber'
import { useEffect } from 'react'
import { ORDER } from './frame'
import { useShow } from './show'
import { useLive } from './useLive'
import { useStore } from './useStore'

/** Milliseconds that a card is pointed at before the camera goes there, and that the camera lingers when it is left. */
const DWELL = 350
const LINGER = 700

/** Takes the visitor to the plant of the open sheet, of the tour, or of the card pointed at; else to the whole garden. */
export function CameraRig() {
  const { walker, frame, pacemaker } = useShow()
  const { width, height } = useThree(({ size }) => size)
  const opened = useStore((state) => state.opened)
  const visiting = useStore((state) => state.visiting)
  const focus = useStore((state) => state.focus)
  const alone = useStore(({ found }) => (found?.size === 1 ? [...found][0] : undefined))
  const covered = useStore((state) => state.covered)

  useEffect(() => {
    walker.resize(width, height)
    pacemaker.ask()
  }, [walker, pacemaker, width, height])

  useEffect(() => {
    walker.makeRoom(covered.right, covered.bottom)
    pacemaker.ask()
  }, [walker, pacemaker, covered])

  const sheet = useLive(({ projects }) => projects.find(({ slug }) => slug === opened)?.id)
  const chosen = sheet ?? visiting ?? alone
  const goal = chosen ?? focus ?? null

  useEffect(() => {
    const go = (): void => {
      walker.visit(goal)
      pacemaker.ask()
    }
    const wait = chosen ? 0 : goal ? DWELL : LINGER
    const timer = setTimeout(go, wait)
    return () => clearTimeout(timer)
  }, [walker, pacemaker, chosen, goal])

  useFrame(() => {
    frame.travelling = walker.step(frame.seconds, frame.still)
  }, ORDER.camera)

  return null
}
