// What the API says of each event besides its fields, which openapi-typescript leaves out: for `npm run api`.
import { readFileSync, writeFileSync } from 'node:fs'

const { schemas } = JSON.parse(readFileSync('../docs/openapi.json', 'utf8')).components
const events = Object.entries(schemas.EventOut.discriminator.mapping).map(([eventType, reference]) => ({
  eventType,
  ...schemas[reference.split('/').at(-1)],
}))

function set(name, comment, chosen) {
  const words = chosen.map(({ eventType }) => `'${eventType}'`).join(', ')
  return `/** ${comment} */\nexport const ${name}: ReadonlySet<string> = new Set([${words}])\n`
}

writeFileSync(
  'src/api/eventFacts.ts',
  [
    '// Made from docs/openapi.json by `npm run api`.\n',
    set(
      'QUIET',
      '`GET garden/` has the same answer after these.',
      events.filter((event) => !event['x-alters-state']),
    ),
    set(
      'MOVES_ISLAND',
      'With these plants come, go or change their place.',
      events.filter((event) => event['x-moves-island']),
    ),
  ].join('\n'),
)
