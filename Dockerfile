# Standin as an image: one bundle and its assets on a plain Node, and nothing else.
#   docker build -t standin .
#   docker run --rm -p 127.0.0.1:4010:4010 --read-only -v ./fixtures:/fixtures:ro standin
# Any two images with Node will do; the first also needs npm and a shell, the second neither. A digest makes a build repeatable:
#   docker build --build-arg BUILD_IMAGE=node:24-slim@sha256:… --build-arg RUNTIME_IMAGE=node:24-slim@sha256:… -t standin .
# /app/dist/THIRD-PARTY-LICENSES.txt has the licences of what is bundled.
ARG BUILD_IMAGE=node:24-slim
ARG RUNTIME_IMAGE=node:24-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The command needs neither the library's entry nor the source maps. Modes are set here because a checkout's umask may keep
# other users from reading, and the image's user is another.
RUN node build.js \
  && rm -f dist/index.js dist/testing.js dist/lib-* dist/*.map dist/bundled-packages.json \
  && mkdir -p /out/app /out/fixtures \
  && cp -R dist openapi fixtures package.json LICENSE /out/app/ \
  && cp fixtures/examples.yaml fixtures/fixture.schema.json /out/fixtures/ \
  && chmod -R a+rX,go-w /out

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Standin" \
      org.opencontainers.image.description="A mock server that stands in for OpenAI's Chat Completions API" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# Settings are variables, so that the health check knows them too. /fixtures holds the fixtures that ship, until a directory
# is mounted over them.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4010 \
    STANDIN_FIXTURES=/fixtures
WORKDIR /app
COPY --from=build /out/app /app
COPY --from=build /out/fixtures /fixtures
USER 65532:65532
EXPOSE 4010
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=5s --retries=3 CMD ["node", "/app/dist/cli.js", "health"]
ENTRYPOINT ["node", "/app/dist/cli.js"]
