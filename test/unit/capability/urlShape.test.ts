import { describe, expect, test } from 'vitest'
import { parseUrlShape } from '../../../src/capability/urlShape.js'
import { codeOf } from '../../support/values.js'

describe('a URL pattern', () => {
  test.each([
    ['https://api.example.com/*', { scheme: 'https', host: 'api.example.com', port: undefined, path: '/*' }],
    [
      'HTTPS://*.Example.COM/a/../v1/*',
      { scheme: 'https', host: '*.example.com', port: undefined, path: '/v1/*' },
    ],
    ['*://h:8443/x', { scheme: undefined, host: 'h', port: 8443, path: '/x' }],
    ['https://h:443/', { scheme: 'https', host: 'h', port: undefined, path: undefined }],
    ['https://h', { scheme: 'https', host: 'h', port: undefined, path: undefined }],
    ['https://h/*?q', { scheme: 'https', host: 'h', port: undefined, path: '/*' }],
    ['https://u@*/x', { scheme: 'https', host: '*', port: undefined, path: '/x' }],
    ['redis://*.A.com/x', { scheme: 'redis', host: '*.A.com', port: undefined, path: '/x' }],
    ['file:///x/*', { scheme: 'file', host: undefined, port: undefined, path: '/x/*' }],
    ['https://*/*', { scheme: 'https', host: '__tenuo_path_wildcard__', port: undefined, path: '/*' }],
  ])('%s', (text, shape) => {
    expect(parseUrlShape(text)).toEqual(shape)
  })

  test.each([
    ...[
      '',
      'h/x',
      'not-a-url',
      'https://h:*/',
      'https://h:99999/*',
      'https://256.1.1.1/*',
      'https://ex ample.com/*',
    ],
    ...['a*://h/x', 'https://__tenuo_host_wildcard__.com/', 'https://h/__tenuo_path_wildcard__', '://h/'],
    ...['https://*.1.2.3.4/x', `https://${'a'.repeat(3_000)}/`],
  ])('%j is none', (text) => {
    expect(codeOf(() => parseUrlShape(text))).toBe('CONSTRAINT_INVALID')
  })
})
