//! The description of the API is what was agreed: a change of it is made knowingly.

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
fn the_committed_description_is_the_one_that_the_routes_give() {
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed.trim_end() == belino::http::openapi().trim_end(),
        "openapi.json is not what the routes say; look at the difference, and if it is meant: \
         cargo run -- openapi > openapi.json"
    );
}
