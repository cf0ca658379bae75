// The plan of the island: plants are moved by pointer and by keyboard. What a place bears, the server says.

const STEP = 0.1 // metres that an arrow moves a plant
const LARGE_STEP = 1
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const NEWCOMER = 'new'
const SVG = 'http://www.w3.org/2000/svg'

const svg = document.querySelector('[data-plan]')
const form = svg?.closest('form')
const part = (name) => document.querySelector(`[data-part="${name}"]`)
const plants = new Map()
let held // by the pointer
let last // that was moved
let asking = false
let askAgain = false
let isLeaving = false

const centimetres = (metres) => Math.round(metres * 100) / 100
const isElsewhere = ({ at, home }) => at[0] !== home[0] || at[1] !== home[1]
const elsewhere = () => [...plants.values()].filter((plant) => plant.isChosen ?? isElsewhere(plant))
const isUnread = ({ fields }) => fields.some((field) => field.ariaInvalid === 'true')
const unread = () => [...plants.values()].filter(isUnread)
const plantOf = (target) => plants.get(target.closest?.('[data-plant]')?.dataset.plant)

function say(words) {
  part('said').textContent = words
}

function placeOf({ clientX, clientY }) {
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse())
  return [x, y]
}

/** Whether what moved may be kept: not while something stands nowhere, or is no place. */
function allowKeeping(isAllowed) {
  for (const keep of document.querySelectorAll('[data-part="keep"]')) keep.disabled = !isAllowed || unread().length > 0
}

/** What is to be filled in, where fields hold no place. */
function unreadWords() {
  const names = unread().map(({ name }) => name)
  return names.length ? `${names.join(', ')}: ${svg.dataset.unread}` : ''
}

/** Moves a plant on the plan, and in the fields unless they said so themselves. */
function put(plant, place, { fields = true } = {}) {
  plant.at = place === plant.home ? place : place.map(centimetres)
  if ('isChosen' in plant) plant.isChosen = place !== plant.home
  plant.element.setAttribute('transform', `translate(${plant.at.join(' ')})`)
  const moved = elsewhere().includes(plant)
  plant.element.classList.toggle('moved', moved)
  for (const field of plant.fields) field.ariaInvalid = null
  if (fields) for (const [axis, field] of plant.fields.entries()) field.value = plant.isChosen === false ? '' : plant.at[axis]
  if (!moved) plant.element.classList.remove('barred', 'close')
  drawWay(plant, moved)
  last = plant
  ask()
}

/** Where a moved plant comes from. */
function drawWay(plant, moved) {
  plant.way?.remove()
  plant.way = undefined
  if (!moved || plant.key === NEWCOMER) return
  plant.way = part('ghosts').appendChild(document.createElementNS(SVG, 'g'))
  const [line, ring] = ['line', 'circle'].map((name) => plant.way.appendChild(document.createElementNS(SVG, name)))
  const [x1, y1, x2, y2] = [...plant.home, ...plant.at]
  for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, value)
  for (const [name, value] of Object.entries({ cx: x1, cy: y1, r: plant.room })) ring.setAttribute(name, value)
}

