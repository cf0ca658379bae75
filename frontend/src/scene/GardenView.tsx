import { useFrame } from '@react-three/fiber'
import { useEffect } from 'react'
import { ORDER } from './frame'
import { useShow } from './show'
import { useStore } from './useStore'

/** The engine's garden, fed with what the visitor points at, searches for and chose. */
export function GardenView({ pointed }: { pointed: string | null }) {
  const { garden, frame, pacemaker } = useShow()
  const fromList = useStore((state) => state.focus)
  const visiting = useStore((state) => state.visiting)
  const found = useStore((state) => state.found)

  useEffect(() => {
    garden.setFocus(pointed ?? fromList ?? visiting)
    pacemaker.ask()
  }, [garden, pacemaker, pointed, fromList, visiting])

  useEffect(() => {
    garden.setFound(found)
    pacemaker.ask()
  }, [garden, pacemaker, found])

  useFrame(({ camera }) => garden.update(frame.frozen ? 0 : frame.seconds, camera), ORDER.garden)

  return (
    <>
      <primitive object={garden.group} />
      <primitive object={garden.fog} attach="fog" />
    </>
  )
}
