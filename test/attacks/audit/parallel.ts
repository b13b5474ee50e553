/** Work shared among a few workers, each of which does one thing at a time. */

/** The results in the order of the things. */
export const inParallel = async <Worker, Thing, Result>(
  workers: readonly Worker[],
  things: readonly Thing[],
  work: (worker: Worker, thing: Thing) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = []
  let next = 0
  await Promise.all(
    workers.map(async (worker) => {
      for (let i = next++; i < things.length; i = next++) results[i] = await work(worker, things[i] as Thing) // within
    }),
  )
  return results
}
