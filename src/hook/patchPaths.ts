/** The files that a patch names in its headers: V4A (`*** Update File: PATH`) and unified diffs. */

/** Each takes whatever is left of its line, so that none has to go back. */
const HEADERS: readonly RegExp[] = [
  /^\*\*\*\s*(?:Update|Add|Delete|Move|Rename)\s*(?:File|to)?\s*:?\s*(.+)$/is,
  /^(?:---|\+\+\+)\s+(.+)$/s,
  /^diff\s+--\S+\s+(.+)$/s,
  /^(?:rename|copy)\s+(?:from|to)\s+(.+)$/s,
  /^Index:\s*(.+)$/s,
]

const BEGINNINGS: readonly string[] = ['***', '---', '+++', 'diff ', 'rename ', 'copy ', 'Index:']

/** The paths of every header in a text; none where it is no patch. */
export const pathsOfPatch = (text: string): readonly string[] => {
  if (!BEGINNINGS.some((beginning) => text.includes(beginning))) return []
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    for (const header of HEADERS) {
      const found = header.exec(line.trim())?.[1]
      if (found !== undefined) return spellingsOf(found)
    }
    return []
  })
}

/** `old -> new` names two, `a/x` is `x`, a tab ends a name, and a name may be quoted. */
const spellingsOf = (named: string): readonly string[] =>
  named.split(/(?<=\s)->(?=\s)|\t| (?=[ab]\/)/).flatMap((part) => {
    const path = part.trim().replace(/^["']|["']$/g, '')
    return /^[abciow]\//.test(path) ? [path, path.slice(2), `/${path.slice(2)}`] : [path]
  })
