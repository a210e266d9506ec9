# syntax=docker/dockerfile:1
# Pantau: docker build -t pantau .      Use: compose.yaml; docs/deploy.md

FROM node:24-bookworm AS build
# No download outside npm: no CUDA from NuGet, no prebuilt SQLite from GitHub, Node's headers from the image.
ENV ONNXRUNTIME_NODE_INSTALL=skip \
    npm_config_build_from_source=better-sqlite3 \
    npm_config_nodedir=/usr/local \
    JOBS=max
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package runs a script of its own, but for the one that is compiled here.
RUN npm ci --ignore-scripts --include=dev --no-audit --no-fund \
    && npm rebuild better-sqlite3 --ignore-scripts=false --foreground-scripts
COPY . .
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json \
    && node node_modules/vite/bin/vite.js build portal/web
RUN PANTAU_MODEL_DIR=/app/weights node dist/workers/cli/main.js models fetch centernet-mobilenetv3
# What the image keeps: production packages, ONNX Runtime for this platform only, no TypeScript but the model cards' folder.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
    && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d \
         ! -path "*/linux/$(node -p process.arch)" -exec rm -rf {} + \
    && mkdir -p /out/workers/cli /out/workers/setup \
    && cp -a package.json node_modules dist models weights /out/ \
    && cp -a workers/cli/bin.mjs /out/workers/cli/ \
    && cp -a workers/setup/container-health.mjs /out/workers/setup/ \
    && if [ -d fixtures ]; then cp -a fixtures /out/; fi

FROM node:24-bookworm-slim
# util-linux ends and limits ffmpeg (setpriv, prlimit) and locks the data folder (flock); tini reaps and passes SIGTERM on as process 1.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates ffmpeg redis-server tini util-linux \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o node -g node /data /keys /media
WORKDIR /app
COPY --from=build /out ./
RUN ln -s /app/workers/cli/bin.mjs /usr/local/bin/pantau
ENV NODE_ENV=production \
    PANTAU_HOST=0.0.0.0 \
    PANTAU_PORT=8080 \
    PANTAU_WORKER_PORT=9100 \
    PANTAU_DATA_DIR=/data \
    PANTAU_MODEL_DIR=/app/weights \
    PANTAU_MEDIA_ROOT=/media \
    PANTAU_KEY_FILE=/keys/pantau.key
USER node
VOLUME ["/data", "/keys"]
EXPOSE 8080 9100
# Portal and worker both answer /healthz, each on its own port; whichever of them runs here must be well.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "workers/setup/container-health.mjs"]
ENTRYPOINT ["tini", "--", "node", "dist/workers/cli/main.js"]
# One machine: own Redis, portal and worker in one container. A cluster gives `portal` or `worker` instead.
CMD ["up"]
