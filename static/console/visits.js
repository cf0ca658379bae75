// The page "Just now": how many are here and who walks come over the sockets; the rest is the page itself, asked again.

const AGAIN = 10_000 // milliseconds between two looks at the page
const SOON = 3000 // … where somebody comes, goes or walks
const GONE = 12_000 // a visitor who is silent for so long has left
const SVG = 'http://www.w3.org/2000/svg'

const part = (name, root = document) => root.querySelector(`[data-part="${name}"]`)
const walkers = new Map()
let timer
let looked = 0

function follow(path, hear) {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}${path}`)
  socket.onopen = () => { part('line').textContent = '' }
  socket.onmessage = ({ data }) => hear(JSON.parse(data))
  socket.onclose = () => {
    part('line').textContent = 'The line is down; it is tried again.'
    setTimeout(() => follow(path, hear), 2000 + 3000 * Math.random())
  }
}

async function look() {
  clearTimeout(timer)
  timer = setTimeout(look, AGAIN)
  looked = Date.now()
  if (document.hidden) return
  const answer = await fetch(location.href).catch(() => null)
  if (!answer?.ok) return
  const fresh = part('now', new DOMParser().parseFromString(await answer.text(), 'text/html'))
  const now = part('now')
  if (fresh && !now.contains(document.activeElement) && !now.querySelector('details[open]')) now.replaceWith(fresh)
}

function walk([id, , , x, z]) {
  let walker = walkers.get(id)
  if (!walker) {
    walker = { dot: part('walkers').appendChild(document.createElementNS(SVG, 'circle')) }
    walker.dot.setAttribute('r', '0.22')
    walkers.set(id, walker)
  }
  walker.dot.setAttribute('cx', x)
  walker.dot.setAttribute('cy', z)
  walker.heard = Date.now()
}

function count() {
  for (const [id, { dot, heard }] of walkers) {
    if (Date.now() - heard < GONE) continue
    dot.remove()
    walkers.delete(id)
  }
  part('walking').textContent = walkers.size
}

// Whoever comes, goes or walks is a reason to look again. The garden's own socket would count this page as a visitor.
follow('/ws/journey-tracking', ({ event_type, data }) => {
  if ('present' in data) part('present').textContent = data.present
  if (event_type === 'journey_step') data.steps.forEach(walk)
  count()
  if (Date.now() - looked > SOON) look()
})
setInterval(count, 1000)
look()
