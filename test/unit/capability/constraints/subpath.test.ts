import { describe, expect, test } from 'vitest'
import { covers, decodeConstraint, stricterMatch } from '../../../../src/capability/constraint.js'
import { all, exact, not, subpath } from '../../../../src/capability/constructors.js'
import { CborReader, CborWriter } from '../../../../src/encoding/cbor.js'
import { FormatError } from '../../../../src/errors.js'
import { nearestOf, reread, witnessOf } from '../../../support/kinds.js'
import { rulingOf } from '../../../support/ruling.js'
import { codeOf } from '../../../support/values.js'

const decoded = (root: string): ReturnType<typeof decodeConstraint> => {
  const writer = new CborWriter()
  writer.array(2)
  writer.uint(17)
  writer.map(1)
  writer.text('root')
  writer.text(root)
  return decodeConstraint(new CborReader(writer.finish()))
}

describe('a root', () => {
  test('is normalised when it is made', () => {
    expect(subpath('/data/../x//y/')).toEqual({
      kind: 'subpath',
      root: '/x/y',
      caseSensitive: true,
      allowEqual: true,
    })
    expect(subpath('/DATA', { caseSensitive: false }).root).toBe('/data')
    expect(subpath('C:\\x\\..\\y').root).toBe('C:\\y')
  })

  test('from the wire has its defaults', () => {
    expect(decoded('/data')).toEqual(subpath('/data'))
  })

  test.each(['', 'data', './data', '~/x', '1:/x', '\\\\host\\x', 'C:x', '/data\0'])(
    '%j is refused',
    (root) => {
      expect(codeOf(() => subpath(root))).toBe('CONSTRAINT_INVALID')
      expect(codeOf(() => decoded(root))).toBe('CONSTRAINT_INVALID')
    },
  )

  test.each(['/data/', '/data/../etc', '//data', '/.', '/a\\b', 'C:/x/'])(
    '%j from the wire is refused by rule',
    (root) => {
      const thrown = ((): unknown => {
        try {
          return decoded(root)
        } catch (error) {
          return error
        }
      })()
      expect(thrown).toBeInstanceOf(FormatError)
      expect(thrown).toMatchObject({ code: 'CONSTRAINT_INVALID', rule: 'SUBPATH_ROOT' })
    },
  )
})

describe('Subpath', () => {
  const data = subpath('/data')

  test.each([
    '/data',
    '/data/',
    '/data/x',
    '/data//x',
    '/../data/x',
    '/etc/../data',
    '/data/.x',
    '/data/%2e%2e/x',
    '/data/x\\y',
  ])('permits %j', (path) => {
    expect(rulingOf(data, path)).toBe('allow')
  })

  test.each([
    ...[
      '',
      '/',
      'data/x',
      '/data2',
      '/database/x',
      '/DATA/x',
      '/data/..',
      '/data/../etc',
      '/data/x/../../etc',
    ],
    ...[
      '/data\\..\\etc',
      '/data/x\0',
      '\0/data/x',
      '\\data\\x',
      'C:/data/x',
      'file:///data/x',
      ' /data/x',
      '~/x',
    ],
  ])('attacker: leave the root by %j', (path) => {
    expect(rulingOf(data, path)).toBe('deny')
  })

  test('without allowEqual permits what is below alone, but for the root of all', () => {
    const below = subpath('/data', { allowEqual: false })
    expect(rulingOf(below, '/data/x')).toBe('allow')
    for (const path of ['/data', '/data/', '/data/x/..']) expect(rulingOf(below, path)).toBe('deny')
    expect(rulingOf(subpath('/', { allowEqual: false }), '/')).toBe('allow')
  })

  test('without caseSensitive folds whole text, not ASCII alone', () => {
    const folded = subpath('/Daten/Ä', { caseSensitive: false })
    expect(rulingOf(folded, '/DATEN/ä/X')).toBe('allow')
    expect(rulingOf(subpath('/straße', { caseSensitive: false }), '/STRASSE/x')).toBe('deny')
  })

  test('takes a drive with its separator as it is written', () => {
    expect(rulingOf(subpath('C:/data'), 'C:/data\\x')).toBe('allow')
    expect(rulingOf(subpath('C:/data'), 'C:\\data\\x')).toBe('deny')
    expect(rulingOf(subpath('C:/data'), 'c:/data/x')).toBe('deny')
    expect(rulingOf(subpath('/'), 'C:/x')).toBe('deny')
  })

  test('denies other kinds of value, and is plainly false where Not relies on it', () => {
    for (const value of [null, 1, Object.freeze(['/data'])]) expect(rulingOf(data, value)).toBe('deny')
    expect(rulingOf(not(data), 'relative')).toBe('allow')
    expect(rulingOf(not(data), '/data/x\0')).toBe('allow')
  })

  test('covers roots below that mind no less', () => {
    const of = (root: string, caseSensitive = true, allowEqual = true): ReturnType<typeof subpath> =>
      subpath(root, { caseSensitive, allowEqual })
    expect(covers(data, of('/data/x'), {})).toBe(true)
    expect(covers(data, of('/data', true, false), {})).toBe(true)
    expect(covers(data, of('/data2'), {})).toBe(false)
    expect(covers(data, of('/data', false), {})).toBe(false)
    expect(covers(of('/data', false), of('/DATA/x'), {})).toBe(true)
    expect(covers(of('/data', true, false), of('/data', true, false), {})).toBe(false)
    expect(covers(of('/data', true, false), of('/data/x'), {})).toBe(false)
    expect(covers(of('/data', true, false), of('/data/x', true, false), {})).toBe(true)
    expect(covers(data, exact('/data/../etc'), {})).toBe(false)
    expect(covers(data, exact('/data/x'), {})).toBe(true)
  })
})

