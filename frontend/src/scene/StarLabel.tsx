import { useFrame, useThree } from '@react-three/fiber'
import { useEffect, useRef } from 'react'
import { Vector3 } from 'three'
import { store } from '../shell/store'
import { ORDER } from './frame'
import { useShow } from './show'
import { useLive } from './useLive'
import { useStore } from './useStore'

/** Pixels between a star and its name, and how near to the upper edge the name hangs below it instead. */
const GAP = 16
const ROOM = 84

/**
 * The star that is pointed at, in the sky or in the list, or whose sheet is open: it shines, the others recede, and its
 * name hangs over it. The list and the skill's page say the same.
 */
export function StarLabel({ pointed }: { pointed: string | null }) {
  const { garden, pacemaker } = useShow()
  const fromList = useStore((state) => state.star)
  const opened = useStore((state) => state.openedStar)
  const box = useThree(({ gl }) => gl.domElement.parentElement)
  const size = useThree((state) => state.size)
  const label = useRef<HTMLElement | null>(null)
  const anchor = useRef(new Vector3())
  const nodes = useLive(({ skills }) => skills.nodes)
  const skill = nodes.find(({ id }) => id === (pointed ?? fromList)) ?? nodes.find(({ slug }) => slug === opened)
  const id = skill?.id ?? null

  useEffect(() => {
    const element = document.createElement('p')
    element.className = 'plant-label star-label'
    box?.append(element)
    label.current = element
    return () => element.remove()
  }, [box])

  useEffect(() => {
    garden.setStarFocus(id)
    pacemaker.ask()
    return () => garden.setStarFocus(null)
  }, [garden, pacemaker, id])

  useEffect(() => {
    if (!skill || !label.current) return
    const level = document.createElement('small')
    level.textContent = skill.proficiency ? `level ${skill.proficiency} of 10` : 'no level yet'
    label.current.replaceChildren(skill.name, level)
  }, [skill])

  useFrame(({ camera }) => {
    const element = label.current
    if (!element) return
    const stands = id !== null && garden.starAnchor(id, camera, anchor.current)
    const { x, y } = anchor.current.project(camera)
    const [left, top] = [((x + 1) / 2) * size.width, ((1 - y) / 2) * size.height]
    const { covered } = store.getState() // by a sheet, which says the name itself
    const shows = stands && left < size.width - covered.right && top < size.height - covered.bottom
    if (element.classList.contains('shown') !== shows) element.classList.toggle('shown', shows)
    if (!shows) return
    const below = top < ROOM
    element.style.transform = `translate(-50%, ${below ? 0 : -100}%) translate(${left.toFixed(1)}px, ${(below ? top + GAP : top - GAP).toFixed(1)}px)`
  }, ORDER.label)

  return null
}
