// The other end of the pipe: a resident's browser. We say where it goes, it says where it arrived.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createInterface } from 'node:readline'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function read() {
  const { value, done } = await lines.next()
  if (done) throw new Error('the harness has gone')
  return JSON.parse(value)
}

export const settings = await read()

export function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

// Where the browser arrived: { url, form, passwords, offered }.
export async function ask(message) {
  say(message)
  return read()
}

// What a server of ours receives when the browser comes back.
export function received(arrival) {
  if (!arrival.form) return new URL(arrival.url)
  return new Request(arrival.url, { method: 'POST', body: new URLSearchParams(arrival.form) })
}

// A server of the party over TLS, for the provider to call.
export function serving(handler, port = 0) {
  const own = { cert: readFileSync(settings.certificate), key: readFileSync(settings.key) }
  const server = createServer(own, handler)
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done(server)))
}
