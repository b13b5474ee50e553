/** Sections 9 to 11 of the catalogue: the language, the command line, and stores. */

import { cut, type Row, row } from '../row.js'

export const HOST_ROWS: readonly Row[] = [
  row(
    'JS-1',
    'attacks/js.test.ts',
    'JS-1: arguments that change between check and use',
    cut(
      'capability/inert.ts',
      "!descriptor.enumerable || !hasOwn(descriptor, 'value')",
      '!descriptor.enumerable',
    ),
  ),
  row(
    'JS-1',
    'attacks/enforce-js.test.ts',
    'JS-1: arguments that change between the check and the call',
    cut('enforce/guard.ts', 'callToRun(ruling).args', '(callToRun(ruling), args as never)'),
  ),
  row(
    'JS-2',
    'attacks/js.test.ts',
    'JS-2: inherited names',
    cut('capability/inert.ts', 'Empty.prototype = NOTHING\n', 'void NOTHING\n'),
  ),
  row(
    'JS-3',
    'attacks/enforce-js.test.ts',
    'JS-3: a polluted Object.prototype',
    cut('enforce/options.ts', 'hasOwn(options, name) ? options[name] : undefined', 'options[name]'),
  ),
  row(
    'JS-4',
    'attacks/js.test.ts',
    'JS-4: exotic objects',
    cut(
      'capability/inert.ts',
      "if (getOwnPropertySymbols(value).length !== 0) return this.#refuse('VALUE_UNSUPPORTED')",
    ),
  ),
  row(
    'JS-4',
    'attacks/js.test.ts',
    'JS-4: exotic objects',
    cut(
      'capability/inert.ts',
      'prototype !== plainPrototype && prototype !== null && !isPlainPrototype(prototype)',
      'false',
    ),
  ),
  row(
    'JS-5',
    'attacks/js.test.ts',
    'JS-5: depth and cycles',
    cut('capability/inert.ts', "if (depth > MAX_VALUE_DEPTH) return this.#refuse('VALUE_TOO_DEEP')"),
  ),
  row(
    'JS-6',
    'attacks/js.test.ts',
    'JS-6: two strings that would become the same bytes are both refused, wherever they stand',
    cut(
      'capability/inert.ts',
      "return isWellFormed(text) ? text : this.#refuse('TEXT_SURROGATE')",
      'return text',
    ),
  ),
  row(
    'JS-6',
    'attacks/js.test.ts',
    'JS-6: two strings that would become the same bytes are both refused, wherever they stand',
    cut(
      'capability/call.ts',
      "if (!tool.isWellFormed()) throw new DenialError('CALL_TEXT', undefined, { where: 'tool' })",
    ),
  ),
  row(
    'JS-7',
    'attacks/enforce-js.test.ts',
    'JS-7: nothing throws, nothing goes unhandled',
    cut('enforce/matter.ts', '} catch {\n    return NOTHING_ASKED\n  }', '} finally {\n  }'),
  ),
  row(
    'JS-8',
    'attacks/enforce-js.test.ts',
    'JS-8: a decision is no condition',
    cut(
      'enforce/decision.ts',
      'throw new TypeError("a decision is not a value: test',
      'return 1 as never\n  throw new TypeError("a decision is not a value: test',
    ),
  ),
  row(
    'JS-9',
    'attacks/secrets.test.ts',
    'JS-9: secrets in what is printed, logged, serialised or thrown',
    cut('crypto/signer.ts', 'readonly #seed: Uint8Array', 'readonly seed: Uint8Array'),
    cut('crypto/signer.ts', 'key.#seed', 'key.seed'),
    cut('crypto/signer.ts', '#seed in thing', "'seed' in thing"),
    cut('crypto/signer.ts', 'this.#seed = ', 'this.seed = '),
    cut('crypto/signer.ts', 'derive(this.#seed)', 'derive(this.seed)'),
    cut('crypto/signer.ts', 'sign(this.#seed, message)', 'sign(this.seed, message)'),
  ),
  row(
    'JS-10',
    'attacks/secrets.test.ts',
    'JS-10: a random source that throws or is constant',
    cut(
      'crypto/random.ts',
      'if (bytes.every((byte) => byte === bytes[0]) || equalBytes(bytes, again)) {',
      'if (false) {',
    ),
  ),
  row(
    'JS-11',
    'attacks/js.test.ts',
    'JS-11: another copy, another realm',
    cut(
      'capability/call.ts',
      'isMade = (thing) => #made in thing && thing.#made',
      "isMade = (thing) => thing.constructor.name === 'CheckedCall'",
    ),
  ),
  row(
    'JS-11',
    'attacks/enforce-js.test.ts',
    'JS-11: values of another realm',
    cut('enforce/outsideBytes.ts', "nameOf(input) === 'Uint8Array'", 'input instanceof Uint8Array'),
  ),

  row(
    'CLI-1',
    'cli/delegation.test.ts',
    'CLI-1: are refused as an argument, in %s, and not repeated',
    cut(
      'cli/secrets.ts',
      'if (isSecret(argument, flag === undefined ? undefined : EXPECTED.get(flag)))',
      'if (false)',
    ),
    cut(
      'cli/keys.ts',
      "if (isKeyText(name) || isSecretText(name)) throw cliFailure('SECRET_IN_ARGUMENT', flag)",
    ),
  ),
  row(
    'CLI-2',
    'cli/delegation.test.ts',
    'CLI-2: are refused from a file that others can read',
    cut(
      'node/wholeFile.ts',
      "if ((mode & (options.forbidden ?? 0)) !== 0) throw new FormatError('FILE_MODE')",
    ),
  ),
  row(
    'CLI-2',
    'attacks/cli.test.ts',
    'CLI-2: a key file made under a loose umask',
    cut('node/keyFile.ts', 'const SECRET_MODE = 0o600', 'const SECRET_MODE = 0o666'),
  ),
  row(
    'CLI-3',
    'cli/delegation.test.ts',
    'CLI-3: replace nothing unasked, and never follow a link',
    cut('cli/outputFile.ts', "if (!found.isFile()) throw cliFailure('FILE_NOT_PLAIN', what)"),
    cut(
      'node/wholeFile.ts',
      "if (found !== undefined && !found.isFile()) throw new FormatError('FILE_NOT_PLAIN')",
    ),
  ),
  row(
    'CLI-4',
    'cli/judging.test.ts',
    'CLI-4: shows hostile names and values escaped, in words and in JSON',
    cut('cli/display.ts', '&& !UNSAFE.test(character)'),
  ),
  row(
    'CLI-5',
    'attacks/cli.test.ts',
    'CLI-5: what a script reads',
    cut('cli/session.ts', 'this.exit = failure.exit'),
  ),
  row(
    'CLI-6',
    'cli/badInput.test.ts',
    'CLI-6: endless input is refused, not read',
    cut('cli/input.ts', 'if (length > limit) throw', 'if (length > 20_000_000) throw'),
  ),
  row(
    'CLI-7',
    'cli/badInput.test.ts',
    'CLI-7: are named as they are named',
    cut(
      'cli/main.ts',
      'refuseSecrets(argv)',
      "refuseSecrets(argv)\n  argv = argv.filter((each) => each !== '--')",
    ),
  ),
  row(
    'CLI-8',
    'attacks/cli.test.ts',
    'CLI-8: a secret that stands where none belongs',
    cut(
      'cli/secrets.ts',
      'if (isSecret(argument, flag === undefined ? undefined : EXPECTED.get(flag)))',
      'if (false)',
    ),
    cut('cli/secrets.ts', '.map((word) => (isKeyWord(word) ? HIDDEN : word))'),
    cut('cli/secrets.ts', 'isSecretText(text)\n    ? HIDDEN', 'false\n    ? HIDDEN'),
    cut('cli/input.ts', 'return isKeyText(name) || isSecretText(name) ? flag', 'return false ? flag'),
  ),
  row(
    'CLI-9',
    'cli/judging.test.ts',
    'CLI-9: says first, in words and by the exit code, that it does not verify, and shows it all the same',
    cut('cli/commands/inspect.ts', 'session.exit = EXIT_REFUSED\n'),
    cut('cli/commands/inspect.ts', 'if (!session.json) throw failureOf(verification.error)'),
  ),

  row(
    'STO-1',
    'attacks/enforce-sto.test.ts',
    'STO-1: a store that is down or slow',
    cut(
      'enforce/sharedStore.ts',
      "const fail = (): void => settle('failed')",
      "const fail = (): void => settle('fresh')",
    ),
  ),
  row(
    'STO-2',
    'attacks/enforce-sto.test.ts',
    'STO-2: a store that answers nonsense',
    cut(
      'enforce/sharedStore.ts',
      "resolve(isReplayOutcome(answer) ? answer : 'failed')",
      'resolve(answer as ReplayOutcome)',
    ),
  ),
  row(
    'STO-2',
    'attacks/enforce-sto.test.ts',
    'STO-2: a store that answers nonsense',
    cut(
      'enforce/holderChecks.ts',
      'if (isReplayOutcome(answer)) return refusalOfReplay(answer)',
      'return refusalOfReplay(answer as ReplayOutcome)',
    ),
  ),
  row(
    'STO-3',
    'attacks/enforce-sto.test.ts',
    'STO-3: a store that loses data',
    cut('enforce/holderChecks.ts', 'proofLifetimeSeconds(maxWindows) + CLOCK_TOLERANCE_SECONDS', '120'),
  ),
  row(
    'STO-4',
    'attacks/enforce-sto.test.ts',
    'STO-4: the memory is filled',
    cut(
      'enforce/replay.ts',
      "return this.#expiries.size >= this.#capacity ? 'full' : 'fresh'",
      "return 'fresh'",
    ),
  ),
]
