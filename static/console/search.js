// "/" leads to the search of the console, wherever nobody is writing.

document.addEventListener('keydown', (event) => {
  const field = document.getElementById('console-search')
  const writing = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]')
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing || !field) return
  event.preventDefault()
  field.select()
})
