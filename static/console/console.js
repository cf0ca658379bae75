// What every page of the console does by itself: it says when the site is not reachable, keeps what was typed over a
// sign-in, and looks at a file before it is sent.

const KEPT = 'console-kept' // in this tab's storage: what was sent last, by whom, and whether it was lost

function say(words) {
  const there = document.querySelector('.console-notice')
  if (!words) return there?.remove()
  if (there?.textContent === words) return
  there?.remove()
  const notice = document.createElement('p')
  notice.className = 'console-notice'
  notice.setAttribute('role', 'status')
  notice.textContent = words
  document.body.append(notice)
}

// --- Parts of a page that ask again by themselves ---

const AWAY = 'The site is not reachable just now. It is tried again by itself.'
const SIGNED_OUT = 'You are signed out. Load this page again to sign in.'

function unsay(...words) {
  if (words.includes(document.querySelector('.console-notice')?.textContent)) say('')
}

document.addEventListener('console:reached', () => unsay(AWAY)) // over a socket, while nothing asks by htmx
for (const failed of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.addEventListener(failed, () => say(AWAY))
}
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (!detail.shouldSwap) return
  const [asked] = detail.pathInfo.requestPath.split('?')
  const elsewhere = new URL(detail.xhr.responseURL).pathname !== asked // the sign-in, in place of the part
  if (elsewhere) detail.shouldSwap = false
  if (elsewhere) say(SIGNED_OUT)
  else unsay(AWAY, SIGNED_OUT)
})

// --- What was typed ---

const addressOf = (form) => form.getAttribute('action') // a field of that name hides the property

const forms = () => [...document.querySelectorAll('#content form[method=post]')].filter((form) => typed(form).length)

// Secrets are kept nowhere: neither passwords, nor what no browser is to remember.
const NOT_KEPT = ['password', 'hidden', 'file', 'submit', 'button', 'fieldset']
const typed = (form) =>
  [...form.elements].filter(
    ({ name, type, autocomplete }) => name && autocomplete !== 'off' && !NOT_KEPT.includes(type),
  )

const asker = () => document.querySelector('[data-asker]')?.dataset.asker

function keep(form) {
  const fields = typed(form).map(({ name, type, value, checked }) => [name, value, type, checked])
  const kept = { by: asker(), at: location.pathname, to: addressOf(form), fields, lost: false }
  sessionStorage.setItem(KEPT, JSON.stringify(kept))
}

function putBack(form, fields) {
  for (const [name, value, type, checked] of fields) {
    const choice = type === 'checkbox' || type === 'radio'
    const field = typed(form).find((one) => one.name === name && (!choice || one.value === value))
    if (!field || (choice ? field.checked === checked : field.value === value)) continue
    if (choice) field.checked = checked
    else field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true })) // what follows it on the page does so again
  }
}

function begin() {
  const signing = /\/(login|signing-in)\//.test(location.pathname)
  if (!signing) for (const form of forms()) form.addEventListener('submit', () => keep(form))
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null')
  if (!kept) return
  const next = new URLSearchParams(location.search).get('next')?.split('?')[0]
  const lost = document.querySelector('[data-lost]') || next === kept.at
  if (lost) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, lost: true }))
  else if (!location.pathname.includes('/login/')) {
    sessionStorage.removeItem(KEPT)
    const form = forms().find((one) => addressOf(one) === kept.to)
    if (!kept.lost || kept.by !== asker() || kept.at !== location.pathname || !form) return
    putBack(form, kept.fields)
    say('This was not saved, since you had been signed out. What you typed is here again: look at it, and save.')
  }
}

// --- Files ---

document.addEventListener('change', ({ target }) => {
  const most = Number(target.dataset?.mostBytes)
  if (!most) return
  const beside = target.closest('.field-row, td, div')
  beside.querySelector('.console-refused')?.remove()
  const [file] = target.files
  if (!file || file.size <= most) return
  const words = document.createElement('p')
  words.className = 'console-refused'
  words.setAttribute('role', 'alert')
  words.textContent = `${file.name} is larger than ${most / 1024 ** 2} MB, and was not taken. Please make it smaller.`
  beside.append(words)
  target.value = ''
})

addEventListener('DOMContentLoaded', begin)
