// Made from docs/openapi.json by `npm run api`.

/** `GET garden/` has the same answer after these. */
export const QUIET: ReadonlySet<string> = new Set(['visitor_interaction', 'redacted'])

/** With these plants come, go or change their place. */
export const MOVES_ISLAND: ReadonlySet<string> = new Set(['seed_planted', 'project_changed', 'project_removed'])
