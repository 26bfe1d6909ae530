# The image of controller and proxies: Node, the published package, and nothing else: no shell, no npm, no sources.
#
#   docker build -t sluice/sluice:0.1.0 .
#
# Whoever wants to know exactly what is in it names both images by digest:
#   --build-arg BUILD_IMAGE=docker.io/library/node@sha256:… --build-arg BASE_IMAGE=gcr.io/distroless/cc-debian12@sha256:…
ARG BUILD_IMAGE=docker.io/library/node:26.10.0-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
# Dependencies stand alone first: they change seldom, and so are not fetched anew for every change of the sources.
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# What the image runs is what npm publishes, with the Node that the lock file pins. That needs libatomic, which the base has not.
RUN npm pack --pack-destination /tmp \
 && mkdir -p /image/app /image/nodejs/bin /image/nodejs/lib \
 && tar -xzf /tmp/sluice-*.tgz -C /image/app --strip-components=1 \
 && cp -L node_modules/.bin/node /image/nodejs/bin/node \
 && cp -L /usr/lib/*-linux-gnu*/libatomic.so.1 /image/nodejs/lib/

FROM ${BASE_IMAGE}
COPY --from=build /image/ /
# As bin/sluice has it, which needs a shell: what stays must be small.
ENV LD_LIBRARY_PATH=/nodejs/lib \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072
USER 65532:65532
WORKDIR /app
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "/app/dist/cli/main.js"]
CMD ["help"]
