/**
 * The stricter rules: where this implementation denies what the reference allows, and why.
 *
 * Every such difference has one id here and one row in `docs/reference/differences.md`, which a test holds equal to
 * this table. An id travels on the error or the explanation of the denial that it causes, so that a difference is
 * recognised by the rule that fired and by nothing else. None of them ever allows what the reference denies.
 */

/** Rule id to what it refuses, in one sentence without a full stop. */
export const STRICTER_RULES = {
  ENCODING_ONE_FORM: 'bytes in any form but the one that is written are refused',
  ENCODING_UNKNOWN_FIELD: 'a field that a structure does not have is refused instead of ignored',
  VALUE_NOT_FINITE: 'NaN and the infinities are neither values nor bounds',
  RANGE_EXACT: 'an integer must lie inside a range both exactly and when rounded to a double',
  ALL_EMPTY: 'an All without constraints permits nothing and covers nothing',
  ALL_EXACT: 'an All does not cover an Exact, not even one that all of it permits',
  ANY_FAULT: 'a child may not drop what keeps a branch of its parent Any from being reached',
  NOT_FAULT: 'a child Not may not permit values on which its parent cannot be evaluated',
  COVER_TOO_COSTLY: 'a child is refused when comparing it with its parent takes more than the stated steps',
  TOOL_WILDCARD: 'a child that keeps the tool * may not drop a tool of its parent that is narrower than it',
  SESSION_BINDING: 'a warrant bound to a session is refused for a call in another session or in none',
  REVOCATION_ID_FORMS: 'an entry of a revocation list revokes in every text form of a warrant id',
  REVOCATION_ANCESTORS:
    'where revocation is configured, a chain that does not show the ancestors of its first warrant is refused',
  CHAIN_ANCESTORS:
    'a chain of several warrants that does not show the ancestors of its first warrant is refused',
  REVOCATION_SAME_VERSION: 'another revocation list of the version that is held is refused',
  CALL_BOUNDS: 'a call over the stated size, count or depth is denied',
  URL_TOO_LONG:
    'a URL over 65,536 units, with an authority over 2,048, or a path over 16,384 once encoded, is refused unread',
  URL_UNCLEAR: 'a URL whose host or path parsers are known to read differently is refused',
  URL_PATTERN_PATH:
    'a URL pattern covers its own path, and below a final /* what that star matches, but nothing below an exact path',
  URL_PATTERN_HOST_CASE:
    'where letter case of hosts counts, *.name does not cover an exact host, which matches any case',
  URL_SAFE_TRAILING_DOT: 'a blocked host name stays blocked with dots after it',
  URL_SAFE_LOOPBACK_NAME:
    'names below localhost, and other names that hosts files give to loopback, are loopback',
  URL_SAFE_SPECIAL_ADDRESS: 'more special-purpose addresses count as private, reserved or metadata',
  URL_SAFE_EMBEDDED_ADDRESS:
    'an IPv4 address translated, tunnelled or mapped inside an IPv6 address is blocked as itself',
  URL_SAFE_ALLOW_ADDRESS:
    'a list of allowed domains applies to addresses too, and no wildcard stands for an address',
  URL_SAFE_DENY_SPELLING:
    'an entry of a list of denied domains matches every spelling of its name or address',
  URL_SAFE_PORT_UNKNOWN: 'under a list of allowed ports, a URL whose port is not known is refused',
  URL_SAFE_ENTRY:
    'a list of domains with an entry that could be no host makes its constraint permit and cover nothing',
  URL_SAFE_ENTRY_TEXT:
    'entries of lists of domains are compared by their text, and not by the hosts that they stand for',
  URL_SAFE_HOST_FORM: 'the host of a scheme without rules for hosts must stand as http would write it',
  SUBPATH_BACKSLASH:
    'a path with a backslash must be inside for those who read it as a separator and those who do not',
  SUBPATH_ROOT: 'a root that is not absolute and normalised, or holds NUL, is refused',
  PATTERN_INVALID: 'a pattern whose glob is not valid is refused when it is read, not when it is first asked',
  PATTERN_BOUNDED:
    'a pattern with more than 32 tokens, classes among them, between two of its stars is refused',
  PATTERN_TOKENS: 'patterns are compared by their tokens, so that *] does not cover *[ab]',
  REGEX_DIALECT:
    'a regular expression outside the part of the dialect that is certain to mean the same is refused',
  REGEX_TEXT:
    'text with characters that engines may class or bound differently is denied to expressions that ask for that',
  CEL_DIALECT:
    'a CEL expression outside the part that is certain to mean the same, or over its bounds, is refused',
  CEL_STRICT: 'what the CEL standard calls an error denies where the reference goes on with a value',
  CEL_TOKENS:
    'CEL expressions are compared by their tokens, so that what stands in a literal is text and no syntax',
  MATCHING_BOUNDED: 'pattern and text over the bound on matching work are denied',
  STRUCTURE_BOUNDS: 'an execution warrant that carries bounds, which nothing would ask, is refused',
  TOOLS_EMPTY: 'a child of an execution warrant without tools has none either',
  LIST_BOUNDS: 'a warrant of more than 256 issuable tools or 64 approvers is refused',
  STRUCTURE_DEPTH: 'depth 0 and a parent hash exclude each other, and no depth is above its own limit or 64',
  BOUNDS_KEPT: 'an issuer warrant made by another keeps bounds, no wider ones',
  ISSUE_DEPTH_KEPT:
    'what an issuer warrant makes lies within its issue depth, and that is never raised or dropped',
  CLEARANCE_KEPT: 'a clearance is neither introduced nor raised by a child, of whatever type',
  APPROVERS_KEPT:
    'approvals that satisfy a child must satisfy its parent, so neither approvers nor a threshold may be weakened',
  GATE_KEPT: 'a gate of every tool that a child can still reach is kept, also by issuer warrants and under *',
  GATE_CONDITION: 'a conditional gate of a child must ask whenever that of its parent does',
  SESSION_CHAIN: 'every warrant of a chain names the same session, or none',
  TTL_CEILING: 'a first warrant that lives above 90 days is refused by whoever reads it',
  ISSUE_ORDER: 'a child that says it was issued before its parent is refused',
  ISSUED_AT_FUTURE: 'a warrant of a chain that is issued more than 30 seconds in the future is refused',
} as const

/** The id of a stricter rule. */
export type StricterRule = keyof typeof STRICTER_RULES
