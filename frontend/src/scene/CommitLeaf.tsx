import { useFrame, useThree } from '@react-three/fiber'
import { useEffect, useRef, useState } from 'react'
import { Vector3 } from 'three'
import { ago } from '../shell/ago'
import { part } from '../shell/list'
import { store } from '../shell/store'
import { ORDER } from './frame'
import { useShow } from './show'
import { useLive } from './useLive'

/** Milliseconds for which a commit is news, and for which its leaf lies open before it folds. */
const NEWS = 48 * 3_600_000
const OPEN = 16_000
/** Seconds until the leaf lets go, and of its fall; metres it falls from, and swings aside. */
const PAUSE = 1
const FALL = 4.5
const FROM = 3.4
const SWING = 0.5
/** Pixels that stay free beside it, and the room it needs below the words over the sky, which end at this share. */
const MARGIN = 10
const ROOM = 110
/** Pixels at the foot of the picture that are the tools'. */
const FOOT = 76
const WORDS = 0.42

interface Leaf {
  plant: string
  words: string
  at: string
}

/** The newest commit of the page's list, where it is news: only what stands in the page is told by the scene. */
function newest(): Leaf | null {
  const line = part('happenings')?.querySelector<HTMLElement>('[data-leaf]')
  const { leaf: plant = '', words = '' } = line?.dataset ?? {}
  const at = line?.querySelector('time')?.dateTime ?? ''
  return Date.now() - Date.parse(at) < NEWS ? { plant, words, at } : null
}

/** The last commit comes down as a leaf at its plant, with its words on it. It folds, and opens when that plant is pointed at. */
export function CommitLeaf({ pointed }: { pointed: string | null }) {
  const { garden, frame, pacemaker } = useShow()
  const box = useThree(({ gl }) => gl.domElement.parentElement)
  const size = useThree((state) => state.size)
  const [leaf, setLeaf] = useState(newest)
  const element = useRef<HTMLElement | null>(null)
  const age = useRef(-PAUSE)
  const extent = useRef({ width: 0, height: 0 })
  const [open, setOpen] = useState(false)
  const place = useRef(new Vector3())
  const name = useLive(({ projects }) => projects.find(({ id }) => id === leaf?.plant)?.name)
  const unfolded = open || pointed === leaf?.plant

  useEffect(() => {
    const list = part('happenings')
    const look = (): void =>
      setLeaf((before) => {
        const now = newest()
        return now?.at === before?.at && now?.plant === before?.plant ? before : now
      })
    const observer = new MutationObserver(look)
    if (list) observer.observe(list, { childList: true })
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    if (!box || !leaf || !name) return
    const made = Object.assign(document.createElement('p'), { className: 'commit-leaf' })
    const words = Object.assign(document.createElement('span'), { textContent: leaf.words, dir: 'auto' })
    const paper = document.createElement('span')
    paper.append(words, document.createElement('small'))
    made.append(paper)
    box.append(made)
    element.current = made
    age.current = -PAUSE
    setOpen(false)
    return () => {
      made.remove()
      element.current = null
    }
  }, [box, leaf, name])

  useEffect(() => {
    if (!open) return
    const timer = setTimeout(() => setOpen(false), OPEN)
    return () => clearTimeout(timer)
  }, [open])

  useEffect(() => {
    const small = element.current?.querySelector('small')
    if (small && leaf) small.textContent = `${name}, ${ago(Date.now() - Date.parse(leaf.at))}`
    element.current?.classList.toggle('open', unfolded)
    const { offsetWidth: width = 0, offsetHeight: height = 0 } = element.current ?? {}
    extent.current = { width, height }
    pacemaker.ask()
  }, [unfolded, leaf, name, pacemaker])

  useFrame(({ camera }) => {
    const { current } = element
    if (!current || !leaf || !garden.foot(leaf.plant, camera, place.current)) return
    const fallen = age.current >= FALL
    age.current = frame.still ? FALL : Math.min(FALL, age.current + frame.seconds)
    if (!fallen && age.current >= FALL) setOpen(true)
    const left = 1 - Math.max(0, age.current) / FALL
    place.current.y += FROM * left * left
    place.current.x += Math.sin(age.current * 2.6) * SWING * left
    const { x, y, z } = place.current.project(camera)
    const shows = age.current > 0 && z < 1 && Math.abs(x) < 1 && Math.abs(y) < 1 && !store.getState().opened
    current.classList.toggle('shown', shows)
    const [across, down] = [((x + 1) / 2) * size.width, ((1 - y) / 2) * size.height]
    const leftwards = across + extent.current.width + MARGIN > size.width
    const below = down < size.height * WORDS + ROOM
    current.classList.toggle('leftwards', leftwards)
    current.classList.toggle('below', below)
    const top = below ? Math.min(down, size.height - FOOT - extent.current.height) : down
    const turn = Math.sin(age.current * 2.6 + 1) * 40 * left
    current.style.transform = `translate(${leftwards ? -100 : 0}%, ${below ? 0 : -100}%) translate(${across.toFixed(1)}px, ${top.toFixed(1)}px) rotate(${turn.toFixed(1)}deg)`
  }, ORDER.label)

  return null
}
