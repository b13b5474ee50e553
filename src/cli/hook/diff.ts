/** What would change in a text, line by line. */

const CONTEXT = 3

/** Lines with `+`, `-` and a blank in front, and what surrounds them; empty where nothing changes. */
export const diffOf = (before: string, after: string): readonly string[] => {
  if (before === after) return []
  const [old, fresh] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++
  let tail = 0
  while (
    tail < Math.min(old.length, fresh.length) - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  )
    tail++
  return [
    ...old.slice(Math.max(0, head - CONTEXT), head).map((line) => ` ${line}`),
    ...changes(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...old
      .slice(old.length - tail)
      .slice(0, CONTEXT)
      .map((line) => ` ${line}`),
  ]
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** The longest common lines stay; past a size that no configuration has, all are taken out and put in. */
const changes = (old: readonly string[], fresh: readonly string[]): readonly string[] => {
  if (old.length * fresh.length > 1_000_000)
    return [...old.map((line) => `-${line}`), ...fresh.map((line) => `+${line}`)]
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1))
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i--) {
    const row = common[i] as Uint16Array // within the length
    for (let j = fresh.length - 1; j >= 0; j--)
      row[j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const lines: string[] = []
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push(` ${old[i]}`)
      i++
      j++
    } else if (i < old.length && (j === fresh.length || at(i + 1, j) >= at(i, j + 1)))
      lines.push(`-${old[i++]}`)
    else lines.push(`+${fresh[j++]}`)
  }
  return lines
}
