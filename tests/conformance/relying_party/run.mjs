// Does one flow: node run.mjs FLOW, with settings on standard input.

import { say } from './resident.mjs'

const modules = ['./flows_basic.mjs', './flows_tokens.mjs', './flows_fapi.mjs']
const found = await Promise.all(modules.map((name) => import(name)))
const flows = Object.assign({}, ...found.map((one) => one.flows))

try {
  await flows[process.argv[2]]()
  say({ ok: true })
} catch (error) {
  const said = [error.code, error.error, error.error_description, error.cause && String(error.cause)]
  say({ failed: [error.stack, ...said.filter(Boolean)].join('\n') })
}
process.exit()