describe('a backslash', () => {
  const data = subpath('/data')

  test.each(['/data\\x', '/data\\x/../etc/passwd', '/data/../data\\x', '/data/y/../../data\\..\\data/x'])(
    'does not lead %j out of the root on a machine where it is a letter',
    (path) => {
      expect(rulingOf(data, path)).toBe('SUBPATH_BACKSLASH')
      expect(rulingOf(not(data), path)).toBe('SUBPATH_BACKSLASH')
      expect(covers(data, exact(path), {})).toBe(false)
    },
  )

  test('inside the root is permitted', () => {
    expect(rulingOf(data, '/data/x\\y')).toBe('allow')
    expect(rulingOf(subpath('C:/data'), 'C:/data\\x')).toBe('allow')
  })
})

describe('the flags', () => {
  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('caseSensitive %s and allowEqual %s are read as they are written', (caseSensitive, allowEqual) => {
    const constraint = subpath('/data', { caseSensitive, allowEqual })
    expect(reread(constraint)).toEqual({ kind: 'subpath', root: '/data', caseSensitive, allowEqual })
  })

  test.each([0, 1, null, 'true'])('are booleans, and not %j', (flag) => {
    for (const options of [{ caseSensitive: flag }, { allowEqual: flag }])
      expect(codeOf(() => subpath('/data', options as never))).toBe('CONSTRAINT_INVALID')
  })
})

test('a path of two readings is denied by its rule, inside a Not too', () => {
  for (const constraint of [subpath('/data'), not(subpath('/data'))])
    expect(stricterMatch(constraint, '/data\\x/../etc', {})).toBe('SUBPATH_BACKSLASH')
})

describe('of a root that its parent does not cover', () => {
  const of = (root: string, caseSensitive: boolean, allowEqual: boolean): ReturnType<typeof subpath> =>
    subpath(root, { caseSensitive, allowEqual })

  test.each([
    ['its letter case', of('/data', true, true), of('/data/x', false, true), of('/data/x', true, true)],
    ['its root', of('/data', false, false), of('/data/x', false, true), of('/data/x', false, false)],
    ['both', of('/data', true, false), of('/data/x', false, true), of('/data/x', true, false)],
    [
      'its root, in its own letter case',
      of('/data', false, false),
      of('/data/X', true, true),
      of('/data/X', true, false),
    ],
    [
      'neither, which leaves the parent',
      of('/data', true, true),
      of('/etc', true, true),
      of('/data', true, true),
    ],
  ])('the nearest that is gives up %s', (_what, parent, child, nearest) => {
    expect(covers(parent, child, {})).toBe(false)
    expect(nearestOf(parent, child)).toEqual(nearest)
  })

  test.each([
    ['the root', of('/a/b', true, true), of('/a', true, true), '/a'],
    ['what is in it', of('/a/b', true, true), of('/a', true, false), '/a/x'],
    ['the root in capitals', of('/a', true, true), of('/a', false, true), '/A'],
    ['what is in it in capitals', of('/a', true, true), of('/a', false, false), '/A/X'],
    [
      'a path with a backslash',
      of('/x', true, true),
      all([of('/', true, true), ...['/', '/x', '/X'].map((path) => not(exact(path)))]),
      '/\\x',
    ],
  ])('the witness is %s', (_what, parent, child, witness) => {
    expect(witnessOf(parent, child)).toBe(witness)
  })
})
