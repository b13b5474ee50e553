/** A reporter that says, at the end of a run, by which versions of the reference it was judged, and how that went. */

import type { Reporter, TestModule } from 'vitest/node'

/** What one version of the reference said of one family of cases. */
export interface Judgement {
  readonly version: string
  readonly family: string
  readonly seeds: readonly number[]
  readonly cases: number
  /** By both. */
  readonly allowed: number
  readonly denied: number
  /** Denied here alone, by the rule that says why. */
  readonly stricter: Readonly<Record<string, number>>
  readonly unexplained: number
}

declare module 'vitest' {
  interface TaskMeta {
    judgement?: Judgement
  }
}

const count = (number: number): string => number.toLocaleString('en-US')

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

const lineOf = ({ family, seeds, cases, allowed, denied, stricter, unexplained }: Judgement): string => {
  const rules = Object.entries(stricter).sort(([, one], [, other]) => other - one)
  const named = rules.map(([rule, times]) => `${rule} ${count(times)}`).join(', ')
  const alone = `${count(sum(Object.values(stricter)))} denied here alone${named === '' ? '' : ` (${named})`}`
  return [
    `  ${family}: ${count(cases)} cases${seeds.length === 0 ? '' : ` of seeds ${seeds.join(' and ')}`}: ${count(allowed)} allowed by both`,
    `${count(denied)} denied by both, ${alone}, ${count(unexplained)} unexplained`,
  ].join(', ')
}

const SKIPPED = /tenuo (\S+) \(skipped: (.*?)\)/

/** The lines that close a run; none for a run that had nothing to do with the reference. */
export const judgementLines = (
  judgements: readonly Judgement[],
  skipped: readonly string[],
): readonly string[] => {
  const versions = [...new Set(judgements.map(({ version }) => version))]
  const judged = versions.flatMap((version) => {
    const families = judgements.filter((each) => each.version === version)
    const cases = sum(families.map((each) => each.cases))
    const unexplained = sum(families.map((each) => each.unexplained))
    return [
      `judged by tenuo ${version}: ${count(cases)} cases, ${count(unexplained)} differences unexplained`,
      ...families.map(lineOf),
    ]
  })
  const missing = skipped.flatMap((name) => {
    const [, version, why] = SKIPPED.exec(name) ?? []
    return version === undefined ? [] : [`NOT judged by tenuo ${version}: ${why}`]
  })
  return [...judged, ...new Set(missing)]
}

export class Judgements implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const judgements: Judgement[] = []
    const skipped: string[] = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { judgement } = test.meta()
        if (judgement !== undefined) judgements.push(judgement)
        if (test.result().state === 'skipped') skipped.push(test.fullName)
      }
    }
    const lines = judgementLines(judgements, skipped)
    if (lines.length > 0) process.stdout.write(`\n${lines.join('\n')}\n`)
  }
}
