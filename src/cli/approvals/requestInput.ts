/** Requests for approval named on the command line: a file, `-`, or the link that stands for one. */

import { fromBase64Url, toBase64Url } from '../../encoding/base64url.js'
import { fromUtf8, toUtf8 } from '../../encoding/bytes.js'
import { FormatError } from '../../errors.js'
import {
  formatRequest,
  MAX_REQUEST_TEXT,
  type PendingRequest,
  parseRequest,
} from '../../hook/approvalRequest.js'
import { placed } from '../failure.js'
import { placeOf } from '../input.js'
import type { Session } from '../session.js'

const LINK = 'warrant:approve?request='

/** A link that holds a request whole: nothing is fetched. */
export const linkOf = (request: PendingRequest): string =>
  `${LINK}${toBase64Url(toUtf8(formatRequest(request).trim()))}`

/**
 * The request of an argument.
 * @throws CliFailure FILE_…, INPUT_…; FormatError REQUEST_MALFORMED, JSON_…, TEXT_NOT_BASE64, and those of a chain
 */
export const requestOf = async (session: Session, name: string): Promise<PendingRequest> => {
  if (name.startsWith(LINK)) return placed('request', () => parseRequest(textOfLink(name)))
  const what = placeOf('request', name)
  // A link may also stand in a file, or come through a pipe: it is six bytes for four at most.
  const text = (await session.inputs.text(name, what, 4 * MAX_REQUEST_TEXT)).trim()
  return placed(what, () => parseRequest(text.startsWith(LINK) ? textOfLink(text) : text))
}

const textOfLink = (link: string): string => {
  try {
    return fromUtf8(fromBase64Url(link.slice(LINK.length)))
  } catch (thrown) {
    throw new FormatError('REQUEST_MALFORMED', 'link', { cause: thrown })
  }
}
