# What is done often. `just check` is what CI runs.

# lists the recipes
default:
    @just --list

# everything that CI checks
check:
    .ci/run

# every test, on SQLite and PostgreSQL
test *ARGS:
    cargo nextest run --all-features {{ARGS}}

# rewrites the source in the house's form
fmt:
    cargo fmt

# every lint, as errors
lint:
    cargo clippy --all-targets --all-features --locked -- -D warnings

# the documentation of our own code
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked

# licences, banned crates, sources, advisories
deny:
    cargo deny check

# everything visible, with no configuration and no Meta account
demo:
    cargo run --locked -- demo

# the benchmarks
bench *ARGS:
    cargo bench {{ARGS}}

# the fuzz targets' first inputs, out of the fixtures
fuzz-seed:
    fuzz/seed

# a fuzz target (unpack, signature) for so many seconds; needs cargo-fuzz and a nightly toolchain
fuzz TARGET SECONDS="60": fuzz-seed
    cargo +nightly fuzz run {{TARGET}} -- -max_total_time={{SECONDS}} -dict=fuzz/{{TARGET}}.dict
