/** The names of sessions that a schedule begins. Apart from mandates, which most calls have nothing to do with. */

/** Whether a session is named like a run, and so has a warrant from a mandate or none. */
export const isRunName = (host: string, session: string): boolean =>
  host === 'hermes' && session.startsWith('cron_')
