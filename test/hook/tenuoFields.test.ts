/** docs/how-to/come-from-hermes-tenuo.md, as it stands there: the fields that it makes are those that it reads. */

import { expect, test } from 'vitest'
import { fieldsForPlugin, guardFrom } from '../support/tenuoFields.js'

test('the fields of hermes-tenuo, made here, are a warrant, a root and a key here', () => {
  const { exports } = fieldsForPlugin()
  // 32 bytes in standard base64 with padding, which is how the plugin prints them.
  expect(exports).toMatch(/^export TENUO_TRUSTED_ROOT='[A-Za-z0-9+/]{43}='$/m)
  expect(exports).toMatch(/^export TENUO_SIGNING_KEY=[A-Za-z0-9+/]{43}=$/m)
  const read = guardFrom(exports)
  expect(read('/data/q3.csv')).toEqual([0, ''])
  expect(read('/etc/shadow')).toEqual([
    2,
    expect.stringContaining('warrant: CONSTRAINT_VIOLATED: read_file: '),
  ])
})

test('a root that is not the one of the warrant denies every call', () => {
  const { exports } = fieldsForPlugin()
  const other = fieldsForPlugin().exports
  const root = /^export TENUO_TRUSTED_ROOT=.*$/m
  const read = guardFrom(exports.replace(root, root.exec(other)?.[0] ?? ''))
  expect(read('/data/q3.csv')).toEqual([2, expect.stringContaining('warrant: CHAIN_UNTRUSTED_ROOT: ')])
})
