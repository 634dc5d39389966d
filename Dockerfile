# One image per entry of `npm run build`, which bundles each with all that it imports: there is no node_modules in it.
#   docker build --build-arg ENTRY=services/users --tag users .
ARG BASE=node:24.9.0-bookworm-slim
FROM ${BASE}
ARG ENTRY
# What relevo_build_info tells as the commit; to be given where releases are built.
ARG COMMIT=unknown
ENV NODE_ENV=production RELEVO_COMMIT=${COMMIT}
WORKDIR /app
COPY dist/${ENTRY}/ ./
USER 65532:65532
ENTRYPOINT ["node", "main.js"]
