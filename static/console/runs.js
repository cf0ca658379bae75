// How sync runs go on comes over a socket. While it is down, what shows a run asks for itself by htmx.

const AGAIN = 5000 // milliseconds until a line that is down is tried again
const goesOn = () => document.querySelector('[data-goes-on]')
let known = ''

function show(panels) {
  for (const [run, html] of Object.entries(panels)) {
    const old = document.getElementById(`run-${run}`)
    if (!old || old.dataset.shown === html) continue
    const fresh = document.createRange().createContextualFragment(html).firstElementChild
    fresh.dataset.shown = html
    old.replaceWith(fresh)
    htmx.process(fresh)
  }
  const open = Object.keys(panels).filter((run) => panels[run].includes('data-goes-on')).join()
  const step = document.getElementById('the-step')
  if (step && known !== open) htmx.trigger(step, 'runs')
  known = open
}

function follow() {
  if (!goesOn()) return
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/runs`)
  socket.onmessage = ({ data }) => {
    document.body.dataset.followed = 'yes'
    document.dispatchEvent(new Event('console:reached'))
    show(JSON.parse(data).data.panels)
    if (!known) socket.close()
  }
  socket.onclose = () => {
    delete document.body.dataset.followed
    setTimeout(follow, AGAIN)
  }
}

document.addEventListener('DOMContentLoaded', follow)
