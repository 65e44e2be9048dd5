/** Maps each sentence and each row of SECURITY.md to the tests that prove it. */
import { existsSync, readFileSync } from 'node:fs'

export type SecurityPromise = { sentence: string } & (
  | {
      /** The names of the tests by their files. */
      tests: Record<string, string[]>
    }
  | {
      /** Why no test can prove the sentence. */
      advice: string
    }
)

const addresses = 'test/http-addresses.test.ts'
const cli = 'test/cli.test.ts'
const docs = 'test/docs.test.ts'
const fixtures = 'test/fixtures.test.ts'
const http = 'test/http.test.ts'
const image = 'test/image/run.sh'
const journal = 'test/state-journal.test.ts'
const limits = 'test/state-limits.test.ts'
const matching = 'test/fixtures-matching.test.ts'
const recording = 'test/http-recording.test.ts'
const redis = 'test/redis/store.test.ts'
const sockets = 'test/http-sockets.test.ts'
const terminal = 'test/terminal.test.ts'
const upstream = 'test/http-upstream.test.ts'

export const promises: SecurityPromise[] = [
  {
    sentence: 'This page lists what Standin protects, what it does not protect, and how to report a vulnerability.',
    advice: 'it describes the page'
  },
  {
    sentence: 'Standin is a tool for tests: run it where only your tests reach it, and do not use real API keys.',
    advice: 'it is advice for users'
  },
  {
    sentence: 'The command listens on `127.0.0.1`, unless `--host` names another address.',
    tests: { [cli]: ['it prints its URL in one line, responds, and exits with 0 on SIGTERM and SIGINT'] }
  },
  {
    sentence: 'The image listens on all addresses of its container.',
    tests: { [image]: ['plain: the start prints that /_mock/ is open'] }
  },
  {
    sentence: 'On an address that other machines reach, the start prints whether `/_mock/` is open.',
    tests: { [cli]: ['on an address that other machines reach, the start prints whether /_mock/ is open'] }
  },
  {
    sentence: 'Standin accepts every API key.',
    tests: {
      [fixtures]: ['keys have the settings of their file, and other keys are accepted unless a list of keys is given']
    }
  },
  {
    sentence: 'With `--key`, it accepts only this key and the keys of `keys.yaml`.',
    tests: {
      [fixtures]: ['keys have the settings of their file, and other keys are accepted unless a list of keys is given']
    }
  },
  {
    sentence:
      'A program that reaches the port can read all requests, add fixtures and reset the server under `/_mock/`.',
    tests: {
      [http]: [
        'on other addresses, only pages in a browser must name an allowed host, and only for /_mock/',
        'fixtures are added and removed at run time, and an invalid one changes nothing'
      ]
    }
  },
  {
    sentence:
      '`--admin-key KEY` closes all endpoints under `/_mock/` but health, ready, the OpenAPI document and its page.',
    tests: {
      [http]: ['an admin key protects fixtures, requests and reset, but not health and ready'],
      [docs]: ['docs/reference.md lists every endpoint, and marks those that need the admin key']
    }
  },
  {
    sentence: 'Standin speaks HTTP.',
    tests: { [sockets]: ['whatever a client sends over a connection, it gets responses that HTTP allows'] }
  },
  {
    sentence: 'With `--tls-cert` and `--tls-key`, it speaks HTTPS only.',
    tests: { [addresses]: ['with a certificate, the server speaks HTTP/1.1 and HTTP/2 over TLS'] }
  },
  {
    sentence: 'The log on a terminal has no control characters of a request.',
    tests: { [terminal]: ['a line fits its terminal, whatever the texts of the request are'] }
  },
  {
    sentence: '| streams of `/_mock/requests/stream` | 8, and 8 MiB each; a slow reader loses requests |',
    tests: { [journal]: ['streams end with the server, leave with their client, and are limited in number'] }
  },
  {
    sentence: 'Web pages of all origins can call the operations of OpenAI, and can read the responses.',
    tests: { [http]: ['CORS requests of browsers are allowed'] }
  },
  {
    sentence: 'Web pages of other origins can neither change nor read anything under `/_mock/`.',
    tests: {
      [http]: [
        'a page of another origin cannot change anything under /_mock/, and the own page can',
        'a write under /_mock/ with a body needs a JSON content type',
        'reads of /_mock/ allow no other origin, and preflights for /_mock/ fail'
      ],
      'test/browser/pages.mjs': ['a form in a frame', 'fetch of the journal']
    }
  },
  {
    sentence: 'They cannot use the session of another key.',
    tests: {
      [http]: ['a page of another origin cannot name a session'],
      'test/browser/pages.mjs': ['a session of another key']
    }
  },
  {
    sentence: 'On a loopback address, each request must name a loopback host or a host of `--allow-host`.',
    tests: {
      [http]: [
        'on a loopback address, every request must name a loopback host or a host of --allow-host',
        'the host of a full URL counts beside the header, and HTTP/1.0 needs no host'
      ]
    }
  },
  {
    sentence: 'On another address, each request of a browser to `/_mock/` must name an accepted host.',
    tests: { [http]: ['on other addresses, only pages in a browser must name an allowed host, and only for /_mock/'] }
  },
  {
    sentence: 'The page at `/_mock/docs` loads nothing from other hosts, and has a strict content security policy.',
    tests: { [http]: ['the document is served as JSON and YAML, and on a page without external resources'] }
  },
  {
    sentence:
      'The page at `/_mock/` loads nothing from other hosts, allows no inline script or style, and keeps the admin key in memory only.',
    tests: {
      [http]: ['the page is one file of HTML, with a policy that allows only its own script and style'],
      'test/page/main.mjs': ['with an admin key, the page asks for it once, and keeps it in memory only']
    }
  },

  {
    sentence:
      'Standin masks the API key of a request wherever it shows the key: in the journal, the log, metrics and lists.',
    tests: { [journal]: ['the API key of a request is masked wherever it occurs, in every output'] }
  },
  {
    sentence: 'It always masks `Authorization`, `Proxy-Authorization`, `Cookie`, `x-api-key` and `api-key`.',
    tests: { [journal]: ['other secrets of a request are shown, but not in headers of keys'] }
  },
  {
    sentence: 'It shows built-in keys, such as `sk-invalid`.',
    tests: { [journal]: ['built-in keys are shown, and keys of the user are masked'] }
  },
  {
    sentence: 'Within a text, it shows a short key that may be a word.',
    tests: { [journal]: ['a key is replaced in any text, and a text without the key stays'] }
  },
  {
    sentence: 'It shows all other secrets of a request, such as a password in a message.',
    tests: { [journal]: ['other secrets of a request are shown, but not in headers of keys'] }
  },
  {
    sentence: 'The 401 for a wrong key repeats a key of up to 12 characters to its sender, as OpenAI does.',
    tests: {
      [journal]: ['a wrong key is masked in the journal and the log, but its sender sees it as the service shows it']
    }
  },
  {
    sentence:
      'The server opens connections only to the upstream of `--unmatched record` and to the Redis of `--store`.',
    tests: { [http]: ['no request makes the server open a connection'] }
  },
  {
    sentence: 'It never fetches a URL of a request.',
    tests: { [http]: ['no request makes the server open a connection'] }
  },
  {
    sentence: '`--unmatched record` forwards the body and most headers of a chat request to the upstream.',
    tests: {
      [upstream]: [
        'the upstream gets the body and headers of the client, with the key of the client or of --key-from-env'
      ]
    }
  },
  {
    sentence:
      "Without `--key-from-env`, these headers include the client's API key, organization, project and cookies.",
    tests: {
      [upstream]: [
        'the upstream gets the body and headers of the client, with the key of the client or of --key-from-env'
      ]
    }
  },
  {
    sentence: 'Recorded files contain texts of requests and responses, but no request headers and no `user`.',
    tests: { [recording]: ['a recorded file is readable and contains no key, account or cookie'] }
  },
  {
    sentence: 'In these texts, Standin masks the API keys of the client and of the upstream.',
    tests: {
      [recording]: ['a recorded file is readable and contains no key, account or cookie'],
      [cli]: ['record writes the responses of an upstream to ./fixtures, and its key nowhere']
    }
  },
  {
    sentence: 'The names of the keys in Redis contain session names and API keys, which are not masked.',
    tests: { [redis]: ['the names of the keys in Redis contain sessions and API keys, and expire'] }
  },
  {
    sentence: 'They expire after a day without use.',
    tests: { [redis]: ['the names of the keys in Redis contain sessions and API keys, and expire'] }
  },
  {
    sentence: 'Fixtures from files and from `/_mock/fixtures` are data.',
    tests: { [fixtures]: ['templates read no files and run no code'] }
  },
  {
    sentence: 'Their templates cannot read files.',
    tests: {
      [fixtures]: ['templates read no files and run no code'],
      'test/hostile/rows/fixtures.mjs': ['an include of a file']
    }
  },
  {
    sentence: 'Reply functions of `createServer` are your code.',
    tests: { 'test/fixtures-functions.test.ts': ['a function returns every kind of reply, synchronously or not'] }
  },
  {
    sentence: 'They run with all rights of your process.',
    tests: { 'test/fixtures-functions.test.ts': ['a function returns every kind of reply, synchronously or not'] }
  },
  {
    sentence: 'Standin rejects OpenAPI documents whose Microcks dispatcher is a script.',
    tests: { 'test/contract.test.ts': ['an invalid document is a ConfigError with its location'] }
  },
  {
    sentence: 'The headers of a fixture cannot add a line to a response, or change its length or its connection.',
    tests: {
      [http]: ['a response head has each header once, and the output of a template cannot add one'],
      'test/hostile/rows/fixtures.mjs': ['a templated header with a line break', 'content-length', 'transfer-encoding']
    }
  },
  {
    sentence: 'The image runs as an unprivileged user, and works with a read-only file system.',
    tests: {
      [image]: [
        'its user is a number and not root',
        'plain: is PID 1 of its container, as user 65532',
        'plain: a built-in fixture matches'
      ]
    }
  },
  {
    sentence: 'The npm package and the image have the licences of all bundled packages.',
    tests: {
      [cli]: ['the bundle ships with the licences of all that is in it'],
      [image]: ['it has the licences of what is bundled']
    }
  },
  {
    sentence: '`npm run sbom` lists these packages.',
    tests: { [cli]: ['the SBOM lists what is installed and what is bundled, and nothing else'] }
  },
  {
    sentence: 'No request can stop the server for other requests: each response has a budget of work and bytes.',
    tests: {
      [http]: [
        'a response of 128 choices with all log probabilities is complete, and the server responds meanwhile',
        'a response above its budget is an API error that names the limit, and the journal has what was spent'
      ],
      [fixtures]: ['all templates of a reply share one budget'],
      'test/sample.test.ts': ['schemas of many kinds are answered or refused within the budget'],
      'test/contract-mutations.test.ts': [
        'well-formed JSON of any shape never causes a 5xx, whatever the validation mode'
      ],
      'test/hostile/rows/cost.mjs': ['cost: n: 128 with 20 log probabilities and minItems: 2000']
    }
  },
  {
    sentence: 'A response above its budget is an API error.',
    tests: { 'test/completion.test.ts': ['a completion above its budget is refused, and names the limit'] }
  },
  {
    sentence:
      'All regular expressions run in linear time, also those of JSONPaths, JSON schemas, overlays and your own documents.',
    tests: {
      [matching]: ['at every place of match a regex takes linear time, or is refused with advice'],
      'test/contract.test.ts': [
        'regular expressions of a document, of dispatchers and of overlays run in linear time, or are not used'
      ],
      'test/sample.test.ts': ['schemas of many kinds are answered or refused within the budget']
    }
  },
  {
    sentence: 'Standin rejects a fixture with any other regular expression.',
    tests: { [matching]: ['at every place of match a regex takes linear time, or is refused with advice'] }
  },
  {
    sentence: 'A pattern of your own document that cannot run in linear time is not checked.',
    tests: {
      'test/contract.test.ts': [
        'regular expressions of a document, of dispatchers and of overlays run in linear time, or are not used'
      ]
    }
  },
  {
    sentence: '| request body | `--body-limit-mb`, 10 MiB by default, before and after decompression |',
    tests: {
      [addresses]: ['a compressed body that cannot be read gets one error that says why'],
      [http]: ['an invalid body gets an API error, never a stack trace or a 5xx'],
      [docs]: ['docs/options.md is generated from the table of options']
    }
  },
  {
    sentence: '| JSON of a request | 512 levels, 250,000 lists and objects, 50,000 members of an object |',
    tests: { [http]: ['a body has at most 512 levels, 250,000 lists and objects, and 50,000 members of an object'] }
  },
  {
    sentence: '| request headers | 32 KiB |',
    tests: { [http]: ['invalid HTTP and too large headers get errors in the format of the service'] }
  },
  {
    sentence: '| one response | 4,000,000 units of work, 512 MiB |',
    tests: { [docs]: ['pages list the limits of a response'] }
  },
  {
    sentence: '| a part of a response, which other requests wait for | 200,000 units of work, 24 MiB |',
    tests: { [docs]: ['pages list the limits of a response'] }
  },
  {
    sentence: '| values that a JSONPath reads | 100,000 |',
    tests: {
      [matching]: [
        'a JSONPath that would read too much of a body finds nothing, and says so',
        'a JSONPath that is too long or too deep is refused'
      ]
    }
  },
  {
    sentence: '| exact count of the tokens of a prompt | about 128 KiB of common words; an estimate above it |',
    tests: { 'test/completion-tokens.test.ts': ['a megabyte of hostile text is counted fast'] }
  },
  {
    sentence: '| writes of the faults `split` and `dribble` | 250,000, and one hour |',
    tests: { 'test/stream-faults.test.ts': ['split and dribble have a limit of writes and of time'] }
  },
  {
    sentence: '| one time of a `timing` | one hour |',
    tests: { 'test/stream.test.ts': ['an invalid timing is reported with its location and the expected value'] }
  },
  {
    sentence: '| connection on which nothing is sent or read | 30 minutes |',
    tests: {
      'test/http-wire.test.ts': ['a silent connection is closed after a time, whatever it waits for'],
      [docs]: ['docs/reference.md lists every limit with its value']
    }
  },
  {
    sentence: '| response of an upstream | 32 MiB, and ten times `--upstream-timeout-ms` |',
    tests: { [upstream]: ['a failed upstream becomes an API error with one message, and nothing is written'] }
  },
  {
    sentence: '| journal | `--journal-mb`, about 32 MiB by default |',
    tests: {
      [journal]: ['everything that an exchange holds counts against the size of the journal'],
      [docs]: ['docs/options.md is generated from the table of options']
    }
  },
  {
    sentence: '| fixtures, keys and faults that `/_mock/` adds | 64 MiB, 4 MiB and 64 KiB |',
    tests: {
      [limits]: ['additions above their limit of memory are refused as a whole, and a removal makes room'],
      [docs]: ['docs/reference.md lists every limit with its value']
    }
  },
  {
    sentence: '| stored completions of requests | 32 MiB; the oldest go first |',
    tests: {
      'test/http-stored.test.ts': ['the store keeps the newest completions within its memory limit'],
      [docs]: ['docs/reference.md lists every limit with its value']
    }
  },
  {
    sentence: '| turns, states, rate limits and sessions | 16 MiB each; the oldest go first |',
    tests: {
      [limits]: ['a map, a store and a session tracker keep the newest entries within their bytes'],
      [docs]: ['docs/reference.md lists every limit with its value']
    }
  },
  {
    sentence:
      'These have no limit: the number of connections, the memory of all open requests together, the duration of a whole stream, and the time to parse one large request.',
    advice: 'a test cannot prove that a limit does not exist'
  },
  {
    sentence:
      'An unexpected error ends only its exchange, with a 500 `standin_bug` without a stack trace or with the end of the connection.',
    tests: { [sockets]: ['an exception in a callback ends only its exchange'] }
  },
  {
    sentence: 'The log has the stack trace.',
    tests: { [sockets]: ['an exception in a callback ends only its exchange'] }
  },
  {
    sentence: 'An unexpected error outside of an exchange ends the command with a line in the log and exit code 1.',
    tests: { [cli]: ['an unexpected error outside of an exchange ends the command'] }
  },
  {
    sentence: 'A worker that exits or hangs is replaced.',
    tests: {
      'test/processes/workers.test.ts': [
        'workers that exit again and again are replaced ever more slowly',
        'a worker that is stuck is replaced'
      ]
    }
  },
  {
    sentence: 'When the log cannot be written, Standin drops lines, and goes on.',
    tests: {
      'test/processes/output.test.ts': [
        'a full disk under stdout and stderr loses the log and nothing else, with --workers ${workers}',
        'a reader that leaves loses the log and nothing else',
        'a reader that reads nothing blocks neither the server nor its end'
      ]
    }
  },
  {
    sentence: 'When Redis fails, a request that needs it gets a 503 within a second.',
    tests: {
      'test/redis/faults.test.ts': [
        'a Redis that ${name} gives 503 at once, takes no turn, and is logged once',
        'a slow Redis responds while it is in time, and gives 503 above it'
      ]
    }
  },
  {
    sentence:
      'Report a vulnerability to the maintainers through the private vulnerability reports of the site where you got this code.',
    advice: 'people do this'
  },
  { sentence: 'Describe the version, what you sent, and what happened.', advice: 'people do this' },
  { sentence: 'You get a response within a week, and the latest release gets the fix.', advice: 'people do this' }
]

