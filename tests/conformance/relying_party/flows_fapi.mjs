// FAPI 2.0.

import assert from 'node:assert/strict'
import { errorOf } from './session.mjs'
import { registered } from './registration.mjs'

const FAPI2 = { profile: 'fapi2', token_endpoint_auth_method: 'private_key_jwt' }

export const flows = {
  async 'FAPI 2.0: a request that was not pushed is refused'() {
    assert.equal(await errorOf(await registered(FAPI2)), 'invalid_request')
  },
}
