/** Declares the part of testcontainers that examples/testcontainers.ts uses. The package is not installed, as it needs Docker. */
declare module 'testcontainers' {
  export class GenericContainer {
    constructor(image: string)
    withExposedPorts(...ports: number[]): this
    withBindMounts(mounts: { source: string; target: string; mode?: 'ro' | 'rw' }[]): this
    withEnvironment(environment: Record<string, string>): this
    withWaitStrategy(strategy: object): this
    start(): Promise<StartedTestContainer>
  }
  export interface StartedTestContainer {
    getHost(): string
    getMappedPort(port: number): number
    stop(): Promise<unknown>
  }
  export const Wait: { forHttp(path: string, port: number): object }
}
