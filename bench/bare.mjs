// What a socket costs at least: a bare `ws` server that sends each line of its input to everybody.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { WebSocketServer, OPEN } = createRequire(new URL('../frontend/package.json', import.meta.url))('ws')
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 4096 })

server.on('connection', (socket) => socket.send('{"event_type":"hello"}'))
createInterface({ input: process.stdin }).on('line', (line) => {
  for (const socket of server.clients) if (socket.readyState === OPEN) socket.send(line)
})
