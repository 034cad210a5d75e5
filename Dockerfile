FROM node:20-bookworm-slim AS pages
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web ./
RUN npm run build

FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=pages /src/web/dist web/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /yiping ./cmd/yiping

FROM debian:12-slim
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=program /yiping /usr/local/bin/yiping
RUN useradd --system --uid 10001 --home-dir /data --create-home yiping
USER yiping
WORKDIR /data
VOLUME /data
ENV YIPING_STORE=gpkg:/data/yiping.gpkg YIPING_LISTEN=:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["yiping", "health"]
ENTRYPOINT ["yiping"]
CMD ["serve", "--create"]
