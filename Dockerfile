# Debian, not Alpine: the prebuilt uWebSockets.js needs glibc.
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY packages/tradewire-client/package.json packages/tradewire-client/
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
# The server does without its client, which lies outside of node_modules, and without what that needs.
RUN rm -r node_modules/tradewire-client node_modules/ws
# The package brings a binary for every platform and version of Node, 140 MB: one of them is needed here.
RUN cd node_modules/uWebSockets.js/dist/bin \
  && wanted="$(node -p '`uws_linux_${process.arch}_${process.versions.modules}.node`')" \
  && test -f "$wanted" \
  && find . -type f ! -name "$wanted" -delete
RUN find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' \) -delete

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/config config
COPY --from=build /build/dist/src dist/src
RUN mkdir --mode=700 data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm in between, so that SIGTERM reaches the server, which drains.
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
