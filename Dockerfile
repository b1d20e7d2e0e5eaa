# syntax=docker/dockerfile:1
# Belino as one binary on a slim base, run by a user without rights.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY Cargo.toml Cargo.lock build.rs ./
COPY src src
COPY benches benches
COPY migrations migrations
# Cargo goes by times: without the touch, sources older than the cache of another build would not be built.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    touch src/lib.rs src/main.rs \
    && cargo build --release --locked \
    && cp target/release/belino /usr/local/bin/belino

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/belino --create-home belino
COPY --from=build /usr/local/bin/belino /usr/local/bin/belino
USER belino
# The SQLite database and, beside it, the key that seals tokens and the uploads: back up all.
WORKDIR /var/lib/belino
VOLUME /var/lib/belino
ENV DATABASE_URL=sqlite:///var/lib/belino/belino.db \
    BELINO_LISTEN=0.0.0.0:8080 \
    BELINO_PUBLIC_URL=http://127.0.0.1:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
# Bash speaks HTTP well enough for this, so that the image needs no client.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["/bin/bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["belino"]
CMD ["serve"]
