import { useFrame, useThree } from '@react-three/fiber'
import { useEffect, useRef } from 'react'
import { Vector3 } from 'three'
import { ORDER } from './frame'
import { useShow } from './show'
import { useLive } from './useLive'
import { useStore } from './useStore'

/** The name of the plant that is pointed at, over it. It is HTML, so that it is sharp; what it says is in the list too. */
export function PlantLabel({ pointed }: { pointed: string | null }) {
  const { garden, pacemaker } = useShow()
  const fromList = useStore((state) => state.focus)
  const box = useThree(({ gl }) => gl.domElement.parentElement)
  const size = useThree((state) => state.size)
  const label = useRef<HTMLElement | null>(null)
  const anchor = useRef(new Vector3())
  const id = pointed ?? fromList
  const project = useLive(({ projects }) => projects.find((candidate) => candidate.id === id))

  useEffect(() => {
    const element = document.createElement('p')
    element.className = 'plant-label'
    box?.append(element)
    label.current = element
    return () => element.remove()
  }, [box])

  useEffect(() => {
    if (project && label.current) {
      const stage = document.createElement('small')
      stage.textContent = project.stage_label.replaceAll('_', ' ')
      label.current.replaceChildren(project.name, stage)
    }
    label.current?.classList.toggle('shown', project !== undefined)
    pacemaker.ask()
  }, [project, pacemaker])

  useFrame(({ camera }) => {
    if (!project || !label.current || !garden.anchor(project.id, anchor.current)) return
    const { x, y } = anchor.current.project(camera)
    const [left, top] = [((x + 1) / 2) * size.width, ((1 - y) / 2) * size.height]
    label.current.style.transform = `translate(-50%, -100%) translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`
  }, ORDER.label)

  return null
}