/** The sentences and the rows of a page, without its headings. Links have only their text. */
export function sentencesOf(page: string): string[] {
  const isRow = (line: string) => line.startsWith('|')
  return page
    .replace(/^#.*$/gm, '\n')
    .split(/\n\n+|\n(?=- |\|)/)
    .map(part =>
      part
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/\s+/g, ' ')
        .replace(/^\s*- /, '')
        .trim()
    )
    .filter((part, index, all) => part && !/^\|[-|]*\|$/.test(part) && !/^\|[-|]*\|$/.test(all[index + 1] ?? ''))
    .flatMap(part => (isRow(part) ? [part] : part.split(/(?<=[.!?]) /)))
}

const hasTest = (file: string, text: string, name: string) => {
  const quoted = ["'", '"', '`'].map(quote => quote + name + quote)
  if (!file.endsWith('.test.ts')) return quoted.some(each => text.includes(each))
  return quoted.some(each => new RegExp(`\\bt\\.test\\(\\s*${escapeRegex(each)}`).test(text))
}

const escapeRegex = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Reports each sentence without exactly one entry, each entry without a sentence, and each test that does not exist. */
export function promiseProblems(
  page: string,
  entries: readonly SecurityPromise[],
  read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
): string[] {
  const sentences = sentencesOf(page)
  const countIn = (all: readonly string[], sentence: string) => all.filter(each => each === sentence).length
  const known = entries.map(({ sentence }) => sentence)
  return [
    ...sentences
      .filter(sentence => countIn(known, sentence) !== 1)
      .map(sentence => `${countIn(known, sentence)} entries for: ${sentence}`),
    ...known
      .filter(sentence => countIn(sentences, sentence) !== 1)
      .map(sentence => `not once on the page: ${sentence}`),
    ...entries.flatMap(entry =>
      'tests' in entry
        ? Object.entries(entry.tests).flatMap(([file, names]) =>
            names.filter(name => !hasTest(file, read(file), name)).map(name => `${file} has no test: ${name}`)
          )
        : []
    )
  ]
}