/** Asks what the moved plants would stand on; while an answer is waited for, the newest question waits. */
async function ask() {
  askAgain = true
  if (asking) return
  asking = true
  while (askAgain) {
    askAgain = false
    const moved = elsewhere()
    allowKeeping(moved.length > 0)
    if (!moved.length) {
      say(unreadWords() || svg.dataset.unmoved)
      continue
    }
    const body = new FormData()
    body.set('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value)
    for (const { key, at } of moved) for (const axis of [0, 1]) body.set(`${key}-position_${'xz'[axis]}`, at[axis])
    const answer = await fetch(svg.dataset.footing, { method: 'POST', body }).catch(() => null)
    if (answer?.redirected) say('You are signed out. Keep the places: once you signed in, they are put back to be kept.')
    else if (answer?.ok) show(await answer.json())
    else say('The garden does not answer just now. What a place bears is looked at again when you keep it.')
  }
  asking = false
}

function show(answers) {
  for (const plant of elsewhere()) {
    const { bears = true, close = false } = answers[plant.key] ?? {}
    plant.element.classList.toggle('barred', !bears)
    plant.element.classList.toggle('close', bears && close)
  }
  const barred = elsewhere().filter(({ element }) => element.classList.contains('barred'))
  allowKeeping(barred.length === 0)
  const words = answers[last.key] ? `${last.name}: ${answers[last.key].said}` : `${last.name} is back.`
  const others = barred.filter((plant) => plant !== last).map(({ name }) => name)
  const also = others.length ? `${words} Where ${others.join(', ')} would be, nothing can stand either.` : words
  say([unreadWords(), isUnread(last) ? '' : also].filter(Boolean).join(' '))
}

function letGo(event) {
  if (event.pointerId !== held?.pointer) return
  if (event.type === 'pointercancel') put(held.plant, held.from)
  held.plant.settled = held.plant.at
  held.plant.element.classList.remove('held')
  held = undefined
}

function hold(event) {
  const plant = plantOf(event.target)
  if (!plant || event.button || held) return
  event.preventDefault()
  plant.element.focus({ preventScroll: true })
  const [x, z] = placeOf(event)
  held = { plant, pointer: event.pointerId, from: plant.at, grip: [x - plant.at[0], z - plant.at[1]] }
  plant.element.setPointerCapture(event.pointerId)
  plant.element.classList.add('held')
}

function drag(event) {
  if (event.pointerId !== held?.pointer) return
  const place = placeOf(event)
  put(held.plant, [place[0] - held.grip[0], place[1] - held.grip[1]])
}

function press(event) {
  const plant = plantOf(event.target)
  if (!plant || event.ctrlKey || event.altKey || event.metaKey) return
  const step = event.shiftKey ? LARGE_STEP : STEP
  const arrow = ARROWS[event.key]
  if (arrow) put(plant, [plant.at[0] + arrow[0] * step, plant.at[1] + arrow[1] * step])
  else if (event.key === 'Enter') {
    plant.settled = plant.at
    say(`${plant.name} stands there, and is kept with the places.`)
  } else if (event.key === 'Escape') {
    put(plant, held?.plant === plant ? held.from : plant.settled)
    if (held) letGo({ pointerId: held.pointer, type: 'pointerup' })
  } else return
  event.preventDefault()
}

function read(plant) {
  const written = plant.fields.map(({ value }) => value.trim())
  const place = written.map(Number)
  if (plant.key === NEWCOMER && written.every((value) => !value)) put(plant, plant.home, { fields: false })
  else if (written.every(Boolean) && place.every(Number.isFinite)) put(plant, place, { fields: false })
  else {
    for (const [axis, field] of plant.fields.entries()) field.ariaInvalid = String(!written[axis] || !Number.isFinite(place[axis]))
    last = plant
    ask()
  }
}

function know(element) {
  const key = element.dataset.plant
  const fields = ['x', 'z'].map((axis) => form.elements[`${key === NEWCOMER ? '' : `${key}-`}position_${axis}`])
  if (fields.includes(undefined)) return
  const home = [Number(element.dataset.x), Number(element.dataset.z)]
  const room = element.querySelector('.room').getAttribute('r')
  const plant = { key, element, fields, home, at: home, settled: home, room, name: element.dataset.name }
  if (key === NEWCOMER) plant.isChosen = false
  plants.set(key, plant)
  element.setAttribute('aria-roledescription', 'plant that can be moved')
  element.setAttribute('role', 'button')
  element.addEventListener('focus', () => { plant.settled = plant.at })
  for (const field of fields) field.addEventListener('input', () => read(plant))
  if (fields.some(({ value }, axis) => value && Number(value) !== home[axis])) read(plant)
}

if (svg && form) {
  document.documentElement.classList.add('plan-scripted')
  const frame = svg.parentElement
  frame.scrollTo((frame.scrollWidth - frame.clientWidth) / 2, (frame.scrollHeight - frame.clientHeight) / 2)
  svg.querySelectorAll('[data-plant]').forEach(know)
  if (!elsewhere().length) for (const keep of document.querySelectorAll('[data-part="keep"]')) keep.disabled = true
  svg.addEventListener('pointerdown', hold)
  svg.addEventListener('pointermove', drag)
  svg.addEventListener('pointerup', letGo)
  svg.addEventListener('pointercancel', letGo)
  svg.addEventListener('keydown', press)
  svg.addEventListener('touchstart', (event) => plantOf(event.target) && event.preventDefault(), { passive: false })
  svg.addEventListener('click', (event) => {
    const newcomer = plants.get(NEWCOMER)
    if (newcomer && !plantOf(event.target)) put(newcomer, placeOf(event))
  })
  part('back').addEventListener('click', (event) => {
    event.preventDefault()
    for (const plant of new Set([...elsewhere(), ...unread()])) put(plant, plant.home)
  })
  // Plants that nobody moved are not sent: what others did with them meanwhile is none of this page's business.
  form.addEventListener('formdata', ({ formData }) => {
    const moved = new Set(elsewhere().map(({ key }) => key))
    for (const { key } of plants.values()) {
      if (key === NEWCOMER || moved.has(key)) continue
      for (const name of ['position_x', 'position_z', 'seen']) formData.delete(`${key}-${name}`)
    }
  })
  form.addEventListener('submit', () => { isLeaving = true })
  window.addEventListener('beforeunload', (event) => {
    if (!isLeaving && !plants.has(NEWCOMER) && elsewhere().length) event.preventDefault()
  })
}
