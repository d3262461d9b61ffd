# One image for every role: web and worker differ by ROLE only. Node 24 runs the sources as they are; only the pages are built.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
# Scripts of dependencies are not needed: the one that would bring Node 24 has nothing to bring here.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

COPY tsconfig.json ./
COPY src src
COPY scripts scripts
COPY intents intents
COPY faq-corpus faq-corpus
RUN node scripts/build-console.ts && install -d -o node -g node /data

USER node
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
