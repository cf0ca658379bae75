// The page "Announce": the note as it will look, while it is written.

const form = document.querySelector('[data-part="announce"]')
const note = document.querySelector('[data-part="preview"] .announce-note')

if (form) {
  form.querySelector('[data-part="look"]').hidden = true
  const words = note.querySelector('bdi')
  form.addEventListener('input', () => {
    words.textContent = form.elements.message.value.trim() || 'Your words.'
    note.dataset.level = form.elements.level.value
  })
}
