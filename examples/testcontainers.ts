/** Starts the image of Standin for the tests of a file with Testcontainers, with fixtures of your own mounted. */
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'

/** A running container, and what the official clients need to reach it. */
export interface StandinContainer {
  baseURL: string
  /** Adds a fixture; with a session (a key) it answers that one alone. */
  add(fixture: object, session?: string): Promise<void>
  stop(): Promise<void>
}

/**
 * @param fixtures a directory of fixtures
 * @param image built with `docker build -t standin .`
 */
export async function startStandin(fixtures: string, image = 'standin'): Promise<StandinContainer> {
  const container: StartedTestContainer = await new GenericContainer(image)
    .withExposedPorts(4010)
    .withBindMounts([{ source: fixtures, target: '/fixtures', mode: 'ro' }])
    .withEnvironment({ STANDIN_FIXTURES: '/fixtures', STANDIN_UNMATCHED: 'refuse' })
    .withWaitStrategy(Wait.forHttp('/_mock/ready', 4010))
    .start()
  const url = `http://${container.getHost()}:${container.getMappedPort(4010)}`
  return {
    baseURL: `${url}/v1`,
    async add(fixture, session) {
      const answer = await fetch(`${url}/_mock/fixtures`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(session === undefined ? {} : { 'x-mock-session': session })
        },
        body: JSON.stringify(fixture)
      })
      if (!answer.ok) throw new Error(await answer.text())
    },
    async stop() {
      await container.stop()
    }
  }
}
